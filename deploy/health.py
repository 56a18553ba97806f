"""Health checks of the containers: `python deploy/health.py web|worker|beat`; 0 is healthy."""

import glob
import os
import socket
import subprocess
import sys
import time
import urllib.request

BEAT_FILES = "/tmp/kerapu-beat*"
BEAT_SILENCE_SECONDS = 600  # beat notes its last ticks every three minutes


def web() -> bool:
    """The application answers, and its database too."""
    port = os.environ.get("HEALTH_PORT", "8000")
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=8) as answer:
        return bool(answer.status == 200)


def worker() -> bool:
    """The worker of this container answers through the broker."""
    name = f"celery@{socket.gethostname()}"
    command = ["celery", "-A", "kerapu", "inspect", "ping", "-d", name, "--timeout", "10"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def beat() -> bool:
    """Beat has lately noted when it ticked."""
    ages = [time.time() - os.path.getmtime(path) for path in glob.glob(BEAT_FILES)]
    return bool(ages) and min(ages) < BEAT_SILENCE_SECONDS


CHECKS = {"web": web, "worker": worker, "beat": beat}

if __name__ == "__main__":
    try:
        healthy = CHECKS[sys.argv[1]]()
    except (OSError, ValueError) as error:
        sys.exit(f"unhealthy: {error}")
    sys.exit(not healthy)
