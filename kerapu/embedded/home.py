"""The home: the one folder that holds everything the embedded mode writes."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from .errors import EmbeddedError, explain
from .locks import exclusive
from .text import _

FORMAT = 1
FOLDERS = ("database", "uploads", "broker", "mail", "logs", "static", "run")
BROKER_FOLDERS = ("queue", "control")
SECRET_KEY_BYTES = 48
SECRET_KEY_SHORTEST = 32


@dataclass(frozen=True)
class Home:
    """A home that exists and whose format this version understands. Get one with `open`."""

    path: Path

    @classmethod
    def from_environment(cls) -> Home:
        """The home named by `KERAPU_HOME`, or the user's data folder for `kerapu`.

        Raises EmbeddedError when it cannot be made or used.
        """
        return cls.open(home_path())

    @classmethod
    def open(cls, path: Path) -> Home:
        """The home at `path`, made (mode 0700) with its folders when they do not exist.

        The permissions of a folder that exists are left as they are. Raises EmbeddedError when
        the path is no folder, cannot be written, or was written by a newer version.
        """
        path = Path(os.path.realpath(path))
        _make_folder(path, parents=True)
        home = cls(path)
        home._check_format()
        for name in FOLDERS:
            _make_folder(path / name)
        for name in BROKER_FOLDERS:
            _make_folder(home.broker / name)
        return home

    @property
    def database(self) -> Path:
        """The cluster, its socket and its locks."""
        return self.path / "database"

    @property
    def uploads(self) -> Path:
        """Files that users sent."""
        return self.path / "uploads"

    @property
    def broker(self) -> Path:
        """Celery's messages as files, in `queue` and `control`."""
        return self.path / "broker"

    @property
    def mail(self) -> Path:
        """Outgoing mail, when no mail server is set."""
        return self.path / "mail"

    @property
    def logs(self) -> Path:
        """What the services print, in files of bounded size."""
        return self.path / "logs"

    @property
    def static(self) -> Path:
        """Collected static files."""
        return self.path / "static"

    @property
    def run(self) -> Path:
        """Who runs in this home: the supervisor's lock, its children, beat's schedule."""
        return self.path / "run"

    @property
    def secret_key_file(self) -> Path:
        """The file (mode 0600) of the secret key."""
        return self.path / "secret_key"

    def secret_key(self) -> str:
        """The secret key of this installation, made at the first call and kept.

        Raises EmbeddedError when the file cannot be made or read, or is damaged.
        """
        try:
            if not self.secret_key_file.exists():
                key = secrets.token_urlsafe(SECRET_KEY_BYTES)
                self._write_once(self.secret_key_file, key + "\n")
            key = self.secret_key_file.read_text(encoding="ascii", errors="replace").strip()
        except OSError as error:
            raise explain(error, self.secret_key_file) from error
        if len(key) < SECRET_KEY_SHORTEST:
            raise EmbeddedError(
                _(
                    "The secret key in %(path)s is damaged (too short). Put the file back from a "
                    "backup, or remove it: a new one is made, and everybody must sign in again."
                )
                % {"path": self.secret_key_file}
            )
        return key

    def _check_format(self) -> None:
        file = self.path / "home.json"
        try:
            if not file.exists():
                self._write_once(file, json.dumps({"format": FORMAT}) + "\n")
            text = file.read_text(encoding="utf-8", errors="replace")
        except OSError as error:
            raise explain(error, file) from error
        try:
            found = json.loads(text)["format"]
        except (ValueError, KeyError, TypeError) as error:
            raise self._damaged(file) from error
        if not isinstance(found, int) or isinstance(found, bool) or found < 1:
            raise self._damaged(file)
        if found > FORMAT:
            raise EmbeddedError(
                _(
                    "The home %(path)s was written by a newer version of KERAPU (format "
                    "%(found)d, this version knows %(known)d). Install that version, or set "
                    "KERAPU_HOME to another folder."
                )
                % {"path": self.path, "found": found, "known": FORMAT}
            )

    @staticmethod
    def _damaged(file: Path) -> EmbeddedError:
        return EmbeddedError(
            _(
                '%(path)s is damaged: it should hold {"format": 1}. Put the home back from a '
                "backup, or set KERAPU_HOME to another folder."
            )
            % {"path": file}
        )

    def _write_once(self, file: Path, text: str) -> None:
        """Make `file` (0600) with `text` unless it exists; whole or not at all, one writer wins.

        Under a lock and renamed, not linked: some network and removable disks have no links.
        """
        with exclusive(self.path / "home.lock"):
            if file.exists():
                return
            new = file.with_name(file.name + ".new")
            # What a killed process left under this name is nobody's while we hold the lock.
            new.unlink(missing_ok=True)
            descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
                stream.write(text)
                stream.flush()
                os.fsync(stream.fileno())
            os.rename(new, file)


def home_path() -> Path:
    """The absolute path that the environment names as home; nothing is made."""
    named = os.environ.get("KERAPU_HOME")
    if named:
        return Path(os.path.abspath(os.path.expanduser(named)))
    # Imported here: the keeper of the database runs without site-packages.
    import platformdirs

    return Path(platformdirs.user_data_dir("kerapu", appauthor=False))


def _make_folder(path: Path, *, parents: bool = False) -> None:
    """Make `path` with mode 0700 unless it is a folder already. Raises EmbeddedError."""
    try:
        if path.is_dir():
            return
        if parents and not path.parent.is_dir():
            _make_folder(path.parent, parents=True)
        os.mkdir(path, 0o700)
    except FileExistsError as error:
        # Another process was faster, or a file has that name.
        if not path.is_dir():
            raise explain(error, path) from error
    except OSError as error:
        raise explain(error, path) from error
