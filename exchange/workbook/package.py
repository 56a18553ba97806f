"""The file around the sheets: a zip of XML parts, opened with care, for anybody may send one.

Read with the standard library instead of a spreadsheet library, for three reasons: those that are
fast hold a sheet as one dense rectangle, which a single cell in the last row makes larger than the
memory; they show a formula without its value, or an error, as an empty cell, which here would
clear a stored value; and they turn every number into a float before it can be read exactly.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, Self
from xml.parsers import expat

from django.utils.translation import gettext as _

# CONTRACT.md section 3: a file that unpacks to more is refused.
MAX_UNPACKED = 200_000_000
CHUNK = 1 << 16
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED_MARK = "EncryptedPackage".encode("utf-16-le")
RELATIONSHIP_ID = "id"
WORKSHEET = "/worksheet"
OFFICE_DOCUMENT = "/officeDocument"
SHARED_STRINGS = "/sharedStrings"
STYLES = "/styles"

Attributes = dict[str, str]


class WorkbookError(Exception):
    """The file cannot be read as a workbook at all; the message says why and what to do.

    Codes: `not_found`, `unreadable`, `not_a_workbook`, `old_format`, `encrypted`, `damaged`,
    `too_large`.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Relation(NamedTuple):
    """What one part says of another: its kind (the end of a long address) and its name."""

    kind: str
    target: str


class SheetPart(NamedTuple):
    """A sheet by its name and the part that holds it."""

    name: str
    part: str


class Package:
    """An open workbook file. Use as a context manager; every method may raise WorkbookError."""

    def __init__(self, path: Path) -> None:
        self._read = 0
        try:
            self._zip = zipfile.ZipFile(path)
        except FileNotFoundError as error:
            message = _("There is no file %(path)s. Check the name and the folder.")
            raise WorkbookError("not_found", message % {"path": path}) from error
        except OSError as error:
            message = _("The file %(path)s cannot be read: %(reason)s.")
            raise WorkbookError(
                "unreadable", message % {"path": path, "reason": error.strerror or error}
            ) from error
        except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
            raise _not_a_zip(path) from error
        self.date1904 = False
        try:
            unpacked = sum(part.file_size for part in self._zip.infolist())
            if unpacked > MAX_UNPACKED:
                raise _too_large()
            self._workbook_part = self._find_workbook()
            self._relations = self.relations_of(self._workbook_part)
            self.sheets = self._list_sheets()
        except BaseException:
            self._zip.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._zip.close()

    # -- parts -----------------------------------------------------------------------------------

    def chunks(self, part: str) -> Iterator[bytes]:
        """The bytes of a part, counted: what the zip's directory promises may be a lie."""
        with self._zip.open(part) as stream:
            while chunk := stream.read(CHUNK):
                self._read += len(chunk)
                if self._read > MAX_UNPACKED:
                    raise _too_large()
                yield chunk

    @contextmanager
    def reading(self, part: str) -> Iterator[None]:
        """Every way in which a part can turn out to be broken, as one sentence."""
        try:
            yield
        except (
            zipfile.BadZipFile,
            zlib.error,
            expat.ExpatError,
            EOFError,
            KeyError,
            IndexError,
            ValueError,
            NotImplementedError,
        ) as error:
            message = _(
                "The file is damaged in its part %(part)s (%(reason)s). Open it in Excel or"
                " LibreOffice, save it anew as .xlsx and try again."
            )
            raise WorkbookError("damaged", message % {"part": part, "reason": error}) from error
        except RuntimeError as error:  # how zipfile says that a part wants a password
            raise _encrypted() from error

    def parse(
        self,
        part: str,
        start: Callable[[str, Attributes], None],
        end: Callable[[str], None] | None = None,
        text: Callable[[str], Any] | None = None,
    ) -> None:
        """Read a small part in one go; names come without their namespace."""
        with self.reading(part):
            parser = make_parser()
            parser.StartElementHandler = lambda name, attributes: start(local(name), attributes)
            if end is not None:
                parser.EndElementHandler = lambda name: end(local(name))
            if text is not None:
                parser.CharacterDataHandler = text
            for chunk in self.chunks(part):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)

    def relations_of(self, part: str) -> dict[str, Relation]:
        """What a part refers to, by the id that it uses."""
        folder, name = posixpath.split(part)
        found: dict[str, Relation] = {}

        def start(element: str, attributes: Attributes) -> None:
            if element == "Relationship" and attributes.get("TargetMode") != "External":
                kind = "/" + attributes["Type"].rpartition("/")[2]
                target = posixpath.normpath(posixpath.join("/", folder, attributes["Target"]))
                found[attributes["Id"]] = Relation(kind, target.lstrip("/"))

        relations = posixpath.join(folder, "_rels", f"{name}.rels")
        if relations in self._zip.NameToInfo:
            self.parse(relations, start)
        return found

    def part_of_kind(self, kind: str) -> str | None:
        """The workbook's part of a kind (styles, shared strings), if it has one."""
        for relation in self._relations.values():
            if relation.kind == kind and relation.target in self._zip.NameToInfo:
                return relation.target
        return None

    def _find_workbook(self) -> str:
        for relation in self.relations_of("").values():
            if relation.kind == OFFICE_DOCUMENT and relation.target.endswith(".xml"):
                if relation.target in self._zip.NameToInfo:
                    return relation.target
        raise _not_a_workbook()

    def _list_sheets(self) -> list[SheetPart]:
        found: list[SheetPart] = []
        roots: list[str] = []

        def start(element: str, attributes: Attributes) -> None:
            roots.append(element)
            if element == "workbookPr":
                self.date1904 = attributes.get("date1904") in {"1", "true"}
            elif element == "sheet":
                [id] = [
                    value for name, value in attributes.items() if local(name) == RELATIONSHIP_ID
                ]
                relation = self._relations[id]
                if relation.kind == WORKSHEET:
                    found.append(SheetPart(attributes["name"], relation.target))

        self.parse(self._workbook_part, start)
        if roots[0] != "workbook":
            raise _not_a_workbook()
        return found


