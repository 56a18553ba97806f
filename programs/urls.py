"""Activities: list, page, entry, steps, and the planning agency's inbox."""

from django.urls import path

from programs import clearances, entering, review, views

app_name = "programs"

urlpatterns = [
    path("activities/", views.activities, name="activities"),
    path("activities/new", entering.create, name="create"),
    path("activities/inbox", review.inbox, name="inbox"),
    path("activities/places.json", views.place_search, name="places"),
    path("activities/code/<str:code>", views.by_code, name="by_code"),
    path("activities/<int:pk>/", views.activity, name="activity"),
    path("activities/<int:pk>/change", entering.change, name="change"),
    path("activities/<int:pk>/submit", views.submit, name="submit"),
    path("activities/<int:pk>/verify", views.verify, name="verify"),
    path("activities/<int:pk>/send-back", views.send_back, name="send_back"),
    path("activities/<int:pk>/cancel", views.cancel, name="cancel"),
    path("activities/<int:pk>/cancellation", views.decide, name="decide"),
    path("activities/<int:pk>/comment", views.comment, name="comment"),
    path("clearances/", clearances.desk, name="clearances"),
    path("clearances/ask/<str:code>/<str:zone>", clearances.ask, name="ask_clearance"),
    path("clearances/requests/<int:pk>/", clearances.answer, name="answer_clearance"),
    path("clearances/requests/<int:pk>/withdraw", clearances.withdraw, name="withdraw_clearance"),
    path("clearances/<int:pk>/revoke", clearances.revoke, name="revoke_clearance"),
    path("clearances/<int:pk>/document", clearances.document, name="clearance_document"),
]
