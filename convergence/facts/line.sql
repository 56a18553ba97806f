-- Budget lines of the year, and whether they are in the effective budget (METHOD.md section 2):
-- per source the lines of its latest stage; once a source is enacted or revised (3, 4), sources
-- that are neither were dropped.
-- index: activity_id
SELECT *, stage = latest AND (latest >= 3 OR NOT committed) AS effective
FROM (
    SELECT
        *,
        bool_or(latest >= 3) OVER (PARTITION BY activity_id) AS committed
    FROM (
        SELECT
            l.activity_id, l.code, l.source, l.stage, l.amount, l.place_id,
            max(l.stage) OVER (PARTITION BY l.activity_id, l.source) AS latest,
            min(l.stage) OVER (PARTITION BY l.activity_id) AS earliest
        FROM in_play
        JOIN budgets_budgetline l USING (activity_id)
        WHERE l.year = %(year)s
    ) AS staged
) AS judged
