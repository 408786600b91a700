"""The module: every kind of request, results, refusals, doubts, figures."""

import json
import pickle
import subprocess
import sys
import threading
import time
import warnings

import polars
import pytest
import riskset as rs
from conftest import LUNG


def km(**fields):
    return rs.km("@lung", LUNG, **fields)


def test_every_kind_of_request_is_a_function(root):
    stored = json.loads((root / "docs/requests/request.schema.json").read_text())
    names = [variant["properties"]["analysis"]["const"] for variant in stored["oneOf"]]
    assert names == list(rs.kinds())
    for name in names:
        function = getattr(rs, name.replace("-", "_"))
        assert isinstance(function, rs.Analysis) and len(function.__doc__) > 100
        group, _, rest = name.partition("-")
        if group in ("plot", "power"):
            assert getattr(getattr(rs, group), rest.replace("-", "_")) is function


def test_the_stubs_name_every_kind_and_field():
    import ast
    from pathlib import Path

    tree = ast.parse(Path(rs.__file__).with_name("__init__.pyi").read_text())
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    for name in rs.kinds():
        arguments = functions[name.replace("-", "_")].args
        named = {argument.arg for argument in arguments.args + arguments.kwonlyargs}
        import inspect

        function = getattr(rs, name.replace("-", "_"))
        assert named == set(inspect.signature(function).parameters)


def test_a_field_that_is_a_word_of_python_has_a_line_at_its_end():
    visits = polars.DataFrame({"patient": [1, 1, 2], "day": [5.0, 9.0, 3.0], "crp": [1.0, 2.0, 3.0]})
    rows = {"patient": [1, 2], "time": [20.0, 30.0], "dead": [1, 0]}
    told = rs.split(rows, "Surv(time, dead) ~ 1", id="patient", with_=visits, with_time="day",
                    measures=["crp"])
    assert told.request["with"] is not None
    with pytest.raises(rs.RequestError):
        rs.split(rows, "Surv(time, dead) ~ 1", id="patient", without_=visits)


def test_a_curve_as_fields_rows_line_and_texts():
    result = km(times=[180, 365])
    first = result.groups[0]
    assert (first.label, first.median.estimate) == ("sex=1", 270)
    assert first["median"]["lower"] == result.to_dict()["groups"][0]["median"]["lower"]
    assert first.at_times[0].time == 180
    with pytest.raises(AttributeError, match="there are label"):
        first.labell
    assert "sex=1" in result.text() and repr(result) == result.text()
    assert "<table" in result._repr_html_()
    assert result.markdown().count("|") > 10 and "\\begin" in result.latex()
    line = result.glance()
    assert line["n"] == 228 and line["n_missing"] == 0
    assert 0.001 < line["logrank_p_value"] < 0.002
    assert result.request["conf_level"] == 0.95


def test_the_defaults_of_another_program_are_taken_and_said():
    sas = km(match="sas")
    assert sas.request["conf_type"] == "log-log" and sas.match.software == "sas"
    assert [one.option for one in sas.match.moved] == ["conf_type", "flat"]
    by_hand = km(conf_type="log-log", flat="ended")
    assert sas.to_dict()["groups"] == by_hand.to_dict()["groups"]
    kept = km(match="sas", conf_type="log").match.kept
    assert [one.option for one in kept] == ["conf_type"]
    with pytest.raises(rs.RequestError, match="lifelines"):
        km(match="sass")


def test_rows_in_every_package():
    import pandas
    import polars
    import pyarrow

    result = rs.cox("@lung", "Surv(time, status == 2) ~ age + sex")
    frame = result.to_polars()
    assert isinstance(frame, polars.DataFrame) and frame.height == 2
    assert frame["term"].to_list() == ["age", "sex"]
    ratio = result.coefficients[1].hazard_ratio.estimate
    assert frame["hazard_ratio_estimate"][1] == ratio
    assert isinstance(result.to_pandas(), pandas.DataFrame)
    assert result.to_pandas()["hazard_ratio_estimate"][1] == ratio
    assert pyarrow.table(result).num_rows == 2
    assert result.tidy().to_dict()["term"] == ["age", "sex"]
    curve = km().to_polars("groups.curve")
    assert curve["label"].unique().sort().to_list() == ["sex=1", "sex=2"]
    assert curve["time"].dtype == polars.Float64 and curve.height > 200
    with pytest.raises(KeyError, match="groups.curve"):
        km().tidy("curve")


