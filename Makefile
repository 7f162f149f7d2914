# Rapport: every everyday command. `make help` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.locked
CUSTOMERS ?= 3000

.DEFAULT_GOAL := help
.PHONY: help setup demo run dash dev test bench backtest lint format readme lock clean

help: ## list these commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

setup: $(STAMP) ## create .venv with the locked dependencies (hashes checked)

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Rapport needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
	@echo "Installing the locked dependencies; this takes a few minutes the first time."
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: setup ## a generated company: make its exports, run the night, say what came out
	$(BIN)/rapport demo --customers $(CUSTOMERS)

run: setup ## the nightly run on RAPPORT_HOME (default ./var)
	$(BIN)/rapport run

dash: setup ## the dashboards
	$(BIN)/rapport dashboard

dev: setup ## Dagster's UI with the nightly schedule
	$(BIN)/rapport dev

test: setup ## all tests
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder --durations=15

bench: setup ## speed, as ratios measured in one run on this machine, and who identity takes for one person
	$(BIN)/python tests/bench/intake_speed.py
	$(BIN)/python -m tests.bench.page_speed
	$(BIN)/python -m tests.bench.identity_quality 100000
	$(BIN)/python -m tests.bench.btyd_speed

backtest: setup ## every candidate of every score on the real data sets and the twin, as tables; models beside truth
	$(BIN)/python -m tests.bench.backtests
	$(BIN)/python -m tests.bench.truth_recovery 100000

lint: setup ## style, import directions, lock file
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

format: setup ## let ruff mend the style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

readme: setup ## write README's table of sources anew from what the sources say
	$(BIN)/python -m orchestration.source_guides

lock: ## compile requirements.lock anew from pyproject.toml (needs uv)
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
		--no-strip-extras --no-emit-index-url --no-header --no-annotate -o requirements.lock

clean: ## remove what builds leave behind (never RAPPORT_HOME)
	rm -rf dbt_project/target dbt_project/logs .pytest_cache .ruff_cache .hypothesis *.egg-info
