-- A village of the folder that island_villages.csv does not name is mainland.
INSERT INTO staged_pair (line, village, island)
SELECT 0, a.code, '-'
FROM staged_area a
WHERE a.level = 'village'
    AND NOT EXISTS (SELECT FROM staged_pair p WHERE p.village = a.code)
