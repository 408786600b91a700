//! The manuscript of a study: numbers in the order of citing, short captions, one source for all
//! numbers, and a Word file that Word can count, break and repeat.

mod support;

use riskset_report::changes::diff;
use riskset_report::study::{StudyOptions, check_study, run_study};
use riskset_report::verify::verify;
use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use support::{studies, text};

/// A part of a Word file.
fn part(docx: &Path, name: &str) -> String {
    let mut archive = zip::ZipArchive::new(fs::File::open(docx).unwrap()).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

/// The labels in parentheses of a text, in order: "(Table 1, Figure S2)".
fn cited(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices(" (") {
        let inside = text[at + 2..].split(')').next().unwrap();
        let labels: Vec<&str> = inside.split(", ").collect();
        if labels.iter().all(|one| one.starts_with("Table ") || one.starts_with("Figure ")) {
            found.extend(labels.into_iter().map(str::to_owned));
        }
    }
    found
}

#[test]
fn tables_and_figures_are_numbered_in_the_order_of_citing_and_none_is_left_out() {
    for (name, folder) in studies() {
        let text = text(folder, "manuscript.md");
        for kind in ["Table ", "Table S", "Figure ", "Figure S"] {
            let mut seen: Vec<usize> = Vec::new();
            for label in cited(&text) {
                let number = label.strip_prefix(kind).and_then(|number| number.parse().ok());
                if let Some(number) = number.filter(|number| !seen.contains(number)) {
                    seen.push(number);
                }
            }
            let expected: Vec<usize> = (1..=seen.len()).collect();
            assert_eq!(seen, expected, "{name}: {kind}");
            for number in seen {
                let caption = format!("**{kind}{number}. ");
                assert_eq!(text.matches(&caption).count(), 1, "{name}: {caption}");
            }
        }
        let files = |part: &str, ending: &str| {
            let entries = fs::read_dir(folder.join(part)).unwrap();
            let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
            names.filter(|name| name.ends_with(ending)).count()
        };
        let captions = |kind: &str| text.matches(&format!("\n**{kind} ")).count();
        assert_eq!(captions("Table"), files("tables", ".md"), "{name}");
        // Curves that a figure in panels shows as well are files and no second figure of the manuscript.
        let twice: &[&str] = match name.as_str() {
            "colon" => &["arms-recurrence", "arms-death"],
            "dream" => &["cdlm-dfs", "cdlm-os", "removal-dfs", "removal-os", "dlm-dfs", "dlm-os"],
            _ => &["dlm-os", "dlm-pfs"],
        };
        assert_eq!(captions("Figure") + twice.len(), files("figures", ".svg"), "{name}");
        for figure in twice {
            assert!(!text.contains(&format!("(figures/{figure}.svg)")), "{name}: {figure}");
            assert!(folder.join(format!("figures/{figure}.svg")).exists(), "{name}: {figure}");
        }
    }
}

#[test]
fn captions_of_figures_have_at_most_eighty_words_and_say_a_note_once() {
    for (name, folder) in studies() {
        let text = text(folder, "manuscript.md");
        let mut said: BTreeSet<&str> = BTreeSet::new();
        for caption in text.lines().filter(|line| line.starts_with("**Figure ")) {
            assert!(caption.split_whitespace().count() <= 82, "{name}: {caption}");
            let (_, notes) = caption.split_once(".** ").unwrap_or((caption, ""));
            for note in notes.split(". ").filter(|note| note.split_whitespace().count() > 5) {
                assert!(said.insert(note), "{name} says twice: {note}");
            }
        }
    }
}

/// What belongs to the computation stands in the supplement.
#[test]
fn the_main_text_has_no_days_per_month_and_names_what_it_used() {
    for (name, folder) in studies() {
        let text = text(folder, "manuscript.md");
        let (main, supplement) = text.split_once("## Supplement").unwrap();
        assert!(!main.contains("30.4375") && !main.contains("365.25"), "{name}");
        assert!(supplement.contains("30.4375") || supplement.contains("365.25"), "{name}");
        for part in ["## Methods", "### Endpoints", "### Statistical analysis", "## Results"] {
            assert!(main.contains(part), "{name}: {part}");
        }
        // Every reference of the list has its number in the text, and the lists agree.
        let list = main.split_once("## References").unwrap().1;
        let count = list.lines().filter(|line| line.starts_with(char::is_numeric)).count();
        assert_eq!(
            fs::read_to_string(folder.join("manuscript.bib")).unwrap().matches("\n}\n").count(),
            count
        );
        assert_eq!(
            fs::read_to_string(folder.join("manuscript.ris")).unwrap().matches("TY  - ").count(),
            count
        );
        assert!(count >= 7, "{name}: {count}");
    }
    let (_, dream) = &studies()[1];
    let main = text(dream, "manuscript.md");
    for words in [
        "With 92 evaluable lesions a proportion of at most 85% would be rejected with a power of 90%",
        "from 383 patients",
        "400 were to be enrolled",
        "recalculated as 149",
        "tested one-sided at a level of 0.05",
        "The null hypothesis of the primary analysis was not rejected",
        "The dates used were those of local relapse, extrahepatic progression and death.",
    ] {
        assert!(main.contains(words), "{words}");
    }
}

/// The manuscript's own numbers raise no alarm in `verify`. The supplement also has what others printed,
/// which differs by intent; the trial has none.
#[test]
fn the_numbers_of_the_manuscript_are_those_of_the_results() {
    let check = |name: &str, folder: &Path, file: &str, bytes: &[u8]| {
        let results = text(folder, "results.json");
        let document = verify(Path::new(file), bytes, "results.json", &results).unwrap();
        let alarms: Vec<_> =
            document.claims.iter().filter(|claim| claim.verdict != "agrees").collect();
        assert!(alarms.is_empty(), "{name}, {file}: {alarms:#?}");
        assert!(document.agree > 100, "{name}, {file}: {}", document.agree);
    };
    for (name, folder) in studies() {
        let text = text(folder, "manuscript.md");
        let (main, _) = text.split_once("## Supplement").unwrap();
        check(name, folder, "manuscript.md", main.as_bytes());
    }
    let (name, colon) = &studies()[0];
    for file in ["manuscript.md", "manuscript.docx"] {
        check(name, colon, file, &fs::read(colon.join(file)).unwrap());
    }
}

#[test]
fn the_word_file_counts_its_captions_repeats_its_heads_and_holds_vectors() {
    for (name, folder) in studies() {
        let docx = folder.join("manuscript.docx");
        let document = part(&docx, "word/document.xml");
        let tables = document.matches("<w:tbl>").count();
        let figures = document.matches("<w:drawing>").count();
        assert_eq!(document.matches("<w:tblHeader />").count(), tables, "{name}");
        assert_eq!(document.matches("<w:cantSplit />").count(), document.matches("<w:tr>").count());
        assert_eq!(document.matches(" SEQ ").count(), tables + figures, "{name}");
        // The number is a run of its own, as bold as the words around it.
        const FIELD: &str = "</w:instrText></w:r>";
        assert!(document.matches(FIELD).count() >= tables + figures, "{name}");
        for (place, _) in document.match_indices(FIELD) {
            let (is_caption, rest) =
                (document[..place].ends_with(" \\* ARABIC "), &document[place..]);
            let number = rest.split("<w:r>").nth(2).unwrap();
            assert!(number.starts_with("<w:rPr><w:b />") == is_caption, "{name}: {number}");
            assert!(number.contains("<w:t "), "{name}: {number}");
        }
        assert_eq!(document.matches("<asvg:svgBlip ").count(), figures, "{name}");
        // Each reference leads to a caption.
        let bookmarks: BTreeSet<&str> = document
            .split("w:name=\"ref_")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap())
            .collect();
        let links = document.split(" REF ref_").skip(1).map(|rest| rest.split(' ').next().unwrap());
        for link in links {
            assert!(bookmarks.contains(link), "{name}: {link}");
        }
        assert!(bookmarks.len() == tables + figures, "{name}");
        let rels = part(&docx, "word/_rels/document.xml.rels");
        let types = part(&docx, "[Content_Types].xml");
        assert!(types.contains("Extension=\"svg\" ContentType=\"image/svg+xml\""), "{types}");
        for number in 1..=figures {
            let target = format!("Target=\"media/vector{number}.svg\"");
            assert!(rels.contains(&target), "{name}: {target}");
            assert!(part(&docx, &format!("word/media/vector{number}.svg")).contains("<svg"));
        }
        for style in ["\"Heading1\"", "\"BodyText\"", "\"Caption\"", "\"Bibliography\""] {
            assert!(document.contains(&format!("<w:pStyle w:val={style} />")), "{name}: {style}");
        }
    }
}

