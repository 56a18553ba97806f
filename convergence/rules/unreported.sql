-- A counted, funded activity of the year owes a report whose due day has passed; each missing
-- quarter makes it more severe.
SELECT
    concat_ws('/', 'unreported', p.code) AS key,
    1 + d.missing AS severity,
    m.effective AS amount,
    ARRAY[p.agency] AS agencies,
    coalesce(w.places, '{}') AS places,
    '{}'::text[] AS members,
    ARRAY['activity/' || p.code] AS records,
    jsonb_build_object(
        'activities', jsonb_build_array(e.activity), 'lines', e.lines, 'due', d.due
    ) AS evidence
FROM scope_activity
JOIN plan p USING (activity_id)
JOIN money m USING (activity_id)
JOIN proof e USING (activity_id)
JOIN (
    SELECT
        activity_id,
        count(*) AS missing,
        jsonb_agg(jsonb_build_object('quarter', quarter, 'due', due) ORDER BY quarter) AS due
    FROM due_report
    WHERE NOT reported
    GROUP BY activity_id
) AS d USING (activity_id)
LEFT JOIN whereabouts w USING (activity_id)
