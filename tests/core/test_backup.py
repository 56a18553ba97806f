"""Backup and restore: one file, all or nothing, the same from and into any PostgreSQL."""

import io
import json
import os
import resource
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from accounts.models import User
from catalogue.models import Sector
from core.backup import BackupRefused, restore_backup, write_backup
from core.models import Job

pytestmark = pytest.mark.django_db(transaction=True)

TEXT = "Air bersih\t\\N\n\\. é 𝔸"


@pytest.fixture
def records() -> None:
    """A user, a sector with a history, a job, and an upload."""
    User.objects.create(username="sri", name="Sri")
    sector = Sector.objects.create(code="AIR", name="Air")
    sector.name = TEXT
    sector.save()
    Job.objects.create(kind="import", result={"a": [1, None, "é"]})
    folder = Path(settings.MEDIA_ROOT) / "2026"
    folder.mkdir()
    (folder / "Laporan é.xlsx").write_bytes(bytes(range(256)) * 99)


@pytest.fixture
def file(tmp_path: Path, records: None) -> Path:
    """A backup of the records; the installation is empty afterwards."""
    path = tmp_path / "kerapu.backup"
    write_backup(path)
    empty()
    return path


@contextmanager
def bare_database() -> Iterator[None]:
    """Inside, the connection leads to a database in which nothing was ever made."""
    usual = connection.settings_dict["NAME"]
    bare = f"{usual}_bare"

    def use(name: str, *statements: str) -> None:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
        connection.close()
        connection.settings_dict["NAME"] = name

    drop = f"DROP DATABASE IF EXISTS {bare}"
    use(bare, drop, f"CREATE DATABASE {bare} TEMPLATE template0 ENCODING 'UTF8'")
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual
        use(usual, drop)