#[test]
fn checklists_name_places_and_ask_the_rest() {
    let (_, dream) = &studies()[1];
    let strobe = text(dream, "checklists/strobe.md");
    assert!(strobe.contains("| 13c | Is there a diagram of the flow? | Figure 1 |"), "{strobe}");
    assert!(
        strobe
            .contains("| 10 | How was the size of the study arrived at? | Methods, Sample size |")
    );
    assert!(
        strobe.contains("| 22 | Who paid, and what was their part? | QUESTION TO THE AUTHORS |")
    );
    for name in ["remark", "stard", "tripod"] {
        assert!(dream.join(format!("checklists/{name}.docx")).is_file(), "{name}");
    }
    let (_, colon) = &studies()[0];
    assert!(!colon.join("checklists/stard.md").exists(), "the trial has no test to judge");
}

const DATA: &str = "\
id,arm,operation,death,visit
P01,new,2020-01-01,2020-06-01,2020-06-01
P02,new,2020-01-05,,2020-10-20
P03,new,2020-02-01,2021-02-01,2021-02-01
P04,new,2020-02-03,,2021-10-03
P05,new,2020-03-01,2020-06-01,2020-06-01
P06,old,2020-03-05,2020-07-05,2020-07-05
P07,old,2020-04-01,2020-11-01,2020-11-01
P08,old,2020-04-03,,2021-07-03
P09,old,2020-05-01,2020-07-16,2020-07-16
P10,old,2020-05-05,2021-11-05,2021-11-05
";

