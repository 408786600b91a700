"""The Python package against others on the same data in one run: seconds, memory, digits.

    python benches/python.py [ROWS] [--seconds LIMIT]

needs riskset (the built wheel), polars, pandas, numpy, lifelines, scikit-survival and greenwood 0.8. Each
cell is a process of its own, so that memory is that of one package; a package that takes longer than LIMIT
(120 s) is stopped and said so. Each package gets the kind of frame that it wants, made before the clock
starts: handing it over is part of the time. Prints a table in Markdown. Memory is read from /proc, so it needs Linux.
"""

import json
import statistics
import subprocess
import sys
import time

WORK = ["km", "logrank", "cox", "concordance"]
PACKAGES = ["riskset", "lifelines", "sksurv", "greenwood"]
COVARIATES = [f"x{place}" for place in range(1, 11)]


def table(rows):
    """Times in days with many ties, three groups, ten covariates of which three matter."""
    import numpy as np

    chance = np.random.default_rng(1)
    x = chance.normal(size=(rows, 10))
    group = chance.integers(0, 3, rows)
    hazard = np.exp(0.3 * x[:, 0] - 0.2 * x[:, 1] + 0.1 * x[:, 2] + 0.1 * group) / 1000
    death = chance.exponential(1 / hazard)
    end = chance.uniform(100, 3000, rows)
    time_ = np.ceil(np.minimum(death, end))
    return {"time": time_, "dead": death <= end, "g": group.astype(float), **dict(zip(COVARIATES, x.T))}


def riskset(work, data):
    import polars as pl
    import riskset as rs

    frame = pl.DataFrame(data)
    yield
    if work == "km":
        return rs.km(frame, "Surv(time, dead) ~ factor(g)").groups[0].median.estimate
    if work == "logrank":
        return rs.logrank(frame, "Surv(time, dead) ~ factor(g)").test.statistic
    if work == "cox":
        return rs.cox(frame, "Surv(time, dead) ~ " + " + ".join(COVARIATES)).coefficients[0].estimate
    return rs.cox(frame, "Surv(time, dead) ~ x1").concordance.estimate


def lifelines(work, data):
    import lifelines
    import pandas as pd
    from lifelines.statistics import multivariate_logrank_test
    from lifelines.utils import concordance_index

    frame = pd.DataFrame(data)
    yield
    if work == "km":
        fits = [lifelines.KaplanMeierFitter().fit(part["time"], part["dead"])
                for _, part in frame.groupby("g")]
        return fits[0].median_survival_time_
    if work == "logrank":
        return multivariate_logrank_test(frame["time"], frame["g"], frame["dead"]).test_statistic
    if work == "cox":
        fit = lifelines.CoxPHFitter().fit(frame.drop(columns="g"), "time", "dead")
        return fit.params_["x1"]
    # The same as riskset's: a model of one covariate, and its concordance.
    return concordance_index(frame["time"], -frame["x1"], frame["dead"])


def sksurv(work, data):
    import numpy as np
    from sksurv.compare import compare_survival
    from sksurv.linear_model import CoxPHSurvivalAnalysis
    from sksurv.metrics import concordance_index_censored
    from sksurv.nonparametric import kaplan_meier_estimator
    from sksurv.util import Surv

    y = Surv.from_arrays(data["dead"], data["time"])
    x = np.column_stack([data[name] for name in COVARIATES])
    yield
    if work == "km":
        for group in (0.0, 1.0, 2.0):
            rows = data["g"] == group
            times, survival, _ = kaplan_meier_estimator(
                data["dead"][rows], data["time"][rows], conf_type="log-log")
            if group == 0.0:
                median = times[np.argmax(survival <= 0.5)]
        return median
    if work == "logrank":
        return compare_survival(y, data["g"])[0]
    if work == "cox":
        return CoxPHSurvivalAnalysis(ties="efron").fit(x, y).coef_[0]
    return concordance_index_censored(data["dead"], data["time"], data["x1"])[0]


