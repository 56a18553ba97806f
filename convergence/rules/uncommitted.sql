-- An action item of the year whose commitment is overdue: none of its responsible agency, dated on
-- or before the day, is integrated, that is names a planning document by type, number and date,
-- dated on or before the day too (METHOD.md section 1).
SELECT
    concat_ws('/', 'uncommitted', i.code) AS key,
    3 AS severity,
    i.amount,
    ARRAY[g.code] AS agencies,
    coalesce(
        (
            SELECT array_agg(p.code ORDER BY p.code)
            FROM planning_actionitemplace ip
            JOIN territory_place p ON p.id = ip.place_id AND p.managed
            WHERE ip.item_id = i.id
        ), '{}'
    ) AS places,
    '{}'::text[] AS members,
    ARRAY['item/' || i.code] AS records,
    jsonb_build_object(
        'items', jsonb_build_array(
            jsonb_build_object(
                'code', i.code, 'title', i.title, 'agency', g.code, 'first_year', i.first_year,
                'last_year', i.last_year, 'amount', i.amount, 'due', i.commitment_due,
                'output', (SELECT o.code FROM catalogue_output o WHERE o.id = i.output_id)
            )
        ),
        'commitments', coalesce(
            (
                SELECT jsonb_agg(
                    jsonb_build_object(
                        'dated', c.dated, 'document', c.document, 'number', c.document_number,
                        'document_date', c.document_date
                    ) ORDER BY c.dated, c.document, c.document_number
                )
                FROM planning_commitment c
                WHERE c.item_id = i.id AND c.agency_id = i.agency_id
            ), '[]'
        )
    ) AS evidence
FROM scope_item
JOIN planning_actionitem i ON i.id = scope_item.item_id
JOIN stakeholders_agency g ON g.id = i.agency_id
WHERE %(year)s BETWEEN i.first_year AND i.last_year
    AND i.commitment_due < %(as_of)s
    AND NOT EXISTS (
        SELECT FROM planning_commitment c
        WHERE c.item_id = i.id AND c.agency_id = i.agency_id AND c.dated <= %(as_of)s
            AND c.document <> '' AND c.document_number <> '' AND c.document_date <= %(as_of)s
    )
