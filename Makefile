# One way to do each thing. Every target does its own set-up: Python >= 3.10 and make are all it takes.
# PYTHON=python3.12 picks another Python, MH_CHROMIUM=/path another browser, WORKERS=0 runs the tests in one process.

PYTHON ?= python3
# More than two cores have, as tests often wait for a server or a film to start. A file is one worker's: it shares its servers.
# In the order given, but for the longest, which tests/conftest.py puts first: what comes last has to be short, or else
# one worker waits for the other.
WORKERS ?= 3
# A worker ends when a test hangs (faulthandler_timeout); a new one would only hang on it again.
IN_PARALLEL = -n $(WORKERS) --dist loadfile --no-loadscope-reorder --max-worker-restart 0
ARGS ?=

BIN := .venv/bin
PY := $(BIN)/python
NPM := $(PY) .ci/tools.py npm
INSTALL := $(BIN)/uv pip install --quiet --python $(PY) --constraint .ci/constraints.txt
NODE_MODULES := js/node_modules/.installed
KERNEL_TESTS = tests/notebooks tests/kernel tests/packaging --ignore tests/kernel/matrix
SLOW = MH_CHROMIUM="$$(cat .venv/.chromium)" MH_REDIS="$$(cat .venv/.redis)" MH_CRASHES_S="$${MH_CRASHES_S:-30}" \
	$(PY) -m pytest --no-header $(IN_PARALLEL)
# Steps beside each other: `$(call beside,these one by one,and those)`.
beside = $(PY) .ci/beside.py '$(STEPS) $(1)' '$(STEPS) $(2)'
STEPS = $(MAKE) --no-print-directory

# What another environment of the shell would smuggle in.
# The last one makes each of some hundred processes compile all that it imports.
unexport VIRTUAL_ENV CONDA_PREFIX PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE

# The steps share one environment, one tree and one screen, so they run in the order written, also under -j; what may run
# beside each other says so.
.NOTPARALLEL:
.DEFAULT_GOAL := help
.PHONY: help demo dev test check build bench format lock clean .venv always
.PHONY: vscode lint types layers view fresh view-unit unit docs browser redis browsers kernels matrix

heading = @printf '\n== %s\n' '$(1)'

help:
	@echo 'make demo     the dashboard on a simulated Magic Hour, in your browser (ARGS=--lab for JupyterLab)'
	@echo 'make test     everything: style, types, layers, bundle, unit, kernels, browsers, wheel'
	@echo 'make matrix   the part of it that tries cards on many ipykernels and Pythons'
	@echo 'make vscode   the card in the real VS Code (downloads 150 MB once)'
	@echo 'make check    the fast part of it: style, types, layers, bundle, unit tests'
	@echo 'make format   put Python and TypeScript into shape'
	@echo 'make dev      JupyterLab on the simulator; the view is rebuilt and reloaded while you edit it'
	@echo 'make docs     the documents as a site, into site/'
	@echo 'make build    the view into mh_widgets/static, the wheel and the sdist into dist/'
	@echo 'make bench    the measurements (ARGS picks some)'
	@echo 'make lock     choose the newest versions for .ci/constraints.txt'
	@echo 'make clean    remove all that make made'

# --- the environment: each stamp is made again only when what it depends on has changed -----------------------------

.venv: .venv/.test

# Programs of an environment carry its absolute path: in a folder that was moved or copied it is made again.
.venv/.base: always
	@test -x $(PY) && test "$$(cat $@ 2>/dev/null)" = '$(CURDIR)' || { \
		$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null || { echo \
		'mh_widgets needs Python 3.10 or newer, and "$(PYTHON)" is none: name one, as in `make PYTHON=python3.12`.' >&2; exit 1; }; \
		echo 'Making .venv (once)'; \
		$(PYTHON) .ci/tools.py venv && printf '%s\n' '$(CURDIR)' > $@; }

# Not order-only: where the environment was made again, its stamps went with the old one after make had looked at them.
.venv/.demo: pyproject.toml .ci/constraints.txt .venv/.base
	@echo 'Installing what the demo needs'
	@$(INSTALL) --editable '.[demo]'
	@touch $@

.venv/.test: pyproject.toml .ci/constraints.txt .venv/.demo
	@echo 'Installing what the tests need'
	@$(INSTALL) --group test --editable '.[demo]'
	@touch $@

.venv/.dev: pyproject.toml .ci/constraints.txt .venv/.demo
	@$(INSTALL) --group dev --editable '.[demo]'
	@touch $@

