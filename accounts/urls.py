"""Logging in and out, the own account, and people for administrators."""

from django.urls import path

from accounts.views import door, oneself, people

app_name = "accounts"

urlpatterns = [
    path("login/", door.log_in, name="login"),
    path("logout/", door.log_out, name="logout"),
    path("invitation/<str:token>/", door.invitation, name="invitation"),
    path("reset/", door.reset, name="reset"),
    path("reset/sent", door.reset_sent, name="reset_sent"),
    path("reset/<str:uidb64>/<str:token>/", door.choose_anew, name="choose_anew"),
    path("code/", door.code, name="code"),
    path("me/", oneself.me, name="me"),
    path("me/password", oneself.password, name="password"),
    path("me/second-factor", door.set_up, name="set_up"),
    path("me/second-factor/codes", oneself.codes, name="codes"),
    path("me/second-factor/remove", oneself.remove_second_factor, name="remove_second_factor"),
    path("me/sessions", oneself.sittings, name="sessions"),
    path("me/sessions/end", oneself.end_sittings, name="end_sessions"),
    path("people/", people.people, name="people"),
    path("people/invite", people.invite, name="invite"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/change", people.change, name="change"),
    path("people/<int:pk>/join", people.join, name="join"),
    path("people/<int:pk>/link", people.link, name="link"),
    path("people/<int:pk>/deactivate", people.deactivate, name="deactivate"),
    path("people/<int:pk>/reactivate", people.reactivate, name="reactivate"),
    path("people/<int:pk>/second-factor", people.reset_second_factor, name="reset_second_factor"),
    path("memberships/<int:pk>/leave", people.leave, name="leave"),
    path("memberships/<int:pk>/transfer", people.transfer, name="transfer"),
]
