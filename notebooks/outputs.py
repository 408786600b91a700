"""The outputs of executed notebooks: `tidy NOTEBOOK` leaves out what differs from run to run, `compare
STORED FOUND` says which cell gives something else than the stored one."""

import json
import sys
from pathlib import Path


def tidy(path):
    book = json.loads(path.read_text(encoding="utf-8"))
    # The kernel's version is that of the machine, and nothing of the notebook's.
    book["metadata"]["language_info"] = {"name": "python"}
    text = json.dumps(book, indent=1, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")


def outputs(cell):
    """What a cell shows, as text by kind; pictures are equal when their bytes are."""
    shown = {}
    for output in cell.get("outputs", []):
        parts = output.get("data") or {output.get("name", "error"): output.get("text", "")}
        for kind, value in parts.items():
            shown[kind] = shown.get(kind, "") + "".join(value)
    return shown


def compare(stored, found):
    books = [json.loads(path.read_text(encoding="utf-8")) for path in (stored, found)]
    for number, (old, new) in enumerate(zip(*(book["cells"] for book in books)), start=1):
        if outputs(old) != outputs(new):
            kinds = {kind for kind in (outputs(old) | outputs(new))
                     if outputs(old).get(kind) != outputs(new).get(kind)}
            sys.exit(f"{stored.name}, cell {number}: other output ({', '.join(sorted(kinds))}); "
                     "run notebooks/python.sh and look at the difference")


if __name__ == "__main__":
    command, *paths = sys.argv[1:]
    {"tidy": tidy, "compare": compare}[command](*map(Path, paths))