def make_parser() -> expat.XMLParserType:
    """A parser that names elements `namespace name` and takes no document type.

    A workbook has none; one that comes along could only blow entities up.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True

    def refuse(*_declaration: object) -> None:
        raise ValueError("document type declaration")

    parser.StartDoctypeDeclHandler = refuse
    return parser


def local(name: str) -> str:
    """A name without its namespace; the transitional and the strict format differ only there."""
    return name.rpartition(" ")[2]


ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def unescape(text: str) -> str:
    """Excel's own writing of characters that XML cannot hold: `_x000D_`, `_x005F_` for `_`."""
    if "_x" not in text:
        return text
    return ESCAPED.sub(_character, text).replace("\r\n", "\n")


def _character(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16))
    # Half of a surrogate pair is no character; it stays as it is written.
    return match[0] if "\ud800" <= character <= "\udfff" else character


def _not_a_zip(path: Path) -> WorkbookError:
    with path.open("rb") as file:
        if file.read(len(OLE_MAGIC)) != OLE_MAGIC:
            return _not_a_workbook()
        previous = b""
        while chunk := file.read(CHUNK):
            if ENCRYPTED_MARK in previous + chunk:
                return _encrypted()
            previous = chunk[-len(ENCRYPTED_MARK) :]
    return WorkbookError(
        "old_format",
        _("The file is in an old Excel format. Open it in Excel and save it as .xlsx."),
    )


def _not_a_workbook() -> WorkbookError:
    return WorkbookError(
        "not_a_workbook",
        _(
            "The file is not an .xlsx workbook, or it is damaged. Save it as “Excel workbook"
            " (.xlsx)”."
        ),
    )


def _encrypted() -> WorkbookError:
    return WorkbookError(
        "encrypted",
        _("The file is protected by a password. Remove the password in Excel and save it again."),
    )


def _too_large() -> WorkbookError:
    message = _("The file unpacks to more than %(limit)s MB. Split it into several files.")
    return WorkbookError("too_large", message % {"limit": MAX_UNPACKED // 1_000_000})
