-- Subject of a title at a place: its words less those of the place. Alike ones (same place, agency,
-- output and words) are one subject, so that a busy place is not compared title by title. Only
-- places where two agencies or more have a title are worth comparing.
-- index: place_id
SELECT
    row_number() OVER () AS subject_id, place_id, agency_id, agency, output_id, words,
    cardinality(words) AS size, array_agg(activity_id ORDER BY activity_id) AS activities
FROM (
    SELECT
        s.place_id, s.agency_id, s.agency, s.output_id, s.activity_id,
        array_agg(t.word ORDER BY t.word) AS words
    FROM share s
    JOIN title_word t USING (activity_id)
    WHERE s.place_id IN (
            SELECT place_id FROM share WHERE NOT supporting
            GROUP BY place_id HAVING count(DISTINCT agency_id) > 1
        )
        AND NOT EXISTS (
            SELECT FROM place_word w WHERE w.place_id = s.place_id AND w.word = t.word
        )
    GROUP BY s.place_id, s.agency_id, s.agency, s.output_id, s.activity_id
) AS titles
GROUP BY place_id, agency_id, agency, output_id, words
