import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # two workers share two cores: more threads only wait for each other

import pytest
from hypothesis import HealthCheck, settings

from psoas import load

settings.register_profile(
    "psoas",
    max_examples=int(os.environ.get("PSOAS_EXAMPLES", "100")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("psoas")


@pytest.fixture(scope="session")
def library():
    return load()
