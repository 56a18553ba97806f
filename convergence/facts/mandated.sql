-- Who is responsible for a need that names no output: agencies with a mandate for its sector at its
-- place, and whether one of their own activities meets it (METHOD.md sections 1, 4, 5).
-- unique: need_id, place_id, agency_id
SELECT DISTINCT
    n.need_id, n.place_id, n.code, n.place, n.sector_id, n.weight, n.output_id IS NULL AS open_output,
    m.agency_id, g.code AS agency,
    EXISTS (
        SELECT FROM fit f
        WHERE f.need_id = n.need_id AND f.place_id = n.place_id AND f.agency_id = m.agency_id
    ) AS present
FROM need_here n
JOIN stakeholders_mandate m USING (sector_id)
JOIN stakeholders_agency g ON g.id = m.agency_id
LEFT JOIN territory_area a ON a.id = m.area_id
JOIN territory_place p ON p.id = n.place_id
JOIN territory_area v ON v.id = p.village_id
WHERE a.code IS NULL OR v.code = a.code OR starts_with(v.code, a.code || '.')
