-- Where activities are: their managed places, counted and numbered in the order in which remaining
-- rupiah are given out (METHOD.md section 2; the code of a place is that order).
-- index: place_id
-- unique: activity_id, place_id
SELECT
    ap.activity_id, ap.place_id, p.code AS place,
    row_number() OVER (PARTITION BY ap.activity_id ORDER BY p.code) AS ordinal,
    count(*) OVER (PARTITION BY ap.activity_id) AS parts
FROM in_play
JOIN programs_activityplace ap USING (activity_id)
JOIN territory_place p ON p.id = ap.place_id AND p.managed
