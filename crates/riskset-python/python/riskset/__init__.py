"""Survival analysis from a table of patients to figures, tables and sentences.

Every analysis of the command line is a function here; its keyword arguments are the fields of the
request, and nothing is decided in Python:

>>> import riskset as rs
>>> result = rs.km("@lung", "Surv(time, status == 2) ~ sex")
>>> result.groups[0].median.estimate
270.0

Data are a data frame (polars, pandas, pyarrow, DuckDB, anything with the Arrow C stream), the name
of a file, or a bundled set such as ``"@lung"``.
"""

from . import _riskset
from ._analyses import Analysis, functions, kinds, schema
from ._errors import AnalysisError, RequestError, RisksetError, RisksetWarning
from ._figure import Figure
from ._frame import Table
from ._program import command, load, study
from ._result import Fields, Result

__version__ = _riskset.version

_functions = functions()
globals().update(_functions)

__all__ = [
    "Analysis", "AnalysisError", "CoxPHEstimator", "Fields", "Figure", "RequestError", "Result",
    "RisksetError", "RisksetWarning", "Table", "command", "kinds", "load", "schema", "study",
    *_functions,
]


def __getattr__(name):
    # scikit-learn is not needed by anything else, and takes a second to import.
    if name == "CoxPHEstimator":
        from ._sklearn import CoxPHEstimator

        return CoxPHEstimator
    import difflib

    nearest = difflib.get_close_matches(name, __all__, 1)
    hint = f"; the nearest is {nearest[0]!r}" if nearest else ""
    raise AttributeError(f"module 'riskset' has no {name!r}{hint}")


def __dir__():
    return __all__
