-- Needs of the year at the places to be judged; a target is split equally over a need's places, and
-- `parts` is their number (METHOD.md section 1), so that the target here is target / parts.
-- unique: need_id, place_id
SELECT
    n.id AS need_id, n.code, np.place_id, p.code AS place, n.sector_id, n.output_id, n.weight,
    n.target, n.first_year,
    (
        SELECT count(*)
        FROM planning_needplace other
        JOIN territory_place op ON op.id = other.place_id AND op.managed
        WHERE other.need_id = n.id
    ) AS parts
FROM scope_place
JOIN planning_needplace np USING (place_id)
JOIN planning_need n ON n.id = np.need_id
JOIN territory_place p ON p.id = np.place_id
WHERE %(year)s BETWEEN n.first_year AND n.last_year AND p.managed
