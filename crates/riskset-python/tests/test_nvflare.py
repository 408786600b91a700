"""Several places on NVFLARE. These tests need NVFLARE (`pip install "nvflare==2.9.*"`), which `test.sh`
installs; with RISKSET_NVFLARE=required, as in continuous integration, they fail where it is missing instead
of being skipped. RISKSET_NVFLARE_POC=1 runs real server and client processes on loopback as well, some of
which are killed (some minutes)."""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

if os.environ.get("RISKSET_NVFLARE") == "required":
    import nvflare  # noqa: F401
else:
    pytest.importorskip("nvflare", reason="needs NVFLARE: pip install 'nvflare==2.9.*'")

from nvflare.apis.fl_constant import ReturnCode  # noqa: E402
from nvflare.apis.shareable import Shareable, make_reply  # noqa: E402
from riskset import RisksetError, federated  # noqa: E402
from riskset.federated import nvflare as engine  # noqa: E402

from test_federated import PLACES, PLAN, RULES, rows_of  # noqa: E402

ROOT = Path(os.environ.get("RISKSET_ROOT", Path(__file__).resolve().parents[3]))
EXAMPLE = ROOT / "crates/riskset-python/examples/federated/run.py"


def example(kind, folder, timeout):
    return subprocess.run(
        [sys.executable, str(EXAMPLE), kind, str(folder)], capture_output=True, text=True, timeout=timeout
    )


def test_files_without_an_engine_give_the_pooled_study(tmp_path):
    done = example("files", tmp_path, 120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "largest difference where nothing may be lost" in done.stdout


def test_the_simulator_gives_the_pooled_study(tmp_path):
    done = example("sim", tmp_path, 170)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "largest difference where nothing may be lost" in done.stdout
    logs = sorted((tmp_path / "workspace").rglob("riskset-audit.txt"))
    said = "".join(log.read_text(encoding="utf-8") for log in logs)
    assert all(f"{place}, round 1" in said for place in ("north", "south", "west")), logs


@pytest.mark.skipif(not os.environ.get("RISKSET_NVFLARE_POC"), reason="set RISKSET_NVFLARE_POC=1")
def test_processes_on_loopback_give_the_pooled_study(tmp_path):
    done = example("poc", tmp_path, 400)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


KILLED = '''
import json, os, signal, sys, threading, time
from pathlib import Path
sys.path.insert(0, {examples!r})
import run
from riskset.federated.nvflare import SurvivalRecipe

folder = Path({folder!r})
run.split(folder)
workspace = folder / "workspace"
recipe = SurvivalRecipe(
    run.HERE / "plan.toml", **run.RULES, data=str(folder / "{{site}}.csv"), timeout=20
)

def kill():
    "Kills every process of a place as soon as it has answered the first round."
    while not any("round 1" in log.read_text() for log in workspace.rglob("south/**/riskset-audit.txt")):
        time.sleep(0.02)
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                words = (entry / "cmdline").read_bytes().decode(errors="replace")
                if str(workspace) in words and "/south" in words:
                    os.kill(int(entry.name), signal.SIGKILL)
            except (OSError, ProcessLookupError):
                pass
    print("KILLED", flush=True)

env = run.proof_of_concept(workspace)
threading.Thread(target=kill, daemon=True).start()
job = recipe.execute(env)
result = job.get_result(timeout=150, clean_up=False)
print("STATUS", job.get_status(), flush=True)
print("LOGS", [str(path) for path in workspace.rglob("riskset/round-*.json")])
'''


@pytest.mark.skipif(not os.environ.get("RISKSET_NVFLARE_POC"), reason="set RISKSET_NVFLARE_POC=1")
def test_a_place_that_is_killed_on_loopback_ends_the_run(tmp_path):
    script = tmp_path / "killed.py"
    script.write_text(KILLED.format(examples=str(EXAMPLE.parent), folder=str(tmp_path)), encoding="utf-8")
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=400)
    assert "KILLED" in done.stdout, done.stdout[-2000:] + done.stderr[-3000:]
    status = [line for line in done.stdout.splitlines() if line.startswith("STATUS")]
    assert status and "COMPLETED" not in status[0], status
    documents = [json.loads(path.read_text()) for path in tmp_path.rglob("riskset/round-*.json")]
    assert all(document["another_round"] for document in documents)
    assert "cox" not in json.dumps(documents), "no model is reported"
    logs = [path.read_text(errors="replace") for path in tmp_path.rglob("workspace/log.txt")]
    assert any("no answer of south" in log for log in logs), "the run says why it ended"


