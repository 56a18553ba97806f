-- Shares of all live activities active in the year at an area's places.
-- unique: level, code
SELECT a.level, a.code, sum(s.amount) AS amount
FROM share s
JOIN area_place a USING (place_id)
GROUP BY a.level, a.code
