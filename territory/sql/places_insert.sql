-- Pairs that are no places yet. The code's order is the order of places, so ids follow it too.
INSERT INTO territory_place
    (code, village_id, island_id, district_id, regency_id, province_id, populated, managed)
SELECT s.village || '@' || s.island, v.id, i.id, d.id, r.id, r.parent_id,
    coalesce(i.populated, true), false
FROM staged_pair s
JOIN territory_area v ON v.code = s.village
JOIN territory_area d ON d.id = v.parent_id
JOIN territory_area r ON r.id = d.parent_id
LEFT JOIN territory_island i ON i.code = s.island
WHERE NOT EXISTS (SELECT FROM territory_place p WHERE p.code = s.village || '@' || s.island)
ORDER BY 1
