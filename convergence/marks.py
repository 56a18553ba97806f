"""The tables that a judgement depends on; a trigger on each marks that something was written.

The mark is set in the writing transaction, by the database, so no writer can forget it: bulk
import, API, shell and migration are all seen. Migrations install the triggers from this list.
"""

MARKED_TABLES = (
    "territory_area",
    "territory_island",
    "territory_place",
    "catalogue_sector",
    "catalogue_output",
    "stakeholders_agency",
    "stakeholders_mandate",
    "planning_need",
    "planning_needplace",
    "planning_zone",
    "planning_zonesector",
    "planning_zoneplace",
    "planning_actionitem",
    "planning_actionitemplace",
    "planning_commitment",
    "programs_activity",
    "programs_activityplace",
    "programs_clearance",
    "budgets_budgetline",
    "monitoring_report",
)

FUNCTION = """
CREATE FUNCTION kerapu_mark_dirty() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- A statement that touched no row leaves no mark. Marks may stand twice: keeping them unique
    -- would make writers wait for one another.
    IF EXISTS (SELECT FROM touched) THEN
        INSERT INTO convergence_dirty (source, at) VALUES (TG_TABLE_NAME, statement_timestamp());
    END IF;
    RETURN NULL;
END
$$
"""

# What a person decides (a verdict, a reopening) changes duplication and with it the index; the
# engine's own steps, which have no person, do not: a judgement would never end.
VERDICT_FUNCTION = """
CREATE FUNCTION kerapu_mark_verdict() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM touched WHERE user_id IS NOT NULL) THEN
        INSERT INTO convergence_dirty (source, at) VALUES (TG_TABLE_NAME, statement_timestamp());
    END IF;
    RETURN NULL;
END
$$
"""

# What people wrote in good faith stays as they wrote it, whoever asks.
NEVER_CHANGED_FUNCTION = """
CREATE FUNCTION kerapu_never_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is never changed and never removed', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END
$$
"""
NEVER_CHANGED = ("core_comment", "convergence_findingevent")


def never_changed(table: str) -> str:
    """The statement that keeps a table's rows as they were written."""
    return (
        f"CREATE TRIGGER kerapu_never_changed BEFORE UPDATE OR DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION kerapu_never_changed()"
    )


def trigger(table: str, event: str, function: str = "kerapu_mark_dirty") -> str:
    """The statement that installs one trigger; `event` is INSERT, UPDATE or DELETE."""
    image = "OLD" if event == "DELETE" else "NEW"
    return (
        f"CREATE TRIGGER kerapu_dirty_{event.lower()} AFTER {event} ON {table} "
        f"REFERENCING {image} TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
    )
