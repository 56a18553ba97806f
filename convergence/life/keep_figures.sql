-- Figures that differ are written, those of areas that have none any more are removed.
WITH gone AS (
    DELETE FROM convergence_areafigure f
    WHERE f.year = %(year)s AND NOT EXISTS (
        SELECT FROM area_figure a WHERE a.level = f.level AND a.code = f.code
    )
)
INSERT INTO convergence_areafigure AS f (
    year, level, code, index, coverage, duplication, participation, reporting, needs, weight,
    duplicated, amount, pairs, pairs_met, reports_due, reports_made
)
SELECT
    %(year)s, level, code, index, coverage, duplication, participation, reporting, needs, weight,
    duplicated, amount, pairs, pairs_met, reports_due, reports_made
FROM area_figure
ON CONFLICT (year, level, code) DO UPDATE SET
    index = excluded.index, coverage = excluded.coverage, duplication = excluded.duplication,
    participation = excluded.participation, reporting = excluded.reporting,
    needs = excluded.needs, weight = excluded.weight, duplicated = excluded.duplicated,
    amount = excluded.amount, pairs = excluded.pairs, pairs_met = excluded.pairs_met,
    reports_due = excluded.reports_due, reports_made = excluded.reports_made
WHERE (
    f.index, f.coverage, f.duplication, f.participation, f.reporting, f.needs, f.weight,
    f.duplicated, f.amount, f.pairs, f.pairs_met, f.reports_due, f.reports_made
) IS DISTINCT FROM (
    excluded.index, excluded.coverage, excluded.duplication, excluded.participation,
    excluded.reporting, excluded.needs, excluded.weight, excluded.duplicated, excluded.amount,
    excluded.pairs, excluded.pairs_met, excluded.reports_due, excluded.reports_made
)
