"""The compose file's processes without Docker: a real PostgreSQL, a real Redis, the same commands.

Loads areas and the example workbook, waits for the worker's judgement, compares it with what is
expected, and carries it by backup into a second database and into an embedded home. Needs the
programs initdb, postgres and redis-server; ends with status 1 and the reason when something is
amiss.
"""

from __future__ import annotations

import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import psycopg2

from scripts import compose
from scripts.processes import (
    BIN,
    ROOT,
    SHARED,
    Failure,
    Process,
    Visitor,
    clean_environment,
    free_port,
    manage,
    this_year,
    wait_for,
)

EXPECTED_YEAR, EXPECTED_DAY = "2026", "2026-08-01"
JUDGEMENT_SECONDS = 120


def postgresql_programs() -> Path:
    """The folder of initdb and postgres, the newest there is. Raises Failure."""
    folders = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name)
    )
    on_path = shutil.which("initdb")
    if folders:
        return folders[-1]
    if on_path:
        return Path(on_path).parent
    raise Failure("no PostgreSQL server is installed")


class Server:
    """PostgreSQL, Redis, and the processes of the compose file, on free ports."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port, self.database_port, self.redis_port = free_port(), free_port(), free_port()
        self.processes: list[Process] = []
        self.environment = (
            clean_environment()
            | compose.environment("web")
            | {
                "PATH": f"{BIN}:{os.environ['PATH']}",
                "DATABASE_URL": self.database("kerapu"),
                "REDIS_URL": f"redis://127.0.0.1:{self.redis_port}/0",
                "KERAPU_HOME": str(folder / "home"),
                "KERAPU_STATIC": str(folder / "static"),
                "KERAPU_TRUSTED_PROXY": "127.0.0.1",
                "HEALTH_PORT": str(self.port),
            }
        )

    def database(self, name: str) -> str:
        """The address of a database of this server."""
        return f"postgres://kerapu@127.0.0.1:{self.database_port}/{name}"

    def run(self, name: str, command: list[str]) -> Process:
        """Starts a process that `end` ends."""
        process = Process(command, self.environment, name)
        self.processes.append(process)
        return process

    def start_postgresql(self) -> None:
        """A new cluster as the compose file makes it; a role without special rights."""
        programs = postgresql_programs()
        data = self.folder / "database"
        data.mkdir()
        prefix: list[str] = []
        if os.geteuid() == 0:  # postgres refuses to run as root
            account = pwd.getpwnam("postgres")
            os.chown(data, account.pw_uid, account.pw_gid)
            self.folder.chmod(0o755)
            prefix = ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}"]
            prefix += ["--clear-groups"]
        options = ["-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "-N"]
        subprocess.run(
            [*prefix, programs / "initdb", "-D", data, *options], check=True, capture_output=True
        )
        command = [*prefix, str(programs / "postgres"), "-D", str(data), "-k", str(data)]
        command += ["-p", str(self.database_port), "-c", "listen_addresses=127.0.0.1"]
        self.run("postgres", [*command, "-c", "fsync=off"])
        wait_for("PostgreSQL", self._connects, 30)
        self.execute("CREATE ROLE kerapu LOGIN CREATEDB")
        for name in ("kerapu", "kerapu_restored", "kerapu_procurement"):
            self.execute(f"CREATE DATABASE {name} OWNER kerapu")

    def _connects(self) -> bool:
        try:
            self.execute("SELECT 1")
        except psycopg2.OperationalError:
            return False
        return True

    def execute(self, statement: str) -> None:
        """One statement as the superuser."""
        connection = psycopg2.connect(
            host="127.0.0.1", port=self.database_port, user="postgres", dbname="postgres"
        )
        try:
            connection.autocommit = True
            connection.cursor().execute(statement)
        finally:
            connection.close()

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """What the application's database answers."""
        connection = psycopg2.connect(self.database("kerapu"))
        try:
            cursor = connection.cursor()
            cursor.execute(statement)
            return cursor.fetchall()
        finally:
            connection.close()

    def is_quiet(self) -> bool:
        """No job waits or runs, and nothing is marked."""
        waiting = self.rows("SELECT count(*) FROM core_job WHERE state IN ('queued', 'running')")
        return waiting == self.rows("SELECT count(*) FROM convergence_dirty") == [(0,)]

    def start_redis(self) -> Process:
        """With the options of the compose file."""
        command = [*compose.command("redis"), "--port", str(self.redis_port)]
        process = self.run("redis", [*command, "--bind", "127.0.0.1", "--dir", str(self.folder)])
        process.wait_line("[Rr]eady to accept connections", 20)
        return process

    def start_services(self) -> None:
        """migrate to its end, then web, worker and beat."""
        manage(self.environment, "collectstatic", "--noinput")
        manage(self.environment, *compose.command("migrate")[2:])
        for old in Path("/tmp").glob("kerapu-beat*"):  # beat's memory of an earlier run
            old.unlink()
        for name in ("web", "worker", "beat"):
            command = compose.command(name)
            command = [str(BIN / command[0]), *command[1:]]
            here = [part.replace("0.0.0.0:8000", f"127.0.0.1:{self.port}") for part in command]
            self.run(name, here)
        for name in ("web", "beat", "worker"):
            wait_for(f"health of {name}", partial(self.is_healthy, name), 120)

    def is_healthy(self, name: str) -> bool:
        """As the container's health check asks."""
        for process in self.processes:
            if not process.runs():
                raise Failure(f"{process.name} ended:\n{process.output}")
        command = [sys.executable, "deploy/health.py", name]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, check=False
        )
        return done.returncode == 0

    def end(self) -> None:
        """All of it, last started first. Raises Failure when a service ended badly."""
        statuses = {}
        for process in reversed(self.processes):
            number = signal.SIGINT if process.name == "postgres" else signal.SIGTERM
            statuses[process.name] = process.end(number, 60)
        bad = {name: status for name, status in statuses.items() if status not in (0, -15)}
        if bad:
            raise Failure(f"ended with an error: {bad}")


