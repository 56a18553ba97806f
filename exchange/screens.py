"""Funding sources: a fixed list of the contract, shown with its use."""

from django.utils.translation import gettext_lazy as _

from core.screens import Page, register_page

register_page(
    Page(
        title=_("Funding sources"),
        lead=_("Where money comes from: a fixed list, the same in every workbook."),
        address="exchange:sources",
    )
)
