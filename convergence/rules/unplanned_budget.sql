-- Money for an activity that is not verified or not active in the year.
SELECT
    concat_ws('/', 'unplanned_budget', p.code) AS key,
    4 AS severity,
    m.effective AS amount,
    ARRAY[p.agency] AS agencies,
    coalesce(w.places, '{}') AS places,
    '{}'::text[] AS members,
    ARRAY['activity/' || p.code] AS records,
    jsonb_build_object('activities', jsonb_build_array(e.activity), 'lines', e.lines) AS evidence
FROM scope_activity
JOIN plan p USING (activity_id)
JOIN money m USING (activity_id)
JOIN proof e USING (activity_id)
LEFT JOIN whereabouts w USING (activity_id)
WHERE m.funded AND NOT (p.counted AND p.active)
