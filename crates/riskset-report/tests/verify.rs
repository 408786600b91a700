//! `verify`: drafts that agree, drafts that were altered, drafts that cannot be read.

mod support;

use riskset_report::verify::{VerifyDocument, verify};
use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use support::{studies, text};

fn check(folder: &Path, draft: &str) -> VerifyDocument {
    let results = text(folder, "results.json");
    verify(Path::new("draft.md"), draft.as_bytes(), "results.json", &results).unwrap()
}

/// Pseudo-random numbers from a seed (Lehmer).
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0 * 48_271 % 0x7fff_ffff;
        (self.0 % bound as u64) as usize
    }
}

/// The sentences that the study wrote itself are no alarm.
#[test]
fn a_draft_that_was_not_altered_raises_no_alarm() {
    for (name, folder) in studies() {
        let document = check(folder, &text(folder, "text/results.md"));
        let alarms: Vec<_> =
            document.claims.iter().filter(|claim| claim.verdict != "agrees").collect();
        assert!(alarms.is_empty(), "{name}: {alarms:#?}");
        assert!(document.agree > 20, "{name}: {} claims", document.agree);
    }
}

/// Nor are the whole manuscripts, with the tables of requests, their captions and their notes, in each
/// kind of file. The counts are those of claims, so that a reading that finds fewer is seen.
#[test]
fn the_program_s_own_manuscripts_raise_no_alarm() {
    let counted = |name: &str| match name {
        "colon" => 230,
        "dream" => 560,
        "kuhlmann" => 230,
        other => panic!("{other} is no study"),
    };
    for (name, folder) in studies() {
        let results = text(folder, "results.json");
        for ending in ["md", "docx", "tex"] {
            let file = format!("manuscript.{ending}");
            let bytes = fs::read(folder.join(&file)).unwrap();
            let document = verify(Path::new(&file), &bytes, "results.json", &results).unwrap();
            let alarms: Vec<_> =
                document.claims.iter().filter(|claim| claim.verdict != "agrees").collect();
            assert!(alarms.is_empty(), "{name} {file}: {} {alarms:#?}", alarms.len());
            assert!(document.agree >= counted(name), "{name} {file}: {} claims", document.agree);
        }
    }
}

/// A number of the table of a request, altered.
#[test]
fn an_altered_number_of_a_request_is_caught() {
    let (_, folder) = studies().iter().find(|(name, _)| *name == "kuhlmann").unwrap();
    let draft = text(folder, "manuscript.md");
    for (from, to) in [
        ("0.64 (95% CI, 0.25\u{2013}1.67", "0.64 (95% CI, 0.52\u{2013}1.67"),
        ("| 0.64 (0.25\u{2013}1.67) |", "| 0.46 (0.25\u{2013}1.67) |"),
        ("MaxCombo of 4 tests: P = 0.071", "MaxCombo of 4 tests: P = 0.017"),
    ] {
        assert!(draft.contains(from), "{from}");
        let document = check(folder, &draft.replacen(from, to, 1));
        assert_eq!(document.differ + document.no_source, 1, "{from} -> {to}");
    }
}

/// Alters one digit of a number that claims something; another claim of the draft stays as it was.
fn alter(draft: &str, seed: u64) -> Option<(String, String)> {
    let mut seeded = Seeded(seed * 7919 + 17);
    let digits: Vec<usize> =
        draft.char_indices().filter(|(_, sign)| sign.is_ascii_digit()).map(|(at, _)| at).collect();
    for _ in 0..500 {
        let at = digits[seeded.below(digits.len())];
        let old = draft.as_bytes()[at];
        let new = b'0' + (old - b'0' + 1 + seeded.below(9) as u8) % 10;
        let mut altered = draft.to_owned();
        altered.replace_range(at..=at, std::str::from_utf8(&[new]).unwrap());
        let start = draft[..at].rfind(['\n', ' ', '(']).map_or(0, |place| place + 1);
        let end = draft[at..].find([' ', ',', ';', ')']).map_or(draft.len(), |place| at + place);
        let word = &draft[start..end];
        let rest = draft[end..].trim_start_matches(['%', ' ', ',']);
        // A level of an interval and a time that is named are no results.
        let level = rest.starts_with("CI")
            || rest.starts_with("limits")
            || word.ends_with('%') && rest.starts_with("CI");
        let named = ["month", "year", "days"].iter().any(|unit| rest.starts_with(unit))
            && ["at ", "first ", "time to ", "from ", "within "]
                .iter()
                .any(|before| draft[..start].ends_with(before));
        let heading =
            draft[..at].rfind('\n').is_some_and(|line| draft[line + 1..].starts_with('#'));
        // The year of a citation is none either.
        let year = word.len() == 4 && (word.starts_with("19") || word.starts_with("20"));
        // Nor is the name of a marker, CA 19-9.
        let marker = draft[..start].ends_with("CA ");
        if level || named || heading || year || marker || word.chars().any(char::is_alphabetic) {
            continue;
        }
        return Some((altered, format!("{word} -> {}", &altered_word(draft, start, end, at, new))));
    }
    None
}

