#!/usr/bin/env python3
"""riskset and other programs on the same data in one run: answers compared, then times.

    python3 benches/peers/run.py                      # full size: a million rows, about half an hour
    python3 benches/peers/run.py --rows 10000 --dry   # a trial, which leaves the document alone

Installs nothing. Needs cargo. What it finds it uses, what it does not find it skips and says so:

    Rscript with survival, cmprsk, data.table         the reference; data.table for whole processes
    --python PYTHON with lifelines, scikit-survival   a virtual environment's Python, for instance
    RISKSET_BIN=target/release/riskset            for whole processes
    RISKSET_READ_TIME=target/release/examples/read_time    for the time of parsing alone
    benches/peers/rust-survival                       built here with cargo, outside the workspace

Each workload of each program is one process, so that its peak memory is its own. riskset and R
measure five times; the others too, or fewer when another would pass --limit seconds, and one that
has no answer after --limit and a little is stopped and reported as slower. The run ends when two
answers differ.

Everything measured goes to DIR/results.json, and as tables between the two marks of
docs/benchmarks.md.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
from pathlib import Path

import tables
from child import run

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent

WORKLOADS = [
    "km",
    "logrank",
    "cox",
    "cox-solver",
    "cox-all",
    "cox-wide",
    "cox-counting",
    "concordance",
    "zph",
    "incidence",
    "incidence-few",
]

# Sums of up to a million terms, in whatever order a program takes them: relative difference.
CLOSED_FORM = 1e-9
# Programs stop iterating at different places.
ITERATED = 1e-6
ITERATES = {"cox", "cox-solver", "cox-all", "cox-wide", "cox-counting", "zph", "cox-csv"}
LOOSER = {
    # Stops as soon as the likelihood, and not the coefficients, stays within its `precision` 1e-7.
    ("lifelines", "cox"): 1e-5,
    ("lifelines", "cox-wide"): 1e-5,
    ("lifelines", "cox-counting"): 1e-5,
    # Moves tied times apart at random, by up to 1e-4, before it estimates.
    ("lifelines", "incidence"): 1e-3,
    ("lifelines", "incidence-few"): 1e-3,
}

# Seconds: for the two programs that always measure five times, and for starting and reading data.
PATIENCE = 3600
STARTING = 15


class Disagreement(Exception):
    """Two programs gave different answers."""


def main():
    options = arguments()
    folder = options.dir.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    peers, skipped, versions = find_programs(options)
    make_data(peers["riskset"], folder, options.rows)
    results = {
        "rows": options.rows,
        "limit": options.limit,
        "machine": machine(),
        "load_before": os.getloadavg(),
        "versions": versions,
        "skipped": skipped,
    }
    results["in_process"] = in_process(peers, folder, options)
    results["whole"] = whole_processes(folder, options)
    results["limits"], results["phases"], results["growth"] = profile(peers["riskset"], folder, options)
    results["load_after"] = os.getloadavg()
    (folder / "results.json").write_text(json.dumps(results, indent=1))
    if options.dry:
        print(tables.document(results))
    else:
        write_document(ROOT / "docs/benchmarks.md", tables.document(results))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of the cohort")
    parser.add_argument("--dir", type=Path, default=ROOT / "target/peers", help="where the data go")
    parser.add_argument("--limit", type=float, default=120, help="seconds that a program may take")
    parser.add_argument("--python", default=sys.executable, help="the Python that has the packages")
    parser.add_argument("--only", nargs="*", default=WORKLOADS, choices=WORKLOADS, metavar="WORKLOAD")
    parser.add_argument("--dry", action="store_true", help="print the tables, leave the document")
    return parser.parse_args()


def say(text):
    print(text, file=sys.stderr, flush=True)


# ---- programs ------------------------------------------------------------------------------------


def find_programs(options):
    """The command of each program that is there, the reason for each that is not, the versions."""
    peers, skipped = {"riskset": build(ROOT, "--example", "peers", "-p", "riskset")}, {}
    if peers["riskset"] is None:
        sys.exit("riskset does not build: cargo build --release -p riskset --example peers")
    versions = {"riskset": commit()}
    candidates = {
        "R": ["Rscript", str(HERE / "peers.R")],
        "lifelines": [options.python, str(HERE / "peers.py"), "lifelines"],
        "sksurv": [options.python, str(HERE / "peers.py"), "sksurv"],
    }
    for name, command in candidates.items():
        found = run([*command, "versions", "-", "0"], limit=60)
        if found.answer is None:
            skipped[name] = "not installed"
        else:
            peers[name] = command
            versions[name] = found.answer.pop("version")
            versions |= found.answer
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "rust-survival"
    crate = build(HERE / "rust-survival", "--target-dir", str(target))
    if crate is None:
        skipped["survival (Rust)"] = "did not build"
    else:
        peers["survival (Rust)"] = crate
        versions["survival (Rust)"] = "2.0.0"
    for name, reason in skipped.items():
        say(f"skipped: {name}, {reason}")
    return peers, skipped, versions


def build(folder, *options):
    """Builds a program in the release profile; its command, or nothing when it does not build."""
    command = ["cargo", "build", "--release", "--message-format=json", *options]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode != 0:
        say(done.stderr)
        return None
    built = [json.loads(line) for line in done.stdout.splitlines()]
    programs = [message["executable"] for message in built if message.get("executable")]
    return programs[-1:] or None


def commit():
    """The last commit that changed the library."""
    command = ["git", "log", "-1", "--format=%h", "--", "crates/riskset/src"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    return done.stdout.strip() or "unknown"


def make_data(riskset, folder, rows):
    stamp = folder / "rows.txt"
    if stamp.exists() and stamp.read_text() == str(rows):
        return
    say(f"making data: {rows} rows")
    subprocess.run([*riskset, "generate", str(folder), str(rows)], check=True)
    stamp.write_text(str(rows))


# ---- measuring -----------------------------------------------------------------------------------


def in_process(peers, folder, options):
    """{workload: {program: measurement}}; a program without the method has no entry."""
    results = {}
    for workload in options.only:
        measured = results[workload] = {}
        for name, command in peers.items():
            if not has(name, workload):
                continue
            command = [*command, "run"] if name == "riskset" else command
            limit = PATIENCE if name in ("riskset", "R") else options.limit
            command = [*command, workload, str(folder), str(limit)]
            child = run(command, limit + STARTING)
            measured[name] = child.measurement()
            say(f"{workload:15} {name:16} {measured[name].get('median', child.problem)}")
            if child.answer is not None and name != "riskset":
                ours, theirs = measured["riskset"]["answer"], child.answer["answer"]
                measured[name]["difference"] = compare(workload, name, ours, theirs)
    return results


def has(name, workload):
    """Whether a program offers the method. lifelines tests proportional hazards by regression on
    residuals, not by the score test; scikit-survival has neither that nor late entries."""
    missing = {
        "lifelines": {"zph", "cox-solver", "cox-all"},
        "sksurv": {"zph", "cox-solver", "cox-all", "cox-counting"},
        "survival (Rust)": {"cox-solver"},
    }
    return workload not in missing.get(name, set())


def compare(workload, name, ours, theirs):
    """The largest relative difference between two answers, over what both report."""
    usual = ITERATED if workload in ITERATES else CLOSED_FORM
    largest, tolerance = 0.0, LOOSER.get((name, workload), usual)
    for key in sorted(ours.keys() & theirs.keys()):
        if len(ours[key]) != len(theirs[key]):
            raise Disagreement(f"{workload}, {key}: {len(ours[key])} numbers, {name} has {len(theirs[key])}")
        for place, (mine, other) in enumerate(zip(ours[key], theirs[key])):
            if mine is None or other is None:
                continue
            difference = abs(mine - other) / max(abs(mine), abs(other), 1e-300)
            largest = max(largest, difference)
            if difference > tolerance:
                raise Disagreement(f"{workload}, {key}[{place}]: riskset {mine!r}, {name} {other!r}")
    return largest


def whole_processes(folder, options):
    """Processes from a file to what they print, riskset and Rscript by turns."""
    program = os.environ.get("RISKSET_BIN")
    if not program:
        say("skipped: whole processes, RISKSET_BIN is not set")
        return {}
    rscript = ["Rscript", str(HERE / "peers.R")]
    covariates = " + ".join(f"x{j}" for j in range(1, 11))
    cohort, large = str(folder / "cohort.csv"), str(folder / "large.csv")
    curve, model = "Surv(time, event) ~ group", f"Surv(time, event) ~ {covariates}"
    cases = {
        # What riskset is asked, what the R script is, and how often each.
        "km-csv": (["km", cohort, curve], ["km-csv", cohort, "0"], (5, 5)),
        "cox-csv": (["cox", cohort, model], ["cox-csv", cohort, "0"], (5, 5)),
        "start": (["km", "@lung", "Surv(time, status == 2) ~ sex"], ["start", "-", "0"], (21, 21)),
        "km-large": (["km", large, curve], ["km-csv", large, "0"], (3, 1)),
    }
    results = {}
    for name, (ours, theirs, repeats) in cases.items():
        measured = {"riskset": [], "R": []}
        for turn in range(max(repeats)):
            if turn < repeats[0]:
                measured["riskset"].append(run([program, *ours], PATIENCE))
            if turn < repeats[1]:
                measured["R"].append(run([*rscript, *theirs], PATIENCE))
        results[name] = {who: summary(children) for who, children in measured.items()}
        reference = measured["R"][0].answer
        if measured["riskset"][0].problem is None and reference is not None:
            answer = printed([program, *ours], name)
            results[name]["difference"] = compare(name, "R", answer, reference)
        say(f"{name:15} {results[name]}")
    results["parse"] = parse_alone(cohort, curve)
    return results


def summary(children):
    failed = [child.problem for child in children if child.problem]
    if failed:
        return {"problem": failed[0]}
    return {
        "median": tables.median([child.seconds for child in children]),
        "processor": tables.median([child.processor for child in children]),
        "peak": max(child.peak for child in children),
        "runs": len(children),
    }


def printed(command, name):
    """The numbers that the R script reports, out of what riskset prints at full precision."""
    if name.startswith("km"):
        return curves_at([*command, "--format", "csv"], (0.25, 0.5, 1, 2))
    document = run([*command, "--format", "json"], PATIENCE).answer
    if name == "start":
        return {"median": [group["median"]["estimate"] for group in document["groups"]]}
    found = document["coefficients"]
    return {
        "coefficient": [term["estimate"] for term in found],
        "std_error": [term["std_error"] for term in found],
        "log_likelihood": [document["log_likelihood"][key] for key in ("null", "model")],
    }


def curves_at(command, times):
    """Estimates and standard errors at some times, group by group, from every point as CSV."""
    last = {}  # (group, time asked for): the last point until then
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        names = next(process.stdout).rstrip().split(",")
        group, time, estimate, error = map(names.index, ("group", "time", "survival", "std_error"))
        for line in process.stdout:
            fields = line.split(",")
            # Of the times asked for only the next: with so many rows there is a point between any two.
            asked = next((asked for asked in times if float(fields[time]) <= asked), None)
            if asked is not None:
                last[fields[group], asked] = fields[estimate], fields[error]
    groups = list(dict.fromkeys(group for group, _ in last))
    found = [last[group, asked] for group in groups for asked in times]
    return {
        "estimate": [float(estimate) for estimate, _ in found],
        "std_error": [float(error) for _, error in found],
    }


def parse_alone(path, formula):
    """Seconds to parse the columns that a formula uses, where the program for it was built."""
    program = os.environ.get("RISKSET_READ_TIME")
    if not program:
        return None
    seconds = []
    for _ in range(5):
        done = subprocess.run([program, path, formula], capture_output=True, text=True, check=True)
        line = next(line for line in done.stdout.splitlines() if line.startswith("read"))
        seconds.append(float(line.split()[1]) / 1000)
    return tables.median(seconds)


def profile(riskset, folder, options):
    """The machine's limits, the phases of riskset's work, and how time grows with rows."""
    limits = run([*riskset, "machine"], 600).answer
    phases = {
        name: run([*riskset, "phases", name, str(folder)], 600).answer
        for name in ("nonparametric", "cox", "counting")
    }
    growth = run([*riskset, "growth", str(options.rows * 10)], 600).answer
    return limits, phases, growth


def machine():
    """Processor, cores, memory and system, as a reader would describe the machine."""
    described = {"cores": os.cpu_count(), "system": f"{platform.system()} {platform.machine()}"}
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                described["processor"] = line.split(":", 1)[1].strip()
                break
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        described["memory_gib"] = round(memory / 2**30)
    except (OSError, ValueError):
        pass
    return described


def write_document(path, text):
    """Replaces what stands between the two marks."""
    begin, end = "<!-- measured: begin -->", "<!-- measured: end -->"
    before, rest = path.read_text().split(begin)
    _, after = rest.split(end)
    path.write_text(f"{before}{begin}\n\n{text}\n{end}{after}")
    say(f"wrote {path}")


if __name__ == "__main__":
    try:
        main()
    except Disagreement as problem:
        sys.exit(f"the answers differ: {problem}")