const STUDY: &str = r#"
schema = "riskset.study/1"
[study]
title = "Randomised centres"
conf_type = "log-log"
times = [6, 12]
[data]
file = "patients.csv"
id = "id"
[[endpoint]]
name = "os"
label = "Overall survival"
abbreviation = "OS"
origin = "operation"
[endpoint.dates]
rule = "os"
time_zero = "operation"
death = "death"
last_visit = "visit"
[[population]]
name = "everybody"
label = "All randomised patients"
[[group]]
name = "arm"
label = "Arm"
variable = "arm"
reference = "old"
known = "at"
levels = [{ name = "new", label = "New" }, { name = "old", label = "Old" }]
[[comparison]]
name = "arms"
label = "New or old"
population = "everybody"
group = "arm"
endpoints = ["os"]
"#;

fn run(folder: &Path, study: &str, data: &str, output: &str) -> PathBuf {
    fs::write(folder.join("study.toml"), study).unwrap();
    fs::write(folder.join("patients.csv"), data).unwrap();
    let options = StudyOptions { output: folder.join(output), force: false, dpi: 50 };
    run_study(&folder.join("study.toml"), &options, &|_| {}).unwrap();
    folder.join(output)
}

/// One patient dies two months later: figure, table, sentence and manuscript change together, and
/// `diff` names each.
#[test]
fn one_date_changed_by_hand_moves_figure_table_sentence_and_manuscript() {
    let folder = tempfile::tempdir().unwrap();
    let before = run(folder.path(), STUDY, DATA, "before");
    let again = run(folder.path(), STUDY, DATA, "again");
    assert_eq!(diff(&before, &again).unwrap().count(), 0);
    let later = DATA.replace(
        "P07,old,2020-04-01,2020-11-01,2020-11-01",
        "P07,old,2020-04-01,2021-01-01,2021-01-01",
    );
    let after = run(folder.path(), STUDY, &later, "after");
    let found = diff(&before, &after).unwrap();
    assert!(found.because.iter().any(|cause| cause.what == "data"), "{:?}", found.because);
    let names = |changes: &[riskset_report::changes::Change]| -> Vec<String> {
        changes.iter().map(|change| change.name.clone()).collect()
    };
    assert!(names(&found.numbers).contains(&"arms.os.old.median.estimate".to_owned()));
    assert_eq!(names(&found.figures), ["arms-os"]);
    assert!(names(&found.tables).contains(&"arms".to_owned()));
    assert!(names(&found.sentences).contains(&"New or old".to_owned()));
    let manuscript = names(&found.manuscript);
    for part in [
        "New or old",
        "Table 1",
        "drawings",
        "manuscript.docx",
        "manuscript.html",
        "manuscript.tex",
    ] {
        assert!(manuscript.contains(&part.to_owned()), "{part}: {manuscript:?}");
    }
    // What the date does not touch stays.
    assert!(!manuscript.contains(&"Statistical analysis".to_owned()), "{manuscript:?}");
    assert!(!manuscript.contains(&"manuscript.bib".to_owned()), "{manuscript:?}");
}

