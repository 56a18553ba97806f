-- What becomes of each finding that holds now (METHOD.md section 6): new ones and returned ones are
-- open; an accepted one is open again when a member was added, its severity rose or its amount rose
-- by more than a tenth since; the others stay as they are.
-- unique: key
-- index: kind
SELECT
    j.*,
    f.id AS finding_id,
    f.state AS old_state,
    CASE
        WHEN f.id IS NULL OR f.state = 'closed' THEN 'open'
        WHEN f.state = 'accepted' AND (
            NOT j.members <@ f.accepted_members
            OR j.severity > f.accepted_severity
            OR 10 * j.amount > 11 * f.accepted_amount
        ) THEN 'open'
        ELSE f.state
    END AS state,
    f.id IS NOT NULL AND (
        f.severity, f.amount, f.agencies, f.places, f.members
    ) IS DISTINCT FROM (
        j.severity, j.amount, j.agencies, j.places, j.members
    ) AS differs,
    f.id IS NOT NULL AND (f.records, f.evidence) IS DISTINCT FROM (j.records, j.evidence)
        AS proof_differs
FROM judged j
LEFT JOIN convergence_finding f ON f.year = %(year)s AND f.key = j.key
