"""Data of every package: one answer, whoever hands the table over."""

import datetime

import duckdb
import numpy
import pandas
import polars
import pyarrow
import pytest
import riskset as rs
from conftest import LUNG

EXPECTED = rs.km("@lung", LUNG).to_dict()


def groups(data, formula=LUNG, **fields):
    return rs.km(data, formula, **fields).to_dict()["groups"]


def lung():
    return rs.load("@lung").to_polars()


@pytest.mark.parametrize("made", [
    lambda frame: frame,
    lambda frame: frame.to_arrow(),
    lambda frame: frame.to_pandas(),
    lambda frame: frame.to_pandas(use_pyarrow_extension_array=True),
    lambda frame: frame.to_arrow().to_reader(),
    lambda frame: duckdb.sql("select * from frame"),
    lambda frame: frame.to_dict(as_series=False),
    lambda frame: {name: frame[name].to_numpy() for name in ("time", "status", "sex")},
    lambda frame: rs.load("@lung"),
], ids=["polars", "pyarrow", "pandas", "pandas-arrow", "reader", "duckdb", "lists", "numpy", "table"])
def test_every_package_gives_one_answer(made):
    assert groups(made(lung())) == EXPECTED["groups"]


def test_a_frame_that_only_speaks_the_interchange_protocol():
    class Old:
        def __init__(self, frame):
            self.frame = frame

        def __dataframe__(self, *given, **named):
            return self.frame.__dataframe__(*given, **named)

    assert groups(Old(lung().to_pandas())) == EXPECTED["groups"]


NUMBERS = [polars.Int8, polars.Int16, polars.Int32, polars.Int64, polars.UInt8, polars.UInt16,
           polars.UInt32, polars.UInt64, polars.Float32, polars.Float64]


@pytest.mark.parametrize("kind", NUMBERS, ids=str)
def test_every_kind_of_number(kind):
    frame = lung().with_columns(polars.col("sex", "status").cast(kind))
    assert groups(frame) == EXPECTED["groups"]


def test_decimals_of_a_data_base():
    query = "select time::decimal(18, 3) as time, status::hugeint as status, sex from frame"
    frame = lung()
    assert groups(duckdb.sql(query)) == EXPECTED["groups"]
    assert frame.height == 228


def test_whole_numbers_too_long_to_be_exact_are_identifiers():
    ids = [2**60 + at for at in range(4)]
    frame = polars.DataFrame({"time": [1, 2, 3, 4], "dead": [True] * 4, "id": ids})
    labels = [group["label"] for group in groups(frame, "Surv(time, dead) ~ id")]
    assert labels == [f"id={number}" for number in ids]


MISSING = {"time": [1.0, 2.0, None, 4.0], "dead": [True, False, True, True]}


@pytest.mark.parametrize("frame", [
    polars.DataFrame(MISSING),
    polars.DataFrame({**MISSING, "time": [1.0, 2.0, float("nan"), 4.0]}),
    pandas.DataFrame(MISSING),
    pyarrow.table(MISSING),
    MISSING,
], ids=["null", "nan", "pandas", "pyarrow", "lists"])
def test_what_is_missing_is_left_out_and_counted(frame):
    result = rs.km(frame, "Surv(time, dead) ~ 1")
    assert (result.n, result.n_missing) == (3, 1)


def test_an_empty_text_is_missing():
    frame = polars.DataFrame({"time": [1, 2, 3], "dead": [True] * 3, "arm": ["a", " ", ""]})
    result = rs.km(frame, "Surv(time, dead) ~ arm")
    assert (result.n, result.n_missing) == (1, 2)


ARMS = ["mid", "low", "high", "low"]
ORDER = ["low", "mid", "high"]
ROWS = {"time": [1, 2, 3, 4], "dead": [True] * 4}


@pytest.mark.parametrize("arm", [
    lambda: polars.DataFrame({**ROWS, "arm": polars.Series(ARMS, dtype=polars.Enum(ORDER))}),
    lambda: pandas.DataFrame({**ROWS, "arm": pandas.Categorical(ARMS, ORDER)}),
    lambda: pandas.DataFrame({**ROWS, "arm": pandas.Categorical(ARMS, ORDER, ordered=True)}),
], ids=["polars", "pandas", "ordered"])
def test_categories_keep_their_order(arm):
    labels = [group["label"] for group in groups(arm(), "Surv(time, dead) ~ arm")]
    assert labels == ["arm=low", "arm=mid", "arm=high"]


def test_chunks_have_categories_of_their_own():
    first = pyarrow.DictionaryArray.from_arrays(pyarrow.array([1, None, 0], "int8"), ["low", "mid"])
    second = pyarrow.DictionaryArray.from_arrays(pyarrow.array([0, 1, 0], "int8"), ["high", "low"])
    arms = pyarrow.chunked_array([first, second])
    table = pyarrow.table({"time": [1, 2, 3, 4, 5, 6], "dead": [True] * 6, "arm": arms})
    result = rs.km(table, "Surv(time, dead) ~ arm")
    assert [(group["label"], group["n"]) for group in result.groups] == [
        ("arm=low", 2), ("arm=mid", 1), ("arm=high", 2)]
    assert result.n_missing == 1


def test_the_order_of_appearance_is_none():
    arm = polars.Series(ARMS, dtype=polars.Categorical)
    labels = [g["label"] for g in groups(polars.DataFrame({**ROWS, "arm": arm}), "Surv(time, dead) ~ arm")]
    assert labels == ["arm=high", "arm=low", "arm=mid"]