def check_web(server: Server) -> None:
    """Behind the proxy it answers, and without TLS it leads to TLS. Raises Failure."""
    address = f"http://127.0.0.1:{server.port}"
    domain = server.environment["KERAPU_ALLOWED_HOSTS"]
    by_tls = Visitor(address, {"Host": domain, "X-Forwarded-Proto": "https"})
    page, _where = by_tls.get("/accounts/login/")
    if "csrfmiddlewaretoken" not in page:
        raise Failure("the login page has no form")
    try:
        Visitor(address, {"Host": domain}).get("/accounts/login/")
    except (Failure, OSError):
        pass  # led to https://, where nobody answers here
    else:
        raise Failure("a page was given out without TLS")
    try:
        Visitor(address, {"Host": "evil.example", "X-Forwarded-Proto": "https"}).get("/")
    except Failure as failure:
        if "400" not in str(failure):
            raise
    else:
        raise Failure("a foreign host name was answered")


def judge(environment: dict[str, str], year: str = EXPECTED_YEAR) -> dict[str, Any]:
    """The judgement of the expected day, computed now and only printed."""
    text = manage(environment, "converge", "--year", year, "--as-of", EXPECTED_DAY, "--json", "-")
    result: dict[str, Any] = json.loads(text)
    return result


def main_job(server: Server) -> dict[str, Any]:
    """Areas and plans go in, the worker judges by itself, and judges right."""
    regions = ROOT / "territory/data/kayong_utara"
    manage(server.environment, "load_areas", regions, "--managed", "61.11")
    workbook = SHARED / "example.xlsx"
    if not workbook.exists():
        workbook = ROOT / "exchange/data/demo.xlsx"
        print("(no ../shared/data: the demonstration's workbook, and nothing to compare it with)")
    manage(server.environment, "import_workbook", workbook)
    year = this_year()

    def is_judged() -> bool:
        judged = server.rows(f"SELECT findings FROM convergence_judgement WHERE year = {year}")
        return bool(judged and judged[0][0]) and server.is_quiet()

    seconds = wait_for("the worker's judgement", is_judged, JUDGEMENT_SECONDS)
    stored = [
        list(row)
        for row in server.rows(
            "SELECT key, severity, amount FROM convergence_finding"
            f" WHERE year = {year} AND state <> 'closed' ORDER BY key"
        )
    ]
    print(f"the worker judged {year} in {seconds:.1f} s: {len(stored)} findings")
    told = json.loads(manage(server.environment, "converge", "--year", str(year), "--json", "-"))
    if stored != [[one["key"], one["severity"], one["amount"]] for one in told["findings"]]:
        raise Failure("the worker stored another judgement than converge prints")
    result = judge(server.environment)
    expected = SHARED / "example.expected.json"
    if expected.exists() and json.loads(expected.read_text("utf-8")) != result:
        raise Failure("the judgement is not the expected one")
    return result