#[test]
fn american_spelling_formats_and_the_main_text_are_those_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let section = "[manuscript]\nspelling = \"american\"\nformats = [\"md\"]\nmain = [\"arms\"]\n\
                   authors = [\"A. Author, MD\"]\nalpha = 0.01\n";
    let output = run(folder.path(), &format!("{STUDY}{section}"), DATA, "report");
    let text = text(&output, "manuscript.md");
    assert!(text.contains("# Randomized centers\n") && !text.contains("andomised"), "{text}");
    assert!(text.contains("**Authors:** A. Author, MD") && text.contains("at a level of 0.01"));
    assert!(text.contains("**Table 1. New or old.**") && text.contains("**Figure S1. "), "{text}");
    assert!(!output.join("manuscript.docx").exists());
}

#[test]
fn what_a_manuscript_cannot_be_is_refused_with_its_line() {
    let refused = |section: &str, words: &str| {
        let text = format!("{STUDY}[manuscript]\n{section}\n");
        let message = check_study(Path::new("study.toml"), &text).unwrap_err().to_string();
        assert!(message.contains(words), "{message}");
    };
    refused("formats = [\"pdf\"]", "docx, html, tex, md");
    refused("primary = \"arm\"", "arms");
    refused("alpha = 5", "must lie between 0 and 1");
    refused("checklists = [\"consort\"]", "strobe, remark, stard, tripod");
    refused("spelling = \"english\"", "british");
    refused(
        "[[manuscript.design]]\nname = \"a\"\n[manuscript.design.request]\nanalysis = \"km\"\ndata = \"@aml\"\n\
         formula = \"Surv(time, status) ~ 1\"",
        "power-npv",
    );
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("study.toml"), format!("{STUDY}[manuscript]\nmain = [\"arm\"]\n"))
        .unwrap();
    fs::write(folder.path().join("patients.csv"), DATA).unwrap();
    let options = StudyOptions { output: folder.path().join("report"), force: false, dpi: 50 };
    let message =
        run_study(&folder.path().join("study.toml"), &options, &|_| {}).unwrap_err().to_string();
    assert!(
        message.contains("a table or figure of the main text") && message.contains("arms"),
        "{message}"
    );
    assert!(!folder.path().join("report").exists());
}

#[test]
fn the_same_study_gives_the_same_manuscript() {
    let folder = tempfile::tempdir().unwrap();
    let one = run(folder.path(), STUDY, DATA, "one");
    let two = run(folder.path(), STUDY, DATA, "two");
    for name in ["docx", "html", "tex", "md", "bib", "ris"] {
        let name = format!("manuscript.{name}");
        assert!(fs::read(one.join(&name)).unwrap() == fs::read(two.join(&name)).unwrap(), "{name}");
    }
}

/// A table whose words do not stand beside each other on an upright page lies on its side, alone: the
/// pages before and after are upright, and each has its number.
#[test]
fn a_wide_table_lies_on_its_side() {
    let (_, folder) = studies().iter().find(|(name, _)| *name == "dream").unwrap();
    let document = part(&folder.join("manuscript.docx"), "word/document.xml");
    let sections: Vec<&str> = document.split("<w:sectPr>").skip(1).collect();
    let lying = |section: &&str| section.split("</w:sectPr>").next().unwrap().contains("landscape");
    let turned: Vec<bool> = sections.iter().map(lying).collect();
    assert_eq!(turned, [false, true, false], "the table of factors alone");
    let numbered = sections.iter().filter(|section| section.starts_with("<w:footerReference"));
    assert_eq!(numbered.count(), 3);
    let inside = document.split("landscape").next().unwrap().rsplit("</w:sectPr>").next().unwrap();
    assert!(inside.contains("Multivariable hazard ratio"), "the factors lie there");
    let tex = text(folder, "manuscript.tex");
    assert_eq!(tex.matches("\\begin{landscape}").count(), 1);
}
