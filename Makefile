# The commands of KERAPU; `make` alone lists them. PORT, KERAPU_HOME and the other settings pass
# through the environment: PORT=9000 make run
# The first Python that is new enough; python3 says why when none is.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$python && exit; done; echo python3)
BIN := .venv/bin
export PYTHONUNBUFFERED ?= 1

.DEFAULT_GOAL := help
.PHONY: help setup run stop test test-deep check bench format lock messages setup-dev

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 18

setup: ## make .venv with the pinned runtime; nothing is started
	@$(PYTHON) scripts/environment.py runtime

setup-dev:
	@$(PYTHON) scripts/environment.py dev

run: setup ## start everything here and print the address (Ctrl-C ends it)
	@exec $(BIN)/python -m kerapu.embedded run

stop: setup ## end whatever runs in the home
	@$(BIN)/python -m kerapu.embedded stop

test: setup-dev ## the whole test suite (ARGS="-k name" narrows it)
	@$(BIN)/python -m pytest -n auto --dist loadfile $(ARGS)

test-deep: setup-dev ## the judgement against the plain reading on 2,000 made-up worlds
	@KERAPU_WORLDS=2000 $(BIN)/python -m pytest -n auto --dist load tests/convergence/test_worlds.py $(ARGS)

check: setup-dev ## every check that people and CI run
	@$(BIN)/python -m scripts.check

bench: setup-dev ## measure imports, judgement, pages and starts; prints a table and JSON
	@$(BIN)/python -m scripts.bench $(ARGS)

format: setup-dev ## put code into the common form
	@$(BIN)/ruff check --fix-only --quiet . && $(BIN)/ruff format --quiet .

messages: setup-dev ## collect msgids and compile the Indonesian texts (needs gettext)
	@$(BIN)/python -m scripts.check_messages --update

# One resolution for every system and Python; hashes, no addresses. Needs uv. The dev lock is bound
# to the pins of the runtime lock, so that installing it changes nothing that users run.
UV_LOCK := uv pip compile --universal --generate-hashes --no-emit-index-url --no-annotate --no-header --python-version 3.11
lock: ## resolve the dependencies anew (needs uv); UPGRADE=--upgrade takes newer versions
	$(UV_LOCK) $(UPGRADE) pyproject.toml -o requirements/runtime.lock
	$(UV_LOCK) $(UPGRADE) --group dev -c requirements/runtime.lock pyproject.toml -o requirements/dev.lock
