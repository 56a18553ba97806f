"""Makes `.venv` from a lock of hashes: `python3 scripts/environment.py [runtime|dev]`.

Done again only when the lock, the Python or the environment itself has changed. Runs with nothing
but the standard library, and is written so that an old Python too can read it and say its sentence.
"""

import hashlib
import os
import subprocess
import sys

OLDEST = (3, 11)
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")


def refuse(sentence: str) -> None:
    """Ends with the one sentence that says what to do."""
    sys.stderr.write("kerapu: " + sentence + "\n")
    sys.exit(1)


def check_python() -> None:
    """Python is new enough and can make environments."""
    if sys.version_info < OLDEST:
        refuse(
            "Python %d.%d or newer is needed, this is %d.%d (%s). Install a newer one and name it:"
            " make PYTHON=python3.12 run"
            % (OLDEST[0], OLDEST[1], sys.version_info[0], sys.version_info[1], sys.executable)
        )
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        refuse(
            "this Python (%s) comes without the module 'venv'. On Debian and Ubuntu:"
            " sudo apt-get install python3-venv" % sys.executable
        )


def digest(lock: str) -> str:
    """What a finished environment is recognised by: the lock's content and the Python's version."""
    with open(os.path.join(ROOT, "requirements", lock + ".lock"), "rb") as file:
        content = hashlib.sha256(file.read()).hexdigest()
    return "%s %d.%d" % (content, sys.version_info[0], sys.version_info[1])


def stamp(lock: str) -> str:
    """The file that says what is installed."""
    return os.path.join(VENV, ".kerapu-" + lock)


def is_current(lock: str) -> bool:
    """Whether the environment holds this lock, or the larger one that contains it."""
    if not os.access(PYTHON, os.X_OK):
        return False
    for held in {lock, "dev"}:
        try:
            with open(stamp(held)) as file:
                if file.read() == digest(held):
                    return True
        except OSError:
            continue
    return False


def make_venv() -> None:
    """An environment with a Python of this very version; one that is broken is made anew."""
    same = "import sys, pip; sys.exit(sys.version_info[:2] != %r)" % (sys.version_info[:2],)
    works = os.path.exists(PYTHON) and not subprocess.call(
        [PYTHON, "-c", same], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    if works:
        return
    import venv

    try:
        venv.EnvBuilder(with_pip=True, clear=os.path.isdir(VENV)).create(VENV)
    except (OSError, subprocess.CalledProcessError) as error:
        refuse("the environment %s could not be made: %s" % (VENV, error))


def install(lock: str) -> None:
    """Installs exactly what the lock names; the stamp is written last, so half a job is redone."""
    for held in ("runtime", "dev"):
        if os.path.exists(stamp(held)):
            os.remove(stamp(held))
    command = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += ["--no-input", "--require-hashes", "--no-deps"]
    command += ["-r", os.path.join(ROOT, "requirements", lock + ".lock")]
    if subprocess.call(command):
        refuse(
            "requirements/%s.lock could not be installed; pip's reason stands above."
            " The package registry must be reachable the first time." % lock
        )
    with open(stamp(lock), "w") as file:
        file.write(digest(lock))


def main(lock: str) -> None:
    """Brings the environment up to the lock; two at once wait for each other."""
    check_python()
    if is_current(lock):
        return
    import fcntl

    with open(os.path.abspath(__file__)) as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        if is_current(lock):
            return
        sys.stderr.write("Installing requirements/%s.lock into .venv (once) ...\n" % lock)
        make_venv()
        install(lock)


if __name__ == "__main__":
    try:
        main(sys.argv[1] if len(sys.argv) > 1 else "runtime")
    except KeyboardInterrupt:
        sys.exit(130)
