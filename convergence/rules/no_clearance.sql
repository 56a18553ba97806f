-- An activity works in a zone that restricts its sector, its agency is not the zone's authority, and
-- not every day of its period lies within a clearance.
SELECT
    concat_ws('/', 'no_clearance', p.code, z.code) AS key,
    5 AS severity,
    s.amount,
    ARRAY(SELECT x FROM unnest(ARRAY[p.agency, g.code::text]) AS x ORDER BY x COLLATE "C") AS agencies,
    s.places,
    '{}'::text[] AS members,
    ARRAY['activity/' || p.code, 'zone/' || z.code] AS records,
    jsonb_build_object(
        'activities', jsonb_build_array(e.activity), 'lines', e.lines,
        'zones', jsonb_build_array(
            jsonb_build_object('code', z.code, 'name', z.name, 'authority', g.code)
        ),
        'clearances', coalesce(
            (
                SELECT jsonb_agg(
                    jsonb_build_object(
                        'number', c.number, 'valid_from', c.valid_from, 'valid_to', c.valid_to
                    ) ORDER BY c.valid_from, c.number
                )
                FROM programs_clearance c
                WHERE c.activity_id = p.activity_id AND c.zone_id = z.id
            ), '[]'
        ),
        'numbers', jsonb_build_object('period_first', p.period_first, 'period_last', p.period_last)
    ) AS evidence
FROM scope_activity
JOIN plan p USING (activity_id)
JOIN (
    SELECT s.activity_id, zp.zone_id, sum(s.amount) AS amount, array_agg(s.place ORDER BY s.place) AS places
    FROM share s
    JOIN planning_zoneplace zp USING (place_id)
    GROUP BY s.activity_id, zp.zone_id
) AS s USING (activity_id)
JOIN planning_zone z ON z.id = s.zone_id
JOIN stakeholders_agency g ON g.id = z.authority_id
JOIN proof e USING (activity_id)
WHERE p.live AND p.active AND z.authority_id <> p.agency_id
    AND (
        NOT EXISTS (SELECT FROM planning_zonesector zs WHERE zs.zone_id = z.id)
        OR EXISTS (
            SELECT FROM planning_zonesector zs
            WHERE zs.zone_id = z.id AND zs.sector_id = p.sector_id
        )
    )
    AND NOT coalesce(
        (
            -- One with its last day before its first covers no day.
            SELECT range_agg(daterange(c.valid_from, c.valid_to, '[]'))
                @> daterange(p.period_first, p.period_last, '[]')
            FROM programs_clearance c
            WHERE c.activity_id = p.activity_id AND c.zone_id = z.id
                AND c.valid_from <= c.valid_to
        ), false
    )
