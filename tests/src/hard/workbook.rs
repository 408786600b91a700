//! Workbooks that somebody sent: refused in words, or read and then as long as they say.
//!
//! A workbook is an archive, and a changed byte in one mostly breaks a checksum. So an input is either
//! a whole file (it starts as an archive or an old `.xls` does), or the text of the parts that matter,
//! separated by the byte 0x1E, which is put into an archive here.

use super::text;
use riskset_data::{Source, Table};
use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATION: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";

/// The bytes as a workbook, under each extension that it may carry.
///
/// # Panics
///
/// When an answer breaks a promise.
pub fn check_workbook(bytes: &[u8]) {
    let folder = folder();
    if bytes.starts_with(b"PK") {
        return ["xlsx", "ods", "xlsb"].iter().for_each(|extension| ask(&folder, extension, bytes));
    }
    if bytes.starts_with(&[0xd0, 0xcf]) {
        return ask(&folder, "xls", bytes);
    }
    match bytes.strip_prefix(b"ods") {
        Some(content) => ask(&folder, "ods", &ods(content)),
        None => ask(&folder, "xlsx", &xlsx(bytes)),
    }
}

/// One folder a process, in memory where the system has such a place.
fn folder() -> PathBuf {
    let memory = Path::new("/dev/shm");
    let above = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
    above.join(format!("riskset-hard-{}", std::process::id()))
}

fn ask(folder: &Path, extension: &str, bytes: &[u8]) {
    // Tests of one process run side by side.
    let thread = format!("{:?}", std::thread::current().id());
    let name: String = thread.chars().filter(char::is_ascii_digit).collect();
    let file = folder.join(format!("{name}.{extension}"));
    fs::create_dir_all(folder).expect("a folder for temporary files can be written");
    fs::write(&file, bytes).expect("a temporary file can be written");
    let source = Source::parse(file.to_str().expect("the name is UTF-8"));
    match source.and_then(|source| Table::read(&source, None)) {
        Ok(table) => text::read(&table),
        Err(error) => assert!(error.to_string().len() > 10, "{error}"),
    }
    let _ = fs::remove_file(&file);
}

/// A workbook of one sheet around the rows, the shared texts and the formats.
fn xlsx(parts: &[u8]) -> Vec<u8> {
    let mut given = parts.split(|byte| *byte == 0x1e);
    let mut next = || given.next().unwrap_or_default();
    let link = |id: &str, kind: &str, target: &str| {
        format!("<Relationship Id=\"{id}\" Type=\"{RELATION}/{kind}\" Target=\"{target}\"/>")
    };
    let links = |inner: &str| {
        format!("<Relationships xmlns=\"{PACKAGE}/relationships\">{inner}</Relationships>")
    };
    let around = |open: &str, inner: &[u8], close: &str| {
        [format!("<?xml version=\"1.0\"?>{open}").as_bytes(), inner, close.as_bytes()].concat()
    };
    let book = format!(
        "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{RELATION}\"><sheets><sheet name=\"one\" sheetId=\"1\" \
         r:id=\"rId1\"/></sheets></workbook>"
    );
    let inside = [
        link("rId1", "worksheet", "worksheets/sheet1.xml"),
        link("rId2", "styles", "styles.xml"),
        link("rId3", "sharedStrings", "sharedStrings.xml"),
    ];
    let sheet = format!("<worksheet xmlns=\"{MAIN}\"><sheetData>");
    let texts = format!("<sst xmlns=\"{MAIN}\">");
    let styles = format!("<styleSheet xmlns=\"{MAIN}\"><cellXfs><xf numFmtId=\"0\"/>");
    archive(&[
        ("[Content_Types].xml", format!("<Types xmlns=\"{PACKAGE}/content-types\"/>").into_bytes()),
        ("_rels/.rels", links(&link("rId1", "officeDocument", "xl/workbook.xml")).into_bytes()),
        ("xl/workbook.xml", book.into_bytes()),
        ("xl/_rels/workbook.xml.rels", links(&inside.concat()).into_bytes()),
        ("xl/worksheets/sheet1.xml", around(&sheet, next(), "</sheetData></worksheet>")),
        ("xl/sharedStrings.xml", around(&texts, next(), "</sst>")),
        ("xl/styles.xml", around(&styles, next(), "</cellXfs></styleSheet>")),
    ])
}

/// An OpenDocument sheet around the rows of its table.
fn ods(rows: &[u8]) -> Vec<u8> {
    const NAMES: &str = "urn:oasis:names:tc:opendocument:xmlns";
    let open = format!(
        "<?xml version=\"1.0\"?><office:document-content xmlns:office=\"{NAMES}:office:1.0\" \
         xmlns:table=\"{NAMES}:table:1.0\" xmlns:text=\"{NAMES}:text:1.0\"><office:body>\
         <office:spreadsheet><table:table table:name=\"one\">"
    );
    let close = "</table:table></office:spreadsheet></office:body></office:document-content>";
    let kind = "application/vnd.oasis.opendocument.spreadsheet";
    let manifest = format!(
        "<manifest:manifest xmlns:manifest=\"{NAMES}:manifest:1.0\"><manifest:file-entry \
         manifest:full-path=\"/\" manifest:media-type=\"{kind}\"/></manifest:manifest>"
    );
    archive(&[
        ("mimetype", kind.into()),
        ("content.xml", [open.as_bytes(), rows, close.as_bytes()].concat()),
        ("META-INF/manifest.xml", manifest.into_bytes()),
    ])
}

fn archive(parts: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, content) in parts {
        zip.start_file(*name, stored).expect("the archive is in memory");
        zip.write_all(content).expect("the archive is in memory");
    }
    zip.finish().expect("the archive is in memory").into_inner()
}
