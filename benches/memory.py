#!/usr/bin/env python3
"""How much memory a command takes for N rows: benches/memory.py PATH/TO/riskset [N...]

Makes tables of N patients (exponential times, uniform censoring, two causes, two arms, two covariates,
seeded), runs each command on them, and prints the peak of resident memory in MB, as the system counts it
(Linux and macOS). The figures of docs/limits.md were made by it.
"""

import os
import random
import subprocess
import sys
import tempfile

CURVES = "Surv(time, status) ~ arm"
MODEL = "Surv(time, status) ~ arm + age + marker"
CAUSES = "Surv(time, cause) ~ arm"
COMMANDS = [
    ["km", "DATA", CURVES],
    ["km", "DATA", CURVES, "--format", "json"],
    ["logrank", "DATA", CURVES],
    ["compare", "DATA", CURVES],
    ["cif", "DATA", CAUSES, "--cause", "1", "--censor", "0", "--gray"],
    ["cox", "DATA", MODEL],
    ["cox", "DATA", MODEL, "--robust"],
    ["fine-gray", "DATA", "Surv(time, cause) ~ arm + age + marker", "--cause", "1", "--censor", "0"],
    ["plot", "km", "DATA", CURVES, "--output", "FIGURE"],
    ["plot", "forest", "DATA", MODEL, "--output", "FIGURE"],
]


def table(file, rows):
    draw = random.Random(1)
    with open(file, "w", encoding="ascii") as out:
        out.write("id,time,status,cause,arm,age,marker\n")
        for row in range(rows):
            time, censored = draw.expovariate(0.05), draw.uniform(0, 60)
            event = int(time <= censored)
            cause = draw.choice((1, 2)) if event else 0
            out.write(f"{row},{min(time, censored):.4f},{event},{cause},{'AB'[row % 2]},"
                      f"{draw.gauss(60, 10):.1f},{draw.random():.4f}\n")


def peak(program, command, data, figure):
    words = [{"DATA": data, "FIGURE": figure}.get(word, word) for word in command]
    child = subprocess.Popen([program, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    if status:
        sys.exit(f"{words} failed")
    return used.ru_maxrss / (1024 if sys.platform == "linux" else 1024 * 1024)


def main():
    program, sizes = sys.argv[1], [int(n) for n in sys.argv[2:]] or [1000, 100_000, 1_000_000]
    with tempfile.TemporaryDirectory() as folder:
        files = {rows: os.path.join(folder, f"{rows}.csv") for rows in sizes}
        for rows, file in files.items():
            table(file, rows)
        print("| command |", " | ".join(f"{rows} rows" for rows in sizes), "|")
        for command in COMMANDS:
            figure = os.path.join(folder, "figure.svg")
            found = [peak(program, command, files[rows], figure) for rows in sizes]
            shown = " ".join(word for word in command if word not in ("DATA", "FIGURE", "--output"))
            print(f"| `{shown}` |", " | ".join(f"{mb:.0f} MB" for mb in found), "|")


main()
