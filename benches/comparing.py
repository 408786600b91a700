#!/usr/bin/env python3
"""Times what compares groups when the simple comparison does not hold, next to R.

    python3 benches/comparing.py [RISKSET] [PATIENTS]

Processor time, which other work on the machine does not change much: of R within its process, packages
loaded and the table read before; of riskset as a whole process, from its start with the CSV file to its
answer, all threads together. The two are run in turn, three times each; the answers are compared and the run stops where they differ by more than chance allows. Prints the table of
docs/benchmarks.md. Needs Rscript with survival, coin, mvtnorm and jsonlite.
"""

import json
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RISKSET = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "target/release/riskset")
PATIENTS = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
TIMES = 3
FORMULA = 'Surv(time, event == 1) ~ group'

# name, words, draws, arguments, the number to compare, how far it may be away.
CASES = [
    ("permutation", "permutation log-rank test, 9,999 draws", 9999,
     ["logrank", "DATA", FORMULA, "--permutation", "9999"],
     lambda a: a["permutation"]["p_value"], lambda p: 5 * (p * (1 - p) / 9999 * 2) ** 0.5 + 1e-3),
    ("combination", "MaxCombo of four tests", 0,
     ["logrank", "DATA", FORMULA, "--max-combo"],
     lambda a: a["max_combo"]["p_value"], lambda p: 1e-3),
    ("weighted", "curves weighted by propensities, robust errors", 0,
     ["adjust", "DATA", FORMULA, "--adjust", "x + z", "--times", "12"],
     lambda a: a["contrasts"][0]["adjusted"]["difference"]["estimate"], lambda _: 1e-6),
    ("bootstrap", "the same, 100 draws with the propensities fitted anew", 100,
     ["adjust", "DATA", FORMULA, "--adjust", "x + z", "--times", "12", "--bootstrap", "100"],
     lambda a: a["contrasts"][0]["bootstrap"]["difference_std_error"], lambda s: 0.3 * s),
    ("cutpoint", "search for a cut-point, 499 permutations", 499,
     ["cutpoint", "DATA", 'Surv(time, event == 1) ~ x', "--permutations", "499", "--folds", "0"],
     lambda a: abs(a["best"]["z"]), lambda z: 0.02 * z),
]


def table(folder: Path) -> Path:
    """Patients of the confounded model, with events as 0 and 1."""
    model = (ROOT / "docs/rejection/confounded.toml").read_text()
    model = "\n".join(
        f"n = {PATIENTS}" if line.startswith("n = ") else line for line in model.splitlines()
    )
    (folder / "model.toml").write_text(model)
    raw = folder / "raw.csv"
    subprocess.run([RISKSET, "simulate", folder / "model.toml", "--output", raw, "--quiet"], check=True)
    path = folder / "patients.csv"
    lines = raw.read_text().splitlines()
    header = lines[0].split(",")
    at = header.index("event")
    with path.open("w") as out:
        out.write(lines[0] + "\n")
        for line in lines[1:]:
            cells = line.split(",")
            cells[at] = "1" if cells[at].strip('"') == "event" else "0"
            out.write(",".join(cells) + "\n")
    return path


def in_r(name: str, path: Path, draws: int) -> tuple[float, float]:
    script = Path(__file__).with_suffix(".R")
    run = subprocess.run(["Rscript", script, path, name, str(draws)], check=True, capture_output=True)
    found = json.loads(run.stdout)
    return found["seconds"], found["value"]


def spent() -> float:
    """Processor time of the children so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def in_riskset(arguments: list[str], path: Path) -> tuple[float, dict]:
    typed = [RISKSET] + [str(path) if word == "DATA" else word for word in arguments]
    start = spent()
    run = subprocess.run(typed + ["--format", "json", "--quiet"], check=True, capture_output=True)
    return spent() - start, json.loads(run.stdout)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        path = table(Path(name))
        print("| workload | patients | riskset, whole process, s | R, in its process, s | R / riskset |")
        print("|---|---:|---:|---:|---:|")
        for case, words, draws, arguments, number, allowed in CASES:
            ours, theirs = [], []
            for _ in range(TIMES):
                seconds, value = in_r(case, path, draws)
                theirs.append(seconds)
                took, answer = in_riskset(arguments, path)
                ours.append(took)
                found = number(answer)
                if abs(found - value) > allowed(value):
                    sys.exit(f"{words}: riskset says {found}, R {value}")
            ours, theirs = statistics.median(ours), statistics.median(theirs)
            print(f"| {words} | {PATIENTS:,} | {ours:.3f} | {theirs:.3f} | {theirs / ours:.1f} |", flush=True)


if __name__ == "__main__":
    main()
