-- Activities that the facts speak of: those to be judged, and those at the places to be judged.
-- unique: activity_id
SELECT activity_id FROM scope_activity
UNION
SELECT ap.activity_id
FROM scope_place
JOIN programs_activityplace ap USING (place_id)
