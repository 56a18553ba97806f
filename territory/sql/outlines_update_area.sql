UPDATE territory_area t
SET outline = s.outline
FROM staged_outline s
WHERE s.kind = 'area' AND s.code = t.code AND t.outline IS DISTINCT FROM s.outline