class Context:
    """As much of NVFLARE's context as an executor and a controller look at."""

    def __init__(self, site="Leeds", root="."):
        self.site, self.root = site, root

    def get_identity_name(self, default=""):
        return self.site

    def get_prop(self, key, default=None):
        return {"__workspace_root__": self.root}.get(key, default)

    def get_job_id(self):
        return "job"

    def __getattr__(self, name):
        return lambda *args, **kwargs: None


class Site:
    """A place that answers as an executor does, unless a fault is asked for."""

    def __init__(self, plan, name, folder):
        self.plan, self.name, self.folder = plan, name, folder

    def answer(self, round_text, fault=None):
        executor = engine.SurvivalExecutor(self.plan.text, data="unused")
        executor.log_error = lambda *args: None
        told = {"rows": rows_of(self.name)}
        if fault == "other rows":
            told["rows"] = {name: values[:-9] for name, values in told["rows"].items()}
        task = Shareable()
        task[engine.PLAN], task[engine.ROUND] = self.plan.text, round_text
        if fault == "another plan":
            task[engine.PLAN] = self.plan.text.replace("age", "wt.loss")
        before, engine.share = engine.share, lambda plan, data, site, asked, reading: federated.share(
            plan, told["rows"], site, asked, reading
        )
        try:
            reply = executor.execute(engine.TASK, task, Context(self.name, str(self.folder)), None)
        finally:
            engine.share = before
        if fault == "another version" and engine.ANSWER in reply:
            reply[engine.ANSWER] = json.dumps({**json.loads(reply[engine.ANSWER]), "program": "0.0.1"})
        if fault == "another name" and engine.ANSWER in reply:
            reply[engine.ANSWER] = json.dumps({**json.loads(reply[engine.ANSWER]), "site": "Lima"})
        return None if fault == "dies" else reply


class Engine:
    """Clients that answer a broadcast task, each with its fault in the round where it has one."""

    def __init__(self, plan, folder, faults):
        self.sites = {name: Site(plan, name, folder) for name in PLACES}
        self.folder, self.faults, self.asked = folder, faults, []

    def get_clients(self):
        return [SimpleNamespace(name=name) for name in self.sites]

    def get_workspace(self):
        return SimpleNamespace(get_run_dir=lambda job: str(self.folder))

    def broadcast(self, task, targets):
        asked = task.data.get(engine.ROUND)
        number = json.loads(asked)["round"] if asked else 1
        self.asked.append(number)
        for name in targets:
            fault = self.faults.get((name, number))
            reply = self.sites[name].answer(asked, fault)
            for _ in range(2 if fault == "twice" else 1):
                if reply is not None:
                    done = SimpleNamespace(client=SimpleNamespace(name=name), result=reply)
                    task.result_received_cb(done, Context())


def coordinate(folder, faults=(), state=None, stop_after=None):
    """A controller with its places; what it said when it panicked, and which rounds were asked for."""
    plan = federated.plan(PLAN, **RULES)
    controller = engine.SurvivalController(plan.text, timeout=5, state=state)
    clients = Engine(plan, folder, dict(faults))
    said = []
    controller._engine = clients
    controller.system_panic = lambda reason, context: said.append(reason)

    def broadcast(task, fl_ctx, targets, **_):
        clients.broadcast(task, targets)
        if stop_after is not None and clients.asked[-1] >= stop_after:
            raise KeyboardInterrupt

    controller.broadcast_and_wait = broadcast
    for name in ("log_info", "log_warning", "log_error"):
        setattr(controller, name, lambda *args, **kwargs: None)
    controller.start_controller(None)
    try:
        controller.control_flow(SimpleNamespace(triggered=False), Context())
    except KeyboardInterrupt:
        said.append("killed")
    return said, clients.asked