def lose_the_broker(server: Server, redis: Process) -> None:
    """Redis dies with all that it holds; what is written meanwhile is judged all the same."""
    redis.end(signal.SIGKILL)
    server.processes.remove(redis)
    ((before,),) = server.rows("SELECT max(finished) FROM convergence_judgement")
    change = "from programs.models import Activity as A; A.objects.update(title='Jalan baru')"
    manage(server.environment, "shell", "-v", "0", "-c", change)
    server.start_redis()

    def is_judged() -> bool:
        ((finished,),) = server.rows("SELECT max(finished) FROM convergence_judgement")
        return bool(finished > before) and server.is_quiet()

    seconds = wait_for("a judgement after Redis came back", is_judged, JUDGEMENT_SECONDS)
    print(f"Redis was killed and came back: judged {seconds:.1f} s later")


def carry(server: Server, expected: dict[str, Any]) -> None:
    """A backup goes into another database and into an embedded home, and judges the same."""
    file = server.folder / "kerapu.backup"
    manage(server.environment, "backup", file)
    elsewhere = server.environment | {
        "DATABASE_URL": server.database("kerapu_restored"),
        "KERAPU_HOME": str(server.folder / "restored"),
    }
    embedded = clean_environment(KERAPU_HOME=str(server.folder / "embedded"))
    for name, environment in (("a second database", elsewhere), ("an embedded home", embedded)):
        manage(environment, "restore", file)
        if judge(environment) != expected:
            raise Failure(f"restored into {name} it judges otherwise")
        manage(environment, "restore", file, status=1)
        print(f"restored into {name}: the same judgement")


def real_plans(server: Server) -> None:
    """A year of a regency's real procurement, judged as expected. Raises Failure."""
    folder = SHARED / "kab_bandung"
    if not folder.exists():
        print("(no ../shared/data/kab_bandung: real plans are not judged)")
        return
    environment = server.environment | {
        "DATABASE_URL": server.database("kerapu_procurement"),
        "KERAPU_HOME": str(server.folder / "procurement"),
    }
    manage(environment, *compose.command("migrate")[2:])
    manage(environment, "load_areas", folder, "--managed", "32.04")
    manage(environment, "import_workbook", folder / "procurement_2025.xlsx")
    expected = json.loads((folder / "procurement_2025.expected.json").read_text("utf-8"))
    year, day = str(expected["year"]), expected["as_of"]
    told = manage(environment, "converge", "--year", year, "--as-of", day, "--json", "-")
    if json.loads(told) != expected:
        raise Failure("the judgement of the real plans is not the expected one")
    print(f"real plans of {year}: {len(expected['findings'])} findings as expected")


def main() -> int:
    """Status 1 and the reason when something is amiss."""
    folder = Path(tempfile.mkdtemp(prefix="kerapu-server-"))
    server = Server(folder)
    try:
        server.start_postgresql()
        redis = server.start_redis()
        server.start_services()
        check_web(server)
        carry(server, main_job(server))
        lose_the_broker(server, redis)
        real_plans(server)
        server.end()
    except (Failure, OSError, subprocess.SubprocessError) as failure:
        print(f"Server run FAILED: {failure}")
        for process in server.processes:
            print(f"--- {process.name}\n" + "\n".join(process.lines[-30:]))
        return 1
    finally:
        for process in reversed(server.processes):
            if process.runs():
                process.end(signal.SIGKILL)
        shutil.rmtree(folder, ignore_errors=True)
    print("Server run passed.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
