-- An agency has the mandate for a need that others work on, and does not itself.
SELECT
    concat_ws('/', 'missing_stakeholder', d.code, d.place, d.agency) AS key,
    d.weight AS severity,
    0 AS amount,
    ARRAY[d.agency] AS agencies,
    ARRAY[d.place] AS places,
    '{}'::text[] AS members,
    ARRAY['agency/' || d.agency, 'need/' || d.code] AS records,
    jsonb_build_object(
        'needs', jsonb_build_array(np.need), 'activities', np.activities,
        'agencies', jsonb_build_array(d.agency)
    ) AS evidence
FROM mandated d
JOIN need_state n USING (need_id, place_id)
JOIN need_proof np USING (need_id, place_id)
WHERE d.open_output AND n.met AND NOT d.present
