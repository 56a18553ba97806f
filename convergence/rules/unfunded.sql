-- A counted activity, active in the year, without money, once the year has begun. As severe as the
-- weightiest need that it matches.
SELECT
    concat_ws('/', 'unfunded', p.code) AS key,
    coalesce(
        (
            SELECT max(n.weight)
            FROM fit f
            JOIN need_here n USING (need_id, place_id)
            WHERE f.activity_id = p.activity_id AND f.matches
        ), 3
    ) AS severity,
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
WHERE p.counted AND p.active AND NOT m.funded AND %(as_of)s >= %(year_start)s
