"""Database and uploads in one file, and back (CONTRACT.md section 2).

The file is a tar: every table as PostgreSQL's COPY text (gzip), every upload, and last the manifest
with the digest of each, the applied migrations and the state of the sequences. COPY and not
pg_dump: the same file comes from and goes into any PostgreSQL ≥ 15, embedded or not, and needs no
program of the right version. The secret key is no part of it, nor are the sessions of people who
are logged in.

Restoring is one transaction into an empty installation. Triggers of ours are off meanwhile, because
history rows and marks are in the file; foreign keys are checked at the end. A file of an older
version goes into a database without tables: its tables are made as they were then, filled, and
brought up to date.
"""

from __future__ import annotations

import datetime as dt
import errno
import gzip
import hashlib
import json
import os
import shutil
import tarfile
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg2 import sql

FORMAT = 1
MANIFEST = "manifest.json"
SEAL = "manifest.sha256"
# Whoever was logged in logs in again: an old session must not come back to life.
WITHOUT_ROWS = frozenset({"django_session"})
# What the engine and its worker write by themselves, also into an installation that is empty.
WRITTEN_BY_ITSELF = frozenset({"core.job"})
ENGINE_APP = "convergence"
STAGING = ".restore-"
CHUNK = 1 << 20
GZIP_LEVEL = 3
LOCK_SECONDS = 30
NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

Migration = tuple[str, str]


class BackupRefused(Exception):
    """The sentence (translated) that says why nothing was written."""


@dataclass(frozen=True)
class Table:
    """A table of the file; `columns` without those that the database computes."""

    name: str
    columns: list[str]
    rows: int = 0


@dataclass(frozen=True)
class Manifest:
    """What the file holds."""

    kerapu: str
    made: str
    migrations: list[Migration]
    tables: list[Table]
    sequences: dict[str, tuple[int, bool]]
    members: dict[str, str] = field(default_factory=dict)  # name → SHA-256
    format: int = FORMAT

    @property
    def rows(self) -> int:
        """Records in all tables."""
        return sum(table.rows for table in self.tables)

    @property
    def uploads(self) -> list[str]:
        """The members that are uploads."""
        return [name for name in self.members if name.startswith("uploads/")]

    def to_json(self) -> bytes:
        """As it stands in the file."""
        return json.dumps(
            {**self.__dict__, "tables": [table.__dict__ for table in self.tables]}, indent=1
        ).encode()

    @classmethod
    def from_json(cls, text: bytes) -> Manifest:
        """Raises ValueError, TypeError or KeyError when it is none."""
        data = json.loads(text)
        data["tables"] = [Table(**table) for table in data["tables"]]
        data["migrations"] = [(app, name) for app, name in data["migrations"]]
        data["sequences"] = {name: (last, used) for name, (last, used) in data["sequences"].items()}
        return cls(**data)


# --- Writing ---------------------------------------------------------------------------------


def write_backup(target: Path, *, using: str = "default") -> Manifest:
    """Writes the file whole (mode 0600) or not at all; one of that name is replaced.

    Raises BackupRefused.
    """
    if target.exists() and not target.is_file():
        raise BackupRefused(_("%(path)s exists and is not a file.") % {"path": target})
    with _explained(target), _new_file(target) as file:
        return _write(file, connections[using], target.parent)


def _write(file: IO[bytes], connection: BaseDatabaseWrapper, scratch: Path) -> Manifest:
    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
        members: dict[str, str] = {}
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            # One moment for all tables, whoever writes meanwhile.
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            migrations = sorted(MigrationRecorder(connection).applied_migrations())
            if not migrations:
                raise BackupRefused(_("The database is empty: there is nothing to back up."))
            tables = []
            for table in _tables(cursor):
                with tempfile.TemporaryFile(dir=scratch) as spool:
                    rows = _copy_out(cursor, table, spool)
                    _add(tar, members, _table_member(table), spool)
                tables.append(Table(table.name, table.columns, rows))
            sequences = _sequences(cursor)
        for path in _uploads():
            name = path.relative_to(settings.MEDIA_ROOT).as_posix()
            try:
                with path.open("rb") as upload:
                    _add(tar, members, f"uploads/{name}", upload)
            except FileNotFoundError:
                continue  # removed since it was listed
        manifest = Manifest(
            kerapu=version(),
            made=timezone.now().isoformat(timespec="seconds"),
            migrations=migrations,
            tables=tables,
            sequences=sequences,
            members=members,
        )
        text = manifest.to_json()
        _add_bytes(tar, MANIFEST, text)
        _add_bytes(tar, SEAL, hashlib.sha256(text).hexdigest().encode())
    return manifest


