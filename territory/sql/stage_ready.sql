-- Without statistics the planner takes the staged tables for tiny ones.
ANALYZE pg_temp.staged_area;
ANALYZE pg_temp.staged_island;
ANALYZE pg_temp.staged_pair;
ANALYZE pg_temp.staged_point;
