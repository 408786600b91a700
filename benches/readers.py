"""Reading each format against a well-known reader of it, in one run: seconds and memory of whole processes.

    python benches/readers.py RISKSET [--rows N] [--repeat K]

needs the release program, Rscript with data.table, haven and readxl, and Python with polars and openpyxl.
The table has 13 columns (numbers, whole numbers, words); workbooks have a tenth of its rows. riskset reads
the file and answers with a Kaplan-Meier curve; the others only read it, and the time that their process takes to
start and to load its package is taken off. The SAS table is written by haven, whose writer SAS itself does not
read, but every reader of the format does. Prints a table in Markdown.
"""

import argparse
import pathlib
import statistics
import subprocess
import sys
import tempfile

R_READERS = {
    "csv": ("data.table", 'setDTthreads(2); x <- fread("{file}")'),
    "sav": ("haven", 'x <- read_sav("{file}")'),
    "zsav": ("haven", 'x <- read_sav("{file}")'),
    "dta": ("haven", 'x <- read_dta("{file}")'),
    "xpt": ("haven", 'x <- read_xpt("{file}")'),
    "sas7bdat": ("haven", 'x <- read_sas("{file}")'),
    "xlsx": ("readxl", 'x <- read_excel("{file}")'),
}
PYTHON_READERS = {
    "csv": 'x = polars.read_csv("{file}")',
    "parquet": 'x = polars.read_parquet("{file}")',
    "feather": 'x = polars.read_ipc("{file}")',
    "xlsx": 'x = polars.read_excel("{file}", engine="openpyxl")',
}


def tables(folder, rows):
    """The same table in each format; a workbook has a tenth of the rows."""
    import numpy
    import polars

    chance = numpy.random.default_rng(1)
    columns = {
        "time": chance.integers(1, 4000, rows),
        "dead": chance.integers(0, 2, rows),
        "arm": chance.choice(["Observation", "Levamisole", "Levamisole and fluorouracil"], rows),
        **{f"x{place}": numpy.round(chance.normal(size=rows), 6) for place in range(1, 11)},
    }
    frame = polars.DataFrame(columns)
    frame.write_csv(folder / "t.csv")
    frame.write_parquet(folder / "t.parquet", compression="snappy")
    frame.write_ipc(folder / "t.feather", compression="lz4")
    workbook(folder / "t.xlsx", frame.head(max(rows // 10, 1)))
    convert = 'library(haven); x <- data.table::fread("{0}/t.csv", data.table = FALSE); '
    convert += 'write_sav(x, "{0}/t.sav"); write_sav(x, "{0}/t.zsav", compress = "zsav"); '
    convert += 'write_dta(x, "{0}/t.dta"); write_xpt(x, "{0}/t.xpt", version = 5); '
    convert += 'suppressWarnings(write_sas(x, "{0}/t.sas7bdat"))'
    subprocess.run(["Rscript", "-e", convert.format(folder)], check=True)


def workbook(path, frame):
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("data")
    sheet.append(frame.columns)
    for row in frame.iter_rows():
        sheet.append(row)
    book.save(path)


def measured(command):
    """Seconds on the clock and megabytes at the most of one process."""
    # A process of its own waits for the other, so that its children's peak is that of the one command.
    code = (
        "import resource, subprocess, sys, time\n"
        "start = time.perf_counter()\n"
        "done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)\n"
        "spent = time.perf_counter() - start\n"
        "if done.returncode: sys.exit(done.stderr.decode())\n"
        "print(spent, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, *command], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}: {done.stderr}")
    return tuple(map(float, done.stdout.split()))


def commands(riskset, kind, file):
    """What reads a file of this kind: name, command, and the command that only starts."""
    found = [("riskset", [riskset, "km", file, "Surv(time, dead) ~ 1", "--quiet"], None)]
    if kind in R_READERS:
        package, read = R_READERS[kind]
        start = f"suppressMessages(library({package}))"
        call = start + "; " + read.format(file=file)
        found.append((f"R {package}", ["Rscript", "-e", call], ["Rscript", "-e", start]))
    if kind in PYTHON_READERS:
        start = "import polars"
        call = start + "\n" + PYTHON_READERS[kind].format(file=file)
        found.append(("polars", [sys.executable, "-c", call], [sys.executable, "-c", start]))
    return found


def main():
    options = argparse.ArgumentParser()
    options.add_argument("riskset")
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--repeat", type=int, default=3)
    options = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        tables(folder, options.rows)
        print("| format | rows | MB | reader | s | peak MB | riskset is faster by |")
        print("| --- | ---: | ---: | --- | ---: | ---: | ---: |")
        for kind in ["csv", "xlsx", "sav", "zsav", "dta", "xpt", "sas7bdat", "parquet", "feather"]:
            file = folder / f"t.{kind}"
            size = file.stat().st_size / 1e6
            rows = options.rows // 10 if kind == "xlsx" else options.rows
            ours = None
            for name, read, start in commands(options.riskset, kind, file):
                runs = [measured(list(map(str, read))) for _ in range(options.repeat)]
                spent = statistics.median(run[0] for run in runs)
                if start:
                    spent -= statistics.median(measured(start)[0] for _ in range(options.repeat))
                ours = ours or spent
                ratio = "" if name == "riskset" else f"{spent / ours:.1f}"
                peak = max(run[1] for run in runs)
                print(f"| {kind} | {rows} | {size:.0f} | {name} | {spent:.2f} | {peak:.0f} | {ratio} |")


if __name__ == "__main__":
    main()
