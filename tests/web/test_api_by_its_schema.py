"""Schemathesis sends what the API's own description allows and forbids."""

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from psoas import load
from psoas.web.app import create_app
from psoas.web.settings import Settings
from tests.web.conftest import HOSTS

# The description cannot name every finding and its range, so a request that fits it may still be refused with 422.
APP = create_app(Settings("sqlite://", hosts=HOSTS, per_minute=1_000_000), load())
schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", APP)


@pytest.mark.slow
@schema.parametrize()
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_api_keeps_to_its_own_description(case):
    case.call_and_validate(excluded_checks=[positive_data_acceptance])
