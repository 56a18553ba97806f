-- Scope of a full run: every activity that any rule of the year can be about. Those that ended
-- before the year are in it too: they may have fulfilled a need (METHOD.md section 1).
SELECT a.id AS activity_id
FROM programs_activity a
WHERE a.first_day <= %(year_end)s
   OR EXISTS (SELECT FROM budgets_budgetline l WHERE l.activity_id = a.id AND l.year = %(year)s)
