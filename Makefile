# `make` lists the targets. Everything runs in .venv, made from uv.lock.
.DEFAULT_GOAL := help
SHELL := /bin/bash
# What was compiled once is read again, by each of the many processes that the tests start.
unexport PYTHONDONTWRITEBYTECODE
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 6
# The whole of Chromium does as well; without its window and compositor it takes less than half of the time.
BROWSER := chromium-headless-shell
PORT ?= 8000

.PHONY: help setup demo test fast lint types arch migrations browser bench chaos clean wheel messages pictures

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-11s %s\n", $$1, $$2}'

setup: $(VENV)/.locked ## create .venv with exactly the packages of uv.lock

$(VENV)/.locked: pyproject.toml uv.lock
	@test -x $(BIN)/python || python3 -m venv $(VENV)
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check 'uv>=0.9,<1'
	@$(BIN)/uv sync --frozen --quiet --compile-bytecode
	@$(BIN)/python -m compileall -q src
	@touch $@

demo: setup ## run the whole product on a scripted Jira: no account anywhere (PORT=8000)
	@exec $(BIN)/phasewise demo --port $(PORT)

browser: ## install Debian's headless Chromium when none is there (needs root)
	@command -v chromium-headless-shell chromium chromium-browser >/dev/null || \
	  { [ "$$(id -u)" = 0 ] && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $(BROWSER) >/dev/null; } || \
	  { echo "Chromium is missing and cannot be installed: run 'apt-get install $(BROWSER)' as root" >&2; exit 1; }

test: setup browser ## every test (PostgreSQL and browser included), lint, types, contracts, migrations, coverage
	@$(MAKE) --no-print-directory lint
	@$(BIN)/python -m coverage erase
	@said=$$(mktemp); $(MAKE) --no-print-directory --keep-going arch types >$$said 2>&1 & checks=$$!; \
	  $(BIN)/python -m coverage run -m pytest -n $(WORKERS) --dist worksteal -q; tests=$$?; \
	  wait $$checks || tests=1; cat $$said; rm $$said; exit $$tests
	@$(BIN)/python -m coverage combine --quiet
	@$(BIN)/python -m coverage report --fail-under=95 --skip-covered
	@$(BIN)/python -m coverage report --include='src/phasewise/core/*' --fail-under=100

fast: setup ## what a developer runs before each commit: under a minute on two idle cores
	@$(MAKE) --no-print-directory lint arch
	@$(BIN)/python -m pytest -n 2 --dist worksteal -q -m 'not slow and not browser' -k 'not postgresql' \
	  tests/core tests/jira tests/store tests/mail tests/chat tests/house

lint: setup ## ruff: rules and format
	@$(BIN)/ruff check --quiet src tests bench migrations && $(BIN)/ruff format --quiet --check src tests bench migrations

types: setup ## mypy --strict
	@$(BIN)/mypy

arch: setup ## import contracts
	@$(BIN)/lint-imports --no-cache

migrations: setup ## schema drift, and up-down-up on SQLite and PostgreSQL
	@$(BIN)/python -m pytest -q -p no:cacheprovider tests/store/test_migrate.py

chaos: setup ## 100,000 deliveries, 1,000 effects and 1,000 reports while processes are killed, on both databases (docs/reliability.md)
	@$(BIN)/python -m tests.chaos
	@CHAOS_COMMENTS=1000 CHAOS_MAILS=200 CHAOS_KILLS=60 $(BIN)/python -m pytest -q -o faulthandler_timeout=0 tests/story/test_effect_kills.py
	@CHAOS_POINTS=500 $(BIN)/python -m pytest -q -o faulthandler_timeout=0 tests/story/test_report_kills.py

bench: setup ## speed and memory, as ratios against peers and the bare minimum (docs/benchmarks.md)
	@$(BIN)/python -m bench

messages: setup ## find new messages, bring the catalogues of src/phasewise/locale up to date
	@mkdir -p build
	@for domain in pages mail; do \
	  $(BIN)/pybabel --quiet extract -F messages-$$domain.cfg -k marked --no-location --sort-output --no-wrap \
	    --project Phasewise --copyright-holder 'The Phasewise maintainers' -o build/$$domain.pot . || exit 1; \
	  for language in fr ja ru zh; do \
	    $(BIN)/pybabel --quiet update -i build/$$domain.pot -D $$domain -d src/phasewise/locale -l $$language \
	      --init-missing --no-fuzzy-matching --ignore-obsolete --no-wrap --ignore-pot-creation-date || exit 1; \
	  done; \
	done

pictures: setup browser ## take the pictures of docs/pictures anew: the pages over a scripted team at a fixed instant
	@$(BIN)/python -m tests.browser.pictures

wheel: setup ## build the wheel into dist/
	@$(BIN)/uv build --wheel --quiet

clean: ## remove what was built
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage*
