-- Without island_villages.csv the stored pairs stay; a village without any is mainland.
INSERT INTO staged_pair (line, village, island)
SELECT 0, a.code, '-'
FROM territory_area a
WHERE a.level = 'village'
    AND NOT EXISTS (SELECT FROM territory_place p WHERE p.village_id = a.id)
