-- METHOD.md section 1: a place is managed when its village's code equals a managed code or begins
-- with it and a dot. The first 2, 5, 8 and 13 characters are the areas that it lies in.
UPDATE territory_place p
SET managed = fresh.managed, populated = fresh.populated
FROM (
    SELECT p.id,
        left(p.code, 2) = ANY (%(managed)s) OR left(p.code, 5) = ANY (%(managed)s)
            OR left(p.code, 8) = ANY (%(managed)s) OR left(p.code, 13) = ANY (%(managed)s)
            AS managed,
        coalesce(i.populated, true) AS populated
    FROM territory_place p
    LEFT JOIN territory_island i ON i.id = p.island_id
) AS fresh
WHERE fresh.id = p.id AND (fresh.managed, fresh.populated) <> (p.managed, p.populated)
