# Registrar's commands; `make` alone lists them. The first one that needs packages installs them into .venv.
PYTHON ?= python3
DEMO ?= 1
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet

.DEFAULT_GOAL := help
.PHONY: help run test check translations bench faults lock

help:  ## List these commands
	@sed -n 's/^\([a-z]*\):.*  ## /  make \1\t/p' Makefile

run: .venv/installed  ## Start Registrar with demonstration data (DEMO=0: without; PORT=8080: elsewhere)
	exec $(BIN)/registrar run $(if $(filter 0,$(DEMO)),,--demo)

test: .venv/installed-dev  ## Run the tests (ARGS="tests/weekly -k seats": only some)
	$(BIN)/python -m pytest $(ARGS)

check: export CI := true
check: .venv/installed-dev translations  ## Everything that must hold: style, types, imports, translations, tests
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(MAKE) test

translations: .venv/installed-dev  ## Check that the French catalogue is complete
	@echo "The French catalogue is not checked yet."

bench: .venv/installed-dev  ## Measure, beside the yardsticks
	$(BIN)/python -m tests.bench $(ARGS)

faults: .venv/installed-dev  ## Kill processes and count what was lost
	$(BIN)/python -m tests.faults $(ARGS)

lock:  ## Pin the newest packages that pyproject.toml allows (needs uv)
	uv pip compile --upgrade --universal --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements.lock
	uv pip compile --upgrade --universal --generate-hashes --no-emit-index-url --no-header --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock

.venv/installed: requirements.lock pyproject.toml
.venv/installed-dev: requirements-dev.lock pyproject.toml
.venv/installed .venv/installed-dev:
	$(PYTHON) -m venv .venv
	$(PIP) --require-hashes --no-deps -r $<
	$(PIP) --no-build-isolation --no-deps -e .
	@touch $@
