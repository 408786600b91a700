"""Several places without an engine: what the package tells and adds up is what the program does."""

import json
import math

import pytest
import riskset as rs
from riskset import federated

PLAN = """
[plan]
title = "Sex and survival in advanced lung cancer"
unit = "days"

[[question]]
name = "model"
analysis = "cox"
formula = "Surv(time, status == 2) ~ age + sex"

[[question]]
name = "figure"
analysis = "plot-km"
formula = "Surv(time, status == 2) ~ 1"
unit = "days"

[[table]]
name = "patients"
levels = ["sex"]
means = ["age"]
"""

RULES = {"grid": "30d", "min_cell": 3, "min_sites": 3}
PLACES = ["Leeds", "Utrecht", "Osaka"]


def rows_of(place):
    """The rows of a place: `@lung` by the number of its institution."""
    lung = rs.load("@lung").to_dict()
    number = PLACES.index(place)
    kept = [i for i, inst in enumerate(lung["inst"]) if inst is not None and inst % 3 == number]
    return {name: [values[i] for i in kept] for name, values in lung.items()}


def everywhere():
    parts = {place: rows_of(place) for place in PLACES}
    columns = {name: sum((part[name] for part in parts.values()), []) for name in parts["Leeds"]}
    columns["place"] = sum(([place] * len(part["time"]) for place, part in parts.items()), [])
    return columns


def run(plan):
    """All rounds; what was pooled in each."""
    pooled, asked = [], None
    while not pooled or asked is not None:
        answers = [federated.share(plan, rows_of(place), place, asked) for place in PLACES]
        pooled.append(federated.pool(plan, answers, asked))
        asked = pooled[-1].next
    return pooled


@pytest.mark.filterwarnings("ignore::riskset.RisksetWarning")
def test_a_model_of_three_places_is_that_of_all_rows():
    pooled = run(federated.plan(PLAN, **RULES))
    model = json.loads(pooled[-1].json())["questions"][0]["cox"]
    whole = json.loads(rs.cox(everywhere(), "Surv(time, status == 2) ~ age + sex + strata(place)").json())
    for ours, theirs in zip(model["coefficients"], whole["coefficients"], strict=True):
        assert math.isclose(ours["estimate"], theirs["estimate"], rel_tol=1e-12)
        assert math.isclose(ours["std_error"], theirs["std_error"], rel_tol=1e-12)
    assert pooled[0].figures["figure"].svg().startswith("<svg")
    table = json.loads(pooled[0].json())["questions"]
    # A figure is no part of the document.
    assert [question["name"] for question in table] == ["patients"]
    assert "baseline hazard for each place" in str(pooled[-1])


def test_rules_are_said_once():
    plan = federated.plan(PLAN, **RULES)
    assert plan.min_sites == 3 and "30 days" in plan.summary
    assert federated.plan(plan.text).text == plan.text
    with pytest.raises(rs.RequestError, match="the plan says `grid` is 30"):
        federated.plan(plan.text, grid="60d")
    with pytest.raises(rs.RequestError, match="at least 3"):
        federated.plan(PLAN, grid="30d", min_sites=2)


def test_what_is_told_is_said_and_refusals_are_raised():
    plan = federated.plan(PLAN, **RULES)
    told = federated.share(plan, rows_of("Leeds"), "Leeds")
    assert "No row, no time." in told.summary and json.loads(told.text)["site"] == "Leeds"
    with pytest.raises(rs.AnalysisError, match="1 places answered"):
        federated.pool(plan, [told])
    few = {name: values[:8] for name, values in rows_of("Leeds").items()}
    with pytest.raises(rs.AnalysisError, match="may leave this place|a tenth of the events"):
        federated.share(plan, few, "Leeds")
