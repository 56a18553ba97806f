-- A live activity of the year that nobody can find on a map; supporting outputs need no place.
SELECT
    concat_ws('/', 'unlocated', p.code) AS key,
    2 AS severity,
    m.effective AS amount,
    ARRAY[p.agency] AS agencies,
    '{}'::text[] AS places,
    '{}'::text[] AS members,
    ARRAY['activity/' || p.code] AS records,
    jsonb_build_object('activities', jsonb_build_array(e.activity), 'lines', e.lines) AS evidence
FROM scope_activity
JOIN plan p USING (activity_id)
JOIN money m USING (activity_id)
JOIN proof e USING (activity_id)
LEFT JOIN whereabouts w USING (activity_id)
WHERE p.live AND p.active AND NOT p.supporting AND w.activity_id IS NULL
