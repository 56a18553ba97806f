-- Coverage (METHOD.md section 4): sum of weight * score over sum of weights, as one exact fraction.
-- Scores are added per denominator first, then over the least common multiple of those.
-- unique: level, code
SELECT
    level, code, sum(needs) AS needs, sum(weight) AS weight,
    sum(num * div(multiple, den)) AS num, max(multiple) * sum(weight) AS den
FROM (
    SELECT *, kerapu_lcm(den) OVER (PARTITION BY level, code) AS multiple
    FROM (
        SELECT
            a.level, a.code, s.den,
            count(*) AS needs, sum(s.weight) AS weight, sum(s.weight * s.num) AS num
        FROM need_score s
        JOIN area_place a USING (place_id)
        GROUP BY a.level, a.code, s.den
    ) AS by_denominator
) AS over_one_denominator
GROUP BY level, code
