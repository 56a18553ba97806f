INSERT INTO territory_island
    (code, name, regency_id, latitude, longitude, outermost_small, populated_in_list,
     populated_source)
SELECT s.code, s.name, r.id, s.latitude, s.longitude, s.outermost_small, s.populated, ''
FROM staged_island s
LEFT JOIN territory_area r ON r.code = s.regency
WHERE NOT EXISTS (SELECT FROM territory_island i WHERE i.code = s.code)
ORDER BY s.code
