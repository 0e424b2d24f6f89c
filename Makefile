# make run      the dashboard at http://localhost:8501 (builds all it needs at first)
# make test     what the tests need, then the tests but the slow ones;  make test-slow: the slow ones
# make fuzz     spoilt files against the readers, the doctor and the import, for SECONDS (600)
# make check    style, types, order of the rooms
PYTHON ?= python3
VENV   ?= .venv
STORE  ?= store
PORT   ?= 8501
SECONDS ?= 600
SEED   ?= 1
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check
PARTS  := pyproject.toml constraints.txt hatch_build.py

# Modules are compiled once, whatever the shell says: tests start many processes.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test test-slow test-looks fuzz check format bench pictures wheel constraints clean

help:
	@sed -n '/^#/!q;s/^# //p' Makefile

run: $(VENV)/.run
	$(BIN)/maplegrid serve --store $(STORE) --port $(PORT) --demo

test: $(VENV)/.test
	@bash .ci/chromium
	$(BIN)/python -m pytest -m "not slow and not thorough" -n 2 --dist loadscope --no-loadscope-reorder

test-slow: $(VENV)/.test
	@bash .ci/chromium
	$(BIN)/python -m pytest -m slow -n 2 --dist loadscope --no-loadscope-reorder

test-looks: $(VENV)/.test
	@bash .ci/chromium
	$(BIN)/python -m pytest -m thorough

# SECONDS says how long, SEED where it begins; a file that ends a process is kept, and its seed told.
fuzz: $(VENV)/.test
	MAPLEGRID_FUZZ_SECONDS=$(SECONDS) MAPLEGRID_FUZZ_SEED=$(SEED) \
	  $(BIN)/python -m pytest -p no:xdist tests/bad_input/test_fuzz.py -k spoilt

check: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.test
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.test
	$(BIN)/python -m bench

pictures: $(VENV)/.test
	@bash .ci/chromium
	$(BIN)/python docs/pictures.py

wheel: $(VENV)/.test
	$(BIN)/python -m build --wheel

# Needs uv, which resolves for all Pythons and systems at once.
constraints:
	uv pip compile --universal --python-version 3.11 --upgrade --quiet --no-header --no-annotate --no-emit-index-url \
	  --extra test --extra sign-in --extra stats --extra export --extra cluster pyproject.toml -o constraints.new
	{ sed -n '/^#/!q;p' constraints.txt; cat constraints.new; } > constraints.all
	mv constraints.all constraints.txt && rm constraints.new

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

# Stamps: an environment is made once, and again when what it is made of has changed.
$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Maple Grid needs Python 3.11 or newer. Remedy: make PYTHON=python3.12 run" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.run: $(VENV)/.made $(PARTS)
	@echo "Installing what Maple Grid stands on; the first time takes a minute or two."
	$(PIP) install --quiet -c constraints.txt -e '.[export]'
	@touch $@

$(VENV)/.test: $(VENV)/.run
	$(PIP) install --quiet -c constraints.txt -e '.[test]'
	@touch $@
