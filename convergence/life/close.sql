-- Findings whose rule no longer holds are closed, never deleted.
WITH closed AS (
    UPDATE convergence_finding f
    SET state = 'closed', changed = statement_timestamp()
    WHERE f.year = %(year)s AND f.state <> 'closed'
        AND NOT EXISTS (SELECT FROM outcome o WHERE o.key = f.key)
    RETURNING f.id, f.severity, f.amount
)
INSERT INTO convergence_findingevent (finding_id, at, what, as_of, severity, amount, note)
SELECT id, statement_timestamp(), 'closed', %(as_of)s, severity, amount, '' FROM closed
