-- Activities that meet a need: live ones that match it, and counted ones that fulfil it (METHOD.md
-- section 1). Drafts, cancelled ones and supporting outputs meet nothing.
-- index: need_id, place_id
-- index: activity_id
SELECT *
FROM (
    SELECT
        n.need_id, n.place_id, p.activity_id, p.code, p.agency_id, p.agency, p.volume, w.parts,
        p.counted, m.funded, coalesce(g.physical, 0) AS physical,
        p.live AND p.active AS matches,
        p.counted AND p.last_day < %(year_start)s
            AND extract(year FROM p.last_day) >= n.first_year
            AND coalesce(g.physical, 0) = 100 AS fulfils
    FROM need_here n
    JOIN located w USING (place_id)
    JOIN plan p ON p.activity_id = w.activity_id AND p.sector_id = n.sector_id
        AND NOT p.supporting AND (n.output_id IS NULL OR n.output_id = p.output_id)
    JOIN money m ON m.activity_id = p.activity_id
    LEFT JOIN progress g ON g.activity_id = p.activity_id
) AS fitting
WHERE matches OR fulfils
