# Two commands are enough on a fresh machine: `make run` and `make test`.
# They need Python 3.11 or newer, make, and a network for the packages.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check
ARGS   ?=
export PIP_NO_INPUT := 1

.DEFAULT_GOAL := help
.PHONY: help run test format lint types unit docs bench browser constraints clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

run: $(VENV)/run.done ## set up and run the main job; ARGS="--members 500" passes options on
	$(BIN)/tightrope run $(ARGS)

test: lint types unit ## set up and run every check

lint: $(VENV)/test.done ## format, lint rules, YAML of the cases
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/yamllint --strict src/tightrope/cases .yamllint

types: $(VENV)/test.done ## types of the package
	$(BIN)/mypy

unit: $(VENV)/test.done browser ## tests and doctests; ARGS="tests/unit -k room" passes options on
	$(BIN)/python -m pytest -n auto --dist loadfile $(ARGS)

format: $(VENV)/test.done ## rewrite the code in the project's format
	$(BIN)/ruff check --fix-only
	$(BIN)/ruff format

docs: $(VENV)/test.done ## write the generated pages of the reference and check every link
	$(BIN)/python docs/reference_tables.py
	$(BIN)/python docs/codebook_table.py
	$(BIN)/python -m pytest tests/rules/test_docs.py

bench: $(VENV)/bench.done ## trajectories per second, beside Mesa and compiled code
	$(BIN)/python benchmarks/simulate.py $(ARGS)

browser: ## Debian's Chromium for the browser tests, where it is missing and we may install it
	@.ci/browser

constraints: ## pin the newest versions that fit, from a fresh environment
	@tmp=$$(mktemp -d) && trap 'rm -rf "$$tmp"' EXIT && set -e; \
	$(PYTHON) -m venv "$$tmp/venv"; \
	"$$tmp/venv/bin/python" -m pip --disable-pip-version-check install --quiet -e '.[test,bench]'; \
	"$$tmp/venv/bin/python" -m pip --disable-pip-version-check freeze --exclude-editable > "$$tmp/pins"; \
	{ echo '# Versions that the tests passed with; `make constraints` renews them.'; cat "$$tmp/pins"; } > constraints.txt
	@wc -l constraints.txt

clean: ## remove what the other targets made
	rm -rf $(VENV) build dist out .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find src tests benchmarks docs -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Tightrope needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V 2>&1). Try: make PYTHON=python3.12 run" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)

# A target of its own for each set of packages; `make run` does not wait for the tools of the tests.
$(VENV)/run.done: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) install --quiet -c constraints.txt -e .
	@touch $@

$(VENV)/%.done: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) install --quiet -c constraints.txt -e '.[$*]'
	@touch $@