def _copy_out(cursor: Any, table: Table, spool: IO[bytes]) -> int:
    """The table's rows as gzipped COPY text; their number."""
    with gzip.GzipFile(fileobj=spool, mode="wb", compresslevel=GZIP_LEVEL, mtime=0) as packed:
        if table.name in WITHOUT_ROWS:
            return 0
        cursor.copy_expert(_copy_statement(table, "TO STDOUT"), packed)
    return int(cursor.rowcount)


def _copy_statement(table: Table, direction: str) -> sql.Composed:
    return sql.SQL("COPY {} ({}) " + direction).format(
        sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, table.columns))
    )


def _table_member(table: Table) -> str:
    return f"tables/{table.name}.copy.gz"


def _add(tar: tarfile.TarFile, members: dict[str, str], name: str, stream: IO[bytes]) -> None:
    """Adds what lies in the stream, and notes its digest."""
    info = tarfile.TarInfo(name)
    info.size = stream.seek(0, os.SEEK_END)
    info.mtime = int(dt.datetime.now(dt.UTC).timestamp())
    stream.seek(0)
    reader = _Hashing(stream)
    tar.addfile(info, reader)
    members[name] = reader.digest.hexdigest()


def _add_bytes(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    with tempfile.SpooledTemporaryFile(max_size=CHUNK) as stream:
        stream.write(content)
        _add(tar, {}, name, stream)


class _Hashing:
    """A stream that digests what is read from it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream = stream
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        chunk = self.stream.read(size)
        self.digest.update(chunk)
        return chunk


@contextmanager
def _new_file(target: Path) -> Iterator[IO[bytes]]:
    """A file beside the target that takes its name when the block has ended well."""
    descriptor, name = tempfile.mkstemp(
        prefix=f".{target.name}.", suffix=".part", dir=target.parent
    )
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


# --- Restoring -------------------------------------------------------------------------------


def restore_backup(source: Path, *, using: str = "default") -> Manifest:
    """Fills an empty installation from the file: all of it or nothing. Raises BackupRefused."""
    manifest = _verified(source)
    connection = connections[using]
    with _explained(source), tarfile.open(source, "r:") as tar, _staged_uploads(tar, manifest):
        with transaction.atomic(using=using), connection.cursor() as cursor:
            _make_tables(cursor, connection, manifest)
            _check_empty(cursor)
            _fill(cursor, tar, manifest)
            # What this version has and the file's had not: columns, rights, kinds of content.
            call_command("migrate", database=using, verbosity=0, interactive=False)
            _place_uploads(manifest)
    return manifest


def _verified(source: Path) -> Manifest:
    """The manifest of a file that is whole, ours, and not newer than this version."""
    damaged = BackupRefused(
        _("%(path)s is not a backup of KERAPU, or it is damaged.") % {"path": source}
    )
    found: dict[str, str] = {}
    texts: dict[str, bytes] = {}
    with _explained(source):
        try:
            with source.open("rb") as file, tarfile.open(fileobj=file, mode="r:") as tar:
                for member in tar:
                    content = tar.extractfile(member) if member.isreg() else None
                    if content is None or member.name in found:
                        raise damaged
                    reader = _Hashing(content)
                    if member.name in (MANIFEST, SEAL):
                        texts[member.name] = reader.read()
                    while reader.read(CHUNK):
                        pass
                    found[member.name] = reader.digest.hexdigest()
            if texts[SEAL] != found[MANIFEST].encode():
                raise damaged
            if json.loads(texts[MANIFEST])["format"] > FORMAT:
                raise _newer(source, json.loads(texts[MANIFEST]).get("kerapu", "?"))
            manifest = Manifest.from_json(texts[MANIFEST])
        except (tarfile.TarError, EOFError, KeyError, ValueError, TypeError) as error:
            raise damaged from error
    contents = {name: digest for name, digest in found.items() if name not in texts}
    names = [*map(_table_member, manifest.tables), *manifest.uploads]
    if contents != manifest.members or sorted(names) != sorted(contents):
        raise damaged
    if any(not _is_plain(name) for name in names):
        raise damaged
    if set(manifest.migrations) - _known_migrations():
        raise _newer(source, manifest.kerapu)
    return manifest


def _is_plain(name: str) -> bool:
    """A member's name leads nowhere but into its folder."""
    return ".." not in name.split("/") and os.path.normpath(name) == name and "\0" not in name


def _newer(source: Path, made_by: str) -> BackupRefused:
    return BackupRefused(
        _(
            "%(path)s was made by a newer KERAPU (%(theirs)s, this is %(ours)s): update this"
            " installation first."
        )
        % {"path": source, "theirs": made_by, "ours": version()}
    )


def _known_migrations() -> set[Migration]:
    loader = MigrationLoader(None)
    known = set(loader.disk_migrations)
    for migration in loader.disk_migrations.values():
        known.update(migration.replaces)
    return known


def _make_tables(cursor: Any, connection: BaseDatabaseWrapper, manifest: Manifest) -> None:
    """Brings a database without tables to where the file's was; locks them against others."""
    cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{LOCK_SECONDS}s"])
    wanted = set(manifest.migrations)
    present = set(MigrationRecorder(connection).applied_migrations())
    if not present:
        executor = MigrationExecutor(connection)
        children = executor.loader.graph.node_map
        leaves = [
            node
            for node in sorted(wanted)
            if node in children
            and not any(
                child.key in wanted and child.key[0] == node[0] for child in children[node].children
            )
        ]
        executor.migrate(leaves)
    elif present != wanted:
        raise BackupRefused(
            _(
                "The backup is of another version (%(theirs)s) than the tables here. Restore it"
                " into a new, empty database or home, before anything else is started there."
            )
            % {"theirs": manifest.kerapu}
        )
    names = [sql.Identifier(table.name) for table in _tables(cursor)]
    cursor.execute(
        sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(sql.SQL(", ").join(names))
    )


def _check_empty(cursor: Any) -> None:
    """Nobody has brought anything here yet."""
    for model in apps.get_models(include_auto_created=True):
        meta = model._meta
        ours = Path(meta.app_config.path).parent == settings.BASE_DIR
        if not ours or not meta.managed or meta.proxy:
            continue
        if meta.app_label == ENGINE_APP or meta.label_lower in WRITTEN_BY_ITSELF:
            continue
        table = sql.Identifier(meta.db_table)
        cursor.execute("SELECT to_regclass(quote_ident(%s)) IS NOT NULL", [meta.db_table])
        if not cursor.fetchone()[0]:
            continue  # a table that the file's version did not have yet
        cursor.execute(sql.SQL("SELECT EXISTS (SELECT FROM {})").format(table))
        if cursor.fetchone()[0]:
            raise BackupRefused(
                _(
                    "This installation is not empty (%(table)s has records): a backup is restored"
                    " only into an empty one."
                )
                % {"table": meta.db_table}
            )


def _fill(cursor: Any, tar: tarfile.TarFile, manifest: Manifest) -> None:
    """Loads every table with our triggers off, checks the references, sets the sequences."""
    tables = _tables(cursor)
    here = {table.name: sorted(table.columns) for table in tables}
    if here != {table.name: sorted(table.columns) for table in manifest.tables}:
        raise BackupRefused(_("The tables of the backup are not those of its version."))
    names = [sql.Identifier(table.name) for table in tables]
    for name in names:
        cursor.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(name))
    cursor.execute(sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(names)))
    cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    for table in manifest.tables:
        if table.name in WITHOUT_ROWS:
            continue
        member = tar.extractfile(_table_member(table))
        assert member is not None
        with gzip.GzipFile(fileobj=member) as rows:
            cursor.copy_expert(_copy_statement(table, "FROM STDIN"), rows)
        if cursor.rowcount != table.rows:
            raise BackupRefused(_("%(table)s was not read whole.") % {"table": table.name})
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for name in names:
        cursor.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(name))
    for sequence, (last, used) in manifest.sequences.items():
        cursor.execute("SELECT setval(quote_ident(%s)::regclass, %s, %s)", [sequence, last, used])