fn altered_word(draft: &str, start: usize, end: usize, at: usize, new: u8) -> String {
    let mut word = draft[start..end].to_owned();
    word.replace_range(at - start..=at - start, &(new as char).to_string());
    word
}

/// Fifty seeded alterations of each study: a digit.
#[test]
fn altered_digits_are_caught() {
    for (name, folder) in studies() {
        let draft = text(folder, "text/results.md");
        let before = check(folder, &draft);
        let before = before.differ + before.no_source;
        let mut missed = Vec::new();
        for seed in 1..=50 {
            let (altered, what) = alter(&draft, seed).unwrap();
            let document = check(folder, &altered);
            // The altered number itself is named, and at most what is compared together with it.
            let alarms = (document.differ + document.no_source).saturating_sub(before);
            match alarms {
                0 => missed.push(what),
                1 | 2 => {}
                _ => panic!("{name}: {what} raises {alarms} alarms: {:#?}", document.claims),
            }
        }
        assert!(missed.len() <= 2, "{name}: {} of 50 missed: {missed:#?}", missed.len());
    }
}

/// Two groups exchanged, and an interval that belongs to another estimate.
#[test]
fn swapped_arms_and_stale_intervals_are_caught() {
    let (_, folder) = &studies()[0];
    let draft = text(folder, "text/results.md");
    let cases = [
        ("177 of 315 (Observation)", "177 of 315 (Levamisole)"),
        ("172 of 310 (Levamisole)", "177 of 315 (Levamisole)"),
        ("53.2% (48.0\u{2013}59.1)", "54.4% (49.2\u{2013}60.2)"),
        ("0.69 (95% CI, 0.55\u{2013}0.87", "0.69 (95% CI, 0.78\u{2013}1.21"),
        ("0.60 (95% CI, 0.47\u{2013}0.76", "0.60 (95% CI, 0.47\u{2013}0.75"),
    ];
    for (from, to) in cases {
        assert!(draft.contains(from), "{from}");
        let document = check(folder, &draft.replacen(from, to, 1));
        assert_eq!(document.differ, 1, "{from} -> {to}: {:#?}", document.claims);
    }
}

/// Rounded otherwise, in another journal's signs: the same claims.
#[test]
fn other_rounding_and_other_signs_agree() {
    let (_, folder) = &studies()[0];
    let draft = "Overall survival at 5 years was 53% (47 to 58) with observation. The hazard ratio of \
                 death (levamisole and fluorouracil vs observation) was 0\u{b7}7 (95% CI 0\u{b7}5 to \
                 0\u{b7}9; P=.002) in overall survival.";
    let document = check(folder, draft);
    assert_eq!(
        (document.agree, document.differ, document.no_source),
        (3, 0, 0),
        "{:#?}",
        document.claims
    );
}

/// The tables as the study writes them: Markdown, LaTeX, Word.
#[test]
fn tables_and_every_kind_of_draft_are_read() {
    let (_, folder) = &studies()[0];
    let results = text(folder, "results.json");
    for ending in ["md", "docx"] {
        let bytes = fs::read(folder.join(format!("tables/arms.{ending}"))).unwrap();
        let document =
            verify(Path::new(&format!("arms.{ending}")), &bytes, "results.json", &results).unwrap();
        let alarms: Vec<_> =
            document.claims.iter().filter(|claim| claim.verdict != "agrees").collect();
        assert!(alarms.is_empty() && document.agree > 20, "{ending}: {alarms:#?}");
    }
    let tex = "\\section{Results}\nOverall survival at 5~years was 52.6\\% (47.3--58.4) with \
               observation and 99.9\\% (47.3--58.4) with levamisole. % 12\\% is no claim\n";
    let document = verify(Path::new("a.tex"), tex.as_bytes(), "results.json", &results).unwrap();
    assert_eq!((document.agree, document.differ), (1, 1), "{:#?}", document.claims);
    assert!(document.html().contains("mark class=\"differs\""));
}

