-- Stored places of the villages that the folder speaks of, which it does not name any more.
SELECT p.id
FROM territory_place p
JOIN territory_area v ON v.id = p.village_id
WHERE v.code IN (SELECT village FROM staged_pair)
    AND NOT EXISTS (SELECT FROM staged_pair s WHERE s.village || '@' || s.island = p.code)
