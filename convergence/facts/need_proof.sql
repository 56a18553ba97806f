-- A need as it stands in a finding's evidence, with the activities that meet it.
-- unique: need_id, place_id
SELECT
    n.need_id, n.place_id,
    jsonb_build_object(
        'code', n.code, 'place', n.place, 'sector', s.code, 'output', o.code, 'weight', n.weight,
        'target', round(n.target / n.parts, 6), 'level', n.level
    ) AS need,
    ARRAY['need/' || n.code] || coalesce(f.records, '{}') AS records,
    coalesce(f.activities, '[]') AS activities
FROM need_state n
JOIN catalogue_sector s ON s.id = n.sector_id
LEFT JOIN catalogue_output o ON o.id = n.output_id
LEFT JOIN (
    SELECT
        f.need_id, f.place_id,
        array_agg('activity/' || f.code ORDER BY f.code) AS records,
        jsonb_agg(
            e.activity || jsonb_build_object(
                'share', sh.amount, 'volume', round(f.volume / f.parts, 6)
            ) ORDER BY f.code
        ) AS activities
    FROM fit f
    JOIN proof e USING (activity_id)
    LEFT JOIN share sh USING (activity_id, place_id)
    GROUP BY f.need_id, f.place_id
) AS f USING (need_id, place_id)
