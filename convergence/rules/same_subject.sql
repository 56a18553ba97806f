-- Two agencies plan different outputs at one place under titles about the same thing: subjects that
-- share a word and half of the words of the shorter one (METHOD.md section 5).
SELECT
    concat_ws('/', 'same_subject', g.place, g.lower_agency, g.higher_agency) AS key,
    CASE WHEN g.lower_funded AND g.higher_funded THEN 4 ELSE 2 END AS severity,
    least(g.lower_amount, g.higher_amount) AS amount,
    ARRAY[g.lower_agency, g.higher_agency] AS agencies,
    ARRAY[g.place] AS places,
    g.members,
    g.records,
    jsonb_build_object(
        'activities', g.activities, 'words', to_jsonb(g.words),
        'lines', (
            SELECT coalesce(jsonb_agg(l.line ORDER BY l.code), '[]')
            FROM proof_line l
            WHERE l.activity_id = ANY (g.ids)
        ),
        'numbers', jsonb_build_object('lower', g.lower_amount, 'higher', g.higher_amount)
    ) AS evidence
FROM (
    SELECT
        s.place, m.lower_agency, m.higher_agency,
        coalesce(sum(s.amount) FILTER (WHERE s.agency = m.lower_agency), 0) AS lower_amount,
        coalesce(sum(s.amount) FILTER (WHERE s.agency = m.higher_agency), 0) AS higher_amount,
        bool_or(s.funded) FILTER (WHERE s.agency = m.lower_agency) AS lower_funded,
        bool_or(s.funded) FILTER (WHERE s.agency = m.higher_agency) AS higher_funded,
        array_agg(p.code ORDER BY p.code) AS members,
        array_agg('activity/' || p.code ORDER BY p.code) AS records,
        jsonb_agg(e.activity || jsonb_build_object('share', s.amount) ORDER BY p.code) AS activities,
        min(m.words) AS words,
        array_agg(s.activity_id) AS ids
    FROM (
        SELECT
            pair.place_id, pair.lower_agency, pair.higher_agency, activity_id,
            min(pair.words) AS words
        FROM (
            SELECT
                place_id, lower_agency, higher_agency, lower_id, higher_id,
                array_agg(word ORDER BY word) AS words
            FROM (
                SELECT
                    a.place_id, a.agency AS lower_agency, b.agency AS higher_agency,
                    a.subject_id AS lower_id, b.subject_id AS higher_id,
                    least(a.size, b.size) AS shorter, a.word
                FROM scope_place
                JOIN subject_word a USING (place_id)
                JOIN subject_word b USING (place_id, word)
                WHERE a.agency < b.agency AND a.output_id <> b.output_id
            ) AS shared
            GROUP BY place_id, lower_agency, higher_agency, lower_id, higher_id, shorter
            HAVING 2 * count(*) >= shorter
        ) AS pair
        JOIN subject u ON u.subject_id IN (pair.lower_id, pair.higher_id)
        CROSS JOIN LATERAL unnest(u.activities) AS activity_id
        GROUP BY pair.place_id, pair.lower_agency, pair.higher_agency, activity_id
    ) AS m
    JOIN share s ON s.place_id = m.place_id AND s.activity_id = m.activity_id
    JOIN plan p ON p.activity_id = m.activity_id
    JOIN proof e ON e.activity_id = m.activity_id
    GROUP BY s.place, m.lower_agency, m.higher_agency
) AS g
