-- Words that say only where: those of the names of a place's village, district, regency, province
-- and island, and of these names written without blanks (METHOD.md section 5, subject).
-- unique: place_id, word
SELECT DISTINCT p.id AS place_id, word
FROM scope_place
JOIN territory_place p ON p.id = scope_place.place_id
JOIN territory_area v ON v.id = p.village_id
JOIN territory_area d ON d.id = p.district_id
JOIN territory_area r ON r.id = p.regency_id
JOIN territory_area pr ON pr.id = p.province_id
LEFT JOIN territory_island i ON i.id = p.island_id
CROSS JOIN LATERAL unnest(ARRAY[v.name, d.name, r.name, pr.name, i.name]) AS names (spelling)
CROSS JOIN LATERAL (
    SELECT regexp_split_to_table(lower(spelling), '[^[:alpha:]]+') AS word
    UNION
    SELECT regexp_split_to_table(
        regexp_replace(lower(spelling), '\s+', '', 'g'), '[^[:alpha:]]+'
    )
) AS words
WHERE length(word) >= 3
