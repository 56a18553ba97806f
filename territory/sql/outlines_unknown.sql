SELECT s.code
FROM staged_outline s
WHERE s.kind = 'area' AND NOT EXISTS (SELECT FROM territory_area a WHERE a.code = s.code)
UNION ALL
SELECT s.code
FROM staged_outline s
WHERE s.kind = 'island' AND NOT EXISTS (SELECT FROM territory_island i WHERE i.code = s.code)
ORDER BY 1
