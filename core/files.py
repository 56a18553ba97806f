"""Files that people send: their kind is read from their content, their name is ours."""

from __future__ import annotations

import hashlib
import secrets
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.http import FileResponse
from django.utils.translation import gettext_lazy as _

from core.models import StoredFile

LARGEST = 10 * 1024 * 1024  # bytes
# How a file of each kind begins, and the ending that it gets.
KINDS = {
    b"%PDF-": ("application/pdf", "pdf"),
    b"\xff\xd8\xff": ("image/jpeg", "jpg"),
    b"\x89PNG\r\n\x1a\n": ("image/png", "png"),
}
TOO_LARGE = _("The file is larger than %(limit)s MB. Send a smaller one.")
OTHER_KIND = _("The file is no PDF, JPEG or PNG. Scan or save it as one of these.")


def kind_of(upload: File[bytes]) -> tuple[str, str]:
    """(kind of content, ending), from the first bytes; the name may say what it likes.

    Raises ValidationError (`too_large`, `other_kind`).
    """
    if upload.size > LARGEST:
        raise ValidationError(TOO_LARGE, code="too_large", params={"limit": LARGEST // 1024**2})
    upload.seek(0)
    start = upload.read(16)
    upload.seek(0)
    for beginning, found in KINDS.items():
        if start.startswith(beginning):
            return found
    raise ValidationError(OTHER_KIND, code="other_kind")


def keep(*, upload: File[bytes], sent_by: int) -> StoredFile:
    """Store a file outside the web root. Raises ValidationError as `kind_of`."""
    kind, ending = kind_of(upload)
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    stored = StoredFile(
        name=PurePath(upload.name or "").name[-200:] or f"file.{ending}",
        kind=kind,
        size=upload.size,
        sha256=digest.hexdigest(),
        sent_by_id=sent_by,
    )
    stored.file.save(f"{secrets.token_hex(16)}.{ending}", upload, save=True)
    return stored


def serve(stored: StoredFile) -> FileResponse:
    """The file as a download; who may see it is the caller's door."""
    response = FileResponse(
        stored.file.open("rb"), as_attachment=True, filename=stored.name, content_type=stored.kind
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response
