"""The one arithmetic helper that PostgreSQL lacks: the least common multiple of a column."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("convergence", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "CREATE AGGREGATE kerapu_lcm(numeric) "
            "(SFUNC = lcm, STYPE = numeric, INITCOND = '1', PARALLEL = SAFE)",
            "DROP AGGREGATE kerapu_lcm(numeric)",
        ),
    ]
