-- The latest report of the year: the one with the highest quarter.
-- unique: activity_id
SELECT DISTINCT ON (activity_id) activity_id, quarter, physical, realised, dated
FROM said
WHERE year = %(year)s
ORDER BY activity_id, quarter DESC
