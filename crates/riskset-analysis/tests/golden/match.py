"""Writes match-lifelines.json: lifelines' defaults on the bundled lung and a small table.

Run in this folder: python3 match.py. Needs lifelines 0.30.
"""

import json

import lifelines
import pandas as pd
from lifelines import CoxPHFitter, KaplanMeierFitter
from lifelines.utils import median_survival_times

lung = pd.read_csv("../../../../datasets/lung.csv")
lung["dead"] = lung["status"] == 2
curve = KaplanMeierFitter().fit(lung["time"], lung["dead"])
limits = curve.confidence_interval_
at = [limits.loc[:time].iloc[-1].tolist() for time in (180, 365, 700)]
median = median_survival_times(limits)
used = lung[["time", "dead", "age", "sex"]].dropna()
cox = CoxPHFitter().fit(used, "time", "dead", fit_options={"precision": 1e-12}).summary
json.dump(
    {
        "version": lifelines.__version__,
        "lower": [limits[0] for limits in at],
        "upper": [limits[1] for limits in at],
        "median": [curve.median_survival_time_, *median.iloc[0].tolist()],
        "hr": cox["exp(coef)"].tolist(),
        "p": cox["p"].tolist(),
    },
    open("match-lifelines.json", "w"),
)
