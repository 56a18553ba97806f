-- Money of live activities active in the year by place and sector; what has no place is a row of its
-- own without one, so that the rows add up to the effective budgets.
-- unique: place_id, sector_id
SELECT place_id, sector_id, sum(amount)::bigint AS amount
FROM (
    SELECT place_id, sector_id, amount FROM share
    UNION ALL
    SELECT NULL, p.sector_id, m.effective - coalesce(s.amount, 0)
    FROM plan p
    JOIN money m USING (activity_id)
    LEFT JOIN (
        SELECT activity_id, sum(amount) AS amount FROM share GROUP BY activity_id
    ) AS s USING (activity_id)
    WHERE p.live AND p.active AND m.effective <> coalesce(s.amount, 0)
) AS parts
GROUP BY place_id, sector_id
