-- A need with a target whose supply is more than eleven tenths of it. At stake are the shares of
-- the live activities that match it. Cross-multiplied like undersupply.
SELECT
    concat_ws('/', 'oversupply', n.code, n.place) AS key,
    3 AS severity,
    coalesce(f.amount, 0) AS amount,
    coalesce(f.agencies, '{}') AS agencies,
    ARRAY[n.place] AS places,
    coalesce(f.members, '{}') AS members,
    np.records,
    jsonb_build_object(
        'needs', jsonb_build_array(np.need), 'activities', np.activities,
        'numbers', jsonb_build_object(
            'supply', round(n.supply_num / n.supply_den, 6), 'target', round(n.target / n.parts, 6)
        )
    ) AS evidence
FROM need_state n
JOIN need_proof np USING (need_id, place_id)
LEFT JOIN (
    SELECT
        f.need_id, f.place_id, sum(s.amount) AS amount,
        array_agg(DISTINCT f.agency ORDER BY f.agency) AS agencies,
        array_agg(f.code ORDER BY f.code) AS members
    FROM fit f
    JOIN share s USING (activity_id, place_id)
    WHERE f.matches
    GROUP BY f.need_id, f.place_id
) AS f USING (need_id, place_id)
WHERE n.target IS NOT NULL AND 10 * n.supply_num * n.parts > 11 * n.target * n.supply_den
