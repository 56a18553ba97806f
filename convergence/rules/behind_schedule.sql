-- Physical progress lags behind the days gone by 25 points or more; from 50 on it is most severe.
-- Expected are the days from the first day to the end of the reported quarter in all its days.
-- Cross-multiplied: 100 * gone / days - physical >= 25.
SELECT
    concat_ws('/', 'behind_schedule', p.code) AS key,
    CASE WHEN 100 * t.gone - r.physical * t.days >= 50 * t.days THEN 5 ELSE 3 END AS severity,
    greatest(m.effective - r.realised, 0) AS amount,
    ARRAY[p.agency] AS agencies,
    coalesce(w.places, '{}') AS places,
    '{}'::text[] AS members,
    ARRAY['activity/' || p.code] AS records,
    jsonb_build_object(
        'activities', jsonb_build_array(e.activity), 'lines', e.lines,
        'reports', jsonb_build_array(
            jsonb_build_object(
                'year', %(year)s, 'quarter', r.quarter, 'physical', trim_scale(r.physical),
                'realised', r.realised, 'dated', r.dated
            )
        ),
        'numbers', jsonb_build_object(
            'days_gone', t.gone, 'days', t.days,
            'expected', round(100.0 * t.gone / t.days, 2), 'physical', trim_scale(r.physical)
        )
    ) AS evidence
FROM scope_activity
JOIN plan p USING (activity_id)
JOIN money m USING (activity_id)
JOIN latest_report r USING (activity_id)
JOIN quarter q ON q.quarter = r.quarter
JOIN proof e USING (activity_id)
LEFT JOIN whereabouts w USING (activity_id)
CROSS JOIN LATERAL (
    SELECT
        p.last_day - p.first_day + 1 AS days,
        greatest(least(q.last_day, p.last_day) - p.first_day + 1, 0) AS gone
) AS t
WHERE p.counted AND p.active AND m.funded
    AND 100 * t.gone - r.physical * t.days >= 25 * t.days
