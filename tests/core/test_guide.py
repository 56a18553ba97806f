"""The guides: open to everyone, every link leads somewhere, nothing but our own text."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from core.guide import FOLDER

NAMES = sorted(file.stem for file in FOLDER.glob("*.md"))


@pytest.mark.django_db
@pytest.mark.parametrize("name", NAMES)
def test_guide(client: Client, name: str) -> None:
    """Without a log-in, with its title, and with links that lead to pages."""
    path = "/panduan/" if name == "index" else f"/panduan/{name}"
    page = client.get(path)
    assert page.status_code == 200
    text = page.content.decode()
    title = (FOLDER / f"{name}.md").read_text().partition("\n")[0].removeprefix("# ")
    assert f"<h1>{title}</h1>" in text
    article = text[text.index("<article") : text.index("</article>")]
    for link in re.findall(r'href="([^"]+)"', article):
        assert client.get(f"/panduan/{link}").status_code == 200, link


@pytest.mark.django_db
def test_no_other_file_is_a_guide(client: Client) -> None:
    """What is no guide is not there."""
    assert client.get("/panduan/README").status_code == 404
    assert client.get("/panduan/..%2farchitecture").status_code == 404


@pytest.mark.django_db
def test_every_page_leads_to_the_guide(client: Client) -> None:
    """The log-in page too."""
    assert 'href="/panduan/"' in client.get("/accounts/login/").content.decode()
