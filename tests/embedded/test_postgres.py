"""The embedded server: started once, shared, stopped with the last, and never lost by a kill."""

import os
import signal
import stat
import time
from functools import partial
from pathlib import Path

import pytest

from kerapu.embedded import EmbeddedError, Home, cluster, keeper, postgres, processes
from kerapu.embedded.sockets import LONGEST_FOLDER, socket_folder

from .conftest import Actor, kill, wait_for

pytestmark = [pytest.mark.timeout(120), pytest.mark.slow]

WHO = (
    "SELECT concat_ws(' ', rolname, rolsuper::text, rolcreatedb::text) FROM pg_roles"
    " WHERE rolname = current_user"
)
LOCALE = (
    "SELECT concat_ws(' ', pg_encoding_to_char(encoding), datlocprovider, datlocale, datctype,"
    " pg_get_userbyid(datdba)) FROM pg_database WHERE datname = current_database()"
)


def server_processes(home: Path) -> list[int]:
    return processes.working_in(home / "database" / "data")


def keeper_pid(home: Path) -> int:
    pid = postgres._keeper_pid(Home(home))
    assert pid is not None
    return pid


def log(home: Path) -> str:
    return (home / "logs" / "postgres.log").read_text()


def test_a_first_start_makes_everything(actor: Actor) -> None:
    home = actor.home()
    client = actor.joined(home, PGPORT="1", PGDATA="/nowhere", LANG="id_ID.UTF-8")
    assert client.ask(WHO) == "kerapu false true"
    assert client.ask(LOCALE) == "UTF8 b C.UTF-8 C.UTF-8 kerapu"
    assert client.ask("SELECT upper('é') || current_setting('listen_addresses')") == "É"
    assert client.ask("SELECT current_setting('jit') || current_setting('shared_buffers')") == (
        "off128MB"
    )
    for name in ("pg_trgm", "btree_gist", "unaccent", "citext"):
        assert client.ask(f"CREATE EXTENSION {name}") == "done"
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert home.stat().st_uid == actor.uid
    owner = (home / "database" / "data").stat().st_uid
    assert owner == actor.uid if actor.uid else owner in range(60578, 61184)
    assert listening(server_processes(home)) == []


def listening(pids: list[int]) -> list[bytes]:
    """The sockets of the TCP tables that belong to one of `pids`."""
    own = set()
    for link in [link for pid in pids for link in Path(f"/proc/{pid}/fd").glob("*")]:
        if link.is_symlink():  # a process or descriptor may have gone meanwhile
            target = os.readlink(link)
            if target.startswith("socket:["):
                own.add(target[8:-1].encode())
    found = []
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_bytes().splitlines()[1:]:
            if line.split()[9] in own:
                found.append(table.encode() + b" " + line)
    return found


def test_no_permission_is_widened(actor: Actor, short_folder: Path) -> None:
    above = short_folder / "above"
    above.mkdir(mode=0o700)
    os.chown(above, actor.uid, actor.uid)
    os.chmod(actor.folder, 0o700)
    actor.joined(actor.home())
    actor.joined(above / "home")
    assert [stat.S_IMODE(p.stat().st_mode) for p in (above, actor.folder)] == [0o700, 0o700]
    assert {stat.S_IMODE(p.stat().st_mode) for p in (above / "home").iterdir() if p.is_dir()} == {
        0o700
    }


@pytest.mark.parametrize("umask", [0o077, 0o000])
def test_any_umask(actor: Actor, umask: int) -> None:
    home = actor.home()
    assert actor.client(home, umask=umask).line().isdigit()
    widened = [p for p in home.rglob("*") if not p.is_symlink() and p.lstat().st_mode & 0o022]
    assert [p for p in widened if not stat.S_ISSOCK(p.lstat().st_mode)] == []


@pytest.mark.parametrize("name", ["x" * 120, "/".join(["y" * 50] * 4), 'with,comma and "quote"'])
def test_a_path_that_no_socket_can_have(actor: Actor, name: str) -> None:
    home = actor.home(name)
    client = actor.joined(home)
    assert client.ask("SELECT 1") == "1"
    assert len(str(socket_folder(Home(home)))) > LONGEST_FOLDER or "," in name
    # The link is made again after /tmp was cleaned.
    for link in Path(f"/tmp/kerapu-{actor.uid}").iterdir():
        if os.readlink(link).startswith(str(home)):
            link.unlink()
    assert client.ask("SELECT 2") == "2"


