-- Duplicated amount: of the open or discussed same_output findings at an area's places.
-- unique: level, code
SELECT a.level, a.code, sum(o.amount) AS amount
FROM outcome o
JOIN area_place a ON a.place = o.places[1]
WHERE o.kind = 'same_output' AND o.state IN ('open', 'discussed')
GROUP BY a.level, a.code
