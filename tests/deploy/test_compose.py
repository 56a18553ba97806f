"""The server's set-up, read where Docker is absent: services, variables and commands exist."""

import ast
import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import get_commands

from scripts import compose

ROOT = compose.ROOT
OURS = ("web", "worker", "beat", "migrate")
FILE = compose.read()
SERVICES = FILE["services"]


def settings_variables() -> set[str]:
    """The names that kerapu/settings.py and the embedded home read from the environment."""
    names = set()
    for file in [ROOT / "kerapu/settings.py", *(ROOT / "kerapu/embedded").glob("*.py")]:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                names.add(node.value)
    return names


def test_every_part_is_there() -> None:
    assert set(SERVICES) == {*OURS, "proxy", "database", "redis"}


@pytest.mark.parametrize("name", OURS)
def test_our_services_get_variables_that_the_settings_know(name: str) -> None:
    environment = compose.environment(name)
    assert set(environment) <= settings_variables()
    assert environment["DATABASE_URL"].startswith("postgres://kerapu:")
    assert "@database:5432/" in environment["DATABASE_URL"]
    assert environment["REDIS_URL"].startswith("redis://redis:6379")
    assert environment["KERAPU_BASE_URL"] == f"https://{environment['KERAPU_ALLOWED_HOSTS']}"


@pytest.mark.parametrize("name", ["KERAPU_SECRET_KEY", "POSTGRES_PASSWORD", "KERAPU_DOMAIN"])
def test_without_a_secret_it_refuses_to_start(name: str) -> None:
    with pytest.raises(LookupError):
        compose.environment("web", compose.values() | {name: ""})


def test_the_example_has_every_variable_and_no_secret() -> None:
    text = (ROOT / "docker-compose.yml").read_text("utf-8")
    used = {match["name"] for match in compose.VARIABLE.finditer(text)}
    example = compose.example_values()
    assert used == set(example)
    assert not example["KERAPU_SECRET_KEY"] and not example["POSTGRES_PASSWORD"]


@pytest.mark.parametrize("name", OURS)
def test_our_services_are_nobody_special(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] and service["cap_drop"] == ["ALL"]
    assert service.get("user") is None  # the image's own
    dockerfile = (ROOT / "Dockerfile").read_text("utf-8")
    assert re.search(r"^USER 10001:10001$", dockerfile, re.MULTILINE)


@pytest.mark.parametrize("name", [*OURS, "proxy", "database", "redis"])
def test_every_service_says_how_it_is(name: str) -> None:
    health = SERVICES[name]["healthcheck"]
    assert health.get("disable") if name == "migrate" else health["test"][0] == "CMD"
    if name not in OURS or name == "migrate":
        return
    program, script, argument = health["test"][1:]
    assert (program, argument) == ("python", name)
    assert (ROOT / script).is_file()


def test_commands_exist() -> None:
    module, application = "kerapu.wsgi", "application"
    assert compose.command("web")[:2] == ["gunicorn", module]
    assert hasattr(importlib.import_module(module), application)
    for name in ("worker", "beat"):
        assert compose.command(name)[:4] == ["celery", "-A", "kerapu", name]
    program, script, command, *_rest = compose.command("migrate")
    assert (program, script) == ("python", "manage.py")
    assert command in get_commands()


@pytest.mark.parametrize("name", ["worker", "beat"])
def test_celery_knows_the_options(name: str) -> None:
    options = [part for part in compose.command(name)[4:] if part.startswith("-")]
    usage = subprocess.run(
        [sys.executable, "-m", "celery", "-A", "kerapu", name, "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout
    assert [option for option in options if not re.search(rf"{option}\b", usage)] == []


def test_gunicorn_knows_the_options() -> None:
    from gunicorn.config import Config

    parser = Config().parser()
    parser.parse_args(compose.command("web")[1:])  # ends the test with an error otherwise


def test_named_volumes_and_networks_are_declared() -> None:
    for service in SERVICES.values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source in FILE["volumes"] or (ROOT / source).exists()
        assert set(service["networks"]) <= set(FILE["networks"])
        assert set(service.get("depends_on", {})) <= set(SERVICES)


def test_only_the_proxy_can_be_reached() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    assert FILE["networks"]["inside"]["internal"]
    assert SERVICES["database"]["networks"] == SERVICES["redis"]["networks"] == ["inside"]


def test_the_proxy_is_the_one_that_is_trusted() -> None:
    address = SERVICES["proxy"]["networks"]["front"]["ipv4_address"]
    assert compose.environment("web")["KERAPU_TRUSTED_PROXY"] == address
    port = compose.command("web")[compose.command("web").index("-b") + 1].rsplit(":", 1)[1]
    assert f"reverse_proxy web:{port}" in (ROOT / "deploy/Caddyfile").read_text("utf-8")


def test_what_the_image_copies_exists_and_holds_no_secret() -> None:
    ignored = (ROOT / ".dockerignore").read_text("utf-8").split()
    assert {".env", ".git", ".venv"} <= set(ignored)
    dockerfile = (ROOT / "Dockerfile").read_text("utf-8")
    for source in re.findall(r"^COPY (?!--from)(\S+)", dockerfile, re.MULTILINE):
        assert (ROOT / source).exists()
    assert "SECRET_KEY" not in dockerfile and "PASSWORD" not in dockerfile


def test_health_of_beat(tmp_path: Path, monkeypatch) -> None:
    sys.path.insert(0, str(ROOT / "deploy"))
    health = importlib.import_module("health")
    monkeypatch.setattr(health, "BEAT_FILES", str(tmp_path / "beat*"))
    assert not health.beat()
    (tmp_path / "beat.db").touch()
    assert health.beat()
