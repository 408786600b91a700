"""The tables of docs/benchmarks.md, from what run.py measured."""

WORKLOADS = {
    # name: (what it is, its size as a part of the rows, the least ratio to R that is wanted)
    "km": ("Kaplan-Meier, 3 groups, standard errors and intervals", 1, 25),
    "logrank": ("log-rank test, 3 groups", 1, 25),
    "cox": ("Cox, Efron, 10 covariates: `coxph()`", 1, 20),
    "cox-solver": ("the same: `coxph.fit()`, R's solver alone", 1, None),
    "cox-all": ("the same, with concordance and martingale residuals: `coxph()`", 1, None),
    "cox-wide": ("Cox, Efron, 50 covariates", 10, 10),
    "cox-counting": ("Cox, (start, stop], 10 covariates", 1, 15),
    "concordance": ("concordance with standard error", 1, 20),
    "zph": ("test of proportional hazards, 10 covariates", 10, 10),
    "incidence": ("cumulative incidence, 2 causes, 3 groups: `cuminc()`", 1, 20),
    "incidence-few": ("the same: `survfit()`", 100, None),
}
PEERS = ["survival (Rust)", "lifelines", "sksurv"]

WHOLE = {
    "km-csv": ("`km`, 13 columns", 8),
    "cox-csv": ("`cox` with 10 covariates, 13 columns", 10),
    "start": ("`km @lung`", None),
    "km-large": ("`km`, 3 columns, ten times the rows", None),
}

# Bytes a row that a phase cannot but move, and passes of a radix sort that it makes: what the
# machine's limits are applied to.
FLOORS = {
    "response: check, copy, sort, merge near ties": (2 * 9 + 8 + 4, 3),
    "Kaplan-Meier: risk sets and product": (8 + 1 + 4 + 4 + 6 * 8, 0),
    "Kaplan-Meier: standard errors": (16 + 16, 0),
    "Kaplan-Meier: intervals": (16 + 24, 0),
    "log-rank: sums": (8 + 1 + 4 + 4, 0),
    "concordance: ranks, tree, influence": (8 + 8 + 1 + 4, 3),
    "cumulative incidence: estimates and standard errors": (8 + 4 + 4 + 4 + 8 * 8, 0),
    "design: check": (80, 0),
    "start: scaling, ordering, moments at 0 and one step": (4 * 80, 0),
    "each further step": (80 + 8 + 8, 0),
    "response: check, copy, sort twice, merge near ties": (2 * 17 + 16 + 8, 6),
}


