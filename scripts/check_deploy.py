"""`manage.py check --deploy` with the environment that docker-compose.yml gives the web server."""

import os
import subprocess
import sys
import tempfile

from scripts import compose


def main() -> int:
    """The status of the check; a warning fails it."""
    with tempfile.TemporaryDirectory() as home:
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "HOME") if name in os.environ}
        environment = {**kept, **compose.environment("web"), "KERAPU_HOME": home}
        command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
        return subprocess.run(command, cwd=compose.ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
