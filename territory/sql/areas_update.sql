-- A stored area's level and parent follow from its code; only its name can change.
UPDATE territory_area a
SET name = s.name
FROM staged_area s
WHERE s.code = a.code AND s.level = %(level)s AND s.name <> a.name
