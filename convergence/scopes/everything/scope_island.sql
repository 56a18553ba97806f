-- Scope of a full run: every island that has a place in the managed area.
SELECT DISTINCT p.island_id
FROM territory_place p
WHERE p.managed AND p.island_id IS NOT NULL
