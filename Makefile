# make run | test | check | bench | lint: each sets up what is missing, and only that.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SCALE_READY := $(VENV)/.ready-scale

# Three tests at a time: one of them is mostly in the browser, which is waited for. Which go together, tests/conftest.py says.
PYTEST := $(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder

.PHONY: run test check bench lint install scale chromium every-test

run: install
	@$(BIN)/streamlit run app.py

# Lint goes on beside the tests.
test: scale chromium
	@$(MAKE) --no-print-directory --jobs 2 lint every-test

every-test:
	@$(PYTEST)

# What a change is tried with while it is made: neither the slow tests nor the browser.
check: lint
	@$(PYTEST) -m "not slow and not e2e"

bench: scale
	@$(BIN)/python -m tests.benchmarks

lint: scale
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy

install: $(READY)

# torch comes first and alone, so that the build for the CPU is taken and not pulled in by another package.
$(READY): requirements.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check "$$(grep ^torch== requirements.txt)"
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $(READY)

# What batches on many machines need beside, 80 MB to fetch: tests and lint see all of the code, who only runs the workbench does without.
scale: $(SCALE_READY)

$(SCALE_READY): requirements-scale.txt $(READY)
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-scale.txt
	@touch $(SCALE_READY)

# The browser of the browser tests: Debian's package, installed where it is missing and we may.
chromium: install
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || { \
	  echo "installing chromium for the browser tests"; \
	  if [ "$$(id -u)" = 0 ]; then apt-get update -qq && apt-get install -y -qq chromium >/dev/null; \
	  else sudo apt-get update -qq && sudo apt-get install -y -qq chromium >/dev/null; fi; }
