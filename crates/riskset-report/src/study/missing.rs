//! All keys that a study file lacks, told at once.
//!
//! The reader stops at the first missing key. So each one found is put in, with a value of the kind
//! that the reader takes, and the file is read again until something else is wrong or nothing is.

use super::file::StudyFile;

/// A key that is missing, and the table that needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The key.
    pub key: String,
    /// The line of the table's head, from 1; `None` for the top of the file.
    pub line: Option<usize>,
    /// The head: `[study]`.
    pub table: String,
}

/// More than a study can lack: a guard against going round in a circle.
const MOST: usize = 200;

/// Values of every kind; the first that the reader takes for a key is used.
const VALUES: [&str; 6] = ["\"x\"", "[]", "[\"x\"]", "1.0", "{}", "true"];

/// Every missing key, in the order of the file; empty when the first fault is of another kind.
pub fn all(text: &str) -> Vec<Missing> {
    let mut lines: Vec<(Option<usize>, String)> =
        text.lines().enumerate().map(|(at, line)| (Some(at + 1), line.to_owned())).collect();
    let mut found: Vec<Missing> = Vec::new();
    while let Some((key, place)) = first(&join(&lines)) {
        // The head of the table: the line at which it begins, or the top of the file.
        let head = place.filter(|&at| lines.get(at).is_some_and(|(_, line)| is_head(line)));
        let missing = Missing {
            key: key.clone(),
            line: head.and_then(|at| lines[at].0),
            table: head.map_or(String::new(), |at| lines[at].1.trim().to_owned()),
        };
        if found.contains(&missing) || found.len() == MOST {
            break;
        }
        found.push(missing);
        let at = head.map_or(0, |at| at + 1);
        let with = |value: &str| {
            let mut lines = lines.clone();
            lines.insert(at, (None, format!("{key} = {value}")));
            lines
        };
        let again = Some((key.clone(), place));
        let taken = |lines: &Vec<(Option<usize>, String)>| match toml::from_str::<StudyFile>(&join(
            lines,
        )) {
            Ok(_) => true,
            Err(error) => {
                let text = error.message();
                !text.contains("invalid type") && first(&join(lines)) != again
            }
        };
        match VALUES.iter().map(|value| with(value)).find(taken) {
            Some(more) => lines = more,
            None => break,
        }
    }
    found.sort_by_key(|missing| missing.line);
    found
}

/// The keys that the file itself needs, not one of its tables.
const TOP: [&str; 3] = ["schema", "study", "data"];

fn join(lines: &[(Option<usize>, String)]) -> String {
    lines.iter().map(|(_, line)| format!("{line}\n")).collect()
}

fn is_head(line: &str) -> bool {
    line.trim_start().starts_with('[')
}

/// The first missing key, and the line, from 0, at which its table begins.
fn first(text: &str) -> Option<(String, Option<usize>)> {
    let error = toml::from_str::<StudyFile>(text).err()?;
    let key = error.message().strip_prefix("missing field `")?.split('`').next()?.to_owned();
    // What the file itself needs stands above its first table.
    let of_table = error.span().filter(|_| !TOP.contains(&key.as_str()));
    let line = of_table.map(|span| text[..span.start.min(text.len())].matches('\n').count());
    Some((key, line))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Vec<(String, String, Option<usize>)> {
        all(text).into_iter().map(|one| (one.key, one.table, one.line)).collect()
    }

    #[test]
    fn every_missing_key_is_found_in_its_table() {
        let text =
            "[study]\nunit = \"months\"\n[data]\nfile = \"a.csv\"\n[[endpoint]]\nname = \"os\"\n";
        let found = keys(text);
        let expected = [
            ("schema", "", None),
            ("title", "[study]", Some(1)),
            ("conf_type", "[study]", Some(1)),
            ("label", "[[endpoint]]", Some(5)),
        ];
        for (key, table, line) in expected {
            assert!(
                found.contains(&(key.to_owned(), table.to_owned(), line)),
                "{key} of {table} is not in {found:?}"
            );
        }
        assert_eq!(found.len(), expected.len(), "{found:?}");
    }

    #[test]
    fn another_fault_is_not_a_missing_key() {
        assert_eq!(all("schema = 1\n"), []);
    }
}
