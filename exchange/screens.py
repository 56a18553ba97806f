"""What is shown beside the screens: the fixed list of funding sources, and the API."""

from django.utils.translation import gettext_lazy as _

from core.screens import Page, register_page

register_page(
    Page(
        title=_("Funding sources"),
        lead=_("Where money comes from: a fixed list, the same in every workbook."),
        address="exchange:sources",
    )
)
register_page(
    Page(
        title=_("JSON API"),
        lead=_("What partner systems can read, and how they ask."),
        address="exchange:api:docs",
    )
)
