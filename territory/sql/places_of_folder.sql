-- How many stored places the villages have that the folder speaks of.
SELECT count(*)
FROM territory_place p
JOIN territory_area v ON v.id = p.village_id
WHERE v.code IN (
    SELECT village FROM staged_pair UNION SELECT code FROM staged_area WHERE level = 'village'
)
