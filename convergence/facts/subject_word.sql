-- The index of subjects by place and word.
-- index: place_id, word
SELECT subject_id, place_id, agency_id, agency, output_id, size, word
FROM subject
CROSS JOIN LATERAL unnest(words) AS word
