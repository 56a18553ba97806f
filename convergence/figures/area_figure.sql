-- Figures of every area with a need of the year or a live activity active in it (METHOD.md section
-- 4). Fractions are rounded half up here, once, on whole numbers: n / d to four decimals is
-- floor((2 * 10^4 * n + d) / (2 * d)) / 10^4.
-- unique: level, code
SELECT
    level, code,
    CASE WHEN c.den > 0 THEN
        div(2000 * c.num * (d.den - d.num) + c.den * d.den, 2 * c.den * d.den) / 10.0
    END::numeric(4, 1) AS index,
    CASE WHEN c.den > 0 THEN div(20000 * c.num + c.den, 2 * c.den) / 10000.0 END::numeric(5, 4)
        AS coverage,
    (div(20000 * d.num + d.den, 2 * d.den) / 10000.0)::numeric(5, 4) AS duplication,
    CASE WHEN p.pairs > 0 THEN
        div(20000 * p.met::numeric + p.pairs, 2 * p.pairs) / 10000.0
    END::numeric(5, 4) AS participation,
    CASE WHEN r.due > 0 THEN
        div(20000 * r.made::numeric + r.due, 2 * r.due) / 10000.0
    END::numeric(5, 4) AS reporting,
    coalesce(c.needs, 0)::int AS needs,
    coalesce(c.weight, 0)::int AS weight,
    d.num::bigint AS duplicated,
    coalesce(s.amount, 0)::bigint AS amount,
    coalesce(p.pairs, 0)::int AS pairs,
    coalesce(p.met, 0)::int AS pairs_met,
    coalesce(r.due, 0)::int AS reports_due,
    coalesce(r.made, 0)::int AS reports_made
FROM coverage c
FULL JOIN spending s USING (level, code)
LEFT JOIN duplication u USING (level, code)
LEFT JOIN participation p USING (level, code)
LEFT JOIN reporting r USING (level, code)
CROSS JOIN LATERAL (
    -- Where nothing is spent nothing is duplicated: 0 / 1.
    SELECT
        CASE WHEN s.amount > 0 THEN coalesce(u.amount, 0) ELSE 0 END AS num,
        CASE WHEN s.amount > 0 THEN s.amount ELSE 1 END AS den
) AS d
