//! The committed synthetic cohorts are those that the generator makes, byte for byte, and their
//! dates give the times that they hold.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use riskset_data::cohort::{self, CohortFile};
use riskset_data::endpoint::{DateColumns, Derived, Endpoint, OnProblem, Roles, Rule};

fn committed(path: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../datasets");
    std::fs::read_to_string(folder.join(path)).unwrap()
}

#[test]
fn the_committed_files_are_regenerated_byte_for_byte() {
    for CohortFile { path, text } in cohort::generate().unwrap() {
        assert!(
            text == committed(path),
            "{path} differs from the committed file; if the change is meant, run `cargo run \
             --release -p riskset-data --example generate_cohorts` and commit the result"
        );
    }
}

/// Rows of a file by column; none of the files has quotes.
fn rows(path: &str) -> Vec<BTreeMap<String, String>> {
    let text = committed(path);
    let mut lines = text.lines().map(|line| line.split(',').map(str::to_owned));
    let header: Vec<String> = lines.next().unwrap().collect();
    lines.map(|line| header.iter().cloned().zip(line).collect()).collect()
}

fn columns(rows: &[BTreeMap<String, String>], dates: &[&str]) -> DateColumns {
    let ids = rows.iter().map(|row| row["patient"].clone()).collect();
    dates.iter().fold(DateColumns::new("patient", ids), |columns, name| {
        let texts: Vec<Option<&str>> = rows.iter().map(|row| Some(row[*name].as_str())).collect();
        columns.date_texts(name, &texts).unwrap()
    })
}

const DREAM_DATES: [&str; 5] = [
    "surgery_date",
    "local_relapse_date",
    "extrahepatic_progression_date",
    "death_date",
    "last_visit_date",
];

fn dream_roles() -> Roles {
    let names = |columns: &[&str]| columns.iter().map(|&column| column.to_owned()).collect();
    Roles {
        time_zero: DREAM_DATES[0].to_owned(),
        relapse: names(&DREAM_DATES[1..3]),
        death: Some(DREAM_DATES[3].to_owned()),
        last_visit: names(&DREAM_DATES[4..]),
        ..Roles::default()
    }
}

/// The study did not record second primary cancers.
fn dream_dfs() -> Roles {
    Roles { ignore: vec!["second_primary".to_owned()], ..dream_roles() }
}

/// The time and event columns of the file beside those that the rule derives.
fn assert_derived(rows: &[BTreeMap<String, String>], derived: &Derived) {
    let name = &derived.rule.name;
    for (row, outcome) in rows.iter().zip(&derived.outcomes) {
        let event = outcome.event.map(|event| u8::from(event).to_string());
        assert_eq!(
            (outcome.days.map(|days| days.to_string()), event),
            (
                Some(row[&format!("{name}_days")].clone()),
                Some(row[&format!("{name}_event")].clone())
            ),
            "{name}: {}",
            outcome.audit
        );
    }
}

#[test]
fn dream_survival_follows_from_the_dates_by_rule() {
    let mut operated = rows("dream/patients.csv");
    operated.retain(|row| row["operated"] == "1");
    let os = Endpoint::Os.rule(&dream_roles()).unwrap();
    let derived = os.derive(&columns(&operated, &DREAM_DATES)).unwrap();
    assert_eq!((derived.outcomes.len(), derived.n_events()), (109, 24));
    assert_derived(&operated, &derived);

    operated.retain(|row| row["survival_set"] == "1");
    let dfs = Endpoint::Dfs.rule(&dream_dfs()).unwrap();
    let derived = dfs.derive(&columns(&operated, &DREAM_DATES)).unwrap();
    assert_eq!((derived.outcomes.len(), derived.n_events()), (92, 77));
    assert_derived(&operated, &derived);
    let tied = derived.outcomes.iter().filter(|outcome| outcome.decided_by.len() > 1).count();
    assert!(tied > 0, "some relapses are seen in and outside the liver on one day");
}

