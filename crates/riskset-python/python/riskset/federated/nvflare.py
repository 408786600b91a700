"""Several places on NVFLARE: a recipe, its controller and its executor.

>>> from nvflare.recipe import SimEnv
>>> from riskset.federated.nvflare import SurvivalRecipe
>>> recipe = SurvivalRecipe("plan.toml", min_sites=3, grid="30d", min_cell=5, data="{site}.csv")
>>> recipe.execute(SimEnv(clients=["leeds", "utrecht", "osaka"]))

The engine moves texts between places; what is in them, what is refused and what is added up is decided by
the compiled part, as for files. A place says in its own environment where its rows are (`RISKSET_DATA`)
and keeps its own log (`RISKSET_AUDIT`).
"""

import json
import os
import time
from pathlib import Path

try:
    from nvflare.apis.controller_spec import Task
    from nvflare.apis.executor import Executor
    from nvflare.apis.fl_constant import FLContextKey, ReturnCode
    from nvflare.apis.impl.controller import Controller
    from nvflare.apis.shareable import Shareable, make_reply
    from nvflare.job_config.api import FedJob
    from nvflare.recipe.spec import Recipe
except ImportError as error:
    raise ImportError(f"riskset.federated.nvflare needs NVFLARE: pip install nvflare ({error})") from error

from .._errors import RisksetError
from . import plan as read_plan, pool, share

__all__ = ["CLASSES", "SurvivalController", "SurvivalExecutor", "SurvivalRecipe", "allow"]

#: The task that a place answers.
TASK = "riskset_share"
ANSWER, ROUND = "riskset_answer", "riskset_round"
PLAN, REFUSAL = "riskset_plan", "riskset_refusal"
#: What a site must name in `class_allow_list` of its `local/resources.json`.
CLASSES = [
    "riskset.federated.nvflare.SurvivalController",
    "riskset.federated.nvflare.SurvivalExecutor",
]


class SurvivalExecutor(Executor):
    """Answers a round from the rows of this place.

    Parameters
    ----------
    plan : str
        The plan as the job has it. A round of another plan is refused.
    data : str
        The rows of this place: a file, or a bundled set; ``<site>`` is the place's name. The place's own
        `RISKSET_DATA` goes first.
    reading : dict, optional
        What the reader of the file is told.
    """

    def __init__(self, plan, data="<site>.csv", reading=None):
        super().__init__()
        self.plan, self.data, self.reading = plan, data, reading

    def execute(self, task_name, shareable, fl_ctx, abort_signal):
        if task_name != TASK:
            return make_reply(ReturnCode.TASK_UNKNOWN)
        site = fl_ctx.get_identity_name()
        try:
            if shareable.get(PLAN) != self.plan:
                raise RisksetError("the round is of another plan than the job", site)
            data = os.environ.get("RISKSET_DATA", self.data).replace("<site>", site)
            told = share(self.plan, data, site, shareable.get(ROUND), self.reading)
            self._log(told.summary, fl_ctx)
        except Exception as error:  # whatever it is, the coordinator must hear of it
            self.log_error(fl_ctx, f"riskset: {error}")
            reply = make_reply(ReturnCode.EXECUTION_EXCEPTION)
            reply[REFUSAL] = str(error)
            return reply
        reply = make_reply(ReturnCode.OK)
        reply[ANSWER] = told.text
        return reply

    @staticmethod
    def _log(summary, fl_ctx):
        """Adds in words what is sent to the log of this place."""
        root = fl_ctx.get_prop(FLContextKey.WORKSPACE_ROOT) or "."
        log = Path(os.environ.get("RISKSET_AUDIT", Path(root) / "riskset-audit.txt"))
        with open(log, "a", encoding="utf-8") as file:
            file.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')} {summary}\n")