@contextmanager
def _staged_uploads(tar: tarfile.TarFile, manifest: Manifest) -> Iterator[None]:
    """The file's uploads lie in a folder beside their places while the block runs."""
    root = Path(settings.MEDIA_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    for old in root.glob(f"{STAGING}*"):  # of a restore that was killed
        shutil.rmtree(old, ignore_errors=True)
    for path in _uploads():
        name = f"uploads/{path.relative_to(root).as_posix()}"
        if manifest.members.get(name) != _digest(path):
            raise BackupRefused(
                _("This installation is not empty (%(path)s is there already).") % {"path": path}
            )
    staging = _staging()
    try:
        for name in manifest.uploads:
            target = staging / name
            target.parent.mkdir(parents=True, exist_ok=True)
            member = tar.extractfile(name)
            assert member is not None
            with target.open("wb") as file:
                shutil.copyfileobj(member, file, CHUNK)
        yield
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _staging() -> Path:
    return Path(settings.MEDIA_ROOT) / f"{STAGING}{os.getpid()}"


def _place_uploads(manifest: Manifest) -> None:
    """Last step before the commit: a restore killed here finds its own files again."""
    root = Path(settings.MEDIA_ROOT)
    for name in manifest.uploads:
        target = root / name.removeprefix("uploads/")
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(_staging() / name, target)


# --- What both need --------------------------------------------------------------------------


def version() -> str:
    """This KERAPU's version."""
    text = (Path(settings.BASE_DIR) / "pyproject.toml").read_text(encoding="utf-8")
    return str(tomllib.loads(text)["project"]["version"])


def _tables(cursor: Any) -> list[Table]:
    """Every table of the schema but those of extensions, by name."""
    cursor.execute(
        """
        SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum)
        FROM pg_class c
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            AND a.attgenerated = ''  -- a computed column is computed again
        WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
            AND NOT EXISTS (
                SELECT FROM pg_depend d
                WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
            )
        GROUP BY c.relname
        ORDER BY c.relname
        """
    )
    return [Table(name, columns) for name, columns in cursor.fetchall()]


def _sequences(cursor: Any) -> dict[str, tuple[int, bool]]:
    """How far each sequence has counted."""
    cursor.execute(
        "SELECT relname FROM pg_class"
        " WHERE relkind = 'S' AND relnamespace = current_schema()::regnamespace ORDER BY relname"
    )
    state = {}
    for (name,) in cursor.fetchall():
        cursor.execute(sql.SQL("SELECT last_value, is_called FROM {}").format(sql.Identifier(name)))
        last, used = cursor.fetchone()
        state[name] = (last, used)
    return state


def _uploads() -> list[Path]:
    """The files that people have sent, by name."""
    root = Path(settings.MEDIA_ROOT)
    return sorted(
        path
        for path in root.rglob("*")
        if path.is_file()
        and not path.is_symlink()
        and not path.relative_to(root).parts[0].startswith(STAGING)
    )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turns what the system or the database says into a sentence."""
    try:
        yield
    except OSError as error:
        # The file that is still being written has a name of its own, which says nobody anything.
        named = Path(error.filename or path)
        place = path if named.parent == path.parent else named
        if error.errno in NO_SPACE:
            raise BackupRefused(
                _("The disk is full (%(path)s): nothing was changed.") % {"path": place}
            ) from error
        reason = error.strerror or str(error)
        raise BackupRefused(
            _("%(path)s: %(reason)s. Nothing was changed.") % {"path": place, "reason": reason}
        ) from error
    except DatabaseError as error:
        reason = " ".join(str(error).split())
        raise BackupRefused(
            _("The database refused: %(reason)s. Nothing was changed.") % {"reason": reason}
        ) from error
