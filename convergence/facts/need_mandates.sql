-- Agencies with a mandate for a need, as one sorted list of codes.
-- unique: need_id, place_id
SELECT need_id, place_id, array_agg(agency ORDER BY agency) AS agencies
FROM mandated
GROUP BY need_id, place_id
