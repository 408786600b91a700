#!/usr/bin/env python3
"""Writes docs/methods/null-marker.md: what a marker without any effect seems to add to a clinical score,
on the patients that made the models, corrected for optimism, and in other patients.

    docs/null-marker/run.py [RISKSET] [TABLES]
"""
import json
import os
import subprocess
import sys
import tempfile

os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
RISKSET = sys.argv[1] if len(sys.argv) > 1 else "target/release/riskset"
TABLES = int(sys.argv[2]) if len(sys.argv) > 2 else 400
SAMPLES, FOLDS, OTHERS, TIME = 100, 10, 4000, "24"
MODEL = "docs/null-marker/model.toml"
MEASURES = [("harrell", None, "Harrell's C"), ("uno", None, "Uno's C"),
            ("auc", 24.0, "AUC at 24 months"), ("brier", 24.0, "Brier score at 24 months, less")]
HOW = ["apparent", "bootstrap", "cross-validated", "in other patients"]


def riskset(*arguments):
    done = subprocess.run([RISKSET, *arguments, "--quiet"], check=True, capture_output=True, text=True)
    return done.stdout


def simulated(seed, name, n=None):
    """The patients of a seed, as a file; of the same model with another number of them."""
    text = open(MODEL, encoding="utf-8").read()
    if n:
        text = text.replace("n = 80", f"n = {n}")
        assert f"n = {n}" in text
    with open(name + ".toml", "w", encoding="utf-8") as file:
        file.write(text)
    riskset("simulate", name + ".toml", "--seed", str(seed), "--output", name)
    return name


def performance(table, *more):
    formula = 'Surv(time, event == "event") ~ score + marker'
    return json.loads(riskset("performance", table, formula, "--against", "score", "--times", TIME,
                              "--format", "json", *more))


def found(measures, measure, time, of):
    [one] = [m for m in measures if m["measure"] == measure and m["time"] == time]
    return one[of]


def gain(answer, measure, time, kind):
    """By how much the model with the marker is better."""
    of = "apparent" if kind == "apparent" else "corrected"
    block = "cross_validation" if kind == "cross-validated" else "bootstrap"
    with_marker, without = (found(m[block]["measures"], measure, time, of) for m in answer["models"])
    return without - with_marker if measure == "brier" else with_marker - without


def mean(values):
    n = len(values)
    middle = sum(values) / n
    spread = sum((value - middle) ** 2 for value in values) / (n - 1)
    return middle, (spread / n) ** 0.5


def main():
    gains = {(m, t, how): [] for m, t, _ in MEASURES for how in HOW}
    ratio, difference = [], []
    with tempfile.TemporaryDirectory() as folder:
        others = simulated(1_000_000, os.path.join(folder, "others.csv"), OTHERS)
        for seed in range(1, TABLES + 1):
            table = simulated(seed, os.path.join(folder, "made.csv"))
            answer = performance(table, "--bootstrap", str(SAMPLES), "--folds", str(FOLDS),
                                 "--seed", str(seed))
            elsewhere = performance(table, "--validate", others)
            for m, t, _ in MEASURES:
                for how in HOW[:3]:
                    gains[m, t, how].append(gain(answer, m, t, how))
                gains[m, t, HOW[3]].append(
                    found(elsewhere["comparison"]["differences"], m, t, "estimate"))
            ratio.append(answer["comparison"]["nested"]["p_value"])
            difference.append(found(answer["comparison"]["differences"], "harrell", None, "p_value"))
    share = lambda values: 100 * sum(p is not None and p < 0.05 for p in values) / len(values)
    lines = [
        "# A marker without any effect", "",
        f"Does a marker that has nothing to do with the outcome seem to add to a clinical score? {TABLES} "
        "tables of 80 patients each, whose hazard depends on the score (1.6 for each standard deviation) "
        "and not on the marker. Of each, the model of both is compared with the model of the score. The "
        "gain is the measure with the marker less that without (of the Brier score the other way "
        f"round), its mean over the tables with the standard error of the mean. {SAMPLES} bootstrap "
        f"samples and {FOLDS} folds; the other patients are {OTHERS} of the same model. Made by",
        "", f"    docs/null-marker/run.py RISKSET {TABLES}", "",
        f"with the seeds 1 to {TABLES} for the patients and the resampling, and 1000000 for the other "
        "patients.", "",
        "| gain by the null marker | " + " | ".join(HOW) + " |", "| --- | " + " | ".join(["---:"] * 4) + " |"]
    for m, t, label in MEASURES:
        cells = ["{:+.4f} ({:.4f})".format(*mean(gains[m, t, how])) for how in HOW]
        lines.append(f"| {label} | " + " | ".join(cells) + " |")
    lines += [
        "", "On its own patients the marker seems to gain; corrected it gains nothing, as in other "
        "patients, in whom the noise of its coefficient costs a little. "
        f"The likelihood-ratio test of the marker had P < 0.05 in {share(ratio):.1f}% of the tables, "
        f"as it should (5%); the difference of Harrell's C, its predictions taken as given, in "
        f"{share(difference):.1f}%: this P value is no test of a marker that was added on the same "
        "patients (Demler, Pencina and D'Agostino 2012, Stat Med 31:2577-2587).", ""]
    with open("docs/methods/null-marker.md", "w", encoding="utf-8") as page:
        page.write("\n".join(lines).replace("+-", "−").replace("-0.", "−0."))


main()
