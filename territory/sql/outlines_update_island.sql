UPDATE territory_island t
SET outline = s.outline
FROM staged_outline s
WHERE s.kind = 'island' AND s.code = t.code AND t.outline IS DISTINCT FROM s.outline
