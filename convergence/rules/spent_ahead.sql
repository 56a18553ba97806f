-- The money runs ahead of the work by 25 points or more, of an activity that lies within the year.
-- Cross-multiplied: 100 * realised / effective - physical >= 25.
SELECT
    concat_ws('/', 'spent_ahead', p.code) AS key,
    4 AS severity,
    r.realised AS amount,
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
            'spent', round(100.0 * r.realised / m.effective, 2), 'physical', trim_scale(r.physical)
        )
    ) AS evidence
FROM scope_activity
JOIN plan p USING (activity_id)
JOIN money m USING (activity_id)
JOIN latest_report r USING (activity_id)
JOIN proof e USING (activity_id)
LEFT JOIN whereabouts w USING (activity_id)
WHERE p.counted AND m.funded
    AND p.first_day >= %(year_start)s AND p.last_day <= %(year_end)s
    AND 100 * r.realised - r.physical * m.effective >= 25 * m.effective
