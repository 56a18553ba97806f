-- Two loads at once would both find a row missing and both write it; readers are not held up.
LOCK TABLE territory_area, territory_island, territory_managedarea, territory_place
    IN SHARE ROW EXCLUSIVE MODE
