-- All places of an activity as one sorted list of codes.
-- unique: activity_id
SELECT activity_id, array_agg(place ORDER BY ordinal) AS places
FROM located
GROUP BY activity_id