def test_a_link_folder_that_somebody_else_made_is_passed_over(
    me: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kerapu.embedded import sockets

    taken, writable, free = (tmp_path / name for name in ("taken", "writable", "free"))
    taken.symlink_to(tmp_path)
    writable.mkdir()
    writable.chmod(0o777)
    monkeypatch.setattr(sockets, "_parents", lambda: [taken, writable, free])
    found = sockets.short_socket_folder(Home(Path("/" + "z" * 200)))
    assert Path(found).parent == free
    monkeypatch.setattr(sockets, "_parents", lambda: [taken, writable])
    with pytest.raises(EmbeddedError):
        sockets.short_socket_folder(Home(Path("/" + "z" * 200)))


@pytest.mark.parametrize("count", [2, 8])
def test_first_starts_at_once_make_one(actor: Actor, count: int) -> None:
    home = actor.home()
    clients = [actor.client(home) for _ in range(count)]
    assert len({client.line() for client in clients}) == 1
    assert all(client.ask("SELECT 1") == "1" for client in clients)
    assert log(home).count("starting PostgreSQL") == 1


def test_the_last_one_stops_it(actor: Actor) -> None:
    home = actor.home()
    first = actor.joined(home)
    second = actor.joined(home)
    first.leave()
    time.sleep(keeper.LINGER_SECONDS + 1)
    assert second.ask("SELECT 1") == "1"
    second.leave()
    wait_for(lambda: not postgres.server_running(Home(home)), keeper.LINGER_SECONDS + 3)
    assert server_processes(home) == []
    assert "database system is shut down" in log(home)


def test_a_row_of_commands_shares_one_server(me: Actor) -> None:
    home = me.home()
    started = {client.line() for _ in range(3) if (client := me.client(home))}
    assert len(started) == 1


def test_a_forked_child_keeps_it(me: Actor) -> None:
    home = me.home()
    client = me.joined(home)
    child = int(client.ask("fork"))
    client.leave()
    time.sleep(keeper.LINGER_SECONDS + 1)
    assert server_processes(home)
    kill(child)
    wait_for(lambda: not server_processes(home), keeper.LINGER_SECONDS + 5)


def test_leaving_without_linger_waits_for_the_stop(me: Actor) -> None:
    home = Home.open(me.home())
    server = postgres.join(home)
    assert postgres.join(home) is server
    server.leave(linger=False)
    assert not postgres.server_running(home)
    assert server_processes(home.path) == []
    assert postgres.join(home) is server
    client = me.joined(home.path)
    server.leave(linger=False)  # somebody else uses it
    assert client.ask("SELECT 1") == "1"


@pytest.mark.parametrize("victims", ["server", "keeper", "client", "keeper and server", "all"])
def test_what_is_killed_is_taken_over(actor: Actor, victims: str) -> None:
    home = actor.home()
    client = actor.joined(home)
    client.ask("CREATE TABLE kept (n int)")
    client.ask("INSERT INTO kept VALUES (42)")
    if victims in ("keeper", "keeper and server", "all"):
        kill(keeper_pid(home))
    if victims in ("server", "keeper and server"):
        kill(int((home / "database/data/postmaster.pid").read_text().split()[0]))
    if victims == "all":
        for pid in server_processes(home):
            processes.send(pid, signal.SIGKILL)
    if victims in ("client", "all"):
        client.kill()
    another = actor.joined(home)
    assert another.ask("SELECT n FROM kept") == "42"
    if victims not in ("client", "all"):
        # The client that saw it die goes on too.
        assert client.ask("SELECT n FROM kept") == "42"


def test_a_killed_client_does_not_keep_it(me: Actor) -> None:
    home = me.home()
    me.joined(home).kill()
    wait_for(lambda: not postgres.server_running(Home(home)), keeper.LINGER_SECONDS + 5)


def restarted(home: Path, before: int) -> bool:
    return postgres.Server(Home(home)).postgres_pid() not in (None, before)


def test_a_killed_server_comes_back_by_itself(actor: Actor) -> None:
    home = actor.home()
    client = actor.joined(home)
    for _ in range(3):
        before = postgres.Server(Home(home)).postgres_pid()
        assert before is not None
        kill(before)
        wait_for(partial(restarted, home, before))
    assert client.ask("SELECT 1") == "1"


@pytest.mark.parametrize("delay", [0.1, 0.3, 0.5, 0.8])
@pytest.mark.parametrize("victim", ["keeper", "client"])
def test_a_first_start_killed_at_any_moment(actor: Actor, delay: float, victim: str) -> None:
    home = actor.home()
    client = actor.client(home)
    wait_for(lambda: postgres._keeper_pid(Home(home)))
    time.sleep(delay)
    if victim == "client":
        client.kill()
    elif pid := postgres._keeper_pid(Home(home)):
        kill(pid)
    another = actor.joined(home)
    assert another.ask(WHO) == "kerapu false true"
    assert not list((home / "database").glob("new-*"))


@pytest.mark.parametrize("owner", ["nobody", "this test"])
def test_a_stale_pid_file_does_not_matter(actor: Actor, owner: str) -> None:
    home = actor.home()
    actor.joined(home).leave()
    assert postgres.stop(Home(home))
    pid = 4_000_000 if owner == "nobody" else os.getpid()
    for file in ("data/postmaster.pid", "socket/.s.PGSQL.5432.lock"):
        stale = home / "database" / file
        stale.write_text(f"{pid}\n/somewhere\n1\n5432\n/somewhere\n\n\nready\n")
        os.chown(stale, stale.parent.stat().st_uid, stale.parent.stat().st_gid)
    assert actor.joined(home).ask("SELECT 1") == "1"


def test_stop_ends_it_under_its_users(actor: Actor) -> None:
    home = actor.home()
    client = actor.joined(home)
    assert postgres.stop(Home(home))
    assert server_processes(home) == []
    assert not postgres.stop(Home(home))
    assert client.ask("SELECT 1") == "1"  # it starts again for who needs it


def test_two_homes_of_root_are_two_accounts(me: Actor) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root's homes have accounts of their own")
    homes = [me.home("one"), me.home("two")]
    for home in homes:
        me.joined(home).leave()
    owners = [(home / "database/data").stat().st_uid for home in homes]
    assert len(set(owners)) == 2
    # Moved away, with another in its old place: each again has one of its own.
    for home in homes:
        postgres.stop(Home(home))
    moved = me.home("moved")
    homes[0].rename(moved)
    assert me.joined(moved).ask("SELECT 1") == "1"
    assert me.joined(homes[0]).ask("SELECT 1") == "1"
    owners = [(h / "database/data").stat().st_uid for h in (moved, homes[0], homes[1])]
    assert len(set(owners)) == 3


def test_root_serves_the_home_of_an_ordinary_account_as_that_account(
    me: Actor, ordinary: Actor
) -> None:
    home = ordinary.home()
    ordinary.joined(home).leave()
    postgres.stop(Home(home))
    assert me.joined(home).ask("SELECT 1") == "1"
    assert (home / "database/data").stat().st_uid == ordinary.uid


def test_another_major_version_is_refused(me: Actor) -> None:
    home = me.home()
    me.joined(home).leave()
    postgres.stop(Home(home))
    (home / "database/data/PG_VERSION").write_text("17\n")
    answer = me.client(home).line()
    assert answer.startswith("refused: The database in")
    assert "is of PostgreSQL 17, installed is 18" in answer


def test_a_server_that_cannot_start_says_why(actor: Actor) -> None:
    home = actor.home()
    actor.joined(home).leave()
    postgres.stop(Home(home))
    with (home / "database/data/postgresql.conf").open("a") as conf:
        conf.write("shared_buffers = 'a lot'\n")
    clients = [actor.client(home) for _ in range(2)]
    for client in clients:
        answer = client.line()
        assert answer.startswith("refused: PostgreSQL did not start: ")
        assert str(home / "logs" / "postgres.log") in answer
    wait_for(lambda: not postgres.server_running(Home(home)))


def test_the_stop_of_leftovers_spares_others(me: Actor) -> None:
    home = Home.open(me.home())
    me.joined(home.path)
    other = me.home("other")
    bystander = me.joined(other)
    postgres.stop(home)
    assert bystander.ask("SELECT 1") == "1"


def test_parameters_name_the_socket(me: Actor) -> None:
    home = Home.open(me.home())
    server = postgres.Server(home)
    assert server.connection_params() == {
        "host": str(home.database / "socket"),
        "port": 5432,
        "user": cluster.ROLE,
        "dbname": cluster.DATABASE,
    }
    assert server.dsn().startswith("postgresql://kerapu@/kerapu?host=%2Ftmp%2F")
    assert not postgres.server_running(home)
