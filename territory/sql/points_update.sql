UPDATE territory_area a
SET latitude = s.latitude, longitude = s.longitude
FROM staged_point s
WHERE s.code = a.code
    AND (a.latitude, a.longitude) IS DISTINCT FROM (s.latitude, s.longitude)
