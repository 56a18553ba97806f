-- Rows that name something which is neither in the files nor stored: (file, line, code, missing).
WITH known_area AS (
    SELECT code FROM staged_area
    UNION
    SELECT code FROM territory_area
), known_island AS (
    SELECT code FROM staged_island
    UNION
    SELECT code FROM territory_island
), reference (file, line, code, missing) AS (
    SELECT level, line, code, parent FROM staged_area WHERE parent IS NOT NULL
    UNION ALL
    SELECT 'island', line, code, coalesce(regency, left(code, 2)) FROM staged_island
    UNION ALL
    SELECT 'pair', line, village, village FROM staged_pair
    UNION ALL
    SELECT 'point', line, code, code FROM staged_point
)
SELECT file, line, code, missing
FROM reference
WHERE NOT EXISTS (SELECT FROM known_area WHERE known_area.code = missing)
UNION ALL
SELECT 'pair', line, village, island
FROM staged_pair
WHERE island <> '-' AND NOT EXISTS (SELECT FROM known_island WHERE known_island.code = island)
ORDER BY file, line, missing
