"""Translated sentences before Django is set up.

The embedded mode speaks while the settings are being loaded, and in processes that never load
them, so Django's own translation is out of reach. The catalogue is the same: `locale/`, domain
`django`. The language is `KERAPU_LANGUAGE`, or Indonesian; a missing catalogue leaves English.
"""

from __future__ import annotations

import gettext
import os
from functools import lru_cache
from pathlib import Path

LOCALE_FOLDER = Path(__file__).resolve().parents[2] / "locale"


@lru_cache(maxsize=4)
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation(
        "django", localedir=str(LOCALE_FOLDER), languages=[language], fallback=True
    )


def _(message: str) -> str:
    """`message` (English) in the language of this installation."""
    return _catalogue(os.environ.get("KERAPU_LANGUAGE") or "id").gettext(message)
