-- Money by place and sector: rows that differ are written, those without money removed.
WITH gone AS (
    DELETE FROM convergence_placemoney m
    WHERE m.year = %(year)s AND NOT EXISTS (
        SELECT FROM place_money p
        WHERE p.sector_id = m.sector_id AND p.place_id IS NOT DISTINCT FROM m.place_id
    )
)
INSERT INTO convergence_placemoney AS m (year, place_id, sector_id, amount)
SELECT %(year)s, place_id, sector_id, amount FROM place_money
ON CONFLICT (year, place_id, sector_id) DO UPDATE SET amount = excluded.amount
WHERE m.amount <> excluded.amount
