//! The bundled data sets hold what their descriptions say.

use riskset_data::{Formula, Source, Table, datasets};
use std::path::Path;

#[test]
fn descriptions_agree_with_their_tables() {
    for dataset in datasets::list() {
        let descriptor = dataset.descriptor();
        let source = Source::parse(&format!("@{}", dataset.name)).unwrap();
        let table = Table::read(&source, None).unwrap();
        assert_eq!(table.n_rows(), descriptor.rows, "{}", dataset.name);
        let described: Vec<&String> = descriptor.columns.iter().map(|c| &c.name).collect();
        assert_eq!(described, table.column_names().iter().collect::<Vec<_>>(), "{}", dataset.name);
        assert!(!descriptor.publication.is_empty() && !descriptor.licence.is_empty());
    }
}

#[test]
fn examples_use_columns_that_exist() {
    for dataset in datasets::list() {
        let descriptor = dataset.descriptor();
        let Some(example) = &descriptor.example else { continue };
        for column in Formula::parse(example).unwrap().columns() {
            assert!(descriptor.columns.iter().any(|c| c.name == column), "@{}", dataset.name);
        }
    }
}

#[test]
fn patients_who_are_made_up_are_called_so() {
    for dataset in datasets::list() {
        let descriptor = dataset.descriptor();
        assert_eq!(
            descriptor.synthetic,
            descriptor.title.to_lowercase().contains("synthetic"),
            "{}",
            dataset.name
        );
    }
    assert!(datasets::get("myeloid").unwrap().descriptor().synthetic);
}

#[test]
fn names_are_sorted_and_unknown_ones_get_a_suggestion() {
    let names: Vec<&str> = datasets::list().iter().map(|dataset| dataset.name).collect();
    assert!(names.is_sorted());
    let error = Source::parse("@lungs").unwrap_err().to_string();
    assert_eq!(error, "there is no bundled data set @lungs; did you mean @lung?");
    let error = Source::parse("@qqq").unwrap_err().to_string();
    assert!(error.contains("there are @aml, @aml_cause"));
}

/// The chapter of data sets is what their descriptors say. After an intended change run with
/// `RISKSET_BLESS=1`, and read what moved.
#[test]
fn the_chapter_of_data_sets_is_that_of_the_descriptors() {
    let page = chapter();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/datasets.md");
    if std::env::var_os("RISKSET_BLESS").is_some() {
        std::fs::write(&file, &page).unwrap();
    }
    let stored = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(stored == page, "docs/datasets.md is not what the descriptors say");
    assert!(
        page.contains(
            "| `ph.ecog` | ECOG performance status, rated by the physician | 0 best to 4 |"
        )
    );
    assert!(page.contains("**Made up.**"));
}

fn chapter() -> String {
    let sets = datasets::list();
    let mut page = format!(
        "# Data sets\n\n{} sets are part of the program: `@lung` stands wherever a file may. \
         `riskset datasets list` names them, `riskset datasets show lung` says what follows here, and \
         `riskset datasets export lung` writes the table. They are for learning and for tests; their sources \
         are the ones to cite. This page is made from their descriptors by a test.\n\nSets that are \
         made up say so, and show no truth about patients. How `@dream` and `@kuhlmann` were found, what of \
         them is printed and what was chosen, stands in [the synthetic cohorts](synthetic-cohorts.md); data whose truth is \
         known by construction are made by [`riskset simulate`](guide/simulate.md), which writes the \
         truth beside them.\n\n| set | rows | about |\n| --- | ---: | --- |\n",
        sets.len()
    );
    for set in sets {
        let about = set.descriptor();
        let anchor = format!("[`@{}`](#{})", set.name, set.name);
        page += &format!("| {anchor} | {} | {} |\n", about.rows, cell(&about.title));
    }
    for set in sets {
        let about = set.descriptor();
        page += &format!("\n## @{}\n\n{}.", set.name, about.title.trim_end_matches('.'));
        page += &format!(" {} rows, {} columns.", about.rows, about.columns.len());
        if about.synthetic {
            page += " **Made up.**";
        }
        page += "\n\n";
        if let Some(description) = &about.description {
            page += &format!("{}\n\n", description.trim());
        }
        page += &format!("- Source: {}\n- Licence: {}\n", about.publication, about.licence);
        if let Some(example) = &about.example {
            page += &format!("- To start from: `{example}`\n");
        }
        page += "\n| column | holds | unit or codes |\n| --- | --- | --- |\n";
        for column in &about.columns {
            let told = [&column.unit, &column.coding].into_iter().flatten().cloned();
            let told: Vec<String> = told.collect();
            let (meaning, told) = (cell(&column.meaning), cell(&told.join("; ")));
            page += &format!("| `{}` | {meaning} | {told} |\n", column.name);
        }
    }
    page
}

/// A text in a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}
