-- The four quarters of the year, with the day until which their report is not late.
SELECT
    q AS quarter,
    make_date(%(year)s, 3 * q - 2, 1) AS first_day,
    (make_date(%(year)s, 3 * q - 2, 1) + interval '3 months')::date - 1 AS last_day,
    (make_date(%(year)s, 3 * q - 2, 1) + interval '3 months')::date - 1 + 15 AS due
FROM generate_series(1, 4) AS q
