"""Writes the type stubs of the package from the schema of requests.

    stubs.py docs/requests/request.schema.json python/riskset/__init__.pyi
"""

import json
import keyword
import sys
from pathlib import Path

HEAD = '''# Made by stubs.py from the schema of requests.
from collections.abc import Iterable, Mapping, Sequence
from os import PathLike
from typing import Any, Literal, Protocol

from ._errors import AnalysisError as AnalysisError
from ._errors import RequestError as RequestError
from ._errors import RisksetError as RisksetError
from ._errors import RisksetWarning as RisksetWarning
from ._figure import Figure as Figure
from ._frame import Table as Table
from ._result import Fields as Fields
from ._result import Result as Result
from ._sklearn import CoxPHEstimator as CoxPHEstimator

class ArrowStream(Protocol):
    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any: ...

Data = str | PathLike[str] | ArrowStream | Mapping[str, Sequence[Any]] | Any

__version__: str

def command(*arguments: str | PathLike[str]) -> str: ...
def load(source: str | PathLike[str], reading: dict[str, Any] | None = None) -> Table: ...
def study(path: str | PathLike[str], output: str | PathLike[str], force: bool = False, dpi: int = 300) -> dict[str, Any]: ...
def schema() -> dict[str, Any]: ...
def kinds() -> dict[str, Any]: ...
'''
NAMED = {"number": "float", "integer": "int", "string": "str", "boolean": "bool",
         "object": "dict[str, Any]", "null": "None"}
GROUPS = ("plot", "power", "meta", "table")


def main(source, target):
    schema = json.loads(Path(source).read_text())
    kinds = {v["properties"]["analysis"]["const"]: v for v in schema["oneOf"]}
    text = [HEAD]
    for analysis, variant in kinds.items():
        text.append(function(schema, analysis, variant, analysis.replace("-", "_"), ""))
    for group in GROUPS:
        members = [name for name in kinds if name.startswith(f"{group}-")]
        if members and group not in kinds:
            text.append(f"class {group}:")
            for name in members:
                short = name.removeprefix(f"{group}-").replace("-", "_")
                text.append("    @staticmethod")
                text.append(function(schema, name, kinds[name], short, "    "))
    Path(target).write_text("\n".join(text) + "\n")


def function(schema, analysis, variant, name, indent):
    fields = fields_of(schema, variant)
    first = [field for field in ("data", "formula") if field in fields]
    rest = [field for field in fields if field not in first]
    parts = [parameter(schema, field, fields[field]) for field in first]
    parts += ["*"] if rest else []
    parts += [parameter(schema, field, fields[field]) for field in rest]
    gives = "Figure" if analysis.startswith("plot-") else "Result"
    words = " ".join(variant.get("description", "").split()).replace('"""', "'''")
    return f'{indent}def {name}({", ".join(parts)}) -> {gives}:\n{indent}    """{words}"""'


def fields_of(schema, variant):
    fields, parts = {}, [variant]
    while parts:
        part = parts.pop(0)
        fields.update(part.get("properties", {}))
        if "$ref" in part:
            parts.append(schema["$defs"][part["$ref"].rsplit("/", 1)[1]])
        parts.extend(part.get("allOf", ()))
    fields.pop("analysis")
    return fields


def parameter(schema, name, part):
    kind = "Data" if name in ("data", "predict") else typed(schema, part)
    # A word that Python keeps for itself gets a line below at its end, as in the module.
    name = f"{name}_" if keyword.iskeyword(name) else name
    return f"{name}: {kind} | None = None"


def typed(schema, part):
    if "$ref" in part:
        return typed(schema, schema["$defs"][part["$ref"].rsplit("/", 1)[1]])
    if "enum" in part:
        return f"Literal[{', '.join(map(repr, part['enum']))}]"
    choices = part.get("anyOf") or part.get("oneOf")
    if choices:
        consts = [choice.get("const") for choice in choices]
        if all(isinstance(const, str) for const in consts):
            return f"Literal[{', '.join(map(repr, consts))}]"
        return " | ".join(dict.fromkeys(typed(schema, choice) for choice in choices))
    kinds = part.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if "array" in kinds:
        return "Iterable[Any]"
    named = [NAMED[kind] for kind in kinds if kind in NAMED]
    return " | ".join(dict.fromkeys(named)) or "Any"


if __name__ == "__main__":
    main(*sys.argv[1:])
