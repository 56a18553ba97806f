"""The dashboard, the findings, the places."""

from django.urls import path, register_converter

from convergence import settling, views


class YearConverter:
    """A fiscal year: four digits, as `core.fields.YearField` allows."""

    regex = r"(?:19|2\d)\d\d"

    def to_python(self, value: str) -> int:
        """The year as a number."""
        return int(value)

    def to_url(self, value: int) -> str:
        """The year as it stands in an address."""
        return str(value)


register_converter(YearConverter, "year")
app_name = "convergence"

urlpatterns = [
    path("", views.home, name="home"),
    path("<year:year>/", views.year_home, name="year"),
    path("<year:year>/freshness", views.freshness, name="freshness"),
    path("<year:year>/heat/village", views.heat, {"by": "village"}, name="heat_village"),
    path("<year:year>/heat/island", views.heat, {"by": "island"}, name="heat_island"),
    path("<year:year>/map", views.chart, name="map"),
    path("<year:year>/map.json", views.chart_data, name="map_data"),
    path("<year:year>/area/<str:code>/", views.area, name="area"),
    path("<year:year>/findings/", views.findings, name="findings"),
    path("<year:year>/findings.csv", views.findings_csv, name="findings_csv"),
    path("<year:year>/findings/settle", settling.settle_cases, name="settle_cases"),
    path("<year:year>/findings/<int:pk>/", views.finding, name="finding"),
    path("<year:year>/findings/<int:pk>/settle", settling.settle, name="settle"),
    path("<year:year>/findings/<int:pk>/comment", settling.comment, name="comment"),
]
