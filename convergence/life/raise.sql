-- New findings, each with the first step of its history.
WITH raised AS (
    INSERT INTO convergence_finding (
        year, kind, key, severity, amount, agencies, places, members, records, evidence, case_key,
        state, verdict, reason, raised, changed
    )
    SELECT
        %(year)s, kind, key, severity, amount, agencies, places, members, records, evidence,
        md5(concat_ws(',', kind, array_to_string(records, ','))), 'open', '', '',
        statement_timestamp(), statement_timestamp()
    FROM outcome
    WHERE finding_id IS NULL
    ORDER BY key
    RETURNING id, severity, amount
)
INSERT INTO convergence_findingevent (finding_id, at, what, as_of, severity, amount, note)
SELECT id, statement_timestamp(), 'raised', %(as_of)s, severity, amount, '' FROM raised
