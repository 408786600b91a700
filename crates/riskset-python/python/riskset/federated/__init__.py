"""Several places whose rows may not travel: a plan, what a place tells, and what the places tell together.

>>> from riskset import federated
>>> plan = federated.plan("plan.toml")
>>> answer = federated.share(plan, "leeds.csv", site="Leeds")      # at each place
>>> pooled = federated.pool(plan, [leeds, utrecht, osaka])         # at the coordinator

A plan, an answer and a round are texts: what is sent is what a person can read. The same texts are
written and read by ``riskset share`` and ``riskset pool``. With NVFLARE, see
:mod:`riskset.federated.nvflare`.
"""

import json
import os
import warnings
from pathlib import Path

from .. import _riskset
from .._errors import RisksetWarning
from .._figure import Figure
from .._frame import is_table, taken
from .._result import Fields

__all__ = ["Plan", "Pooled", "Shared", "plan", "pool", "share"]


class Plan:
    """A plan that was checked.

    Attributes
    ----------
    text : str
        The plan as JSON: what every place answers.
    summary : str
        What it asks and lets out, in words.
    min_sites, max_rounds : int
        How many places must answer, and how many rounds there may be.
    """

    def __init__(self, text, rules):
        self.text, self.summary, self.min_sites, self.max_rounds = _riskset.plan(text, rules)

    def __repr__(self):
        return self.summary


class Shared:
    """What a place tells: ``text`` is sent (JSON), ``summary`` says in words what is in it."""

    def __init__(self, text, summary):
        self.text, self.summary = text, summary

    def __repr__(self):
        return self.summary


class Pooled:
    """What the places tell together.

    Attributes
    ----------
    document : Fields
        The answers, in full precision.
    next : str or None
        The request for the next round, which every place answers; ``None`` when all is known.
    figures : dict
        The plan's figures by their names.
    """

    def __init__(self, texts, next_round, figures):
        self._json, self._text, self._csv = texts
        self.next, self.figures = next_round, figures
        self.document = Fields(json.loads(self._json))

    def json(self):
        """The document as JSON."""
        return self._json

    def csv(self):
        """Everything that is known, in full precision, as one table."""
        return self._csv

    def __str__(self):
        return self._text

    __repr__ = __str__


def _text(given):
    """The text of a plan, an answer or a round: a path, the text itself, or what holds it."""
    if isinstance(given, (Plan, Shared)):
        return given.text
    if isinstance(given, os.PathLike):
        return Path(given).read_text(encoding="utf-8")
    stripped = given.lstrip()
    if "\n" in stripped or stripped.startswith("{"):
        return given
    return Path(given).read_text(encoding="utf-8")


def plan(given, **rules):
    """Reads and checks a plan.

    Parameters
    ----------
    given : str or path
        The plan (TOML or JSON): a file, or the text.
    **rules
        Rules that the plan leaves open, such as ``min_sites=3``, ``grid="30d"``, ``min_cell=5``. What
        the plan says otherwise is refused.

    Returns
    -------
    Plan
    """
    if isinstance(given, Plan) and not rules:
        return given
    return Plan(_text(given), {name: rule for name, rule in rules.items() if rule is not None})


def share(plan, data, site, round=None, reading=None):
    """What a place tells of its rows: the first round, or a further one.

    Parameters
    ----------
    plan : Plan, str or path
        The plan.
    data : str, path or data frame
        The rows of this place.
    site : str
        The name of this place, the same in every round.
    round : str or path, optional
        The coordinator's request for a further round.
    reading : dict, optional
        What the reader of a file is told.

    Returns
    -------
    Shared

    Raises
    ------
    AnalysisError
        When the data cannot be used, or the answer would tell of few patients.
    RequestError
        When the round is of another plan, or one too many.
    """
    held = taken(data) if is_table(data) or isinstance(data, dict) else os.fspath(data)
    asked = None if round is None else _text(round)
    return Shared(*_riskset.share(_text(plan), site, held, reading, asked))


def pool(plan, answers, round=None):
    """Adds up what the places tell.

    Parameters
    ----------
    plan : Plan, str or path
        The plan.
    answers : list of Shared, str or path
        The answers of all places to one round.
    round : str or path, optional
        The request that they answer; left out in the first round.

    Returns
    -------
    Pooled

    Raises
    ------
    AnalysisError
        When places are missing, answer twice, or answer another plan, round, version or other rows.
    """
    asked = None if round is None else _text(round)
    told = _riskset.pool(_text(plan), [_text(answer) for answer in answers], asked)
    *texts, next_round, figures = told
    pooled = Pooled(texts, next_round, {name: Figure(held) for name, held in figures})
    for said in json.loads(pooled.json()).get("warnings", ()):
        warning = RisksetWarning(said["code"], said.get("about"), said["message"])
        warnings.warn(warning, stacklevel=2)
    return pooled
