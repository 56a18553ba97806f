"""Screens of reference data: each app declares its own, this package shows them all alike.

A screen is a list (search, filters, order, pages, totals, CSV), a page for each record with its
history, a form and a question before anything is removed. An app's `screens.py` declares them and
is found by its name, as Django finds `admin.py`.
"""

from core.screens.declared import SCREENS, Choice, Column, Page, Screen, register, register_page
from core.screens.forms import ScreenForm

__all__ = [
    "SCREENS",
    "Choice",
    "Column",
    "Page",
    "Screen",
    "ScreenForm",
    "register",
    "register_page",
]
