.PHONY: help run test check cases bench docs explore

help:
	@echo "make run | test | check | cases | bench | docs | explore"

run test check cases bench docs:
	@python3 run.py $@

explore:
	@python3 run.py check && PSOAS_EXAMPLES=5000 .venv/bin/python -m pytest tests/properties -n 2
