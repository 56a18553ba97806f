-- Findings that changed, returned after they were closed, or are open again after they were
-- accepted. Only rows that differ are written. A mere change of the proof leaves no step in the
-- history: what is at stake is the same.
WITH changed AS (
    UPDATE convergence_finding f
    SET severity = o.severity, amount = o.amount, agencies = o.agencies, places = o.places,
        members = o.members, records = o.records, evidence = o.evidence,
        case_key = md5(concat_ws(',', o.kind, array_to_string(o.records, ','))),
        state = o.state,
        verdict = CASE WHEN o.state = o.old_state THEN f.verdict ELSE '' END,
        reason = CASE WHEN o.state = o.old_state THEN f.reason ELSE '' END,
        accepted_severity = CASE WHEN o.state = 'accepted' THEN f.accepted_severity END,
        accepted_amount = CASE WHEN o.state = 'accepted' THEN f.accepted_amount END,
        accepted_members = CASE WHEN o.state = 'accepted' THEN f.accepted_members END,
        changed = CASE
            WHEN o.differs OR o.state <> o.old_state THEN statement_timestamp() ELSE f.changed
        END
    FROM outcome o
    WHERE f.id = o.finding_id AND (o.differs OR o.proof_differs OR o.state <> o.old_state)
    RETURNING
        f.id, f.severity, f.amount,
        CASE
            WHEN o.old_state = 'closed' THEN 'returned'
            WHEN o.state <> o.old_state THEN 'reopened'
            WHEN o.differs THEN 'changed'
        END AS what
)
INSERT INTO convergence_findingevent (finding_id, at, what, as_of, severity, amount, note)
SELECT id, statement_timestamp(), what, %(as_of)s, severity, amount, ''
FROM changed
WHERE what IS NOT NULL
