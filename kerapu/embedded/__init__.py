"""The embedded mode: a home folder, PostgreSQL without installation, and one supervisor."""

from .errors import EmbeddedError
from .home import Home
from .postgres import Server, join, server_running, stop

__all__ = ["EmbeddedError", "Home", "Server", "join", "server_running", "stop"]