def greenwood(work, data):
    import greenwood as gw
    import polars as pl

    frame = pl.DataFrame(data)
    yield
    if work == "km":
        fit = gw.KaplanMeier().fit("Surv(time, dead) ~ g", data=frame)
        fit.to_frame()
        return None
    if work == "logrank":
        return gw.logrank_test("Surv(time, dead) ~ g", data=frame).statistic
    if work == "cox":
        fit = gw.CoxPH().fit("Surv(time, dead) ~ " + " + ".join(COVARIATES), data=frame)
        return float(fit.coef_[0])
    return gw.concordance_index("Surv(time, dead)", frame["x1"], data=frame)


def memory(what):
    """Megabytes that this process has (VmRSS), or has had at most (VmHWM)."""
    with open("/proc/self/status") as status:
        line = next(line for line in status if line.startswith(what))
    return int(line.split()[1]) / 1024


def child(package, work, rows, runs):
    """One cell: the fastest of the runs, the peak of memory above the data, the answer."""
    data = table(rows)
    seconds = []
    for _ in range(runs):
        steps = globals()[package](work, data)
        next(steps)
        # The peak from here on, and not that of making the table.
        with open("/proc/self/clear_refs", "w") as forget:
            forget.write("5")
        before = memory("VmRSS")
        start = time.perf_counter()
        try:
            next(steps)
        except StopIteration as end:
            answer = end.value
        seconds.append(time.perf_counter() - start)
        more = memory("VmHWM") - before
    found = None if answer is None else float(answer)
    print(json.dumps({"seconds": statistics.median(seconds), "megabytes": more, "answer": found}))


def cell(package, work, rows, limit):
    command = [sys.executable, __file__, "--child", package, work, str(rows), "3" if package == "riskset" else "1"]
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=limit)
    except subprocess.TimeoutExpired:
        return f"more than {limit} s"
    if run.returncode:
        return "failed: " + (run.stderr.strip().splitlines() or ["killed"])[-1][:80]
    return json.loads(run.stdout.splitlines()[-1])


def main():
    arguments = sys.argv[1:]
    if arguments[:1] == ["--child"]:
        return child(arguments[1], arguments[2], int(arguments[3]), int(arguments[4]))
    rows = int(arguments[0]) if arguments and arguments[0].isdigit() else 1_000_000
    limit = int(arguments[arguments.index("--seconds") + 1]) if "--seconds" in arguments else 120
    print(f"| {rows:,} rows | riskset, s | " + " | ".join(f"{p} / riskset" for p in PACKAGES[1:])
          + " | memory, MB: " + ", ".join(PACKAGES) + " | digits that agree |")
    print("| --- " * (len(PACKAGES) + 3) + "|")
    for work in WORK:
        cells = {package: cell(package, work, rows, limit) for package in PACKAGES}
        own = cells["riskset"]
        line, digits = [f"`{work}`"], []
        line.append(own if isinstance(own, str) else f"{own['seconds']:.3f}")
        for package in PACKAGES[1:]:
            other = cells[package]
            if isinstance(other, str) or isinstance(own, str):
                line.append(other if isinstance(other, str) else f"{other['seconds']:.2f} s")
                continue
            line.append(f"{other['seconds'] / own['seconds']:.0f} ({other['seconds']:.2f} s)")
            if other["answer"] is not None:
                difference = abs(other["answer"] - own["answer"]) / max(abs(own["answer"]), 1e-300)
                digits.append(f"{package} {difference:.0e}")
        # What the process took beyond the data that it was given.
        memory = [cells[p] if isinstance(cells[p], str) else f"{cells[p]['megabytes']:.0f}" for p in PACKAGES]
        memory = ["-" if " " in one else one for one in memory]
        print("| " + " | ".join(line + [", ".join(memory), ", ".join(digits)]) + " |", flush=True)


if __name__ == "__main__":
    main()
