"""Every example of the documents for Python users, run."""

import re
import zipfile

import pytest

PAGES = ["crates/riskset-python/README.md", "docs/guide/python.md", "README.md", "docs/guide/from-excel.md"]

OFFICE = "http://schemas.openxmlformats.org"


def write_workbook(path, rows):
    """The smallest workbook: one sheet, texts and numbers."""
    cells = []
    for r, row in enumerate(rows, 1):
        for c, value in zip("ABCDEFGH", row):
            if re.fullmatch(r"[0-9.]+", value):
                cells.append((r, f'<c r="{c}{r}"><v>{value}</v></c>'))
            else:
                cells.append((r, f'<c r="{c}{r}" t="inlineStr"><is><t>{value}</t></is></c>'))
    lines = "".join(
        f'<row r="{r}">' + "".join(text for line, text in cells if line == r) + "</row>"
        for r in range(1, len(rows) + 1)
    )
    main = f"{OFFICE}/spreadsheetml/2006/main"
    relation = f"{OFFICE}/officeDocument/2006/relationships"
    package = f"{OFFICE}/package/2006"
    sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    link = '<Relationships xmlns="{}/relationships"><Relationship Id="r1" Type="{}" Target="{}"/></Relationships>'
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{package}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{sheet}.sheet.main+xml"/>'
            f'<Override PartName="/xl/s.xml" ContentType="{sheet}.worksheet+xml"/></Types>',
        )
        archive.writestr("_rels/.rels", link.format(package, f"{relation}/officeDocument", "xl/workbook.xml"))
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{relation}"><sheets>'
            '<sheet name="Patients" sheetId="1" r:id="r1"/></sheets></workbook>',
        )
        archive.writestr("xl/_rels/workbook.xml.rels", link.format(package, f"{relation}/worksheet", "s.xml"))
        archive.writestr(
            "xl/s.xml", f'<worksheet xmlns="{main}"><sheetData>{lines}</sheetData></worksheet>'
        )


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
    # The workbook of an example is the table that the page shows.
    for name, table in re.findall(r"`(\S+\.xlsx)`:\n\n((?:    .*\n)+)", text):
        write_workbook(tmp_path / name, [line.strip().split(",") for line in table.splitlines()])
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
