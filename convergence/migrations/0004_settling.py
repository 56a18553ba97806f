"""A step says its verdict; a reopening by hand marks; comments and steps of a finding's life are never changed."""

from django.db import migrations, models

from convergence import marks


class Migration(migrations.Migration):
    dependencies = [("convergence", "0003_marks"), ("core", "0002_versions")]

    operations = [
        migrations.AddField(
            model_name="findingevent",
            name="verdict",
            field=models.CharField(
                blank=True,
                choices=[
                    ("duplicate", "Duplicate"),
                    ("complementary", "Complementary"),
                    ("successive", "Successive phases"),
                    ("wrong_match", "Wrong match"),
                ],
                db_default="",
                default="",
                max_length=13,
                verbose_name="verdict",
            ),
        ),
        migrations.RunSQL(marks.VERDICT_FUNCTION, migrations.RunSQL.noop),
        migrations.RunSQL(
            marks.NEVER_CHANGED_FUNCTION, "DROP FUNCTION kerapu_never_changed()"
        ),
        *(
            migrations.RunSQL(
                marks.never_changed(table), f"DROP TRIGGER kerapu_never_changed ON {table}"
            )
            for table in marks.NEVER_CHANGED
        ),
    ]
