//! What the shipped studies say, word for word: sentences, tables and captions against those in
//! `tests/texts`. After an intended change run with `RISKSET_BLESS=1`, and read what moved as a reader of
//! the report would.

use riskset_tests::reference::root;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Runs a shipped study and says where its report is.
fn write(study: &str, folder: &Path) -> PathBuf {
    write_from(&root().join("datasets").join(study).join("study.toml"), folder)
}

/// Runs a study file and says where its report is.
fn write_from(file: &Path, folder: &Path) -> PathBuf {
    let output = folder.join("report");
    let args = ["riskset", "study", file.to_str().unwrap(), "--output", output.to_str().unwrap()];
    let args = args.into_iter().chain(["--dpi", "50", "--quiet"]).map(Into::into);
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let status = riskset_cli::run(args, &mut out, &mut err);
    assert_eq!(status, 0, "{}: {}", file.display(), String::from_utf8_lossy(&err));
    output
}

/// Every text of a study by its name: sentences, tables, checklists and the manuscript as they are
/// written, captions by figure.
fn texts(study: &str) -> BTreeMap<String, String> {
    let folder = tempfile::tempdir().unwrap();
    texts_of(&write(study, folder.path()))
}

/// The same of a report that was written.
fn texts_of(output: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let parts = [("text", "md"), ("tables", "md"), ("checklists", "md"), ("figures", "svg")];
    found.insert(
        "manuscript.md".to_owned(),
        fs::read_to_string(output.join("manuscript.md")).unwrap(),
    );
    for (part, extension) in parts {
        for entry in fs::read_dir(output.join(part)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|found| found == extension) {
                let text = fs::read_to_string(&path).unwrap();
                let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
                let text = if extension == "svg" { caption(&text) } else { text };
                found.insert(format!("{part}/{stem}.md"), text);
            }
        }
    }
    found
}

/// Title and description of a figure, a sentence a line.
fn caption(svg: &str) -> String {
    let element = |name: &str| {
        let (_, after) = svg.split_once(&format!("<{name}")).expect(name);
        let (_, text) = after.split_once('>').unwrap();
        text.split(&format!("</{name}>")).next().unwrap().to_owned()
    };
    format!("{}\n\n{}\n", element("title"), element("desc").replace(". ", ".\n"))
}

fn check(study: &str, least: usize) {
    let found = texts(study);
    assert!(found.len() >= least, "{study}: {:?}", found.keys());
    let folder = root().join("tests/texts").join(study);
    if std::env::var_os("RISKSET_BLESS").is_some() {
        let _ = fs::remove_dir_all(&folder);
        for (name, text) in &found {
            let file = folder.join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
    }
    let stored = stored(&folder, &folder);
    let names = |texts: &BTreeMap<String, String>| texts.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&found), names(&stored), "{study}");
    for (name, text) in &found {
        let mut lines = text.lines().zip(stored[name].lines());
        let moved = lines.find(|(now, before)| now != before);
        assert!(text == &stored[name], "{study}/{name} says now, and said before: {moved:#?}");
    }
}

fn stored(root: &Path, folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(stored(root, &path));
        } else {
            let name = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
            found.insert(name, fs::read_to_string(&path).unwrap());
        }
    }
    found
}

#[test]
fn the_colon_study_says_what_it_said() {
    check("colon", 8);
}

#[test]
fn the_dream_study_says_what_it_said() {
    check("dream", 8);
}

#[test]
fn the_ansari_study_says_what_it_said() {
    check("ansari", 25);
}

/// The synthetic patients are those that the model beside them draws, byte for byte.
#[test]
fn the_ansari_patients_are_drawn_by_the_model() {
    let folder = tempfile::tempdir().unwrap();
    let drawn = folder.path().join("patients.csv");
    let datasets = root().join("datasets/ansari");
    let (model, output) = (datasets.join("model.toml"), drawn.to_str().unwrap());
    let args = ["riskset", "simulate", model.to_str().unwrap(), "--output", output, "--quiet"];
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let status = riskset_cli::run(args.into_iter().map(Into::into), &mut out, &mut err);
    assert_eq!(status, 0, "{}", String::from_utf8_lossy(&err));
    let stored = fs::read(datasets.join("synthetic-patients.csv")).unwrap();
    assert!(fs::read(&drawn).unwrap() == stored, "datasets/ansari/synthetic-patients.csv");
}

#[test]
fn the_study_of_counts_says_what_it_said() {
    check("counts", 8);
}