def test_values_per_patient():
    result = rs.cox("@lung", "Surv(time, status == 2) ~ age", residuals=["martingale", "deviance"])
    rows = result.augment().to_polars()
    assert rows.columns == ["martingale", "deviance"] and rows.height == 228
    assert abs(rows["martingale"].sum()) < 1e-8
    with pytest.raises(rs.RequestError, match="no value per patient"):
        km().augment()


def test_a_result_survives_pickling():
    result = km()
    again = pickle.loads(pickle.dumps(result))
    assert again.to_dict() == result.to_dict()
    assert (again.text(), again._repr_html_()) == (result.text(), result._repr_html_())
    assert again.to_polars().equals(result.to_polars())
    assert again.plot().svg() == result.plot().svg()
    assert pickle.loads(pickle.dumps(rs.km))("@lung", LUNG).n == 228


def test_the_fields_are_those_of_the_json_in_its_order():
    asked = [
        km(times=[180, 5000], rmst=300, explain=True),
        rs.cox("@lung", "Surv(time, status == 2) ~ age + sex", zph="km", residuals=["martingale"]),
        rs.cif("@mgus2", "Surv(etime, event) ~ sex", cause="pcm", censor="censor", gray=True),
        rs.look("@dream"),
        rs.power.logrank(hazard_ratio=0.7, power=0.8),
    ]
    for result in asked:
        document = json.loads(result.json())
        assert result._fields() == document
        assert json.dumps(result._fields()) == json.dumps(document)
        assert isinstance(result._fields(), rs.Fields)


def test_methods_say_what_was_done_and_cite_it():
    result = rs.cox("@lung", "Surv(time, status == 2) ~ age + ph.ecog", zph="km")
    text = result.methods()
    assert text.startswith("Rows that miss a value used were left out (1); no value was imputed.\n\n")
    assert "Hazard ratios are from a Cox model [1] with age, ph.ecog and Efron's method" in text
    assert "score test of Grambsch and Therneau over time transformed by km. [3]" in text
    assert f"Analyses were done with riskset {rs.__version__}." in text
    assert "\n1. Cox DR. Regression models and life-tables." in text
    assert pickle.loads(pickle.dumps(result)).methods() == text
    # A comparison of groups has the sentences of a study's Methods.
    assert "Brookmeyer and Crowley" in rs.compare("@lung", LUNG).methods()


def test_wrong_fields_are_refused_with_the_nearest():
    with pytest.raises(rs.RequestError, match="nearest is `times`") as caught:
        km(tims=[1])
    assert caught.value.why == "request"
    assert caught.value.where == f"riskset.km(@lung, {LUNG})"
    with pytest.raises(rs.RequestError, match="log-log"):
        km(conf_type="logg")
    with pytest.raises(TypeError, match="data, formula"):
        rs.km("@lung", LUNG, 0.9)
    with pytest.raises(TypeError, match="formula twice"):
        rs.km("@lung", LUNG, formula=LUNG)
    with pytest.raises(AttributeError, match="nearest is 'logrank'"):
        rs.logrnk
    with pytest.raises(ValueError, match="no number"):
        km(times=[float("nan")])
    with pytest.raises(TypeError, match="cannot be a field"):
        km(times=object())


