-- What an activity has in the year: its effective budget, whether it is funded (a source enacted or
-- revised with a sum above 0), and the sum of its earliest stage (METHOD.md sections 2 and 5).
-- unique: activity_id
SELECT
    in_play.activity_id,
    coalesce(sum(l.amount) FILTER (WHERE l.effective), 0) AS effective,
    coalesce(sum(l.amount) FILTER (WHERE l.effective AND l.place_id IS NULL), 0) AS unnamed,
    coalesce(bool_or(l.effective AND l.stage >= 3 AND l.amount > 0), false) AS funded,
    coalesce(sum(l.amount) FILTER (WHERE l.stage = l.earliest), 0) AS first_sum
FROM in_play
LEFT JOIN line l USING (activity_id)
GROUP BY in_play.activity_id
