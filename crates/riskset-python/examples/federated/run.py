"""The DREAM comparison across its centres, and the pooled study beside it.

    python run.py [files | sim | poc] [FOLDER]

The synthetic cohort is split by centre. A place must have enough patients to answer, so that small centres
are joined by a rule that looks at numbers of patients and nothing else: centres from the largest to the
smallest, each to the place that has the fewest patients so far. `files` answers and pools without an
engine, `sim` on NVFLARE's simulator, `poc` with real server and client processes on this machine.

What is compared: Cox models (a baseline hazard for each place) and counts are those of all rows, to 1e-12;
the curve is that of times on the grid, whose loss the answer says.
"""

import csv
import json
import sys
import tempfile
from pathlib import Path

import riskset as rs
from riskset import federated

HERE = Path(__file__).resolve().parent
PLACES = ["north", "south", "west"]
RULES = {"min_sites": 3, "grid": "30d", "min_cell": 3}


def split(folder):
    """Writes the rows of each place, and of all with the column `place`."""
    cohort = rs.load("@dream").to_dict()
    rows = [dict(zip(cohort, values)) for values in zip(*cohort.values())]
    studied = [row for row in rows if row["survival_set"] == 1 and row["cdlm"] == 1]
    size = {}
    for row in rows:
        size.setdefault(row["centre"], 0)
    for row in studied:
        size[row["centre"]] += 1
    place, patients = {}, dict.fromkeys(PLACES, 0)
    for centre in sorted(size, key=lambda centre: (-size[centre], centre)):
        fewest = min(PLACES, key=lambda name: (patients[name], PLACES.index(name)))
        place[centre] = fewest
        patients[fewest] += size[centre]
    for row in rows:
        row["place"] = place[row["centre"]]
    for name in [*PLACES, "all"]:
        with open(folder / f"{name}.csv", "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(row for row in rows if name in ("all", row["place"]))
    return patients


def by_files(folder):
    """All rounds without an engine; the documents of each."""
    plan = federated.plan(HERE / "plan.toml", **RULES)
    documents, asked = [], None
    while True:
        answers = [federated.share(plan, folder / f"{name}.csv", name, asked) for name in PLACES]
        pooled = federated.pool(plan, answers, asked)
        documents.append(json.loads(pooled.json()))
        if pooled.next is None:
            return documents
        asked = pooled.next


def by_engine(folder, kind):
    """The same on NVFLARE; the documents that the coordinator wrote."""
    from riskset.federated.nvflare import SurvivalRecipe, allow

    data = str(folder / "{site}.csv")
    recipe = SurvivalRecipe(HERE / "plan.toml", **RULES, data=data, timeout=120)
    workspace = folder / "workspace"
    if kind == "sim":
        from nvflare.recipe import SimEnv

        allow(workspace / recipe.name / "local" / "resources.json")
        env = SimEnv(clients=PLACES, workspace_root=str(workspace))
    else:
        env = proof_of_concept(workspace)
    run = recipe.execute(env)
    result = Path(run.get_result(timeout=180, clean_up=False))
    found = sorted(result.rglob("riskset/round-*.json"), key=lambda path: int(path.stem.split("-")[1]))
    return [json.loads(path.read_text(encoding="utf-8")) for path in found]


def proof_of_concept(workspace):
    """Server and clients as processes, whose sites allow the classes of this package."""
    import os

    os.environ["NVFLARE_POC_WORKSPACE"] = str(workspace)
    from nvflare.recipe import PocEnv
    from nvflare.recipe import poc_env
    from riskset.federated.nvflare import allow

    prepared = poc_env._start_poc

    def start(*args, **kwargs):
        for default in workspace.rglob("local/resources.json.default"):
            allow(default.with_name("resources.json"))
        return prepared(*args, **kwargs)

    poc_env._start_poc = start
    # Services of a busy machine take a while to come up.
    return PocEnv(num_clients=len(PLACES), clients=PLACES, extra={"login_timeout": 60})


def answer(documents, name):
    """The answer to a question, wherever it came."""
    for document in documents:
        for question in document["questions"]:
            if question["name"] == name:
                return question


def apart(a, b):
    return abs(a - b) / (1 + abs(b))


def compare(folder, documents):
    """The pooled answers beside those of all rows; returns the largest difference where none may be."""
    everything = folder / "all.csv"
    worst = 0.0
    for name, formula, subset in [
        ("removal", "Surv(dfs_days, dfs_event) ~ management + strata(place)", "survival_set == 1 & cdlm == 1"),
        ("cdlm", "Surv(dfs_days, dfs_event) ~ factor(cdlm) + age + strata(place)", "survival_set == 1"),
    ]:
        whole = json.loads(rs.cox(everything, formula, subset=subset).json())
        pooled = answer(documents, name)["cox"]
        for ours, theirs in zip(pooled["coefficients"], whole["coefficients"], strict=True):
            worst = max(worst, apart(ours["estimate"], theirs["estimate"]))
            worst = max(worst, apart(ours["std_error"], theirs["std_error"]))
            print(f"{name}: {ours['term']}: {ours['estimate']:.15f}, all rows {theirs['estimate']:.15f}")
    table = answer(documents, "patients")["table"]
    rows = list(csv.DictReader(open(everything, encoding="utf-8")))
    for levels in table["levels"]:
        for names, counts in levels["counts"]:
            for group, count in zip(table["groups"], counts, strict=True):
                here = [row for row in rows if row["survival_set"] == "1.0" and float(row["cdlm"]) == float(group)]
                assert count == sum(row[levels["column"]] in names for row in here), (levels, names)
    dfs = answer(documents, "dfs")["answer"]
    whole = json.loads(rs.km(everything, "Surv(dfs_days, dfs_event) ~ 1", subset="survival_set == 1", times=[360, 720]).json())
    print(f"dfs: times had moved by {dfs['mean_shift']:.1f} days on average")
    for ours, theirs in zip(dfs["document"]["groups"][0]["at_times"], whole["groups"][0]["at_times"], strict=True):
        print(f"dfs at {theirs['time']:.0f} days: {ours['survival']:.3f}, all rows {theirs['survival']:.3f}")
    print(f"largest difference where nothing may be lost: {worst:.1e}")
    return worst


def main():
    kind = sys.argv[1] if len(sys.argv) > 1 else "files"
    folder = Path(sys.argv[2] if len(sys.argv) > 2 else tempfile.mkdtemp()).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    print("patients of the comparison by place:", split(folder))
    documents = by_files(folder) if kind == "files" else by_engine(folder, kind)
    if not documents or documents[-1]["another_round"]:
        sys.exit("the run did not come to its end")
    print(f"{documents[-1]['round']} rounds")
    sys.exit(compare(folder, documents) > 1e-12)


if __name__ == "__main__":
    main()
