-- Which places make up an area: each place is in one village, district, regency and province, and
-- perhaps on an island. Every figure of an area is a sum over these rows.
-- index: place_id
SELECT a.level, a.code, p.id AS place_id, p.code AS place
FROM scope_place
JOIN territory_place p ON p.id = scope_place.place_id
JOIN territory_area a ON a.id IN (p.village_id, p.district_id, p.regency_id, p.province_id)
UNION ALL
SELECT 'island', i.code, p.id, p.code
FROM scope_place
JOIN territory_place p ON p.id = scope_place.place_id
JOIN territory_island i ON i.id = p.island_id
