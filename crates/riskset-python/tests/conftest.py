"""What the tests share: the checkout whose data and documents they read, never its code."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def root():
    return Path(os.environ.get("RISKSET_ROOT", Path(__file__).parents[3]))


LUNG = "Surv(time, status == 2) ~ sex"
