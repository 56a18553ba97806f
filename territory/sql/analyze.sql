ANALYZE territory_area, territory_island, territory_place
