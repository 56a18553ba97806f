"""The Django backend: no server without need, and one that dies meanwhile is waited for."""

import subprocess
from pathlib import Path

import pytest

from kerapu.embedded import Home, postgres

from .conftest import Actor

pytestmark = [pytest.mark.timeout(120), pytest.mark.slow]

SETTINGS = """
import django
from django.conf import settings
database = {"ENGINE": "kerapu.embedded.backend", "NAME": "kerapu", "USER": "kerapu"}
settings.configure(
    DATABASES={"default": database},
    INSTALLED_APPS=["django.contrib.contenttypes"],
)
django.setup()
from django.db import connection
from kerapu.embedded import Home, join, server_running
home = Home.from_environment()
"""
NEEDS_NONE = """
from django.core.management import call_command
call_command("check")
assert connection.vendor == "postgresql"
print(server_running(home))
"""
ASKS = """
with connection.cursor() as cursor:
    cursor.execute("SELECT current_database() || ' ' || current_user")
    print(cursor.fetchone()[0])
"""
TEST_DATABASE = """
connection.creation.create_test_db(verbosity=0)
connection.creation.clone_test_db("gw0", verbosity=0)
with connection.cursor() as cursor:
    cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE 'test%' ORDER BY 1")
    print(*[row[0] for row in cursor.fetchall()])
connection.creation.destroy_test_db(verbosity=0, suffix="gw0")
connection.creation.destroy_test_db("kerapu", verbosity=0)
connection.close()
with connection._nodb_cursor() as cursor:
    cursor.execute("SELECT count(*) FROM pg_database WHERE datname LIKE 'test%'")
    print(cursor.fetchone()[0])
"""
LOSES_IT = """
import os, signal
for _ in range(3):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    connection.close()
    os.kill(join(home).postgres_pid(), signal.SIGKILL)
with connection.cursor() as cursor:
    cursor.execute("SELECT 'still here'")
    print(cursor.fetchone()[0])
"""
ASKS_FOR_WHAT_IS_NOT = """
import time
from django.db import OperationalError
connection.settings_dict["NAME"] = "missing"
begun = time.monotonic()
try:
    connection.ensure_connection()
except OperationalError as error:
    print("does not exist" in str(error), time.monotonic() - begun < 8)
"""
SHELL = """
from django.core.management import call_command
call_command("dbshell", "--", "-At", "-c", "SELECT current_user")
"""


def run(actor: Actor, home: Path, code: str) -> subprocess.CompletedProcess[str]:
    process = actor.start([actor.python, "-c", SETTINGS + code], KERAPU_HOME=str(home), PGPORT="1")
    out = process.communicate(timeout=90)[0]
    return subprocess.CompletedProcess([], process.returncode, out)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (NEEDS_NONE, "System check identified no issues (0 silenced).\nFalse\n"),
        (ASKS, "kerapu kerapu\n"),
        (TEST_DATABASE, "test_kerapu test_kerapu_gw0\n0\n"),
        (LOSES_IT, "still here\n"),
        (ASKS_FOR_WHAT_IS_NOT, "True True\n"),
        (SHELL, "kerapu\n"),
    ],
    ids=["check", "ask", "test database", "lose", "missing", "dbshell"],
)
def test_django_works_with_it(actor: Actor, code: str, said: str) -> None:
    home = actor.home()
    done = run(actor, home, code)
    assert done.stdout == said
    assert done.returncode == 0


def test_a_refusal_reaches_the_command_line_as_a_sentence(me: Actor) -> None:
    home = me.home()
    Home.open(home)
    (home / "home.json").write_text('{"format": 99}')
    process = me.start([me.python, "manage.py", "check"], KERAPU_HOME=str(home))
    out = process.communicate(timeout=60)[0]
    assert process.returncode == 1
    assert out.startswith("The home ")
    assert out.count("\n") == 1
    (home / "home.json").unlink()
    assert not postgres.server_running(Home(home))
