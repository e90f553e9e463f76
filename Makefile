# firstprint: `make nightly` and `make test` set up everything they need. `make help` lists the rest.
# On a machine with several Pythons: `make setup PYTHON=python3.12`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LANDING ?= sample/landing
WAREHOUSE ?= out/warehouse

.PHONY: help setup nightly test test-long kernels lint lock clean
.DEFAULT_GOAL := help

help: ## what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(VENV)/.ready ## .venv with the locked dependencies and the command `.venv/bin/firstprint`

# The stamp is written last: an interrupted set-up is begun again, a finished one costs nothing.
$(VENV)/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' || \
		{ echo "firstprint needs Python 3.11 to 3.13; name one with: make $(MAKECMDGOALS) PYTHON=python3.11" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

nightly: setup ## the nightly run, on the shipped sample or on LANDING=dir WAREHOUSE=dir
	$(BIN)/firstprint nightly --landing "$(LANDING)" --warehouse "$(WAREHOUSE)"

# The kernels are compiled before several processes of the tests would each do it; here beside the lint.
test: setup ## lint, types and the tests
	$(MAKE) -j 2 lint kernels
	$(BIN)/python -m pytest -q -n auto --dist loadfile

test-long: kernels ## the long campaigns as well: kill points, fuzzing, big landings
	$(BIN)/python -m pytest -q -n auto --dist loadfile --long

kernels: setup ## compile the kernels, by a night on the shipped sample
	folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
		$(BIN)/firstprint nightly --bare --landing sample/landing --warehouse "$$folder"

lint: setup ## ruff and mypy alone
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

lock: ## resolve the dependencies anew (needs uv)
	uv pip compile --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header \
		--python-version 3.11 --group dev pyproject.toml -o requirements.lock

clean: ## forget the environment and the output of `make nightly`
	rm -rf $(VENV) out
