//! The page of limits says what the code does: each row names a constant, its value and its message.

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A row of the page.
struct Limit {
    value: String,
    message: String,
    file: String,
    constant: String,
}

fn limits() -> Vec<Limit> {
    let page = fs::read_to_string(root().join("docs/limits.md")).unwrap();
    let rows = page.lines().filter(|line| line.starts_with("| ") && line.contains("::"));
    rows.map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        assert_eq!(cells.len(), 4, "{row}");
        let code = |cell: &str| cell.trim_matches('`').to_owned();
        let place = code(cells[3]);
        let (file, constant) = place.split_once("::").unwrap();
        Limit {
            value: cells[1].to_owned(),
            message: code(cells[2]),
            file: file.to_owned(),
            constant: constant.to_owned(),
        }
    })
    .collect()
}

/// A number as Rust or a person writes it: `2_000`, `64 * 1024`, `4 << 30`, `1e18`, `2000`.
fn number(text: &str) -> f64 {
    let plain = text.replace(['_', ','], "");
    if let Some((number, places)) = plain.split_once("<<") {
        return self::number(number) * 2_f64.powf(self::number(places));
    }
    plain.split('*').map(|part| part.trim().parse::<f64>().expect(text)).product()
}

/// The value of a constant in a source file.
fn constant(source: &str, name: &str) -> Option<f64> {
    let (_, after) = source.split_once(&format!("const {name}: "))?;
    let (_, value) = after.split_once(" = ")?;
    Some(number(value.split_once(';')?.0))
}

/// A source without the line ends within its texts.
fn joined(source: &str) -> String {
    let mut lines = source.lines();
    let mut text = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        match text.strip_suffix('\\') {
            Some(before) => text = before.to_owned() + line.trim_start(),
            None => text = text + "\n" + line,
        }
    }
    text
}

/// Every source below a folder.
fn sources(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(joined(&fs::read_to_string(path).unwrap()));
        }
    }
}

#[test]
fn every_limit_of_the_page_is_the_one_of_the_code() {
    let limits = limits();
    assert!(limits.len() >= 24, "{} limits", limits.len());
    for limit in limits {
        let source = fs::read_to_string(root().join(&limit.file)).expect(&limit.file);
        let value = constant(&source, &limit.constant).expect(&limit.constant);
        assert_eq!(value, number(&limit.value), "{}", limit.constant);
    }
}

#[test]
fn every_message_of_the_page_is_one_of_the_code() {
    let mut code = Vec::new();
    for name in ["riskset", "-analysis", "-data", "-plot", "-report", "-cli"] {
        let name = if name == "riskset" { name.to_owned() } else { format!("riskset{name}") };
        sources(&root().join("crates").join(name).join("src"), &mut code);
    }
    for limit in limits() {
        let known = code.iter().any(|source| source.contains(&limit.message));
        assert!(known, "no source says `{}`", limit.message);
    }
}