class SurvivalController(Controller):
    """Asks the places round by round, adds up and writes what is known.

    Parameters
    ----------
    plan : str
        The plan as JSON.
    timeout : int
        Seconds that a place has for a round.
    state : str, optional
        A folder in which answers and rounds are kept, so that a coordinator that is started again goes on
        where it was.
    """

    def __init__(self, plan, timeout=600, state=None):
        super().__init__()
        self.plan, self.timeout, self.state = plan, timeout, state

    def start_controller(self, fl_ctx):
        self._answers, self._refusals = {}, {}

    def stop_controller(self, fl_ctx):
        pass

    def control_flow(self, abort_signal, fl_ctx):
        asked = read_plan(self.plan)
        kept = _Kept(self.state, asked)
        try:
            answers, round_text = kept.last()
            while True:
                if answers is None:
                    answers = self._ask(asked, round_text, abort_signal, fl_ctx)
                if abort_signal.triggered:
                    return
                kept.answers(round_text, answers)
                pooled = pool(asked, list(answers.values()), round_text)
                self._write(pooled, fl_ctx)
                if pooled.next is None:
                    self.log_info(fl_ctx, "riskset: all is known")
                    return
                round_text, answers = pooled.next, None
                kept.round(round_text)
        except RisksetError as error:
            self.system_panic(f"riskset: {error}", fl_ctx)

    def _ask(self, asked, round_text, abort_signal, fl_ctx):
        """The answers of one round, one for each place: the first that came, and none that came late."""
        self._answers, self._refusals = {}, {}
        expected = json.loads(round_text)["sites"] if round_text else None
        clients = [client.name for client in self._engine.get_clients()]
        targets = sorted(expected) if expected else clients
        missing = sorted(set(targets) - set(clients))
        if missing:
            raise RisksetError(f"{', '.join(missing)} answered before and is gone", "the round")
        if len(targets) < asked.min_sites:
            what = f"{len(targets)} places are there, and the plan asks for {asked.min_sites}"
            raise RisksetError(what, "the round")
        data = Shareable()
        data[PLAN], data[ROUND] = self.plan, round_text
        task = Task(TASK, data, timeout=self.timeout, result_received_cb=self._received)
        self.broadcast_and_wait(
            task=task,
            fl_ctx=fl_ctx,
            targets=targets,
            min_responses=len(targets),
            wait_time_after_min_received=0,
            abort_signal=abort_signal,
        )
        for site, why in self._refusals.items():
            self.log_warning(fl_ctx, f"riskset: {site} does not answer: {why}")
        silent = [site for site in targets if site not in self._answers]
        # A first round goes on with whoever answers, if they are enough; in later ones all are needed.
        if silent and (expected or len(self._answers) < asked.min_sites) and not abort_signal.triggered:
            said = [f"{site} ({self._refusals.get(site, 'no answer in time')})" for site in silent]
            raise RisksetError(f"no answer of {'; '.join(said)}", f"{len(self._answers)} answered")
        return dict(self._answers)

    def _received(self, client_task, fl_ctx):
        site, result = client_task.client.name, client_task.result
        if site in self._answers:
            return
        answer = result.get(ANSWER) if isinstance(result, Shareable) else None
        if answer is None:
            code = result.get_return_code() if isinstance(result, Shareable) else "no answer"
            refusal = result.get(REFUSAL) if isinstance(result, Shareable) else None
            self._refusals[site] = refusal or str(code)
            return
        # The name inside is the place's; the engine's certificate says who it is.
        if json.loads(answer).get("site") != site:
            self._refusals[site] = "it answers under another name"
            return
        self._answers[site] = answer

    def process_result_of_unknown_task(self, client, task_name, client_task_id, result, fl_ctx):
        """An answer that comes after its round is over changes nothing."""
        self.log_warning(fl_ctx, f"riskset: a late answer of {client.name} is left aside")

    def _write(self, pooled, fl_ctx):
        job = fl_ctx.get_job_id()
        folder = Path(self._engine.get_workspace().get_run_dir(job)) / "riskset"
        folder.mkdir(parents=True, exist_ok=True)
        name = f"round-{pooled.document.round}"
        (folder / f"{name}.json").write_text(pooled.json(), encoding="utf-8")
        (folder / f"{name}.csv").write_text(pooled.csv(), encoding="utf-8")
        (folder / f"{name}.txt").write_text(str(pooled), encoding="utf-8")
        for figure, drawn in pooled.figures.items():
            drawn.save(folder / f"{figure}.svg")
            drawn.save(folder / f"{figure}.pdf")


