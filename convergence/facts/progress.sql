-- Progress of an activity: of its report with the highest year and, in it, the highest quarter.
-- unique: activity_id
SELECT DISTINCT ON (activity_id) activity_id, physical
FROM said
ORDER BY activity_id, year DESC, quarter DESC
