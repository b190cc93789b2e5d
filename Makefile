# Everything one does here; bare `make` lists it.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help install run test test-full bench bench-scale check

PYTHON_IN := .venv/bin/python
PYTEST := $(PYTHON_IN) -m pytest
# neighbours stay together: what a file prepares is prepared by one of the two
AT_ONCE := -n 2 --dist worksteal
# of what touches the database, what may behave otherwise on PostgreSQL: constraints, conditions and
# sums in SQL, locks and races, what is left of a failed transaction; the rest, and what in
# these is marked one_database, in test-full
DRAFTS := tests/outcomes/test_drafts.py::test
ON_POSTGRES := tests/api tests/tracker tests/test_discovery.py \
	tests/patients/test_access.py tests/patients/test_concurrency.py tests/patients/test_consent.py \
	tests/patients/test_database.py tests/patients/test_discuss_first.py \
	tests/patients/test_joining_race.py \
	tests/outcomes/actions tests/outcomes/test_worklist.py tests/outcomes/test_tasks.py \
	tests/outcomes/test_simulate.py tests/outcomes/test_history.py \
	tests/outcomes/test_double_submit.py tests/outcomes/comparison/test_population.py \
	tests/outcomes/comparison/test_comparables.py tests/outcomes/comparison/test_following.py \
	$(DRAFTS)_recording_clears_the_draft_in_the_same_transaction \
	$(DRAFTS)_a_failure_of_ours_keeps_what_was_typed \
	$(DRAFTS)_a_save_that_arrives_late_does_not_undo_a_later_one \
	$(DRAFTS)_drafts_go_after_the_days_that_the_page_names
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
	@$(PYTHON_IN) -m tests.postgres $(PYTEST) -q $(AT_ONCE) --migrations -m "not full and not one_database" \
		$(ON_POSTGRES)
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
