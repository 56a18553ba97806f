-- Scope of a full run: every place that this installation judges.
SELECT p.id AS place_id
FROM territory_place p
WHERE p.managed
