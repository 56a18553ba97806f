-- Reports that are owed: a quarter touched by the period of a counted, active, funded activity whose
-- due day is before the day of the judgement; and whether there is one (METHOD.md sections 4, 5).
-- index: activity_id
SELECT
    p.activity_id, q.quarter, q.due,
    EXISTS (
        SELECT FROM said s
        WHERE s.activity_id = p.activity_id AND s.year = %(year)s AND s.quarter = q.quarter
    ) AS reported
FROM plan p
JOIN money m USING (activity_id)
JOIN quarter q ON q.first_day <= p.period_last AND q.last_day >= p.period_first
WHERE p.counted AND p.active AND m.funded AND q.due < %(as_of)s
