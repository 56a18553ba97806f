"""The guides of `docs/panduan/` as pages: one text, read in the repository and on the screen."""

from functools import cache
from pathlib import Path

import markdown
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

FOLDER = Path(settings.BASE_DIR) / "docs" / "panduan"


@cache
def page(name: str) -> tuple[str, SafeString] | None:
    """(title, text as HTML) of a guide; None when there is none of this name."""
    file = FOLDER / f"{name}.md"
    if name not in {known.stem for known in FOLDER.glob("*.md")}:
        return None
    text = file.read_text(encoding="utf-8")
    title = text.partition("\n")[0].removeprefix("# ")
    # Links between the files are links between the pages; the text is our own.
    html = markdown.markdown(text, extensions=["tables"]).replace('.md"', '"')
    return title, mark_safe(html)  # noqa: S308 - our own files, nothing typed by users


@require_safe
@login_not_required
def guide(request: HttpRequest, name: str = "index") -> HttpResponse:
    """A guide, open to everyone: who cannot log in needs help most."""
    found = page(name)
    if found is None:
        raise Http404
    title, text = found
    return render(request, "core/guide.html", {"title": title, "text": text, "name": name})
