//! The bundled data sets hold what their descriptions say.

use riskset_data::{Formula, Source, Table, datasets};

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
