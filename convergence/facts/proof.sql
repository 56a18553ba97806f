-- An activity as it stands in a finding's evidence: what the rules saw of it.
-- unique: activity_id
SELECT
    p.activity_id,
    jsonb_build_object(
        'code', p.code, 'title', p.title, 'agency', p.agency, 'output', p.output,
        'status', p.status, 'first_day', p.first_day, 'last_day', p.last_day,
        'amount', m.effective, 'funded', m.funded
    ) AS activity,
    coalesce(lines.lines, '[]') AS lines
FROM plan p
JOIN money m USING (activity_id)
LEFT JOIN (
    SELECT
        l.activity_id,
        jsonb_agg(
            jsonb_build_object(
                'code', l.code, 'activity', p.code, 'source', l.source, 'stage', l.stage,
                'amount', l.amount, 'effective', l.effective
            ) ORDER BY l.code
        ) AS lines
    FROM line l
    JOIN plan p USING (activity_id)
    GROUP BY l.activity_id
) AS lines USING (activity_id)