/// Who is counted are people: the table with a row for each gives every text of the table of counts, and
/// every number.
#[test]
fn the_study_of_counts_is_that_of_its_patients() {
    let [counts, rows] = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let study = fs::read_to_string(root().join("datasets/counts/study.toml")).unwrap();
    let of_rows = study.replace("counts = [\"deaths\", \"censored\"]\n", "");
    assert_ne!(study, of_rows);
    fs::write(rows.path().join("study.toml"), of_rows).unwrap();
    fs::write(rows.path().join("lung-counts.csv"), lung_by_patient()).unwrap();
    let counted = root().join("datasets/counts/study.toml");
    let outputs = [
        write_from(&counted, counts.path()),
        write_from(&rows.path().join("study.toml"), rows.path()),
    ];
    let [counted, whole] = outputs.map(|output| (texts_of(&output), numbers_of(&output)));
    assert!(counted.0.len() >= 8 && counted.1.len() > 100, "{}", counted.1.len());
    for (name, text) in &whole.0 {
        assert_eq!(&counted.0[name], text, "{name}");
    }
    assert_eq!(counted.1["data.patients"].0, Some(228.0));
    assert_eq!(counted.1.keys().collect::<Vec<_>>(), whole.1.keys().collect::<Vec<_>>());
    for (key, (value, shown)) in &whole.1 {
        let (other, as_shown) = &counted.1[key];
        assert_eq!(as_shown, shown, "{key}");
        // The rows stand in another order, so that sums round otherwise.
        let close = |a: f64, b: f64| (a - b).abs() <= 1e-9 * (1.0 + a.abs());
        let same = other.zip(*value).map_or(other == value, |(a, b)| close(a, b));
        assert!(same, "{key}: {other:?} {value:?}");
    }
}

/// @lung as its own table, with the words of the study of counts.
fn lung_by_patient() -> String {
    let lung = fs::read_to_string(root().join("datasets/lung.csv")).unwrap();
    let row = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        let (sex, died) = (["male", "female"][usize::from(cells[4] == "2")], cells[2] == "2");
        format!("{},{sex},{},{}\n", cells[1], cells[5], if died { "TRUE" } else { "FALSE" })
    };
    format!("time,sex,ecog,event\n{}", lung.lines().skip(1).map(row).collect::<String>())
}

/// Every number of a report by its key, as it is and as it is shown.
fn numbers_of(output: &Path) -> BTreeMap<String, (Option<f64>, String)> {
    let text = fs::read_to_string(output.join("results.json")).unwrap();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let numbers = json["numbers"].as_object().unwrap().iter();
    let shown = |entry: &serde_json::Value| entry["shown"].as_str().unwrap_or_default().to_owned();
    numbers.map(|(key, one)| (key.clone(), (one["value"].as_f64(), shown(one)))).collect()
}

#[test]
fn the_kuhlmann_study_says_what_it_said() {
    check("kuhlmann", 5);
}

/// In a landmark analysis time is counted from the landmark, so that the 0 of the axis is month 6, and
/// the numbers at risk begin with those who were still followed then: counted here from the table.
#[test]
fn the_landmark_figure_of_kuhlmann_counts_from_the_landmark() {
    let folder = tempfile::tempdir().unwrap();
    let output = write("kuhlmann", folder.path());
    let figure = |name: &str| fs::read_to_string(output.join("figures").join(name)).unwrap();
    let (landmark, whole) = (figure("dlm-landmark-os.svg"), figure("dlm-os.svg"));
    assert!(landmark.contains(">Months since the landmark at 6 months after start of treatment<"));
    assert!(whole.contains(">Months since start of treatment<"));
    assert_eq!(at_start(&landmark), followed_past(6.0 * 30.4375));
    assert_eq!(at_start(&whole), followed_past(-1.0));
}

/// The numbers at risk at 0 that a figure shows, with disappearing metastases first.
fn at_start(svg: &str) -> Vec<f64> {
    let embedded = riskset_plot::extract(svg.as_bytes()).unwrap();
    let counts = serde_json::to_value(embedded.table("counts").unwrap()).unwrap();
    let column = |name: &str| -> Vec<f64> {
        let columns = counts["columns"].as_array().unwrap();
        let column = columns.iter().find(|column| column["name"] == name).unwrap();
        column["values"].as_array().unwrap().iter().filter_map(|value| value.as_f64()).collect()
    };
    let pairs = column("time").into_iter().zip(column("value"));
    pairs.filter(|&(time, _)| time == 0.0).map(|(_, count)| count).collect()
}

/// The patients of the Kuhlmann cohort followed for more than these days, likewise.
fn followed_past(days: f64) -> Vec<f64> {
    let table = fs::read_to_string(root().join("datasets/kuhlmann/patients.csv")).unwrap();
    let mut lines = table.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let header = lines.next().unwrap();
    let place = |name: &str| header.iter().position(|&found| found == name).unwrap();
    let (group, time) = (place("dlm"), place("os_days"));
    let patients: Vec<_> = lines.filter(|row| row[time].parse::<f64>().unwrap() > days).collect();
    let count = |level: &str| patients.iter().filter(|row| row[group] == level).count() as f64;
    vec![count("1"), count("0")]
}
