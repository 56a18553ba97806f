-- Score of a need as an exact fraction of whole numbers (METHOD.md section 3): level / 4, and with a
-- target times min(1, counted supply / target here).
-- unique: need_id, place_id
SELECT
    need_id, place_id, weight, level,
    CASE WHEN scale_num = 0 THEN 0 ELSE div(scale_num, gcd(scale_num, scale_den)) END AS num,
    CASE WHEN scale_num = 0 THEN 1 ELSE div(scale_den, gcd(scale_num, scale_den)) END AS den
FROM (
    SELECT
        need_id, place_id, weight, level,
        -- Targets and volumes have at most 15 decimals: times 10^30 both sides are whole.
        CASE
            WHEN target IS NULL THEN level
            ELSE trunc(
                level * least(target * supply_den, counted_num * parts) * 1e15
            )
        END::numeric AS scale_num,
        CASE WHEN target IS NULL THEN 4 ELSE trunc(4 * target * supply_den * 1e15) END::numeric
            AS scale_den
    FROM need_state
) AS whole