.venv/.view: pyproject.toml .ci/constraints.txt .venv/.base
	@$(INSTALL) --group view
	@touch $@

$(NODE_MODULES): js/package.json js/package-lock.json .venv/.view
	@echo 'Installing what the view is built with'
	@$(NPM) ci --loglevel=error --no-audit --no-fund
	@touch $@

# --- the verbs --------------------------------------------------------------------------------------------------------

demo: .venv/.demo
	@exec $(BIN)/mh-widgets demo $(ARGS)

dev: .venv/.dev $(NODE_MODULES)
	@exec $(PY) .ci/dev.py $(ARGS)

# Browsers keep both cores busy. Kernels mostly wait, so theirs fit in beside, and no worker of theirs starts a browser.
test: browser check
	+@$(call beside,browsers,kernels docs matrix)

# Not part of `test`, for the size of its downloads; CI runs it after that.
vscode: .venv/.test browser
	$(call heading,VS Code)
	@MH_CHROMIUM="$$(cat .venv/.chromium)" $(PY) .ci/vscode.py $(ARGS)

check: .venv/.test
	+@$(call beside,lint types layers view view-unit,unit)
	+@$(STEPS) fresh

build: .venv/.test $(NODE_MODULES)
	@$(NPM) run --silent build
	@rm -rf dist
	@$(BIN)/uv build --quiet --no-build-isolation --python $(PY) --out-dir dist
	@ls dist

bench: .venv/.test browser redis
	@MH_CHROMIUM="$$(cat .venv/.chromium)" MH_REDIS="$$(cat .venv/.redis)" exec $(PY) -m tests.benchmarks $(ARGS)

format: .venv/.test $(NODE_MODULES)
	@$(BIN)/ruff check --quiet --fix .
	@$(BIN)/ruff format .
	@$(NPM) run --silent format

lock: .venv/.base
	@{ echo '# The versions that CI runs with, for every Python from 3.10 on; `make lock` writes it anew.'; \
		$(BIN)/uv pip compile --quiet --universal --python-version 3.10 --upgrade --no-header --no-annotate \
		--all-extras --group dev --group test --group view pyproject.toml; } > .venv/constraints.txt
	@mv .venv/constraints.txt .ci/constraints.txt

clean:
	@rm -rf .venv dist site js/node_modules .screenshots .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	@find .ci mh_widgets tests tools notebooks -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

# --- the steps of test and check --------------------------------------------------------------------------------------

# What is missing should be known before the first test: the path waits in .venv/.chromium.
browser: .venv/.test
	@$(PY) .ci/tools.py chromium > .venv/.chromium
	@echo "Browser: $$(cat .venv/.chromium)"

# Without one the tests of the store on Redis are skipped, and say so.
redis: .venv/.test
	@$(PY) .ci/tools.py redis > .venv/.redis
	@echo "Redis: $$(cat .venv/.redis)"

lint: .venv/.test
	$(call heading,style)
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet . || { echo 'Not in shape: run `make format`.'; exit 1; }

types: .venv/.test
	$(call heading,types)
	@$(PY) -m mypy mh_widgets tests tools .ci

layers: .venv/.test
	$(call heading,layers)
	@$(BIN)/lint-imports --no-logo

view: $(NODE_MODULES)
	$(call heading,view: types and style)
	@$(NPM) run --silent check

fresh: $(NODE_MODULES)
	$(call heading,view: is the committed bundle what the sources make)
	@$(PY) .ci/bundle.py

view-unit: $(NODE_MODULES)
	$(call heading,view: unit tests)
	@$(NPM) test --silent

unit: .venv/.test redis
	$(call heading,unit tests)
	@MH_REDIS="$$(cat .venv/.redis)" $(PY) -m pytest --no-header $(IN_PARALLEL) tests/unit

docs: .venv/.test
	$(call heading,docs: every link and every reference)
	@NO_MKDOCS_2_WARNING=1 $(PY) -m mkdocs build --strict

# One worker with its browser and servers keeps a core busy.
browsers: WORKERS = 2
browsers: .venv/.test browser redis $(NODE_MODULES)
	$(call heading,browsers)
	@$(SLOW) tests/browser

kernels: .venv/.test browser redis
	$(call heading,kernels and notebooks and the wheel)
	@$(SLOW) $(KERNEL_TESTS)

matrix: .venv/.test
	$(call heading,every kernel)
	@$(PY) .ci/kernels.py
