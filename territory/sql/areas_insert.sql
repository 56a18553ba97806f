-- Areas of one level that are not stored yet; the level above it has been written before.
INSERT INTO territory_area (code, level, name, parent_id)
SELECT s.code, s.level, s.name, parent.id
FROM staged_area s
LEFT JOIN territory_area parent ON parent.code = s.parent
WHERE s.level = %(level)s
    AND NOT EXISTS (SELECT FROM territory_area a WHERE a.code = s.code)
ORDER BY s.code
