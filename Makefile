# Everything one does here, a line each: bare `make` lists it.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help install run test test-full check bench
PYTHON_IN := .venv/bin/python
PYTEST := $(PYTHON_IN) -m pytest

help: ## List the commands
	@awk -F ': ## ' '/^[a-z-]+: ## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: ## Make .venv with everything to run and develop
	@sh .ci/install development
	@echo "Ready: .venv holds the runtime and development requirements."

run: ## Install what is missing, prepare the database, start everything; Ctrl-C stops it
	@sh .ci/install runtime
	@exec $(PYTHON_IN) manage.py serve

