#!/usr/bin/env python3
"""Times what a prognostic model needs against R (glmnet, rms, riskRegression) and scikit-survival:
the path of an elastic net, the optimism of 1000 refits, and the area under the ROC curve of 100,000 rows.

    python3 benches/peers/prognosis.py [RISKSET]

Processor time: the peers within their process, packages loaded and data read before; riskset as a whole
process, from its start with the CSV file to its answer, all threads together. Answers are compared.
"""
import json
import os
import resource
import subprocess
import sys
import tempfile
import time

import numpy as np
from sksurv.linear_model import CoxnetSurvivalAnalysis
from sksurv.metrics import cumulative_dynamic_auc
from sksurv.util import Surv

HERE = os.path.dirname(os.path.abspath(__file__))
RISKSET = sys.argv[1] if len(sys.argv) > 1 else os.path.join(HERE, "../../target/release/riskset")


def patients(rows, columns, seed):
    """Exponential times by the first columns, censored by others of their kind."""
    random = np.random.default_rng(seed)
    x = random.normal(size=(rows, columns))
    beta = np.array([0.5, -0.4, 0.3, 0.2, -0.1] + [0.0] * columns)[:columns]
    event, censoring = random.exponential(np.exp(-x @ beta)), random.exponential(2.0, rows)
    return x, np.minimum(event, censoring), event <= censoring


def written(folder, name, x, when, event):
    path = os.path.join(folder, name)
    head = ",".join(["time", "event"] + [f"x{at + 1}" for at in range(x.shape[1])])
    np.savetxt(path, np.column_stack([when, event, x]), fmt="%.9g", delimiter=",", header=head, comments="")
    return path


def riskset(*arguments):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([RISKSET, *arguments, "--format", "json", "--quiet"], check=True,
                          capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime), json.loads(done.stdout)


def timed(work):
    start = time.process_time()
    answer = work()
    return time.process_time() - start, answer


def read(path):
    """The data as the file has them."""
    table = np.loadtxt(path, delimiter=",", skiprows=1)
    return table[:, 2:], table[:, 0], table[:, 1] > 0


def main():
    with tempfile.TemporaryDirectory() as folder:
        net = written(folder, "net.csv", *patients(1000, 50, 1))
        boot = written(folder, "boot.csv", *patients(500, 5, 2))
        large = written(folder, "large.csv", *patients(100_000, 1, 3))
        lines = subprocess.run(["Rscript", os.path.join(HERE, "prognosis.R"), net, boot, large], check=True,
                               capture_output=True, text=True).stdout.split()
        r = {name: (float(seconds), float(answer)) for name, seconds, answer in
             (line.split(",") for line in lines)}
        columns = " + ".join(f"x{at}" for at in range(1, 51))
        formula = f"Surv(time, event) ~ {columns}"
        seconds, _ = riskset("elastic-net", net, formula, "--ties", "breslow", "--folds", "0")
        _, one = riskset("elastic-net", net, formula, "--ties", "breslow", "--lambdas", "0.05", "--folds", "0")
        x, when, event = read(net)
        y = Surv.from_arrays(event, when)
        peer, _ = timed(lambda: CoxnetSurvivalAnalysis(n_alphas=100, l1_ratio=1.0, normalize=True).fit(x, y))
        print("net", round(seconds, 3), r["net"][0], round(peer, 3), "glmnet's first coefficient at 0.05:",
              r["check"][1], "riskset:", one["path"][0]["coefficients"][0])
        seconds, answer = riskset("performance", boot, "Surv(time, event) ~ x1 + x2 + x3 + x4 + x5", "--times",
                                  "1", "--bootstrap", "1000")
        corrected = answer["models"][0]["bootstrap"]["measures"][0]["corrected"]
        print("boot", round(seconds, 3), r["boot"][0], "corrected C:", r["boot"][1], corrected)
        seconds, answer = riskset("performance", large, "Surv(time, event) ~ x1", "--times", "1")
        x, when, event = read(large)
        y = Surv.from_arrays(event, when)
        peer, found = timed(lambda: cumulative_dynamic_auc(y, y, x[:, 0], [1.0])[0][0])
        print("auc", round(seconds, 3), r["auc"][0], round(peer, 3), "AUC:", r["auc"][1], found,
              answer["models"][0]["times"][0]["auc"]["estimate"])


main()
