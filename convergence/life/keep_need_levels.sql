-- Levels of needs that differ are written, those of needs that are not of the year any more removed.
WITH gone AS (
    DELETE FROM convergence_needlevel l
    WHERE l.year = %(year)s AND NOT EXISTS (
        SELECT FROM need_score s WHERE s.need_id = l.need_id AND s.place_id = l.place_id
    )
)
INSERT INTO convergence_needlevel AS l (year, need_id, place_id, weight, level, score)
SELECT %(year)s, need_id, place_id, weight, level, round(num / den, 8)
FROM need_score
ON CONFLICT (year, need_id, place_id) DO UPDATE SET
    weight = excluded.weight, level = excluded.level, score = excluded.score
WHERE (l.weight, l.level, l.score) IS DISTINCT FROM (excluded.weight, excluded.level, excluded.score)