def median(values):
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def document(results):
    """Everything between the marks."""
    parts = [
        setting(results),
        "### In one process, data in memory",
        in_process(results),
        "### Processor time and peak memory",
        memory(results),
        "### Agreement",
        agreement(results),
        "### Whole processes, from a file to what is printed",
        whole(results),
        "### Where riskset's time goes",
        limits(results),
        phases(results),
        "### How time grows with rows",
        growth(results),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def setting(results):
    machine, rows = results["machine"], results["rows"]
    lines = [
        f"{machine.get('processor', 'an unnamed processor')}, {machine['cores']} cores, "
        f"{machine.get('memory_gib', '?')} GiB, {machine['system']}; {rows:,} rows; load average "
        f"{results['load_before'][0]:.1f} before the run and {results['load_after'][0]:.1f} after.",
        "",
        "Versions: " + "; ".join(f"{name} {text}" for name, text in results["versions"].items()) + ".",
    ]
    for name, reason in results["skipped"].items():
        lines.append(f"Skipped: {name} ({reason}).")
    return "\n".join(lines)


def rows_of(header, body):
    rule = "|".join(["---"] + ["---:"] * (len(header) - 1))
    return "\n".join(["| " + " | ".join(header) + " |", f"|{rule}|"] + ["| " + " | ".join(row) + " |" for row in body])


def seconds(value):
    if value is None:
        return "-"
    return f"{value:.3g}" if value < 100 else f"{value:.0f}"


def times(ratio):
    return f"{ratio:.1f}" if ratio < 10 else f"{ratio:.0f}"


def ratio_cell(measured, own, key="median"):
    """How many times riskset's time a program takes."""
    if measured is None:
        return "-"
    if "problem" in measured:
        return measured["problem"].replace("|", "/")
    if not measured.get(key) or not own.get(key):
        return "-"
    few = "" if measured["runs"] >= 5 else f" ({measured['runs']} run{'s' * (measured['runs'] > 1)})"
    return times(measured[key] / own[key]) + few


def verdict(measured, own, target):
    if target is None:
        return "-"
    reached = measured and "median" in measured and measured["median"] / own["median"] >= target
    return f"{target}, {'met' if reached else 'missed'}"


def in_process(results):
    header = ["workload", "rows", "riskset, s", "R, s", "R / riskset", "wanted"]
    header += [f"{name} / riskset" for name in PEERS]
    body = []
    for name, found in results["in_process"].items():
        text, part, target = WORKLOADS[name]
        own, reference = found["riskset"], found.get("R")
        if "problem" in own:
            body.append([text, "-", own["problem"]] + ["-"] * (len(header) - 3))
            continue
        body.append(
            [text, f"{results['rows'] // part:,}", seconds(own["median"])]
            + [seconds(reference.get("median") if reference else None)]
            + [ratio_cell(reference, own), verdict(reference, own, target) if reference else "-"]
            + [ratio_cell(found.get(peer), own) for peer in PEERS]
        )
    note = (
        "Medians of five (fewer are marked), wall clock; `-` where a program has not the method or was "
        "skipped, `more than ... s` where it had no answer by then."
    )
    return rows_of(header, body) + "\n\n" + note


def megabytes(measured):
    return f"{measured['peak'] / 1e6:.0f}" if measured and "peak" in measured else "-"


def memory(results):
    programs = ["riskset", "R", *PEERS]
    header = ["workload"] + [f"{name}, s" for name in programs] + [f"{name}, MB" for name in programs]
    body = []
    for name, found in results["in_process"].items():
        of = [found.get(program) or {} for program in programs]
        body.append([f"`{name}`"] + [seconds(m.get("processor")) for m in of] + [megabytes(m) for m in of])
    note = "Processor seconds (all threads) of one measurement; the peak is of the whole process, data included."
    return rows_of(header, body) + "\n\n" + note


def agreement(results):
    programs = ["R", *PEERS]
    body = []
    for name, found in results["in_process"].items():
        cells = [(found.get(program) or {}).get("difference") for program in programs]
        body.append([f"`{name}`"] + ["-" if cell is None else f"{cell:.0e}" for cell in cells])
    note = "The largest relative difference from riskset over everything that both report."
    return rows_of(["workload", *programs], body) + "\n\n" + note


def whole(results):
    if not results["whole"]:
        return "Not measured: `RISKSET_BIN` was not set."
    body = []
    for name, (text, target) in WHOLE.items():
        found = results["whole"].get(name)
        if not found:
            continue
        own, reference = found["riskset"], found["R"]
        if "problem" in own:
            body.append([text, own["problem"], "-", "-", "-", "-", "-"])
            continue
        row = [text, seconds(own["median"]), seconds(reference.get("median"))]
        row += [ratio_cell(reference, own), verdict(reference, own, target)]
        body.append([*row, megabytes(own), megabytes(reference)])
    header = ["command", "riskset, s", "Rscript, s", "R / riskset", "wanted", "riskset, MB", "Rscript, MB"]
    return "\n\n".join([rows_of(header, body), *whole_targets(results)])


def whole_targets(results):
    """The targets that are not ratios to R, each with what was found."""
    found, sentences = results["whole"], []
    start = found.get("start", {}).get("riskset", {}).get("median")
    if start is not None:
        word = "met" if start < 0.030 else "missed"
        sentences.append(f"Start-up: {start * 1000:.1f} ms, wanted below 30 ms ({word}).")
    curve, parse = found.get("km-csv", {}).get("riskset", {}).get("median"), found.get("parse")
    if curve and parse:
        word = "met" if curve / parse <= 1.6 else "missed"
        sentences.append(
            f"`km` takes {curve / parse:.2f} times what parsing its columns alone takes "
            f"({parse:.3f} s), wanted at most 1.6 ({word})."
        )
    peak = found.get("km-large", {}).get("riskset", {}).get("peak")
    if peak:
        used = results["rows"] * 10 * 3 * 8
        word = "met" if peak <= 3 * used else "missed"
        sentences.append(
            f"`km` on {results['rows'] * 10:,} rows peaks at {peak / 1e6:.0f} MB, {peak / used:.1f} times the "
            f"{used / 1e6:.0f} MB of its three columns as 64-bit numbers, wanted at most 3 ({word})."
        )
    return sentences


def limits(results):
    found = results["limits"]
    if not found:
        return ""
    return (
        f"This machine reads {found['read_bytes_per_second'] / 1e9:.1f} GB/s with one thread and "
        f"{found['read_bytes_per_second_two_threads'] / 1e9:.1f} GB/s with two, sorts "
        f"{found['sort_unstable_keys_per_second'] / 1e6:.0f} million 64-bit keys a second "
        f"(`sort_unstable`), and puts {found['radix_pass_keys_per_second'] / 1e6:.0f} million a second "
        "through one radix pass of eleven bits."
    )


def phases(results):
    body, found = [], results["limits"]
    for name, measured in results["phases"].items():
        for phase, value in (measured or {}).items():
            if phase == "steps":
                body.append([f"{name}: Newton steps", str(value), "-", "-"])
                continue
            floor = floor_of(phase, results["rows"], found)
            times_floor = "-" if floor is None else times(value / floor)
            body.append([f"{name}: {phase}", f"{value * 1000:.1f}", "-" if floor is None else f"{floor * 1000:.1f}", times_floor])
    header = ["phase", "ms", "floor, ms", "times the floor"]
    note = (
        "The floor is what the bytes that a phase must move, and the radix passes that it makes, take at "
        "the limits above with one thread; arithmetic and gathers in time order are not in it."
    )
    return rows_of(header, body) + "\n\n" + note


def floor_of(phase, rows, limits):
    if phase not in FLOORS or not limits:
        return None
    moved, passes = FLOORS[phase]
    return rows * (moved / limits["read_bytes_per_second"] + passes / limits["radix_pass_keys_per_second"])


def growth(results):
    body = [
        [f"{point['rows']:,}", seconds(point["seconds"]), f"{point['nanoseconds_per_row_log_row']:.2f}"]
        for point in results["growth"] or []
    ]
    return rows_of(["rows", "Kaplan-Meier by group, s", "ns / (n log2 n)"], body)
