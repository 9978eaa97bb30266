# ClipOps: `make run` and `make test` are all a newcomer needs; `make help` lists the rest.
.DEFAULT_GOAL := help
.PHONY: run test check bench constraints clean help

PYTHON := .venv/bin/python
PIP := $(PYTHON) -m pip install --disable-pip-version-check

# A .venv whose Python is gone (moved folder, upgraded system) is made anew.
ifneq ($(wildcard .venv/.installed),)
ifneq ($(shell $(PYTHON) -c 'print(1)' 2>/dev/null),1)
$(shell rm -rf .venv)
endif
endif

run: .venv/.ready ## Start ClipOps and print its addresses (VIDEOS=folder ingests that folder)
	@exec $(PYTHON) -m pipeline up $(if $(VIDEOS),--videos "$(VIDEOS)")

test: .venv/.ready-dev ## Run the tests, on two cores
	$(PYTHON) -m pytest -n 2 --dist loadfile

check: .venv/.ready-dev ## Lint, check formatting and types, then run the tests: what CI runs
	$(PYTHON) -m ruff check
	$(PYTHON) -m ruff format --check
	$(PYTHON) -m mypy
	@$(MAKE) --no-print-directory test

bench: .venv/.ready-dev ## Measure against references in the same run (minutes)
	$(PYTHON) -m tests.bench

constraints: ## Write constraints.txt anew from the newest versions requirements.txt allows
	rm -rf var/constraints
	sh setup/python.sh
	$(PYTHON) -m venv var/constraints
	var/constraints/bin/python -m pip install --disable-pip-version-check -q -r requirements-dev.txt
	{ head -n 1 constraints.txt; var/constraints/bin/python -m pip freeze | sed 's/+[a-z0-9.]*$$//' | sort -f; } > constraints.new
	mv constraints.new constraints.txt
	rm -rf var/constraints

clean: ## Remove .venv and caches; your library under var/ stays
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis var/test-sample var/constraints
	find . -name __pycache__ -type d -not -path './var/*' -prune -exec rm -rf {} +

help: ## Show this list
	@sed -n 's/^\([a-z]*\):.* ## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

# Stamps: a step runs again only when its inputs changed.
.venv/.installed: requirements.txt constraints.txt
	@sh setup/python.sh
	@echo "Installing the Python packages (the first time takes some minutes)."
	@$(PIP) -r requirements.txt -c constraints.txt
	@touch $@

.venv/.ready: .venv/.installed setup/libraries.sh
	@sh setup/libraries.sh
	@touch $@

.venv/.ready-dev: .venv/.ready requirements-dev.txt setup/browser.sh
	@$(PIP) -q -r requirements-dev.txt -c constraints.txt
	@sh setup/browser.sh
	@touch $@
