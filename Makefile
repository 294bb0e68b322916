# The commands of the project; `make` alone lists them.
# Everything is installed into .venv beside this file; all paths are relative, so the folder may have spaces in its name.

PYTHON  ?= python3
WORKERS ?= 2
FRESH   ?=
STRICT  ?=

VENV  := .venv
PY    := $(VENV)/bin/python
STAMP := $(VENV)/.installed
BUILT_TESTS := tests/book/test_pages.py tests/book/test_browser.py tests/book/test_lab.py
NOTEBOOKS    = $(wildcard book/*.ipynb)
# Targets side by side, each one's output in one piece at its end; GNU make 3.81 of macOS prints it as it comes.
BESIDE       = $(MAKE) --no-print-directory -j$(WORKERS) $(if $(filter output-sync,$(.FEATURES)),-Otarget)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help book test check lab linkcheck margins clean distclean install lint types unit notebooks edition html pages \
        mypy basedpyright build

help: ## this list
	@echo "make TARGET, with TARGET one of"
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  \1|\2/p' Makefile | awk -F'|' '{printf "%-12s %s\n", $$1, $$2}'
	@echo "Settings: PYTHON=python3.12  WORKERS=2  FRESH=1 (execute all notebooks again)  RNN_TUTORIAL_BUDGET=smoke|laptop|full"

book: notebooks ## install, execute the notebooks and build the HTML; prints the page to open
	@$(PY) -m tools.build_book

build: $(STAMP)
	@$(PY) -m tools.build_book

test: ## everything: lint, types, unit tests, all notebooks through nbval, the HTML, the pages in a browser
	@$(MAKE) --no-print-directory check
	@$(MAKE) --no-print-directory notebooks STRICT=1
	@echo "the HTML and the reader's edition, side by side: the output of each comes when it is done"
	+@$(BESIDE) build edition
	@$(MAKE) --no-print-directory pages

check: $(STAMP) ## the fast part, for daily work: lint, types, unit tests
	+@$(BESIDE) lint mypy basedpyright
	@$(MAKE) --no-print-directory unit

lab: $(STAMP) ## open JupyterLab on the chapters (the reader's edition); FLAGS=--allow-root in a container
	$(PY) -m jupyterlab notebooks/00_sequences.ipynb $(FLAGS)

install: $(STAMP) ## install into .venv; the other targets do it when needed

lint: $(STAMP)
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(VENV)/bin/lint-imports --no-logo --no-cache
	$(if $(NOTEBOOKS),$(PY) -m nbstripout --verify --keep-id $(NOTEBOOKS))

types: mypy basedpyright

mypy: $(STAMP)
	$(PY) -m mypy

basedpyright: $(STAMP)
	$(PY) -m basedpyright --pythonpath $(PY)

# Tests that lie together stay on one worker, with what they load and compile; one that is done takes over from the other.
unit: $(STAMP)
	OMP_NUM_THREADS=1 $(PY) -m pytest tests -n $(WORKERS) --dist worksteal $(addprefix --ignore=,$(BUILT_TESTS))

notebooks: $(STAMP) ## execute what changed, and bring the reader's edition in step
	@$(PY) -m tools.run_notebooks --workers $(WORKERS) $(if $(FRESH),--fresh) $(if $(STRICT),--strict)
	@$(PY) -m tools.reader.edition

# The last chapters are the longest and come first; one process a notebook, where there are as many notebooks as cores.
edition: $(STAMP) ## run the reader's edition once, under the smoke budget
	RNN_TUTORIAL_BUDGET=smoke OMP_NUM_THREADS=1 LOKY_MAX_CPU_COUNT=1 $(PY) -m pytest \
	    --nbval-lax --nbval-current-env --nbval-cell-timeout 3600 \
	    -n $(WORKERS) --dist loadscope --no-loadscope-reorder $$(ls -r notebooks/*.ipynb)

html: book

pages: $(STAMP) ## test the built HTML, in a headless browser if there is one
	RNN_TUTORIAL_REQUIRE_PAGES=1 $(PY) -m pytest -n $(WORKERS) --dist loadscope $(BUILT_TESTS)

linkcheck: notebooks ## ask every outside link whether it still answers (needs the network)
	$(PY) -m tools.build_book --builder linkcheck

margins: $(STAMP) ## measure how far every expectation strays (hours; goes on where it was stopped)
	$(PY) -m tools.margins --workers $(WORKERS)

clean: ## remove what was built and what was executed; keeps .venv
	rm -rf _build .pytest_cache .ruff_cache .mypy_cache .hypothesis dist
	find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +

distclean: clean ## remove .venv as well
	rm -rf $(VENV)

# Installed once, and again when pyproject.toml changes: the stamp is written last, so an interrupted install is repeated.
$(STAMP): pyproject.toml
	@command -v "$(PYTHON)" >/dev/null || { echo "error: no $(PYTHON) found. Install Python 3.11 or newer, or name one: make book PYTHON=/path/to/python" >&2; exit 1; }
	@"$(PYTHON)" tools/bare_machine.py
	@test -x $(PY) || "$(PYTHON)" -m venv $(VENV)
	@echo "installing into $(VENV) (the first time this fetches PyTorch: some minutes)"
	@$(PY) -m pip install --disable-pip-version-check -e ".[book,test]"
	@touch $(STAMP)
