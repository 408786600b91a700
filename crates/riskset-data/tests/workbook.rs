//! Workbooks: small ones made here, cell by cell.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use riskset_data::{Error, Source, Table, Values};

/// Cell formats 0 (general) and 1 (date, built-in format 14).
const STYLES: &str = r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#;

/// Writes a workbook; each sheet has a name and the XML of its rows.
fn workbook(path: &Path, sheets: &[(&str, &str)]) {
    let mut zip = zip::ZipWriter::new(File::create(path).unwrap());
    let options =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let mut add = |name: &str, content: &str| {
        zip.start_file(name, options).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    };
    let part = |kind: &str| {
        format!("application/vnd.openxmlformats-officedocument.spreadsheetml.{kind}+xml")
    };
    let relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006";
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    add(
        "[Content_Types].xml",
        &format!(
            r#"<Types xmlns="{package}/content-types"><Default Extension="xml" ContentType="{}"/></Types>"#,
            part("worksheet")
        ),
    );
    add(
        "_rels/.rels",
        &format!(
            r#"<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{relation}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
        ),
    );
    let (mut names, mut links) = (String::new(), String::new());
    for (index, (name, rows)) in sheets.iter().enumerate() {
        names.push_str(&format!(r#"<sheet name="{name}" sheetId="{0}" r:id="s{0}"/>"#, index + 1));
        links.push_str(&format!(
            r#"<Relationship Id="s{0}" Type="{relation}/worksheet" Target="worksheets/sheet{0}.xml"/>"#,
            index + 1
        ));
        let sheet =
            format!(r#"<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>"#);
        add(&format!("xl/worksheets/sheet{}.xml", index + 1), &sheet);
    }
    let book = format!(
        r#"<workbook xmlns="{main}" xmlns:r="{relation}"><sheets>{names}</sheets></workbook>"#
    );
    add("xl/workbook.xml", &book);
    links.push_str(&format!(
        r#"<Relationship Id="st" Type="{relation}/styles" Target="styles.xml"/>"#
    ));
    let links =
        format!(r#"<Relationships xmlns="{package}/relationships">{links}</Relationships>"#);
    add("xl/_rels/workbook.xml.rels", &links);
    add("xl/styles.xml", STYLES);
    zip.finish().unwrap();
}

fn text(cell: &str, text: &str) -> String {
    format!(r#"<c r="{cell}" t="inlineStr"><is><t>{text}</t></is></c>"#)
}

fn number(cell: &str, value: &str) -> String {
    format!(r#"<c r="{cell}"><v>{value}</v></c>"#)
}

fn row(number: usize, cells: &[String]) -> String {
    format!(r#"<row r="{number}">{}</row>"#, cells.concat())
}

/// Five columns; row 3 is blank, so the second patient stands on line 4.
fn patients() -> String {
    let header = ["A1", "B1", "C1", "D1", "E1"]
        .iter()
        .zip(["id", "time", "seen", "arm", "dead"])
        .map(|(cell, name)| text(cell, name));
    let date = |cell: &str, day: &str| format!(r#"<c r="{cell}" s="1"><v>{day}</v></c>"#);
    let flag = |cell: &str, value: &str| format!(r#"<c r="{cell}" t="b"><v>{value}</v></c>"#);
    [
        row(1, &header.collect::<Vec<_>>()),
        // 43890 is 29 February 2020, 60 days after 31 December 2019 (43830).
        row(
            2,
            &[
                number("A2", "1"),
                number("B2", "2.5"),
                date("C2", "43890"),
                text("D2", "b"),
                flag("E2", "1"),
            ],
        ),
        row(4, &[number("A4", "2"), text("B4", "NA"), text("D4", "a &amp; c"), flag("E4", "0")]),
    ]
    .concat()
}

fn read(path: &Path, sheet: &str) -> Result<Table, Error> {
    let typed = format!("{}{sheet}", path.display());
    Source::parse(&typed).and_then(|source| Table::read(&source, None))
}

#[test]
fn cells_become_numbers_flags_texts_and_iso_dates() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.xlsx");
    workbook(&path, &[("Patients", &patients()), ("Empty", "")]);
    let table = read(&path, "").unwrap();
    assert_eq!(table.column_names(), ["id", "time", "seen", "arm", "dead"]);
    let time = table.numbers("time").unwrap();
    assert!(time[0] == 2.5 && time[1].is_nan());
    assert_eq!(table.texts("seen").unwrap(), [Some("2020-02-29".to_string()), None]);
    assert_eq!(table.dates("seen").unwrap()[0].unwrap().to_string(), "2020-02-29");
    assert_eq!(table.factor("arm").unwrap().levels, ["a & c", "b"]);
    assert_eq!(table.values("dead").unwrap(), Values::Flag(vec![Some(true), Some(false)]));
    assert_eq!(table.place(1).to_string(), "row 2 (line 4)");
    let named = read(&path, "#Patients").unwrap();
    assert_eq!(named.n_rows(), 2);
}

#[test]
fn workbooks_that_cannot_be_read_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.xlsx");
    let error = r#"<c r="A2" t="e"><v>#DIV/0!</v></c>"#.to_string();
    let twice = row(1, &[text("A1", "x"), text("B1", "x")]) + &row(2, &[number("A2", "1")]);
    let only_header = row(1, &[text("A1", "x")]);
    let broken = only_header.clone() + &row(2, &[error]);
    workbook(
        &path,
        &[("Empty", ""), ("Twice", &twice), ("Header", &only_header), ("Broken", &broken)],
    );
    let message = |sheet: &str| {
        let text = read(&path, sheet).unwrap_err().to_string();
        text.replace(&path.display().to_string(), "a.xlsx")
    };
    let empty = message("");
    assert!(empty.starts_with("the sheet `Empty` of a.xlsx is empty"), "{empty}");
    let used = read(&path, "#Twice").unwrap().numbers("x").unwrap_err().to_string();
    assert!(used.contains("has two columns called `x` (columns 1 and 2)"), "{used}");
    assert!(message("#Header").contains("has a header but no rows"));
    let cell = read(&path, "#Broken").unwrap().check_cells("x", None).unwrap_err().to_string();
    assert_eq!(cell, "`x` holds no value in 1 used row (row 1 (line 2): #DIV/0!)");
    assert_eq!(
        message("#Other"),
        "a.xlsx#Other has no sheet `Other`; its sheets are `Empty`, `Twice`, `Header`, `Broken`"
    );
}

/// An .ods whose content was cut off, or whose table is never closed, is refused and not read for ever.
#[test]
fn an_ods_that_ends_in_the_middle_is_refused() {
    let cell = |text: &str| {
        format!(
            "<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>"
        )
    };
    let row =
        |a: &str, b: &str| format!("<table:table-row>{}{}</table:table-row>", cell(a), cell(b));
    let whole = format!(
        "<office:document-content><office:body><office:spreadsheet><table:table table:name=\"a\">{}{}\
         </table:table></office:spreadsheet></office:body></office:document-content>",
        row("time", "dead"),
        row("5", "yes")
    );
    let ods = |content: &str| {
        let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        let stored = zip::write::SimpleFileOptions::default();
        let mimetype = "application/vnd.oasis.opendocument.spreadsheet";
        let manifest = ("META-INF/manifest.xml", "<manifest:manifest/>");
        for (part, text) in [("mimetype", mimetype), manifest, ("content.xml", content)] {
            archive.start_file(part, stored).unwrap();
            std::io::Write::write_all(&mut archive, text.as_bytes()).unwrap();
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.ods");
        std::fs::write(&path, archive.finish().unwrap().into_inner()).unwrap();
        Table::read(&Source::parse(path.to_str().unwrap()).unwrap(), None)
    };
    assert_eq!(ods(&whole).unwrap().n_rows(), 1);
    let cut = &whole[..whole.find("</table:table>").unwrap()];
    let open = format!("<table:table>{whole}");
    let other = whole.replace("</table:table>", "");
    for content in [cut, &open, &other, ""] {
        assert!(ods(content).is_err(), "{content}");
    }
    let message = ods(cut).unwrap_err().to_string();
    assert!(message.contains("its content ends in the middle"), "{message}");
}
