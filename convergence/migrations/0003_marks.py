"""Statement-level triggers that mark what is to be judged again (convergence/marks.py)."""

from django.db import migrations

from convergence import marks

EVENTS = ("INSERT", "UPDATE", "DELETE")


class Migration(migrations.Migration):
    dependencies = [
        ("convergence", "0002_lcm"),
        ("core", "0001_initial"),
        ("territory", "0001_initial"),
        ("catalogue", "0001_initial"),
        ("stakeholders", "0001_initial"),
        ("planning", "0001_initial"),
        ("programs", "0001_initial"),
        ("budgets", "0001_initial"),
        ("monitoring", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(marks.FUNCTION, "DROP FUNCTION kerapu_mark_dirty()"),
        migrations.RunSQL(marks.VERDICT_FUNCTION, "DROP FUNCTION kerapu_mark_verdict()"),
        *(
            migrations.RunSQL(
                marks.trigger(table, event), f"DROP TRIGGER kerapu_dirty_{event.lower()} ON {table}"
            )
            for table in marks.MARKED_TABLES
            for event in EVENTS
        ),
        migrations.RunSQL(marks.NEVER_CHANGED_FUNCTION, "DROP FUNCTION kerapu_never_changed()"),
        *(
            migrations.RunSQL(
                marks.never_changed(table), f"DROP TRIGGER kerapu_never_changed ON {table}"
            )
            for table in marks.NEVER_CHANGED
        ),
        migrations.RunSQL(
            marks.trigger("convergence_findingevent", "INSERT", "kerapu_mark_verdict"),
            "DROP TRIGGER kerapu_dirty_insert ON convergence_findingevent",
        ),
    ]
