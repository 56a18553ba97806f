-- Words of the titles that can have a subject: of live activities of the year with a place and an
-- output that is not supporting; lower case, runs of letters, three or more, no stop words.
-- unique: activity_id, word
SELECT DISTINCT p.activity_id, word
FROM plan p
CROSS JOIN LATERAL regexp_split_to_table(lower(p.title), '[^[:alpha:]]+') AS word
WHERE p.live AND p.active AND NOT p.supporting
    AND length(word) >= 3 AND word <> ALL (%(stop_words)s)
    AND EXISTS (SELECT FROM located w WHERE w.activity_id = p.activity_id)
