"""Reading a page as a person does: its text, its figures, its links."""

import re
from html import unescape
from html.parser import HTMLParser
from typing import Any

from django.test import Client
from django.utils import translation

SILENT = {"script", "style", "svg", "head"}


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag, attrs):
        self.silent += tag in SILENT
        self.parts.append(" ")

    def handle_endtag(self, tag):
        self.silent -= tag in SILENT
        self.parts.append(" ")

    def handle_data(self, data):
        if not self.silent:
            self.parts.append(data)


def get(client: Client, address: str, **extra: Any) -> Any:
    """A page that must be there."""
    response = client.get(address, **extra)
    assert response.status_code == 200, (address, response.status_code)
    return response


def text(response: Any) -> str:
    """What stands on the page, blanks folded."""
    parser = _Text()
    parser.feed(response.content.decode())
    return re.sub(r"\s+", " ", unescape("".join(parser.parts)))


def links(response: Any) -> list[str]:
    """Addresses that the page leads to."""
    return [unescape(link) for link in re.findall(r'href="([^"]+)"', response.content.decode())]


def said(message: str) -> str:
    """A text of ours as it stands on an Indonesian page."""
    with translation.override("id"):
        return translation.gettext(message)


def rows(response: Any, table: str = "table") -> list[list[str]]:
    """Cells of the rows of the first table with that class, as text."""
    page = response.content.decode()
    found = re.search(rf'<table class="[^"]*\b{table}\b[^"]*">(.*?)</table>', page, re.S)
    assert found, f"no table {table}"
    return [
        [_plain(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)]
        for row in re.findall(r"<tr>(.*?)</tr>", found[1], re.S)
    ]


def _plain(cell: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", cell))).strip()
