-- An activity as the rules speak of it (METHOD.md section 1: live, counted, active, period).
-- unique: activity_id
SELECT
    a.id AS activity_id, a.code, a.title, a.status,
    a.agency_id, g.code AS agency,
    a.output_id, o.code AS output, o.sector_id, o.supporting,
    a.volume, a.first_day, a.last_day,
    a.status IN ('submitted', 'verified') AS live,
    a.status = 'verified' AS counted,
    a.first_day <= %(year_end)s AND a.last_day >= %(year_start)s AS active,
    greatest(a.first_day, %(year_start)s) AS period_first,
    least(a.last_day, %(year_end)s) AS period_last
FROM in_play
JOIN programs_activity a ON a.id = in_play.activity_id
JOIN stakeholders_agency g ON g.id = a.agency_id
JOIN catalogue_output o ON o.id = a.output_id