def test_numbers_as_categories_are_categories():
    frame = pandas.DataFrame({**ROWS, "dose": pandas.Categorical([10, 2, 2, 10], [10, 2])})
    labels = [group["label"] for group in groups(frame, "Surv(time, dead) ~ dose")]
    assert labels == ["dose=10", "dose=2"]


DAYS = [datetime.date(2020, 1, 1), datetime.date(2020, 3, 1), None]


@pytest.mark.parametrize("frame", [
    polars.DataFrame({"start": [datetime.date(2020, 1, 1)] * 3, "end": DAYS}),
    pandas.DataFrame({"start": pandas.to_datetime(["2020-01-01"] * 3),
                      "end": pandas.to_datetime(["2020-01-01", "2020-03-01", None])}),
    {"start": [datetime.date(2020, 1, 1)] * 3, "end": DAYS},
], ids=["polars", "pandas", "lists"])
def test_dates_are_dates(frame):
    texts = rs.Table.of_stream(frame).to_dict()["end"]
    assert [text and text[:10] for text in texts] == ["2020-01-01", "2020-03-01", None]


def test_times_of_a_zone_are_refused_where_they_are_used():
    times = pandas.date_range("2020-01-01", periods=4, tz="Europe/Berlin")
    frame = pandas.DataFrame({**ROWS, "when": times})
    assert rs.km(frame, "Surv(time, dead) ~ 1").n == 4
    with pytest.raises(rs.AnalysisError, match="Europe/Berlin"):
        rs.km(frame, "Surv(time, dead) ~ when")


def test_a_bad_column_keeps_no_other_from_being_used():
    frame = pandas.DataFrame({**ROWS, "mixed": [1, "a", None, {}]})
    assert rs.km(frame, "Surv(time, dead) ~ 1").n == 4
    with pytest.raises(rs.AnalysisError, match="mixed.*several kinds"):
        rs.km(frame, "Surv(time, dead) ~ mixed")
    lists = polars.DataFrame({**ROWS, "lists": [[1], [2], [3], [4]]})
    assert rs.km(lists, "Surv(time, dead) ~ 1").n == 4
    with pytest.raises(rs.AnalysisError, match="lists"):
        rs.km(lists, "Surv(time, dead) ~ lists")


def test_two_columns_of_one_name_are_refused_where_they_are_used():
    frame = pandas.DataFrame([[1, True, 2], [2, False, 3]], columns=["time", "dead", "dead"])
    with pytest.raises(rs.AnalysisError, match="dead"):
        rs.km(frame, "Surv(time, dead) ~ 1")
    other = pandas.DataFrame([[1, True, 2, 3]] * 2, columns=["time", "dead", "x", "x"])
    assert rs.km(other, "Surv(time, dead) ~ 1").n == 2


def test_an_empty_frame_is_refused():
    with pytest.raises(rs.AnalysisError, match="no rows|data frame"):
        rs.km(polars.DataFrame({"time": [], "dead": []}), "Surv(time, dead) ~ 1")
    with pytest.raises(rs.RisksetError):
        rs.km(pandas.DataFrame({"time": [], "dead": []}), "Surv(time, dead) ~ 1")


def test_a_closed_connection_says_so():
    connection = duckdb.connect()
    relation = connection.sql("select 1 as time, true as dead")
    connection.close()
    with pytest.raises(Exception, match="(?i)connection"):
        rs.km(relation, "Surv(time, dead) ~ 1")


def test_what_is_no_table_is_refused():
    with pytest.raises(rs.RisksetError):
        rs.km(3, "Surv(time, dead) ~ 1")
    with pytest.raises(rs.RequestError, match="takes no table"):
        rs.km(lung(), LUNG, weights=lung())
    with pytest.raises(rs.RequestError, match="data frame"):
        rs.power.logrank(hazard_ratio=lung())


def test_columns_of_different_lengths_are_refused():
    with pytest.raises(ValueError, match="dead.*3 values"):
        rs.km({"time": [1, 2], "dead": [True, False, True]}, "Surv(time, dead) ~ 1")


def test_a_further_table_is_handed_over_as_well():
    new = polars.DataFrame({"age": [50.0, 70.0], "sex": [1, 2]})
    result = rs.cox(lung(), "Surv(time, status == 2) ~ age + sex", predict=new, times=[365.0])
    assert [row.row for row in result.predictions] == [1, 2]
    assert result.predictions[0].linear_predictor > result.predictions[1].linear_predictor


def test_the_frame_is_not_changed():
    frame = pandas.DataFrame({**ROWS, "x": [1.0, numpy.nan, 3.0, 4.0]})
    before = frame.copy()
    with pytest.warns(rs.RisksetWarning):
        rs.cox(frame, "Surv(time, dead) ~ x")
    pandas.testing.assert_frame_equal(frame, before)


def test_ten_million_rows():
    n = 10_000_000
    random = numpy.random.default_rng(3)
    frame = polars.DataFrame({"time": random.integers(1, 1000, n), "dead": random.random(n) < 0.5})
    result = rs.km(frame, "Surv(time, dead) ~ 1", times=[500.0])
    assert result.n == n
    exact = frame.group_by("time").agg(polars.len(), polars.col("dead").sum()).sort("time")
    at_risk = n - numpy.concatenate([[0], exact["len"].cum_sum().to_numpy()[:-1]])
    survival = numpy.prod((1 - exact["dead"].to_numpy() / at_risk)[exact["time"].to_numpy() <= 500])
    assert result.groups[0].at_times[0].survival == pytest.approx(survival, rel=1e-12)
