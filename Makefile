# segkit: every target sets up what it needs in .venv and says what it does.

PYTHON ?= python3
NOTEBOOK ?= behavioral
DATA ?= cdnow
EXTRAS ?=
# Names of files may hold anything; through the environment the shell does not read them.
export NOTEBOOK DATA

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
LOCKED := $(PIP) install --constraint requirements.lock

comma := ,
DEV_EXTRAS := dev$(if $(EXTRAS),$(comma)$(EXTRAS))
DEV_STAMP := $(VENV)/.dev-$(subst $(comma),-,$(DEV_EXTRAS))

.DEFAULT_GOAL := help
.PHONY: help report test lint lab lock translations clean

help:  ## show what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "segkit needs Python 3.11 or newer; name one: make PYTHON=python3.12"; exit 1; }
	@echo "Creating $(VENV) with $$($(PYTHON) --version) …"
	@$(PYTHON) -m venv $(VENV) \
		|| { rm -rf $(VENV); echo "python venv is missing; on Debian: apt install python3-venv"; exit 1; }

# What builds packages (ours, and PySpark, which comes as source) is installed from the lock
# too, so that nothing unpinned is fetched.
$(VENV)/.run: $(VENV)/pyvenv.cfg requirements.lock pyproject.toml
	@echo "Installing segkit and the packages it runs on (a minute or two) …"
	@$(LOCKED) hatchling editables setuptools wheel
	@$(LOCKED) --no-build-isolation --editable .
	@touch $@

$(DEV_STAMP): $(VENV)/.run
	@echo "Installing the packages for tests and checks …"
	@$(LOCKED) --no-build-isolation --editable '.[$(DEV_EXTRAS)]'
	@touch $@

report: $(VENV)/.run  ## set up and make a report: make report NOTEBOOK=clv DATA=my.csv
	@echo "Running the notebook $$NOTEBOOK on $$DATA …"
	@$(BIN)/segkit run "$$NOTEBOOK" --data "$$DATA"

test: $(DEV_STAMP)  ## set up and pass all tests; EXTRAS=spark adds the Spark parity test
	@echo "Running the tests …"
	@$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile

lint: $(DEV_STAMP)  ## check style, types, schemes and that notebooks carry no outputs
	@echo "Checking style, types, schemes and notebooks …"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/segkit scheme lint
	@find notebooks -name '*.ipynb' -not -path '*/.*' -print0 \
		| xargs -0 -r $(BIN)/nbstripout --keep-id --keep-count --verify

lab: $(VENV)/.run  ## open the notebooks in JupyterLab
	@echo "Opening JupyterLab on notebooks/00_start_here.ipynb …"
	@$(BIN)/jupyter lab --ServerApp.root_dir=. notebooks/00_start_here.ipynb

lock: $(DEV_STAMP)  ## pin anew all packages of pyproject.toml in requirements.lock
	@echo "Resolving the newest versions that fit pyproject.toml …"
	@$(BIN)/uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 \
		--fork-strategy fewest --upgrade --no-header --no-annotate \
		--no-emit-index-url --no-emit-find-links --quiet --output-file requirements.lock

CATALOGUE := src/segkit/locale/zh_Hans_CN/LC_MESSAGES/segkit.po

translations: $(VENV)/.run  ## collect all sentences into the Chinese catalogue
	@echo "Collecting sentences of code, templates and notebooks in $(CATALOGUE) …"
	@mkdir -p build
	@$(BIN)/pybabel --quiet extract --mapping babel.cfg --output build/segkit.pot --project segkit \
		--add-location file --sort-by-file --no-wrap src notebooks
	@$(BIN)/pybabel --quiet update --input-file build/segkit.pot --output-file $(CATALOGUE) \
		--locale zh_Hans_CN --ignore-obsolete --no-fuzzy-matching --no-wrap \
		--ignore-pot-creation-date

clean:  ## remove .venv, caches and the reports made here
	@echo "Removing .venv, caches and reports …"
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis dist build
	@git clean -fdXq reports
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
