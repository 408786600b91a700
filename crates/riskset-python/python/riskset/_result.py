"""Answers: fields, tables, texts and figures of an analysis."""

import json

from . import _riskset
from ._errors import RequestError
from ._frame import Table, tables_of


#: Tables of every answer, which are not what it was asked for.
_ASIDE = ("answer", "notes", "warnings", "balance.event", "balance.censored")


class Fields(dict):
    """A part of a document: a dictionary whose keys are attributes too."""

    def __getattr__(self, name):
        try:
            return self[name]
        except KeyError:
            known = ", ".join(map(str, self))
            raise AttributeError(f"there is no field {name!r}; there are {known}") from None

    def __dir__(self):
        return [*super().__dir__(), *self]


class Result:
    """The answer to a request.

    Its fields are those of the JSON document that the command line gives, in full precision:
    ``result.groups[0].median.estimate``. What does not exist, such as a median that is not
    reached, is ``None``.
    """

    def __init__(self, held, tables=None):
        self._held = held
        self._tables = tables or {}
        self._stored = None
        self._parts = None
        self._document = None

    # The texts of the document, from Rust or from a pickle.

    def _text(self, form):
        if self._stored is not None:
            return self._stored[form]
        return _riskset.document(self._held, form)

    def text(self):
        """The answer for people: rounded tables and sentences, as the command line prints them."""
        return self._text("text")

    def json(self):
        """The whole document as JSON, in full precision."""
        return self._text("json")

    def csv(self):
        """The main table as CSV, in full precision."""
        return self._text("csv")

    def markdown(self):
        """The tables as Markdown."""
        return self._text("markdown")

    def latex(self):
        """The tables as LaTeX (booktabs)."""
        return self._text("latex")

    def methods(self):
        """What was computed and how, as the Methods section of a paper says it.

        The sentences are those of a study's Methods: rows left out, endpoints made of dates, the
        estimators with their intervals, the tests, the program. Publications are numbered, and
        listed at the end.

        Returns
        -------
        str
            Paragraphs with an empty line between them, then the publications, one a line.
        """
        return self._text("methods")

    def _repr_html_(self):
        return self._text("html")

    def __repr__(self):
        return self.text()

    # Fields.

    def _fields(self):
        if self._document is None:
            if self._stored is None:
                self._document = _riskset.fields(self._held, Fields)
            else:
                self._document = json.loads(self.json(), object_hook=Fields)
        return self._document

    def to_dict(self):
        """The document as dictionaries and lists."""
        return json.loads(self.json())

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._fields(), name)

    def __getitem__(self, name):
        return self._fields()[name]

    def __dir__(self):
        return [*super().__dir__(), *self._fields()]

    @property
    def request(self):
        """The request that was answered: every field with its value, the defaults too."""
        return json.loads(self._text("request"))

    @property
    def warnings(self):
        """The doubts, each with `code`, `about` and `message`; empty when there is none."""
        return self._fields()["warnings"]

    # Tables.

    def tables(self):
        """The tables of the answer in full precision, by name: ``coefficients``, ``groups.curve``.

        ``answer`` holds what stands once. Each is a `Table`, which polars, pandas, pyarrow and
        DuckDB take as it is.
        """
        if self._parts is None:
            if self._stored is not None:
                parts = self._stored["tables"]
                self._parts = {name: Table.of_columns(columns) for name, columns in parts.items()}
            else:
                self._parts = tables_of(_riskset.tables(self._held))
        return self._parts

    def tidy(self, table=None):
        """One of the tables; without a name the first one besides ``answer``: one row for each
        group, coefficient or patient."""
        tables = self.tables()
        if table is None:
            table = next((name for name in tables if name not in _ASIDE), "answer")
        if table not in tables:
            raise KeyError(f"there is no table {table!r}; there are {', '.join(tables)}")
        return tables[table]

    def __arrow_c_stream__(self, requested_schema=None):
        return self.tidy().__arrow_c_stream__()

    def to_polars(self, table=None):
        """`tidy` as a `polars.DataFrame`."""
        return self.tidy(table).to_polars()

    def to_pandas(self, table=None):
        """`tidy` as a `pandas.DataFrame`."""
        return self.tidy(table).to_pandas()

    def glance(self):
        """The answer in one line: every single value of the document, in a flat dictionary.

        What stands in a field of a field has both names: ``log_likelihood_model``; a test has its
        own: ``logrank_p_value``.
        """
        line = {}
        _flatten(self._fields(), "", line)
        return line

    def augment(self):
        """The values per patient or per row that were asked for, such as residuals, by name.

        Refused where the analysis has none.
        """
        found = {}
        _per_row(self._fields(), found)
        if not found:
            raise RequestError(
                "this answer holds no value per patient",
                f"riskset.{self.request['analysis'].replace('-', '_')}",
                "ask for some, such as residuals=[\"martingale\"] of a Cox regression",
            )
        return Table.of_columns(found)

    # Figures.

    def plot(self, kind=None, **fields):
        """The figure that shows this answer, of the same data with the same fields.

        Parameters
        ----------
        kind : str, optional
            Another figure than the one that belongs to the analysis: ``"cumhaz"``.
        **fields
            What the figure takes besides; see ``riskset.plot``.
        """
        from ._analyses import ask, fields_of

        request = self.request
        analysis = f"plot-{kind}" if kind else _riskset.figure_of(request["analysis"])
        if analysis is None:
            raise RequestError(
                f"there is no figure that belongs to an answer of {request['analysis']}",
                "plot()",
                'name one: plot("km")',
            )
        lost = request.get("data") == Table.NAME and "data" not in self._tables
        if lost and "data" not in fields:
            raise RequestError(
                "a stored answer does not hold its data", "plot()", "give them again: data=..."
            )
        known = fields_of(analysis)
        shared = {name: value for name, value in request.items() if name in known}
        tables = {name: table for name, table in self._tables.items() if name in known}
        return ask(analysis, {**shared, **tables, **fields})

    # Storing.

    def __reduce__(self):
        return _restored, (self._state(),)

    def _state(self):
        if self._stored is not None:
            return self._stored
        forms = ("text", "json", "csv", "markdown", "latex", "html", "request", "methods")
        state = {form: self._text(form) for form in forms}
        state["tables"] = {name: table.to_dict() for name, table in self.tables().items()}
        return state


def _restored(state):
    result = Result(None)
    result._stored = state
    return result


def _flatten(part, prefix, line):
    for name, value in part.items():
        if isinstance(value, dict):
            _flatten(value, f"{prefix}{name}_", line)
        elif isinstance(value, list):
            named = [item for item in value if isinstance(item, dict) and "p_value" in item]
            for item in named if name in ("tests",) else []:
                rest = {key: inner for key, inner in item.items() if key != "name"}
                _flatten(rest, f"{prefix}{item.get('name', name)}_", line)
        else:
            line[f"{prefix}{name}"] = value


def _per_row(document, found):
    n = document.get("n")
    for name in ("residuals", "predictions", "patients", "audit"):
        part = document.get(name)
        if isinstance(part, list) and part and isinstance(part[0], dict):
            for key in part[0]:
                found[key] = [row.get(key) for row in part]
        elif isinstance(part, dict):
            for key, values in part.items():
                if isinstance(values, list) and len(values) == n:
                    if values and isinstance(values[0], list):
                        for at in range(len(values[0])):
                            found[f"{key}_{at + 1}"] = [row[at] for row in values]
                    else:
                        found[key] = values
