SELECT code FROM territory_area WHERE code = ANY (%(codes)s)
UNION
SELECT code FROM staged_area WHERE code = ANY (%(codes)s)
