"""A table of many people is counted where it lies, and the counts are analysed.

    python counts.py [PEOPLE] [FOLDER]

makes a Parquet file of that many people (100 million unless told otherwise), counts them with DuckDB
and writes `counts.csv` for the program `riskset`. Needs `pip install duckdb`. What it prints is the
time and the memory that each step took.
"""

import resource
import sys
import time
from pathlib import Path

import duckdb

PEOPLE = int(float(sys.argv[1])) if len(sys.argv) > 1 else 100_000_000
FOLDER = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(".")
PARQUET, CSV = FOLDER / "people.parquet", FOLDER / "counts.csv"


def step(what, query):
    """Runs a query, and says what it took."""
    begin = time.monotonic()
    duckdb.sql(query)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{what}: {time.monotonic() - begin:.1f} s, at most {peak:.0f} MB of memory so far")


# Exponential times with a yearly hazard of 0.10 and 0.08, followed for up to ten years from an entry
# within the last ten; hashes stand for random numbers, so that every run makes the same people.
step(
    f"make {PEOPLE:,} people",
    f"""
    COPY (
        SELECT arm, greatest(1, ceil(least(failed, followed))) AS time, failed <= followed AS event
        FROM (
            SELECT
                CASE WHEN person % 2 = 0 THEN 'A' ELSE 'B' END AS arm,
                -ln((hash(person) % 1000003 + 1) / 1000004.0) * 365.25
                    / CASE WHEN person % 2 = 0 THEN 0.10 ELSE 0.08 END AS failed,
                (hash(person + {PEOPLE}) % 1000003 + 1) / 1000004.0 * 3652.5 AS followed
            FROM range({PEOPLE}) AS people(person)
        )
    ) TO '{PARQUET}' (FORMAT parquet)
    """,
)
print(f"the file has {PARQUET.stat().st_size / 1e6:.0f} MB")
step(
    "count them",
    f"""
    COPY (
        SELECT time, arm, sum(event::INT) AS events, count(*) AS n
        FROM '{PARQUET}'
        GROUP BY time, arm
        ORDER BY time, arm
    ) TO '{CSV}' (HEADER)
    """,
)
print(f"{CSV} has {sum(1 for _ in open(CSV)) - 1} rows")
