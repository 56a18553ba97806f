-- Share of a place in a live activity active in the year (METHOD.md section 2): lines that name it,
-- and an equal part of the rest, the remaining rupiah to the first places in order.
-- index: place_id
-- unique: activity_id, place_id
SELECT
    w.activity_id, w.place_id, w.place, p.agency_id, p.agency, p.output_id, p.sector_id,
    p.supporting, m.funded,
    coalesce(named.amount, 0) + div(m.unnamed, w.parts)
        + CASE WHEN w.ordinal <= mod(m.unnamed, w.parts) THEN 1 ELSE 0 END AS amount
FROM plan p
JOIN money m USING (activity_id)
JOIN located w USING (activity_id)
LEFT JOIN (
    SELECT activity_id, place_id, sum(amount) AS amount
    FROM line
    WHERE effective AND place_id IS NOT NULL
    GROUP BY activity_id, place_id
) AS named ON named.activity_id = w.activity_id AND named.place_id = w.place_id
WHERE p.live AND p.active
