"""Every example of the documents for Python users, run."""

import re

import pytest

PAGES = ["crates/riskset-python/README.md", "docs/guide/python.md", "README.md"]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.filterwarnings("ignore::riskset.RisksetWarning")
def test_examples_run(page, root, tmp_path, monkeypatch):
    text = (root / page).read_text()
    blocks = re.findall(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    assert blocks
    monkeypatch.chdir(tmp_path)
    # The study of an example is the one in the repository.
    for file in (root / "datasets/dream").iterdir():
        if file.is_file():
            (tmp_path / file.name).symlink_to(file)
    known = {}
    for block in blocks:
        exec(compile(block, page, "exec"), known)
    pdf = next(tmp_path.glob("*.pdf"))
    assert pdf.read_bytes().startswith(b"%PDF")


def test_what_the_table_of_other_packages_names_is_there(root):
    import riskset as rs

    text = (root / "docs/guide/coming-from.md").read_text()
    named = set(re.findall(r"\brs\.([a-z_A-Z.]+)", text))
    assert len(named) > 10
    for name in named:
        value = rs
        for part in name.split("."):
            value = getattr(value, part)


def test_fields_in_the_table_of_other_packages_exist(root):
    import riskset as rs
    from riskset._analyses import fields_of

    text = (root / "docs/guide/coming-from.md").read_text()
    calls = re.findall(r"\brs\.([a-z_.]+)\((.*?)\)[`;,]", text)
    assert len(calls) > 10
    for name, arguments in calls:
        analysis = name.replace(".", "-").replace("_", "-")
        if analysis in rs.kinds():
            for field in re.findall(r"\b([a-z_]+)=", arguments):
                assert field in fields_of(analysis), (name, field)