def test_what_the_data_forbid_says_what_where_and_what_to_do():
    with pytest.raises(rs.AnalysisError, match="sexx") as caught:
        rs.km("@lung", "Surv(time, status == 2) ~ sexx")
    assert "sex" in str(caught.value)
    with pytest.raises(rs.AnalysisError) as caught:
        rs.km("@lung", "Surv(time, status) ~ 1")
    assert caught.value.what and "status" in str(caught.value)
    again = pickle.loads(pickle.dumps(caught.value))
    assert str(again) == str(caught.value)
    with pytest.raises(rs.RisksetError, match="no_such_file"):
        rs.km("no_such_file.csv", LUNG)


def test_a_remedy_is_worded_for_python():
    with pytest.raises(rs.RisksetError) as caught:
        rs.plot.km("@lung", LUNG, per=30.4375)
    assert caught.value.remedy == 'say unit="months"'


def test_doubts_are_python_warnings():
    data = {"time": [1, 2, 3, 4], "dead": [True, True, False, False], "x": [9, 8, 1, 2]}
    with pytest.warns(rs.RisksetWarning) as caught:
        result = rs.cox(data, "Surv(time, dead) ~ x")
    codes = {warning.message.code for warning in caught}
    assert "infinite_coefficient" in codes
    assert codes == {warning["code"] for warning in result.warnings}
    assert any("firth=..." in str(warning.message) for warning in caught)
    # The caller's line is the one that is named.
    assert caught[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        km()


def test_a_figure_shows_itself_and_is_saved(tmp_path):
    figure = km().plot(unit="months", per=30.4375)
    assert figure._repr_svg_().startswith("<") and "</svg>" in figure.svg()
    assert figure._repr_mimebundle_()["image/svg+xml"] == figure.svg()
    starts = {"svg": b"<", "pdf": b"%PDF", "png": b"\x89PNG", "tiff": b"II"}
    for kind, start in starts.items():
        file = tmp_path / f"f.{kind}"
        figure.save(file, dpi=72)
        assert file.read_bytes().startswith(start)
    with pytest.raises(rs.RisksetError, match="eps"):
        figure.save(tmp_path / "f.eps")
    assert not (tmp_path / "f.eps").exists()
    assert "95%" in figure.caption
    assert {finding["status"] for finding in figure.lint()}
    curves = figure.data()["curves"].to_polars()
    assert curves.height > 100
    assert figure.request["unit"] == "months"
    assert pickle.loads(pickle.dumps(figure)).svg() == figure.svg()


def test_a_result_draws_the_data_it_was_asked_of():
    frame = rs.load("@lung").to_polars()
    drawn = rs.km(frame, LUNG).plot()
    assert "</svg>" in drawn.svg() and drawn.request["formula"] == LUNG
    forest = rs.cox(frame, "Surv(time, status == 2) ~ age + sex").plot()
    assert forest.request["analysis"] == "plot-forest"
    assert rs.km(frame, LUNG).plot("cumhaz").request["analysis"] == "plot-cumhaz"
    stored = pickle.loads(pickle.dumps(rs.km(frame, LUNG)))
    with pytest.raises(rs.RequestError, match="does not hold its data"):
        stored.plot()
    assert stored.plot(data=frame).svg() == drawn.svg()


def test_the_command_is_the_same_program():
    answer = rs.command("km", "@lung", LUNG, "--format", "json")
    assert json.loads(answer) == km().to_dict()
    with pytest.raises(rs.RequestError, match="--tims"):
        rs.command("km", "@lung", LUNG, "--tims", "3")
    with pytest.raises(rs.AnalysisError):
        rs.command("km", "no_such_file.csv", LUNG)


def test_the_installed_command_answers_and_fails_as_it_should():
    run = [sys.executable, "-m", "riskset"]
    done = subprocess.run([*run, "km", "@lung", LUNG], capture_output=True, text=True)
    assert done.returncode == 0 and "sex=1" in done.stdout
    for wrong, status in ((["km"], 2), (["km", "none.csv", LUNG], 1)):
        failed = subprocess.run([*run, *wrong], capture_output=True, text=True)
        assert failed.returncode == status and failed.stderr and not failed.stdout


def test_a_study_writes_its_report(root, tmp_path):
    told = rs.study(root / "datasets/dream/study.toml", tmp_path / "report")
    assert (tmp_path / "report/report.html").exists()
    assert told["patients"] > 100 and told["figures"] > 0
    with pytest.raises(rs.RisksetError, match="report"):
        rs.study(root / "datasets/dream/study.toml", tmp_path / "report")


def test_python_is_free_while_it_computes():
    ticks, stop = [], threading.Event()

    def tick():
        while not stop.is_set():
            ticks.append(time.perf_counter())
            time.sleep(0.005)

    data = long(400_000)
    watcher = threading.Thread(target=tick)
    watcher.start()
    start = time.perf_counter()
    rs.cox(data, "Surv(time, dead) ~ x")
    seconds = time.perf_counter() - start
    stop.set()
    watcher.join()
    ticked = [at for at in ticks if start < at < start + seconds]
    assert len(ticked) > seconds / 0.1


def test_ctrl_c_is_heard(tmp_path):
    script = tmp_path / "long.py"
    script.write_text(
        "import _thread, threading, time\n"
        "import numpy, polars, riskset\n"
        "r = numpy.random.default_rng(1)\n"
        "n = 3_000_000\n"
        "data = polars.DataFrame({'time': r.exponential(size=n), 'dead': r.random(n) < .7,\n"
        "    **{f'x{i}': r.normal(size=n) for i in range(8)}})\n"
        "threading.Timer(0.3, _thread.interrupt_main).start()\n"
        "start = time.perf_counter()\n"
        "try:\n"
        "    riskset.cox(data, 'Surv(time, dead) ~ ' + ' + '.join(f'x{i}' for i in range(8)))\n"
        "except KeyboardInterrupt:\n"
        "    print('interrupted', time.perf_counter() - start)\n"
        "    import os; os._exit(0)\n"
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=300)
    word, seconds = done.stdout.split()
    assert word == "interrupted" and float(seconds) < 3, done


def long(n):
    import numpy
    import polars

    random = numpy.random.default_rng(1)
    return polars.DataFrame(
        {"time": random.exponential(size=n), "dead": random.random(n) < 0.7,
         "x": random.normal(size=n)}
    )


@pytest.mark.skipif(not hasattr(__import__("os"), "fork"), reason="no fork on this system")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_forked_process_computes():
    import multiprocessing

    rs.km("@lung", LUNG)
    with multiprocessing.get_context("fork").Pool(2) as pool:
        answers = pool.starmap(_median, [()] * 4)
    assert answers == [270] * 4


def _median():
    return rs.km("@lung", LUNG).groups[0].median.estimate


def test_importing_is_quick():
    """The processor time of an import, so that a busy machine does not decide; best of five."""
    code = "import time; s = time.process_time(); import riskset; print(time.process_time() - s)"
    seconds = [
        float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout)
        for _ in range(5)
    ]
    assert min(seconds) < 0.150, seconds


@pytest.mark.filterwarnings("ignore::riskset.RisksetWarning")
def test_ten_thousand_small_fits_leak_nothing():
    import resource
    import gc
    import polars

    frame = polars.DataFrame({"time": [5.0, 3.0, 8.0, 2.0], "dead": [True, True, False, True],
                              "x": ["a", "b", "a", "b"], "z": [1.0, 2.0, 3.0, 2.5]})

    def fits(times):
        for _ in range(times):
            rs.km(frame, "Surv(time, dead) ~ x").to_dict()
            rs.cox(frame, "Surv(time, dead) ~ z").to_polars()

    def resident():
        gc.collect()
        with open("/proc/self/statm") as statm:
            return int(statm.read().split()[1]) * resource.getpagesize()

    if not sys.platform.startswith("linux"):
        pytest.skip("the resident memory is read from /proc")
    fits(1000)
    before = resident()
    fits(4500)
    # A leak of one kilobyte a fit would be nine megabytes.
    assert resident() - before < 4e6
