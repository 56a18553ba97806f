-- A populated island of the managed area on which no counted activity is active in the year.
SELECT
    concat_ws('/', 'unserved_island', i.code) AS key,
    4 AS severity,
    0 AS amount,
    '{}'::text[] AS agencies,
    (
        SELECT array_agg(p.code ORDER BY p.code)
        FROM territory_place p
        WHERE p.island_id = i.id AND p.managed
    ) AS places,
    '{}'::text[] AS members,
    ARRAY['island/' || i.code] AS records,
    jsonb_build_object(
        'islands', jsonb_build_array(
            jsonb_build_object(
                'code', i.code, 'name', i.name, 'populated_in_list', i.populated_in_list,
                'populated_source', i.populated_source,
                'populated_on', i.populated_on
            )
        )
    ) AS evidence
FROM scope_island
JOIN territory_island i ON i.id = scope_island.island_id
WHERE i.populated
    AND NOT EXISTS (
        SELECT
        FROM territory_place p
        JOIN located w ON w.place_id = p.id
        JOIN plan a ON a.activity_id = w.activity_id
        WHERE p.island_id = i.id AND a.counted AND a.active
    )
