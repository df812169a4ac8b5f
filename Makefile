.PHONY: help run test check cases bench docs explore

help:
	@echo "make run | test | check | cases | bench | docs | explore"

run:
	@python3 run.py run

test:
	@python3 run.py test

check:
	@python3 run.py check

cases:
	@python3 run.py cases

bench:
	@python3 run.py bench

docs:
	@python3 run.py docs

explore:
	@python3 run.py check
	@PSOAS_EXAMPLES=5000 .venv/bin/python -m pytest tests/properties -n 2
