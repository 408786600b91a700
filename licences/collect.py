#!/usr/bin/env python3
"""Collects the licence texts of every crate that the program carries, for `riskset licences`.

    licences/collect.py            writes licences/crates.txt and licences/texts.txt

Run it after a change of Cargo.lock; a test of the command line names the crates that are missing.
It asks `cargo metadata`, and reads the licence files out of the crates as cargo has unpacked them.
"""

import json
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
FILES = re.compile(r"^(licen[cs]e|copying|unlicense|notice)([-_.].*)?$", re.IGNORECASE)
# Which text is given where a crate lets us choose.
CHOICE = ["MIT-0", "MIT", "Apache-2.0", "BSD-3-Clause", "Zlib", "Unlicense"]

# The licence without the line of its copyright, which the crate does not give.
MIT = (HERE.parent / "LICENSE-MIT").read_text(encoding="utf-8").split("\n\n", 2)[2]


def metadata(*more):
    command = ["cargo", "metadata", "--format-version", "1", "--locked", *more]
    return json.loads(subprocess.run(command, cwd=HERE.parent, check=True, stdout=subprocess.PIPE).stdout)


def carried(data):
    """The crates that the command line links, on any platform: no dependency of tests or builds."""
    nodes = {node["id"]: node for node in data["resolve"]["nodes"]}
    packages = {package["id"]: package for package in data["packages"]}
    start = next(id for id, package in packages.items() if package["name"] == "riskset-cli")
    seen, open_ = set(), [start]
    while open_:
        node = open_.pop()
        if node in seen:
            continue
        seen.add(node)
        for dependency in nodes[node]["deps"]:
            package = packages[dependency["pkg"]]
            macro = any("proc-macro" in target["kind"] for target in package["targets"])
            if not macro and any(kind["kind"] is None for kind in dependency["dep_kinds"]):
                open_.append(dependency["pkg"])
    return seen, packages


def chosen(expression):
    """One licence out of `A OR B`, by our order; of an `AND` all texts are given."""
    if " AND " in expression:
        return ""
    parts = re.split(r"\s+OR\s+|/", expression.strip("()"))
    ranked = sorted(parts, key=lambda part: CHOICE.index(part) if part in CHOICE else len(CHOICE))
    return ranked[0]


def texts(package):
    """The licence files of a crate: those of the licence that is chosen, or all that there are."""
    folder = pathlib.Path(package["manifest_path"]).parent
    files = sorted(path for path in folder.iterdir() if path.is_file() and FILES.match(path.name))
    word = chosen(package["license"] or "").split("-")[0].lower()
    fitting = [path for path in files if word and word in path.name.lower()]
    notice = [path for path in files if path.name.lower().startswith("notice")]
    picked = (fitting or [path for path in files if path not in notice]) + notice
    return [path.read_text(encoding="utf-8", errors="replace").strip() for path in picked]


def main():
    data = metadata()
    ids, packages = carried(data)
    foreign = [package for package in packages.values() if package["source"]]
    foreign.sort(key=lambda package: (package["name"], package["version"]))
    by_text, without = {}, []
    lines = []
    for package in foreign:
        name = f'{package["name"]} {package["version"]}'
        use = "carried" if package["id"] in ids else "not carried"
        lines.append(f'{name}\t{package["license"] or "a file"}\t{use}\n')
        if use == "not carried":
            continue
        found = texts(package)
        if not found:
            without.append((name, package))
        for text in found:
            key = re.sub(r"\s+", " ", text)
            by_text.setdefault(key, (text, []))[1].append(name)
    (HERE / "crates.txt").write_text("".join(lines), encoding="utf-8")
    out = []
    for text, names in sorted(by_text.values(), key=lambda pair: pair[1]):
        out.append(f'==== {", ".join(names)}\n\n{text}\n')
    if without:
        out.append("==== Crates whose archive holds no licence file\n\n" + "\n".join(
            f'{name}, {", ".join(package["authors"]) or "its authors"}, {package["repository"]}: '
            f'{package["license"]}, used here as {chosen(package["license"])}'
            for name, package in without) + "\n\n" + MIT)
    (HERE / "texts.txt").write_text("\n".join(out), encoding="utf-8")
    print(len(ids), "carried,", len(foreign), "in all,", len(by_text), "texts;",
          len(without), "without a text:", ", ".join(name for name, _ in without), file=sys.stderr)


main()