class _Kept:
    """Answers and rounds on the coordinator's disk: each file is there whole or not at all."""

    def __init__(self, folder, plan):
        self.folder = Path(folder) if folder else None
        if self.folder:
            self.folder.mkdir(parents=True, exist_ok=True)
            mark = self.folder / "plan.json"
            if mark.exists() and mark.read_text(encoding="utf-8") != plan.text:
                raise RisksetError("the folder of the state is of another plan", str(self.folder))
            self._put("plan.json", plan.text)

    def _put(self, name, text):
        written = self.folder / f".{name}"
        written.write_text(text, encoding="utf-8")
        os.replace(written, self.folder / name)

    @staticmethod
    def _number(round_text):
        return json.loads(round_text)["round"] if round_text else 1

    def answers(self, round_text, answers):
        if self.folder:
            self._put(f"answers-{self._number(round_text)}.json", json.dumps(answers))

    def round(self, round_text):
        if self.folder:
            self._put(f"round-{self._number(round_text)}.json", round_text)

    def last(self):
        """The answers of the last round that all answered, with that round; or the last round, which
        nobody has answered in full; or nothing."""
        if not self.folder:
            return None, None
        found = [path.stem.split("-") for path in self.folder.glob("*-*.json")]
        number = max((int(number) for _, number in found), default=0)
        if not number:
            return None, None
        read = lambda name: (self.folder / name).read_text(encoding="utf-8")  # noqa: E731
        round_text = read(f"round-{number}.json") if number > 1 else None
        if ["answers", str(number)] in found:
            return json.loads(read(f"answers-{number}.json")), round_text
        return None, round_text


class SurvivalRecipe(Recipe):
    """The job of a plan, for the simulator, proof-of-concept mode and production.

    Parameters
    ----------
    plan : Plan, str or path
        The plan (TOML or JSON): a file, or the text.
    min_sites, grid, min_cell : optional
        Rules that the plan leaves open: ``min_sites=3``, ``grid="30d"``, ``min_cell=5``.
    name : str
        The job's name.
    data : str
        Where each place has its rows, unless its own `RISKSET_DATA` says so; ``{site}`` is its name.
    reading : dict, optional
        What the reader of the rows is told.
    timeout : int
        Seconds that a place has for a round.
    state : str, optional
        The coordinator's folder for going on after a restart.
    """

    def __init__(
        self, plan, min_sites=None, grid=None, min_cell=None, *, name="riskset", data="{site}.csv",
        reading=None, timeout=600, state=None,
    ):
        self.plan = read_plan(plan, min_sites=min_sites, grid=grid, min_cell=min_cell)
        job = FedJob(name=name, min_clients=self.plan.min_sites)
        # Every place has the package itself: no code travels with the job.
        job.set_app_packages(["riskset"])
        job.to_server(SurvivalController(self.plan.text, timeout=timeout, state=state))
        # Braces in a job's configuration are variables of the engine.
        data = os.fspath(data).replace("{site}", "<site>")
        job.to_clients(SurvivalExecutor(self.plan.text, data=data, reading=reading), tasks=[TASK])
        super().__init__(job)


def allow(resources):
    """Allows a site or a simulator's workspace to load the classes of this module: adds them to
    `class_allow_list` of a ``resources.json``, beside what NVFLARE allows by itself.

    Parameters
    ----------
    resources : path
        The file: ``local/resources.json`` of a site, made from ``resources.json.default`` where there is
        none.
    """
    from nvflare.app_common.default_component_policy import DEFAULT_CLASS_ALLOW_LIST

    file = Path(resources)
    default = file.with_name("resources.json.default")
    source = next((path for path in (file, default) if path.exists()), None)
    settings = json.loads(source.read_text(encoding="utf-8")) if source else {"format_version": 2}
    allowed = list(settings.get("class_allow_list", DEFAULT_CLASS_ALLOW_LIST))
    settings["class_allow_list"] = allowed + [name for name in CLASSES if name not in allowed]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(settings, indent=2), encoding="utf-8")
