from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        """A log-in begins a session that knows when and where it began."""
        from accounts import checks, sessions  # noqa: F401  models can be imported only now

        user_logged_in.connect(sessions.begin, dispatch_uid="accounts.sessions.begin")
