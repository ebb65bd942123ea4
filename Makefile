# Registrar's commands; `make` alone lists them. The first one that needs packages installs them into .venv.
PYTHON ?= python3
DEMO ?= 1
PROCESSES ?= 2
BIN := .venv/bin
WORDS := registrar/translations
FRENCH := $(WORDS)/fr/LC_MESSAGES/messages.po
BABEL = $(BIN)/pybabel -q
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet

.DEFAULT_GOAL := help
.PHONY: help run test check translations bench faults lock

help:  ## List these commands
	@sed -n 's/^\([a-z]*\):.*  ## /  make \1\t/p' Makefile

run: .venv/installed $(FRENCH:.po=.mo)  ## Start Registrar with demonstration data (DEMO=0: without; PORT=8080: elsewhere)
	exec $(BIN)/registrar run $(if $(filter 0,$(DEMO)),,--demo)

# Without groups, loadgroup gives one test after the other to whichever process is free.
test: .venv/installed-dev $(FRENCH:.po=.mo)  ## Run the tests (ARGS="tests/weekly -k seats": only some; PROCESSES=0: one after the other)
	$(BIN)/python -m pytest -n $(PROCESSES) --dist loadgroup $(ARGS)

check: export CI := true
check: .venv/installed-dev  ## Everything that must hold: style, types, imports, translations, tests
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(MAKE) test

translations: .venv/installed-dev  ## Bring the French catalogue up to the words in the code; then translate what is new
	$(BABEL) extract -F pyproject.toml -k _l -k lazy_gettext --no-location --omit-header -o $(WORDS)/messages.pot .
	$(BABEL) update -l fr --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --no-wrap -i $(WORDS)/messages.pot -d $(WORDS)
	@rm $(WORDS)/messages.pot

$(FRENCH:.po=.mo): $(FRENCH)
	$(BABEL) compile -i $< -o $@

bench: .venv/installed-dev  ## Measure, beside the yardsticks
	$(BIN)/python -m tests.bench $(ARGS)
	$(BIN)/python -m tests.bench.mail_fanout

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
