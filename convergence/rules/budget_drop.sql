-- The effective budget is a quarter or more below the sum of the earliest stage; from half on it is
-- more severe. Cross-multiplied: drop / first >= 0.25.
SELECT
    concat_ws('/', 'budget_drop', p.code) AS key,
    CASE WHEN 2 * (m.first_sum - m.effective) >= m.first_sum THEN 4 ELSE 3 END AS severity,
    m.first_sum - m.effective AS amount,
    ARRAY[p.agency] AS agencies,
    coalesce(w.places, '{}') AS places,
    '{}'::text[] AS members,
    ARRAY['activity/' || p.code] AS records,
    jsonb_build_object(
        'activities', jsonb_build_array(e.activity), 'lines', e.lines,
        'numbers', jsonb_build_object('first_sum', m.first_sum, 'effective', m.effective)
    ) AS evidence
FROM scope_activity
JOIN plan p USING (activity_id)
JOIN money m USING (activity_id)
JOIN proof e USING (activity_id)
LEFT JOIN whereabouts w USING (activity_id)
WHERE p.live AND p.active AND m.first_sum > 0
    AND 4 * (m.first_sum - m.effective) >= m.first_sum
