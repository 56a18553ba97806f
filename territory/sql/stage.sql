-- Where the rows of the files lie until they are checked and compared. Gone with the transaction.
DROP TABLE IF EXISTS pg_temp.staged_area, pg_temp.staged_island, pg_temp.staged_pair,
    pg_temp.staged_point, pg_temp.staged_outline;
CREATE TEMP TABLE staged_area (
    line int NOT NULL,
    level text NOT NULL,
    code text COLLATE "C" NOT NULL,
    name text NOT NULL,
    parent text COLLATE "C"
) ON COMMIT DROP;
CREATE TEMP TABLE staged_island (
    line int NOT NULL,
    code text COLLATE "C" NOT NULL,
    name text NOT NULL,
    regency text COLLATE "C",
    latitude double precision,
    longitude double precision,
    outermost_small boolean NOT NULL,
    populated boolean NOT NULL
) ON COMMIT DROP;
CREATE TEMP TABLE staged_pair (
    line int NOT NULL,
    village text COLLATE "C" NOT NULL,
    island text COLLATE "C" NOT NULL
) ON COMMIT DROP;
CREATE TEMP TABLE staged_point (
    line int NOT NULL,
    code text COLLATE "C" NOT NULL,
    latitude double precision NOT NULL,
    longitude double precision NOT NULL
) ON COMMIT DROP;
CREATE TEMP TABLE staged_outline (
    kind text NOT NULL,
    code text COLLATE "C" NOT NULL,
    outline jsonb NOT NULL
) ON COMMIT DROP;
