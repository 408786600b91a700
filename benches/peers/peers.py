"""lifelines and scikit-survival on the workloads of run.py: PROGRAM WORKLOAD DIR SECONDS.

Prints what the other programs print. Needs numpy, pandas and the program named, in the Python that
runs it. The import of a package is not measured.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np

TIMES = [0.25, 0.5, 1.0, 2.0]  # years, at which curves are compared
REPEATS = 5


class Columns:
    """Columns of one folder, of which the first 1/part of the rows are read."""

    def __init__(self, folder, part=1):
        self.folder, self.part = Path(folder), part

    def __getitem__(self, name):
        values = np.fromfile(self.folder / f"{name}.f64", dtype="<f8")
        return values[: len(values) // self.part]

    def covariates(self, count):
        return np.column_stack([self[f"x{j}"] for j in range(1, count + 1)])


def step(times, values):
    """The values of a step function at TIMES."""
    return [float(values[np.searchsorted(times, at, side="right") - 1]) for at in TIMES]


# ---- lifelines ---------------------------------------------------------------------------------


def lifelines_km(folder):
    from lifelines import KaplanMeierFitter

    columns = Columns(folder / "cohort")
    durations, event, group = columns["time"], columns["event"], columns["group"]

    def work():
        estimate = []
        for level in range(3):
            rows = group == level
            fit = KaplanMeierFitter().fit(durations[rows], event[rows])
            estimate += [float(value) for value in fit.survival_function_at_times(TIMES)]
        return {"estimate": estimate}

    return work


def lifelines_logrank(folder):
    from lifelines.statistics import multivariate_logrank_test

    columns = Columns(folder / "cohort")
    durations, event, group = columns["time"], columns["event"], columns["group"]

    def work():
        test = multivariate_logrank_test(durations, group, event)
        return {"statistic": [float(test.test_statistic)]}

    return work


def lifelines_cox(folder, count=10):
    import pandas as pd
    from lifelines import CoxPHFitter

    columns = Columns(folder)
    names = [f"x{j}" for j in range(1, count + 1)]
    data = pd.DataFrame(columns.covariates(count), columns=names)
    data["time"], data["event"] = columns["time"], columns["event"]

    def work():
        fit = CoxPHFitter().fit(data, "time", "event")
        return {
            "coefficient": fit.params_.tolist(),
            "std_error": fit.standard_errors_.tolist(),
            "log_likelihood": [None, float(fit.log_likelihood_)],
        }

    return work


def lifelines_counting(folder):
    import pandas as pd
    from lifelines import CoxTimeVaryingFitter

    columns = Columns(folder / "cohort")
    names = [f"x{j}" for j in range(1, 11)]
    data = pd.DataFrame(columns.covariates(10), columns=names)
    for name in ("start", "stop", "event"):
        data[name] = columns[name]
    data["id"] = np.arange(len(data))

    def work():
        fitter = CoxTimeVaryingFitter()
        fit = fitter.fit(data, id_col="id", event_col="event", start_col="start", stop_col="stop")
        return {
            "coefficient": fit.params_.tolist(),
            "std_error": fit.standard_errors_.tolist(),
            "log_likelihood": [None, float(fit.log_likelihood_)],
        }

    return work


def lifelines_concordance(folder):
    from lifelines.utils import concordance_index

    columns = Columns(folder / "cohort")
    durations, event, score = columns["time"], columns["event"], columns["x1"]
    return lambda: {"estimate": [float(concordance_index(durations, -score, event))]}


def lifelines_incidence(folder, part=1):
    from lifelines import AalenJohansenFitter

    columns = Columns(folder / "cohort", part)
    durations, cause, group = columns["time"], columns["cause"], columns["group"]

    def work():
        estimate = []
        for level in range(3):
            rows = group == level
            for event in (1, 2):
                fit = AalenJohansenFitter().fit(durations[rows], cause[rows], event)
                curve = fit.cumulative_density_
                estimate += step(curve.index.to_numpy(), curve.iloc[:, 0].to_numpy())
        return {"estimate": estimate}

    return work


# ---- scikit-survival ---------------------------------------------------------------------------


def sksurv_km(folder):
    from sksurv.nonparametric import kaplan_meier_estimator

    columns = Columns(folder / "cohort")
    event, durations, group = columns["event"] == 1, columns["time"], columns["group"]

    def work():
        estimate = []
        for level in range(3):
            rows = group == level
            times, survival, _ = kaplan_meier_estimator(
                event[rows], durations[rows], conf_type="log-log"
            )
            estimate += step(times, survival)
        return {"estimate": estimate}

    return work


def sksurv_logrank(folder):
    from sksurv.compare import compare_survival
    from sksurv.util import Surv

    columns = Columns(folder / "cohort")
    event, durations, group = columns["event"] == 1, columns["time"], columns["group"]

    def work():
        statistic, _ = compare_survival(Surv.from_arrays(event, durations), group)
        return {"statistic": [float(statistic)]}

    return work


def sksurv_cox(folder, count=10):
    from sksurv.linear_model import CoxPHSurvivalAnalysis
    from sksurv.util import Surv

    columns = Columns(folder)
    event, durations, x = columns["event"] == 1, columns["time"], columns.covariates(count)

    def work():
        model = CoxPHSurvivalAnalysis(ties="efron").fit(x, Surv.from_arrays(event, durations))
        return {"coefficient": model.coef_.tolist()}

    return work


def sksurv_concordance(folder):
    from sksurv.metrics import concordance_index_censored

    columns = Columns(folder / "cohort")
    event, durations, score = columns["event"] == 1, columns["time"], columns["x1"]
    return lambda: {"estimate": [float(concordance_index_censored(event, durations, score)[0])]}


def sksurv_incidence(folder, part=1):
    from sksurv.nonparametric import cumulative_incidence_competing_risks

    columns = Columns(folder / "cohort", part)
    cause, durations, group = columns["cause"].astype(int), columns["time"], columns["group"]

    def work():
        estimate = []
        for level in range(3):
            rows = group == level
            times, curves, _ = cumulative_incidence_competing_risks(
                cause[rows], durations[rows], conf_type="log-log"
            )
            estimate += step(times, curves[1]) + step(times, curves[2])
        return {"estimate": estimate}

    return work


PREPARE = {
    "lifelines": {
        "km": lifelines_km,
        "logrank": lifelines_logrank,
        "cox": lambda folder: lifelines_cox(folder / "cohort"),
        "cox-wide": lambda folder: lifelines_cox(folder / "wide", 50),
        "cox-counting": lifelines_counting,
        "concordance": lifelines_concordance,
        "incidence": lifelines_incidence,
        "incidence-few": lambda folder: lifelines_incidence(folder, 100),
    },
    "sksurv": {
        "km": sksurv_km,
        "logrank": sksurv_logrank,
        "cox": lambda folder: sksurv_cox(folder / "cohort"),
        "cox-wide": lambda folder: sksurv_cox(folder / "wide", 50),
        "concordance": sksurv_concordance,
        "incidence": sksurv_incidence,
        "incidence-few": lambda folder: sksurv_incidence(folder, 100),
    },
}


def main():
    program, workload, folder, limit = sys.argv[1:]
    if workload == "versions":
        print(json.dumps({"version": __import__(program).__version__}))
        return
    work = PREPARE[program][workload](Path(folder))
    seconds, processor, begin = [], [], time.perf_counter()
    while len(seconds) < REPEATS:
        start, used = time.perf_counter(), time.process_time()
        answer = work()
        seconds.append(time.perf_counter() - start)
        processor.append(time.process_time() - used)
        runs, spent = len(seconds), time.perf_counter() - begin
        if spent * (runs + 1) / runs > float(limit):
            break
    print(json.dumps({"seconds": seconds, "processor": processor, "answer": answer}))


if __name__ == "__main__":
    main()