def empty() -> None:
    """As if newly migrated."""
    call_command("flush", verbosity=0, interactive=False)
    for path in sorted(Path(settings.MEDIA_ROOT).rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()


def read(tar: tarfile.TarFile, name: str) -> bytes:
    """A member's content."""
    stream = tar.extractfile(name)
    assert stream is not None
    return stream.read()


def content(path: Path) -> dict[str, object]:
    """The digests of all that the file holds, and how far the sequences are."""
    with tarfile.open(path) as tar:
        manifest = json.loads(read(tar, "manifest.json"))
    return {"members": manifest["members"], "sequences": manifest["sequences"]}


def rewrite(path: Path, change) -> None:
    """The file with its members changed by `change(name, bytes) -> bytes or None`."""
    with tarfile.open(path) as tar:
        members = [(member.name, read(tar, member.name)) for member in tar]
    with tarfile.open(path, "w") as tar:
        for name, text in members:
            changed = change(name, text)
            if changed is not None:
                info = tarfile.TarInfo(name)
                info.size = len(changed)
                tar.addfile(info, io.BytesIO(changed))


def reseal(path: Path, change) -> None:
    """The file with its manifest changed, and sealed again."""
    import hashlib

    texts: dict[str, bytes] = {}

    def edit(name: str, text: bytes) -> bytes:
        if name == "manifest.json":
            data = json.loads(text)
            change(data)
            texts["new"] = json.dumps(data).encode()
            return texts["new"]
        if name == "manifest.sha256":
            return hashlib.sha256(texts["new"]).hexdigest().encode()
        return text

    rewrite(path, edit)


def test_everything_comes_back(file: Path) -> None:
    restore_backup(file)
    sector = Sector.objects.get()
    assert sector.name == TEXT
    assert User.objects.get().username == "sri"
    assert Job.objects.get().result == {"a": [1, None, "é"]}
    upload = Path(settings.MEDIA_ROOT) / "2026" / "Laporan é.xlsx"
    assert upload.read_bytes() == bytes(range(256)) * 99
    assert [path.name for path in Path(settings.MEDIA_ROOT).iterdir()] == ["2026"]


def test_a_backup_of_the_restored_holds_the_same(file: Path, tmp_path: Path) -> None:
    restore_backup(file)
    again = tmp_path / "again"
    write_backup(again)
    assert content(again) == content(file)


def test_history_is_not_written_twice(file: Path) -> None:
    restore_backup(file)
    history = apps.get_model("catalogue", "SectorEvent").objects
    assert history.filter(pgh_label="insert").count() == 1
    Sector.objects.create(code="LAUT", name="Laut")  # triggers are on again, sequences go on
    assert history.filter(pgh_label="insert").count() == 2


def test_a_database_without_tables_gets_them(file: Path) -> None:
    with bare_database():
        restore_backup(file)
        assert Sector.objects.get().name == TEXT
        with pytest.raises(BackupRefused, match=r"(catalogue|accounts)_"):
            restore_backup(file)
    assert not Sector.objects.exists()


def test_a_file_of_an_older_version_is_brought_up_to_date(tmp_path: Path) -> None:
    old = tmp_path / "old"
    with bare_database():
        call_command("migrate", "catalogue", verbosity=0)
        Sector.objects.create(code="LAMA", name="Lama")
        write_backup(old)
    with pytest.raises(BackupRefused, match=r"versi|version"):
        restore_backup(old)  # the tables here are newer
    with bare_database():
        restore_backup(old)
        assert Sector.objects.get().code == "LAMA"
        assert not User.objects.exists()  # its table exists now


def test_the_file_is_the_owners_alone_and_replaces_an_older_one(file: Path) -> None:
    file.chmod(0o644)
    write_backup(file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_the_secret_key_and_sessions_stay_apart(tmp_path: Path, records: None, client) -> None:
    client.force_login(User.objects.get())
    path = tmp_path / "file"
    write_backup(path)
    with tarfile.open(path) as tar:
        sessions = read(tar, "tables/django_session.copy.gz")
    assert len(sessions) < 40  # an empty gzip
    assert settings.SECRET_KEY.encode() not in path.read_bytes()


@pytest.mark.parametrize("place", ["accounts", "uploads"])
def test_an_installation_with_something_in_it_is_left_alone(file: Path, place: str) -> None:
    if place == "accounts":
        User.objects.create(username="lain")
    else:
        (Path(settings.MEDIA_ROOT) / "lain.txt").write_text("x")
    with pytest.raises(BackupRefused):
        restore_backup(file)
    assert not Sector.objects.exists()
    assert User.objects.count() == (place == "accounts")


def test_jobs_of_an_idle_worker_do_not_count_as_content(file: Path) -> None:
    Job.objects.create(kind="judge", arguments={"year": 2026})
    restore_backup(file)
    assert Job.objects.get().kind == "import"


DAMAGES = (
    lambda path: path.write_bytes(b""),
    lambda path: path.write_bytes(b"PK\3\4 something else" * 999),
    lambda path: path.write_bytes(path.read_bytes()[:5000]),
    lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    lambda path: rewrite(path, lambda name, text: None if "sector" in name else text),
    lambda path: rewrite(path, lambda name, text: None if name.endswith("256") else text),
    lambda path: rewrite(path, lambda name, text: text + b"x" if "xlsx" in name else text),
    lambda path: rewrite(path, lambda name, text: text + b" " if "json" in name else text),
    lambda path: reseal(path, lambda data: data.pop("tables")),
    lambda path: reseal(path, lambda data: data["tables"][0].pop("columns")),
    lambda path: reseal(path, lambda data: data.update(members=[])),
    lambda path: reseal(path, lambda data: data["tables"][-1].update(rows=99)),
)
NEWER = (
    lambda path: reseal(path, lambda data: data.update(format=2, something="new")),
    lambda path: reseal(path, lambda data: data["migrations"].append(["planning", "9999_x"])),
)


# One test and not fourteen: emptying a database takes longer than all the damage together.
def test_a_damaged_or_newer_file_is_refused_and_nothing_is_done(file: Path, tmp_path) -> None:
    copy = tmp_path / "copy"
    for number, damage in enumerate(DAMAGES):
        shutil.copy(file, copy)
        damage(copy)
        with pytest.raises(BackupRefused):
            restore_backup(copy)
            pytest.fail(f"damage {number} was not seen")
    for change in NEWER:
        shutil.copy(file, copy)
        change(copy)
        with pytest.raises(BackupRefused, match=r"lebih baru|newer"):
            restore_backup(copy)
    assert not Sector.objects.exists()
    assert list(Path(settings.MEDIA_ROOT).iterdir()) == []


def test_a_file_name_cannot_lead_out_of_the_uploads(file: Path) -> None:
    digest = {}

    def smuggle(data: dict) -> None:
        name = next(name for name in data["members"] if name.startswith("uploads/"))
        digest["name"] = name
        data["members"]["uploads/../../gone"] = data["members"].pop(name)

    reseal(file, smuggle)
    with tarfile.open(file) as tar:
        members = [(member.name, read(tar, member.name)) for member in tar]
    with tarfile.open(file, "w") as tar:
        for name, text in members:
            info = tarfile.TarInfo("uploads/../../gone" if name == digest["name"] else name)
            info.size = len(text)
            tar.addfile(info, io.BytesIO(text))
    with pytest.raises(BackupRefused):
        restore_backup(file)
    assert not (Path(settings.MEDIA_ROOT).parent.parent / "gone").exists()


def test_an_unwritable_target_is_a_sentence(tmp_path: Path, records: None) -> None:
    with pytest.raises(BackupRefused, match="tidak-ada"):
        write_backup(tmp_path / "tidak-ada" / "file")
    with pytest.raises(BackupRefused):
        write_backup(tmp_path)
    with pytest.raises(BackupRefused):
        write_backup(Path("/dev/full"))


def test_a_full_disk_is_a_sentence_and_leaves_the_older_file(file: Path) -> None:
    before = file.read_bytes()
    restore_backup(file)
    (Path(settings.MEDIA_ROOT) / "big").write_bytes(os.urandom(300_000))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(BackupRefused):
            write_backup(file)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_the_commands_end_with_1_and_a_sentence(tmp_path: Path) -> None:
    for command in ("restore", "backup"):
        target = tmp_path / "none" / "file"
        done = subprocess.run(
            [sys.executable, "manage.py", command, str(target)],
            cwd=settings.BASE_DIR,
            env={**os.environ, "KERAPU_HOME": str(tmp_path / "home")},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 1, done
        assert str(target) in done.stderr or "kosong" in done.stderr or "empty" in done.stderr
        assert "Traceback" not in done.stderr