#[test]
fn kuhlmann_survival_follows_from_the_dates_by_rule() {
    let dates = ["treatment_start_date", "progression_date", "death_date", "last_visit_date"];
    let patients = rows("kuhlmann/patients.csv");
    let roles = Roles {
        time_zero: dates[0].to_owned(),
        progression: vec![dates[1].to_owned()],
        death: Some(dates[2].to_owned()),
        last_visit: vec![dates[3].to_owned()],
        ..Roles::default()
    };
    for endpoint in [Endpoint::Os, Endpoint::Pfs] {
        let rule = endpoint.rule(&roles).unwrap();
        assert_derived(&patients, &rule.derive(&columns(&patients, &dates)).unwrap());
    }
}

/// Registered patients without surgery have no time zero: refused by name, or flagged.
#[test]
fn patients_without_surgery_have_no_time() {
    let all = rows("dream/patients.csv");
    let columns = columns(&all, &DREAM_DATES);
    let os = Endpoint::Os.rule(&dream_roles()).unwrap();
    let message = os.derive(&columns).unwrap_err().to_string();
    assert!(
        message.contains("patient D113 (row 113): time zero `surgery_date` is missing"),
        "{message}"
    );
    let derived = Rule { on_problem: OnProblem::Flag, ..os }.derive(&columns).unwrap();
    assert_eq!(derived.n_without_time(), 233 - 109);
}

/// The rows are one coherent study: lesions, management and relapses of a patient agree.
#[test]
fn lesions_and_patients_agree() {
    let patients: BTreeMap<String, BTreeMap<String, String>> =
        rows("dream/patients.csv").into_iter().map(|row| (row["patient"].clone(), row)).collect();
    let lesions = rows("dream/lesions.csv");
    assert_eq!((patients.len(), lesions.len()), (233, 520));
    for (id, patient) in patients.iter().filter(|(_, patient)| patient["enrolled"] == "1") {
        let own: Vec<_> = lesions.iter().filter(|lesion| lesion["patient"] == *id).collect();
        let count = |kinds: &[&str]| {
            own.iter().filter(|lesion| kinds.contains(&lesion["kind"].as_str())).count().to_string()
        };
        assert_eq!(patient["n_cdlm"], count(&["cDLM"]), "{id}");
        assert_eq!(patient["n_dlm"], count(&["cDLM", "non-cDLM"]), "{id}");
        let left = own
            .iter()
            .any(|lesion| lesion["kind"] == "cDLM" && lesion["management"] == "left behind");
        let expected = match (patient["cdlm"] == "1", left) {
            (false, _) => "",
            (true, true) => "at least one left behind",
            (true, false) => "all removed",
        };
        assert_eq!(patient["management"], expected, "{id}");
        if let Ok(metastases) = patient["n_metastases"].parse::<usize>() {
            assert!(metastases >= own.len(), "{id}: more lesions than metastases");
        }
        let regrew = own.iter().any(|lesion| {
            (lesion["kind"].as_str(), lesion["management"].as_str(), lesion["nonviable"].as_str())
                == ("cDLM", "left behind", "0")
        });
        if regrew {
            assert_ne!(patient["local_relapse_date"], "", "{id}: a site regrew");
        }
    }
}

#[test]
fn every_row_says_that_it_is_synthetic() {
    for path in
        ["dream/patients.csv", "dream/lesions.csv", "kuhlmann/patients.csv", "kuhlmann/lesions.csv"]
    {
        let flags: BTreeSet<String> =
            rows(path).iter().map(|row| row["synthetic"].clone()).collect();
        assert_eq!(flags.into_iter().collect::<Vec<_>>(), ["1"], "{path}");
    }
}

/// Regrown sites of the Kuhlmann cohort belong to patients whose disease progressed.
#[test]
fn kuhlmann_lesions_and_patients_agree() {
    let patients: BTreeMap<String, BTreeMap<String, String>> = rows("kuhlmann/patients.csv")
        .into_iter()
        .map(|row| (row["patient"].clone(), row))
        .collect();
    let lesions = rows("kuhlmann/lesions.csv");
    assert_eq!((patients.len(), lesions.len()), (158, 110));
    let carriers: BTreeSet<&String> = lesions.iter().map(|lesion| &lesion["patient"]).collect();
    assert_eq!(carriers.len(), 32);
    for lesion in &lesions {
        let patient = &patients[&lesion["patient"]];
        assert_eq!(patient["dlm"], "1");
        if lesion["management"] == "watch and wait" && lesion["nonviable"] == "0" {
            assert_ne!(patient["progression_date"], "", "{}", lesion["lesion"]);
        }
    }
}