def last(folder):
    files = sorted((folder / "riskset").glob("round-*.json"), key=lambda path: int(path.stem[6:]))
    return json.loads(files[-1].read_text(encoding="utf-8"))


pytestmark = pytest.mark.filterwarnings("ignore::riskset.RisksetWarning")


def test_a_controller_comes_to_the_end(tmp_path):
    said, asked = coordinate(tmp_path)
    assert said == [] and asked == list(range(1, len(asked) + 1))
    assert last(tmp_path)["another_round"] is False
    assert (tmp_path / "riskset/figure.svg").exists()
    log = (tmp_path / "riskset-audit.txt").read_text(encoding="utf-8")
    assert log.count("Osaka, round") == len(asked)


def test_an_answer_that_comes_twice_is_taken_once(tmp_path):
    said, _ = coordinate(tmp_path, {("Osaka", 2): "twice"})
    assert said == [] and last(tmp_path)["another_round"] is False


@pytest.mark.parametrize(
    "fault, expected",
    [
        ("dies", "no answer of Osaka (no answer in time)"),
        ("other rows", "not those of the first round"),
        ("another plan", "of another plan"),
        ("another version", "version 0.0.1"),
        ("another name", "answers under another name"),
    ],
)
def test_a_fault_in_a_later_round_ends_the_run_with_its_reason(tmp_path, fault, expected):
    said, asked = coordinate(tmp_path, {("Osaka", 3): fault})
    assert len(said) == 1 and expected in said[0], said
    assert asked == [1, 2, 3]
    # What was known after the first round stands; no model is reported.
    assert "cox" not in json.dumps(last(tmp_path))


def test_too_few_places_in_the_first_round_are_no_beginning(tmp_path):
    said, _ = coordinate(tmp_path, {("Osaka", 1): "dies"})
    assert "no answer of Osaka" in said[0]
    assert not (tmp_path / "riskset").exists()


def test_a_coordinator_that_is_started_again_goes_on(tmp_path):
    whole = tmp_path / "whole"
    whole.mkdir()
    coordinate(whole)
    said, asked = coordinate(tmp_path, state=str(tmp_path / "state"), stop_after=3)
    assert said == ["killed"] and asked == [1, 2, 3]
    said, asked = coordinate(tmp_path, state=str(tmp_path / "state"))
    assert said == [] and asked[0] == 3, "rounds that were answered are not asked for again"
    assert last(tmp_path) == last(whole)
    other = federated.plan(PLAN, grid="60d", min_cell=3)
    with pytest.raises(RisksetError, match="another plan"):
        engine._Kept(str(tmp_path / "state"), other)


def test_a_late_answer_changes_nothing(tmp_path):
    plan = federated.plan(PLAN, **RULES)
    controller = engine.SurvivalController(plan.text)
    controller.log_warning = lambda *args: None
    controller.start_controller(None)
    late = make_reply(ReturnCode.OK)
    late[engine.ANSWER] = "{}"
    controller.process_result_of_unknown_task(SimpleNamespace(name="Osaka"), engine.TASK, "1", late, Context())
    assert controller._answers == {}


def test_a_recipe_fills_the_rules_and_a_site_must_allow_its_classes(tmp_path):
    recipe = engine.SurvivalRecipe(PLAN, min_sites=3, grid="30d", min_cell=5)
    assert "no count from 1 to 4" in recipe.plan.summary
    resources = tmp_path / "local/resources.json"
    engine.allow(resources)
    allowed = json.loads(resources.read_text(encoding="utf-8"))["class_allow_list"]
    assert set(engine.CLASSES) < set(allowed)
    engine.allow(resources)
    assert json.loads(resources.read_text(encoding="utf-8"))["class_allow_list"] == allowed
