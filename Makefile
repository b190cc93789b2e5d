# Everything one does here; bare `make` lists it.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help install run test test-full bench bench-scale check

PYTHON_IN := .venv/bin/python
PYTEST := $(PYTHON_IN) -m pytest
# neighbours stay together: what a file prepares is prepared by one of the two
AT_ONCE := -n 2 --dist worksteal
# of what touches the database, what may behave otherwise on PostgreSQL; the rest in test-full
ON_POSTGRES := tests/patients tests/api tests/outcomes/actions tests/tracker tests/test_discovery.py \
	tests/outcomes/test_worklist.py tests/outcomes/test_tasks.py tests/outcomes/test_simulate.py \
	tests/outcomes/comparison tests/outcomes/test_history.py tests/outcomes/test_drafts.py \
	tests/outcomes/test_double_submit.py
# tests write what they had to leave out here, for the last lines of `make test`
NOT_RUN := $(CURDIR)/var/not-run
export NOT_RUN
# compiled once, not in each of the many processes that are started
unexport PYTHONDONTWRITEBYTECODE

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' Makefile

install: ## Make .venv with everything to run and to develop
	@sh .ci/install development
	@echo "Ready: .venv holds the runtime and the development requirements."

run: ## Install what is missing, prepare the database, start everything (Ctrl-C stops it)
	@sh .ci/install runtime
	@exec $(PYTHON_IN) manage.py serve

test: ## Install what is missing; run the suite on SQLite, PostgreSQL and in a browser
	@sh .ci/install development
	@mkdir -p var && rm -f "$(NOT_RUN)"
	@echo "1 of 3: the suite on SQLite …"
	@$(PYTEST) -q $(AT_ONCE) -m "not full and not serve and not browser and not faults"
	@echo "2 of 3: writes, reads and the API, on PostgreSQL …"
	@$(PYTHON_IN) -m tests.postgres $(PYTEST) -q $(AT_ONCE) --migrations -m "not full" $(ON_POSTGRES)
	@echo "3 of 3: the product as users start it, kills, and a browser beside them …"
	@sh .ci/last-part
	@sh .ci/not-run "$(NOT_RUN)"

test-full: ## The same at full counts, in parts: PART=rules, sqlite, postgres, serve, browser, looks, tabs, phone or faults
	@sh .ci/install development
	@sh .ci/test-full $(PART)

bench: ## Weights, query counts, rates and the taps of a visit, side by side
	@sh .ci/install development
	@$(PYTHON_IN) -m tests.benchmarks.patient_page
	@$(PYTHON_IN) -m tests.benchmarks.simulate
	@$(PYTHON_IN) -m tests.benchmarks.bedside
	@$(PYTHON_IN) -m tests.benchmarks.lab_imports
	@$(PYTHON_IN) -m tests.benchmarks.phone

bench-scale: ## The comparison over 100,000 patients on PostgreSQL, against its bare query
	@sh .ci/install development
	@$(PYTHON_IN) -m tests.postgres $(PYTHON_IN) -m tests.benchmarks.comparison

check: ## Lint, format, types, migrations in step, deployment settings, API schema
	@sh .ci/install development
	@sh .ci/check
