-- The lines that make up an activity's effective budget, one row a line, as they stand in evidence.
-- index: activity_id
SELECT e.activity_id, line ->> 'code' COLLATE "C" AS code, line
FROM proof e
CROSS JOIN LATERAL jsonb_array_elements(e.lines) AS line
WHERE (line ->> 'effective')::boolean
