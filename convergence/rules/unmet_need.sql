-- A need of the year that no live activity matches and none fulfils (METHOD.md section 5).
SELECT
    concat_ws('/', 'unmet_need', n.code, n.place) AS key,
    n.weight AS severity,
    0 AS amount,
    coalesce(m.agencies, '{}') AS agencies,
    ARRAY[n.place] AS places,
    '{}'::text[] AS members,
    ARRAY['need/' || n.code] AS records,
    jsonb_build_object('needs', jsonb_build_array(np.need)) AS evidence
FROM need_state n
JOIN need_proof np USING (need_id, place_id)
LEFT JOIN need_mandates m USING (need_id, place_id)
WHERE NOT n.met
