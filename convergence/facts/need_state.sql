-- How far a need has come (METHOD.md section 3). Volumes are split over an activity's places as
-- exact fractions: over the least common multiple of their numbers of places, supply is
-- supply_num / supply_den, that of the counted ones counted_num / supply_den.
-- unique: need_id, place_id
SELECT
    n.need_id, n.place_id, n.code, n.place, n.sector_id, n.output_id, n.weight, n.target, n.parts,
    coalesce(f.met, false) AS met,
    coalesce(f.level, 0) AS level,
    coalesce(f.supply_num, 0) AS supply_num,
    coalesce(f.counted_num, 0) AS counted_num,
    coalesce(f.supply_den, 1) AS supply_den
FROM need_here n
LEFT JOIN (
    SELECT
        need_id, place_id, true AS met,
        max(
            CASE
                WHEN fulfils THEN 4
                WHEN NOT counted THEN 0
                WHEN NOT funded THEN 1
                WHEN physical = 0 THEN 2
                WHEN physical < 100 THEN 3
                ELSE 4
            END
        ) AS level,
        sum(volume * div(multiple, parts)) AS supply_num,
        coalesce(sum(volume * div(multiple, parts)) FILTER (WHERE counted), 0) AS counted_num,
        max(multiple) AS supply_den
    FROM (
        SELECT *, kerapu_lcm(parts::numeric) OVER (PARTITION BY need_id, place_id) AS multiple
        FROM fit
    ) AS over_one_denominator
    GROUP BY need_id, place_id
) AS f USING (need_id, place_id)
