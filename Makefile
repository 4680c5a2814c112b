# Tillit: `make demo` shows it, `make test` checks it. Everything lives in this folder: .venv/ and var/.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory --no-builtin-rules

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input --quiet
STAMPS := $(VENV)/stamps
CATALOGUES := $(wildcard src/tillit/locale/*/LC_MESSAGES/*.po)
PYTEST := $(BIN)/python -m pytest -q
# The first Python that is new enough; a name alone is not trusted (version managers leave shims).
PYTHON = $(shell for candidate in python3.13 python3.12 python3.11 python3 python; do \
	$$candidate -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 \
	&& echo $$candidate && break; done)

.PHONY: help install install-test demo test pytest lint lint-ruff lint-format lint-mypy lint-imports \
	lint-templates browser softhsm bench attack faults fuzz release lock clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

install: $(STAMPS)/run $(STAMPS)/package $(STAMPS)/messages ## make .venv with what running needs (a second time: nothing to do)

install-test: install $(STAMPS)/test

demo: install ## run the product with five made-up organisations (Ctrl-C stops it)
	@exec $(BIN)/tillit demo $(ARGS)

test: install-test browser softhsm ## everything that has to be green: lint, then all tests
	@failed=; \
	$(MAKE) --keep-going -j2 --output-sync=target lint || failed="$$failed lint"; \
	$(MAKE) pytest || failed="$$failed tests"; \
	if [ -n "$$failed" ]; then echo "FAILED:$$failed"; exit 1; fi; \
	echo "All green."

# One worker more than two cores: some test always waits for a server, a clock or a page.
pytest: install-test
	@$(PYTEST) -n 3 --dist loadfile --no-loadscope-reorder $(ARGS)

lint: lint-ruff lint-format lint-imports lint-templates lint-mypy ## style, types, who imports whom, templates

lint-ruff: install-test
	@$(BIN)/ruff check .

lint-format: install-test
	@$(BIN)/ruff format --check --output-format=concise . || { echo "Run: $(BIN)/ruff format ."; exit 1; }

lint-mypy: install-test
	@$(BIN)/python tools/check_types.py

lint-imports: install-test
	@$(BIN)/lint-imports --no-logo 2>&1 | tail -n 40

lint-templates: install-test
	@$(BIN)/djlint src --profile=django --extension=html --lint --quiet

browser:
	@tools/browser

softhsm:
	@tools/softhsm

bench: install-test ## measure (all, or NAME=slots); goals stand beside the figures
	@failed=; for name in $(or $(NAME),$(patsubst bench/%.py,%,$(wildcard bench/[a-z]*.py))); do \
		echo "== $$name"; $(BIN)/tillit bench $$name || failed="$$failed $$name"; done; \
	if [ -n "$$failed" ]; then echo "FAILED:$$failed"; exit 1; fi

attack: install-test ## try to break in, with the application's own database role
	@$(PYTEST) -m attack $(ARGS)

faults: install-test ## break things on purpose: killed servers, taken ports, full queues
	@$(PYTEST) -m faults $(ARGS)

fuzz: install-test ## seek new examples against the rules, and ask the API everything, for long (EXAMPLES=100)
	@SCHEMATHESIS=$(or $(EXAMPLES),100) $(PYTEST) -n 2 --hypothesis-profile=seeking $(ARGS) \
		tests/web/api/test_fuzz.py $(shell grep -rlE --include='test_*.py' '@given|RuleBasedStateMachine' tests)

release: install-test ## run the tests that stand for build promises and write what the trust pages show of them
	@$(BIN)/python -m tools.release

lock: $(STAMPS)/uv ## renew requirements/*.lock to the newest versions that pyproject.toml allows
	@for kind in run test; do \
		extras="--extra build"; \
		[ $$kind = run ] || extras="$$extras --extra test -c requirements/run.lock"; \
		$(VENV)/uv/bin/uv pip compile pyproject.toml $$extras --universal --python-version 3.11 --upgrade \
			--generate-hashes --no-header --no-emit-index-url --quiet -o requirements/$$kind.lock; \
	done

clean: ## remove .venv and caches; var/ with its data stays
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

$(STAMPS)/venv:
	@[ -n "$(PYTHON)" ] || { echo "Tillit needs Python 3.11 or newer, and none was found."; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "No virtual environment could be made; on Debian or Ubuntu: apt install python3-venv"; exit 1; }
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/run: requirements/run.lock | $(STAMPS)/venv
	@echo "Installing what running needs…"
	@$(PIP) install --require-hashes -r $<
	@touch $@

$(STAMPS)/package: pyproject.toml | $(STAMPS)/run
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(STAMPS)/test: requirements/test.lock | $(STAMPS)/package
	@echo "Installing what testing needs…"
	@$(PIP) install --require-hashes -r $<
	@touch $@

$(STAMPS)/messages: $(wildcard tools/messages.py) $(CATALOGUES) | $(STAMPS)/package
	@if [ -f tools/messages.py ]; then $(BIN)/python tools/messages.py compile; fi
	@touch $@

$(STAMPS)/uv: | $(STAMPS)/venv
	@$(BIN)/python -m venv $(VENV)/uv
	@$(VENV)/uv/bin/python -m pip --disable-pip-version-check --quiet install uv
	@touch $@
