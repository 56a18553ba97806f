-- Reports owed and made, each activity once per area however many of its places lie there.
-- unique: level, code
SELECT a.level, a.code, count(*) AS due, count(*) FILTER (WHERE d.reported) AS made
FROM (
    SELECT DISTINCT a.level, a.code, w.activity_id
    FROM located w
    JOIN area_place a USING (place_id)
    WHERE w.activity_id IN (SELECT activity_id FROM due_report)
) AS a
JOIN due_report d USING (activity_id)
GROUP BY a.level, a.code
