"""A function for each kind of request. They are made from the schema of requests, so that this
package knows every analysis that the compiled part knows, and decides nothing."""

import functools
import json
import keyword
import sys
import types
import warnings

from . import _riskset
from ._errors import RisksetWarning
from ._figure import Figure
from ._frame import Table, is_table, taken
from ._result import Result

#: Analyses whose names start with one of these are also found under it: ``riskset.plot.km``.
GROUPS = ("plot", "power", "meta", "table")


@functools.cache
def schema():
    """The JSON Schema of all requests."""
    return json.loads(_riskset.schema())


@functools.cache
def kinds():
    """Every analysis by its name in requests (``fine-gray``), with its schema."""
    variants = schema()["oneOf"]
    return {variant["properties"]["analysis"]["const"]: variant for variant in variants}


@functools.cache
def fields_of(analysis):
    """The fields of an analysis, in the order of the schema: name to its own schema."""
    definitions = schema()["$defs"]
    fields, open_parts = {}, [kinds()[analysis]]
    while open_parts:
        part = open_parts.pop(0)
        fields.update(part.get("properties", {}))
        if "$ref" in part:
            open_parts.append(definitions[part["$ref"].rsplit("/", 1)[1]])
        open_parts.extend(part.get("allOf", ()))
    fields.pop("analysis")
    return fields


def python_name(field):
    """The keyword argument of a field: `with_` for `with`, which Python keeps for itself."""
    return f"{field}_" if keyword.iskeyword(field) else field


def field_name(argument):
    """The field that a keyword argument stands for."""
    field = argument.removesuffix("_")
    return field if keyword.iskeyword(field) else argument


def ask(analysis, fields):
    """Answers a request; a field that is a data frame is handed over as a table."""
    fields = {field_name(name): value for name, value in fields.items() if value is not None}
    tables, handles = {}, {}
    for name, value in fields.items():
        if is_table(value) or (name == "data" and isinstance(value, dict)):
            tables[name] = value
            handles[name] = taken(value)
    plain = {name: Table.NAME if name in tables else value for name, value in fields.items()}
    drawn, held = _riskset.ask({**plain, "analysis": analysis}, handles, _watch())
    for code, about, message in _riskset.warnings(held):
        warnings.warn(RisksetWarning(code, about, message), stacklevel=3)
    if drawn:
        return Figure(held)
    return Result(held, {name: Table(handle) for name, handle in handles.items()})


def _watch():
    """Who is told how far long work is: a terminal or a notebook, nobody else."""
    stream = sys.stderr
    shown = stream is not None and (stream.isatty() or "ipykernel" in sys.modules)
    return _tell if shown else None


def _tell(seconds, done, total):
    part = f", {100 * done // total}% of the file read" if done < total else ""
    sys.stderr.write(f"\rriskset: {seconds:.0f} s{part} ")
    sys.stderr.flush()


def _words(part):
    return " ".join(part.get("description", "").split())


def _type(part):
    """The type of a field, for people."""
    if "enum" in part:
        return "one of " + ", ".join(json.dumps(value) for value in part["enum"])
    if "anyOf" in part:
        return " or ".join(_type(inner) for inner in part["anyOf"])
    if "oneOf" in part:
        consts = [inner.get("const") for inner in part["oneOf"]]
        if all(isinstance(const, str) for const in consts):
            return "one of " + ", ".join(json.dumps(const) for const in consts)
    if "$ref" in part:
        return _type(schema()["$defs"][part["$ref"].rsplit("/", 1)[1]])
    kinds = part.get("type", "value")
    kinds = [kinds] if isinstance(kinds, str) else kinds
    named = {"number": "float", "integer": "int", "string": "str", "boolean": "bool",
             "array": "list", "object": "dict", "null": "None"}
    return " or ".join(named.get(kind, kind) for kind in kinds)


def _documentation(analysis):
    lines = [_words(kinds()[analysis]), "", "Parameters", "----------"]
    for name, part in fields_of(analysis).items():
        default = f", default {json.dumps(part['default'])}" if "default" in part else ""
        kind = "data frame, file or \"@name\"" if name == "data" else _type(part)
        lines.append(f"{python_name(name)} : {kind}{default}")
        lines.append(f"    {_words(part)}")
    what = "Figure" if analysis.startswith("plot-") else "Result"
    lines += ["", "Returns", "-------", what, "", "Raises", "------"]
    lines += ["RequestError", "    For a field that does not exist (the nearest is named) or that "
              "contradicts another.",
              "AnalysisError", "    For data that cannot be used for what was asked."]
    return "\n".join(lines)


class Analysis:
    """A kind of request as a function: its keyword arguments are the fields of the request."""

    def __init__(self, analysis):
        self.analysis = analysis
        self.__name__ = self.__qualname__ = analysis.replace("-", "_")
        self.__module__ = "riskset"
        self.positional = [name for name in ("data", "formula") if name in fields_of(analysis)]

    @property
    def __doc__(self):
        return _documentation(self.analysis)

    @property
    def __signature__(self):
        import inspect  # a third of the time of the import, and needed for help only

        both, only = inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY
        fields = sorted(fields_of(self.analysis), key=lambda name: name not in self.positional)
        parameters = [
            inspect.Parameter(
                python_name(name), both if name in self.positional else only, default=None)
            for name in fields
        ]
        return inspect.Signature(parameters)

    def __call__(self, *given, **fields):
        if len(given) > len(self.positional):
            raise TypeError(
                f"{self.__name__}() takes {len(self.positional)} values without a name "
                f"({', '.join(self.positional)}), not {len(given)}; name the others"
            )
        for name, value in zip(self.positional, given):
            if name in fields:
                raise TypeError(f"{self.__name__}() was given {name} twice")
            fields[name] = value
        return ask(self.analysis, fields)

    def __repr__(self):
        return f"<riskset.{self.__name__}{self.__signature__}>"

    def __reduce__(self):
        return Analysis, (self.analysis,)


class Group(types.SimpleNamespace):
    """Analyses that belong together: ``riskset.plot.km``."""


def functions():
    """Every analysis as a function, by the name that it has here."""
    made = {analysis.replace("-", "_"): Analysis(analysis) for analysis in kinds()}
    for group in GROUPS:
        start = f"{group}_"
        members = {name[len(start):]: made[name] for name in made if name.startswith(start)}
        if members and group not in made:
            made[group] = Group(**members)
    return made
