# `make demo` and `make test` set everything up by themselves; all they need is Python 3.11 or later and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test test-slow bench docs clean

# Runs the sample workspace end to end and prints every step.
demo: $(VENV)/.installed
	rm -rf demo
	$(BIN)/leadreturns demo demo

# Everything that must pass before a commit.
test: $(VENV)/.installed-dev
	$(BIN)/ruff format --check src tests benchmarks samples
	$(BIN)/ruff check src tests benchmarks samples
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -m "not slow"

# Also in the programs that exports are for, as far as the system has them.
test-slow: $(VENV)/.installed-dev
	$(BIN)/pip install -q --disable-pip-version-check -r tests/requirements-slow.txt
	$(BIN)/pytest -m slow -rs

# Ours against what a user would write instead; writes docs/performance.md.
bench: $(VENV)/.installed-dev
	$(BIN)/pip install -q -r benchmarks/requirements.txt
	$(BIN)/python -m benchmarks.run

# The generated pages; the test command fails when they are out of date.
docs: $(VENV)/.installed-dev
	$(BIN)/python -m docs.generate

$(VENV)/.installed: requirements.txt pyproject.toml policies.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/pip install -q --disable-pip-version-check --no-deps .
	touch $@

# The tests run on the sources themselves, so the package is installed as a link to them; pip compiles what it copies,
# and a link is compiled here.
$(VENV)/.installed-dev: requirements-dev.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.txt
	$(BIN)/pip install -q --disable-pip-version-check --no-deps -e .
	$(BIN)/python -m compileall -q src
	touch $@

clean:
	rm -rf $(VENV) demo dist build
