"""Every reference case through the module: R's answers, the data handed over as data frames."""

import json
import os
from pathlib import Path

import pytest
import riskset as rs
from compare import difference

ROOT = Path(os.environ.get("RISKSET_ROOT", Path(__file__).parents[3]))
REFERENCE = ROOT / "tests" / "reference"
PENDING = [
    line for line in (REFERENCE / "pending.txt").read_text().splitlines()
    if line and not line.startswith("#")
]
CASES = [json.loads(file.read_text()) for file in sorted((REFERENCE / "cases").glob("*.json"))]
CASES = [case for case in CASES if case["name"] not in PENDING]


def placed(argument):
    """The files of a case lie in two folders."""
    if not argument.startswith("data/"):
        return argument
    name = argument.removeprefix("data/")
    own = REFERENCE / "data" / name
    return str(own if own.exists() else ROOT / "datasets" / name)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
@pytest.mark.filterwarnings("ignore::riskset.RisksetWarning")
def test_case(case):
    arguments = [placed(argument) for argument in case["argv"]]
    if "expected" not in case:
        with pytest.raises(rs.RisksetError):
            answer(arguments)
        return
    told = difference(case["expected"], answer(arguments).to_dict(), case["tolerance"])
    assert told is None, told


def answer(arguments):
    fields = json.loads(rs.command(*arguments, "--print-request"))
    function = getattr(rs, fields.pop("analysis").replace("-", "_"))
    if "data" in fields and not fields.get("reading"):
        fields["data"] = rs.load(fields["data"]).to_polars()
    return function(**fields)


def test_there_are_cases():
    assert len(CASES) > 150
