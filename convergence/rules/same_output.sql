-- Two agencies or more deliver the same output at one place. Duplicated is what all of them spend
-- there less what the largest of them spends.
SELECT
    concat_ws('/', 'same_output', g.place, g.output) AS key,
    CASE WHEN g.funded_agencies > 1 THEN 5 ELSE 3 END AS severity,
    g.total - g.largest AS amount,
    g.agencies,
    ARRAY[g.place] AS places,
    m.members,
    m.records,
    jsonb_build_object(
        'activities', m.activities,
        'lines', (
            SELECT coalesce(jsonb_agg(l.line ORDER BY l.code), '[]')
            FROM proof_line l
            WHERE l.activity_id = ANY (m.ids)
        ),
        'numbers', jsonb_build_object('total', g.total, 'largest', g.largest)
    ) AS evidence
FROM (
    SELECT
        place_id, place, output_id, output,
        sum(amount) AS total,
        max(amount) AS largest,
        count(*) FILTER (WHERE funded) AS funded_agencies,
        array_agg(agency ORDER BY agency) AS agencies
    FROM (
        SELECT
            s.place_id, s.place, s.output_id, p.output, s.agency,
            sum(s.amount) AS amount, bool_or(s.funded) AS funded
        FROM scope_place
        JOIN share s USING (place_id)
        JOIN plan p USING (activity_id)
        WHERE NOT s.supporting
        GROUP BY s.place_id, s.place, s.output_id, p.output, s.agency
    ) AS by_agency
    GROUP BY place_id, place, output_id, output
    HAVING count(*) > 1
) AS g
CROSS JOIN LATERAL (
    SELECT
        array_agg(p.code ORDER BY p.code) AS members,
        array_agg('activity/' || p.code ORDER BY p.code) AS records,
        jsonb_agg(e.activity || jsonb_build_object('share', s.amount) ORDER BY p.code) AS activities,
        array_agg(s.activity_id) AS ids
    FROM share s
    JOIN plan p USING (activity_id)
    JOIN proof e USING (activity_id)
    WHERE s.place_id = g.place_id AND s.output_id = g.output_id
) AS m
