-- Pairs of a need that names no output and an agency with a mandate for it; met when the agency
-- itself has a live matching activity or one that fulfils it.
-- unique: level, code
SELECT a.level, a.code, count(*) AS pairs, count(*) FILTER (WHERE m.present) AS met
FROM mandated m
JOIN area_place a USING (place_id)
WHERE m.open_output
GROUP BY a.level, a.code
