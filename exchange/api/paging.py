"""Lists come in pages: `count`, `next`, `previous`, `results`."""

from __future__ import annotations

from rest_framework.pagination import PageNumberPagination


class Pages(PageNumberPagination):
    """Pages of 50, or of as many as the program asks for."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 500

    @classmethod
    def parameters(cls) -> list[str]:
        """What a list is asked for besides its filters."""
        return [cls.page_query_param, str(cls.page_size_query_param)]
