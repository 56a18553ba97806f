-- A need with a target that something meets, but by less than nine tenths. Cross-multiplied:
-- supply_num / supply_den < 0.9 * target / parts.
SELECT
    concat_ws('/', 'undersupply', n.code, n.place) AS key,
    n.weight AS severity,
    0 AS amount,
    coalesce(m.agencies, '{}') AS agencies,
    ARRAY[n.place] AS places,
    '{}'::text[] AS members,
    np.records,
    jsonb_build_object(
        'needs', jsonb_build_array(np.need), 'activities', np.activities,
        'numbers', jsonb_build_object(
            'supply', round(n.supply_num / n.supply_den, 6), 'target', round(n.target / n.parts, 6)
        )
    ) AS evidence
FROM need_state n
JOIN need_proof np USING (need_id, place_id)
LEFT JOIN need_mandates m USING (need_id, place_id)
WHERE n.target IS NOT NULL AND n.met
    AND 10 * n.supply_num * n.parts < 9 * n.target * n.supply_den
