-- What the list says; an own count (populated_override) is the application's and stays.
UPDATE territory_island i
SET name = s.name,
    latitude = s.latitude,
    longitude = s.longitude,
    outermost_small = s.outermost_small,
    populated_in_list = s.populated
FROM staged_island s
WHERE s.code = i.code
    AND (i.name, i.latitude, i.longitude, i.outermost_small, i.populated_in_list)
        IS DISTINCT FROM (s.name, s.latitude, s.longitude, s.outermost_small, s.populated)