/// A Word file with its text changed.
fn rewritten(docx: &[u8], change: impl Fn(&str) -> String) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(docx)).unwrap();
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for place in 0..archive.len() {
        let mut part = archive.by_index(place).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).unwrap();
        if name == "word/document.xml" {
            bytes = change(std::str::from_utf8(&bytes).unwrap()).into_bytes();
        }
        writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(&bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn what_cannot_be_checked_is_refused_with_what_to_do() {
    let (_, folder) = &studies()[0];
    let results = text(folder, "results.json");
    let refused = |name: &str, bytes: &[u8], results: &str, part: &str| {
        let message = verify(Path::new(name), bytes, "r.json", results).unwrap_err().to_string();
        assert!(message.contains(part), "{message}");
    };
    refused("a.md", b"We thank the patients.", &results, "no number that claims to be a result");
    refused("a.docx", b"PK broken", &results, "cannot be read as a Word document");
    refused("a.pdf", b"%PDF-1.7 \xe2\xe3", &results, "save it as .docx, .md, .tex or .txt");
    refused("a.txt", &[0xff, 0xfe], &results, "not UTF-8");
    refused("a.md", b"52.6% (1-2)", "{}", "not the results.json of a study");
    refused("a.md", b"52.6% (1-2)", "x", "no JSON");
    let tracked = {
        use docx_rs::{Delete, Docx, Paragraph, Run};
        let deleted = Delete::new().add_run(Run::new().add_delete_text("5%"));
        let mut bytes = std::io::Cursor::new(Vec::new());
        let paragraph = Paragraph::new().add_delete(deleted).add_run(Run::new().add_text("6%"));
        Docx::new().add_paragraph(paragraph).build().pack(&mut bytes).unwrap();
        bytes.into_inner()
    };
    refused("a.docx", &tracked, &results, "tracked changes");
    // Tracked in the row of a table, where no paragraph shows it.
    let plain = fs::read(folder.join("manuscript.docx")).unwrap();
    let row = rewritten(&plain, |text| {
        text.replacen("<w:trPr>", "<w:trPr><w:del w:id=\"9\" w:author=\"A\" />", 1)
    });
    refused("a.docx", &row, &results, "tracked changes");
    // Damaged in the middle, as a broken download is.
    let mut damaged = plain.clone();
    let middle = damaged.len() / 2;
    damaged.truncate(middle);
    refused("a.docx", &damaged, &results, "cannot be read as a Word document");
    let broken = rewritten(&plain, |text| text[..text.len() / 2].to_owned());
    refused("a.docx", &broken, &results, "cannot be read as a Word document");
    // The results of another study answer, and say that they are another's.
    let (_, dream) = &studies()[1];
    let numbers = text(dream, "results.json");
    let draft = text(folder, "text/results.md");
    let document = verify(Path::new("a.md"), draft.as_bytes(), "r.json", &numbers).unwrap();
    assert!(document.agree * 10 < document.claims.len(), "{} agree", document.agree);
    assert_eq!(document.head.warnings.len(), 1, "{:?}", document.head.warnings);
    assert_eq!(document.head.warnings[0].code, "other_study");
    // Numbers of another study agree with nothing, and that is said.
    let (_, other) = &studies()[2];
    let document = check(
        other,
        "The hazard ratio was 7.77 (95% CI, 6.1-8.8), 91.7% (90.1-92.2), 93.1% \
                                 (92.2-93.9) and 17.3% (11.1-22.2).",
    );
    assert_eq!(document.head.warnings[0].code, "other_study");
}

/// What others printed, as the supplement of a study shows it, is no claim of the draft.
#[test]
fn the_tables_of_what_is_in_print_claim_nothing() {
    let (_, folder) = studies().iter().find(|(name, _)| *name == "dream").unwrap();
    let results = text(folder, "results.json");
    for file in ["manuscript.md", "manuscript.docx"] {
        let bytes = std::fs::read(folder.join(file)).unwrap();
        let document = verify(Path::new(file), &bytes, "results.json", &results).unwrap();
        let printed = document.claims.iter().filter(|claim| claim.sentence.contains("In print"));
        assert_eq!(printed.count(), 0, "{file}");
        assert!(document.agree > 300, "{file}: {}", document.agree);
    }
}
