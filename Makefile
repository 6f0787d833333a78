# Two commands matter: "make demo" and "make test". Each sets up a bare Debian or Ubuntu machine by itself.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup setup-test demo run test lint check bench messages lock

PY := .venv/bin/python
# Figures and letters: WeasyPrint draws with Pango; fonts-liberation2 (not fonts-liberation) has all Vietnamese letters.
RUN_PACKAGES := python3-venv libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-liberation2
# libatomic1: the node inside Playwright needs it, and a bare machine has none.
TEST_PACKAGES := chromium poppler-utils postgresql postgresql-common gettext libatomic1
DEMO := SECRET_KEY=demo-demo-demo-demo-demo-demo-demo-demo-demo HTTPS=off SECOND_FACTOR_REQUIRED=off DATABASE_URL=sqlite:///.demo/portal.sqlite3 PRIVATE_FILES=.demo/files

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: .setup-run ## install what running needs (system packages, .venv)

setup-test: .setup-test ## install what the tests need besides

.setup-run: requirements.lock .ci/packages
	@bash .ci/packages $(RUN_PACKAGES)
	@test -x $(PY) || python3 -m venv .venv
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@mkdir -p staticfiles
	@touch $@

.setup-test: .setup-run tests/requirements.lock
	@bash .ci/packages $(TEST_PACKAGES)
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r tests/requirements.lock
	@touch $@

demo: setup ## an invented province-year, served on http://127.0.0.1:8000
	@mkdir -p .demo
	@$(DEMO) $(PY) manage.py migrate --verbosity 0
	@$(DEMO) $(PY) manage.py demo
	@echo "Mở http://127.0.0.1:$${PORT:-8000} (dừng: Ctrl+C)"
	@$(DEMO) $(PY) manage.py db_worker --verbosity 0 & worker=$$! ; trap 'kill $$worker' EXIT ; \
	$(DEMO) .venv/bin/gunicorn portal.wsgi --bind 127.0.0.1:$${PORT:-8000} --workers 2 --log-level warning

run: setup ## serve with the settings of .env, reloading on changes
	@$(PY) manage.py migrate --verbosity 0
	@$(PY) manage.py runserver

test: setup-test ## the whole suite on SQLite, then what asks the database on a PostgreSQL of its own
	@$(PY) -m pytest -q -n 2 --dist loadgroup
	@bash .ci/on-postgres $(PY) -m pytest -q -n 2 --dist loadgroup

lint: setup-test ## format, lint, import contracts
	@.venv/bin/ruff format --check --quiet .
	@.venv/bin/ruff check --quiet .
	@.venv/bin/lint-imports --no-logo

check: setup-test ## missing migrations, deploy check, nothing deprecated
	@SECRET_KEY="$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(60))')" ; export SECRET_KEY ; \
	$(PY) -W error::DeprecationWarning manage.py makemigrations --check --dry-run ; \
	$(PY) -W error::DeprecationWarning manage.py check --deploy --fail-level WARNING

bench: setup-test ## time and memory as ratios to a floor measured in the same run
	@$(PY) -m tests.benchmarks
	@bash .ci/on-postgres $(PY) -m tests.benchmarks

messages: setup-test ## collect the screen's texts and compile both catalogues (needs gettext)
	@bash .ci/packages gettext
	@$(DEMO) $(PY) manage.py makemessages --locale en --no-obsolete --no-location --ignore .venv --ignore tests --ignore staticfiles
	@$(DEMO) $(PY) manage.py compilemessages --ignore .venv

lock: ## renew the lock files from pyproject.toml (needs uv)
	@uv export --quiet --no-dev --no-emit-project --format requirements-txt --no-header --output-file requirements.lock
	@uv export --quiet --group test --no-emit-project --format requirements-txt --no-header --output-file tests/requirements.lock
