//! Tables that count people: every answer is that of a table with a row for each.

use riskset_analysis::{Answer, Data, Request, Voice, run};
use riskset_data::{Expr, Source, Table};
use riskset_report::documents::AnyDocument;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The fields by their own names.
struct Fields;

impl Voice for Fields {
    fn field(&self, field: &str, _: Option<&str>) -> String {
        field.to_owned()
    }

    fn analysis(&self, name: &str) -> String {
        name.to_owned()
    }
}

/// A bundled set and the table of counts that a database makes of it: one row for each combination of
/// the keys, one column for each value of the event.
struct Both {
    rows: Table,
    counts: Table,
}

fn both(set: &str, subset: &str, keys: &[&str], event: &str, columns: &[(&str, &str)]) -> Both {
    let whole = Table::read(&Source::parse(set).unwrap(), None).unwrap();
    let used = whole.rows_where(&Expr::parse(subset).unwrap()).unwrap();
    let rows = Data::rows_of(&whole, &used, Vec::new()).unwrap().read(None).unwrap();
    let texts = |name: &str| -> Vec<String> {
        let texts = rows.texts(name).unwrap();
        texts.into_iter().map(|text| text.unwrap_or_default()).collect()
    };
    let keyed: Vec<Vec<String>> = keys.iter().map(|key| texts(key)).collect();
    let events = texts(event);
    let mut cells: BTreeMap<Vec<String>, Vec<u32>> = BTreeMap::new();
    for row in 0..rows.n_rows() {
        let key = keyed.iter().map(|column| column[row].clone()).collect();
        let cell = cells.entry(key).or_insert_with(|| vec![0; columns.len()]);
        let kind = columns.iter().position(|(_, value)| *value == events[row]).unwrap();
        cell[kind] += 1;
    }
    let names: Vec<&str> = keys.iter().copied().chain(columns.iter().map(|c| c.0)).collect();
    let mut csv = names.join(",") + "\n";
    for (key, cell) in cells {
        let counts = cell.iter().map(u32::to_string);
        csv += &(key.into_iter().chain(counts).collect::<Vec<_>>().join(",") + "\n");
    }
    let counts = Table::from_csv(csv.as_bytes(), b',', "counts.csv", None).unwrap();
    assert!(counts.n_rows() < rows.n_rows());
    Both { rows, counts }
}

fn lung() -> Both {
    let kinds = [("deaths", "2"), ("censored", "1")];
    both("@lung", "time > 0", &["time", "sex", "ph.ecog"], "status", &kinds)
}

fn colon() -> Both {
    let kinds = [("deaths", "1"), ("alive", "0")];
    both("@colon", "etype == 2", &["time", "rx", "node4", "differ"], "status", &kinds)
}

fn transplant() -> Both {
    let ended =
        [("ltx", "ltx"), ("death", "death"), ("withdraw", "withdraw"), ("waiting", "censored")];
    both("@transplant", "futime >= 0", &["futime", "sex", "abo"], "event", &ended)
}

impl Both {
    /// Asks the same of both tables: `left` is the response of the rows, and `more` what else is asked.
    fn ask(
        &self,
        analysis: &str,
        left: &str,
        right: &str,
        counts: &[&str],
        more: &Value,
    ) -> [Answer; 2] {
        let time = left.split_once(',').unwrap().0;
        let fields = |formula: String, counts: &[&str]| {
            let mut fields: Map<String, Value> = more.as_object().unwrap().clone();
            fields.insert("analysis".to_owned(), analysis.into());
            fields.insert("formula".to_owned(), formula.into());
            if !counts.is_empty() {
                fields.insert("counts".to_owned(), json!(counts));
            }
            Request::from_fields(fields).unwrap()
        };
        let of_rows = fields(format!("{left} ~ {right}"), &[]);
        let of_counts = fields(format!("{time}, event) ~ {right}"), counts);
        let asked = |request: &Request, table: &Table| {
            run(request, &Data::table(table.clone(), "t")).unwrap()
        };
        [asked(&of_rows, &self.rows), asked(&of_counts, &self.counts)]
    }

    /// Asks for documents, and compares every number.
    fn alike(&self, analysis: &str, left: &str, right: &str, counts: &[&str], more: Value) {
        let [rows, counts] = self
            .ask(analysis, left, right, counts, &more)
            .map(|answer| serde_json::to_value(AnyDocument::of(answer, &Fields).unwrap()).unwrap());
        let mut numbers = 0;
        same(analysis, &rows, &counts, &mut numbers);
        assert!(numbers > 10, "{analysis}: {numbers} numbers compared");
    }

    /// Asks for figures, and compares what is drawn.
    fn drawn_alike(&self, analysis: &str, left: &str, right: &str, counts: &[&str], more: Value) {
        let mut more = more;
        more["no_embed"] = true.into();
        let [rows, counts] = self.ask(analysis, left, right, counts, &more).map(|answer| {
            let Answer::Figure(figure) = answer else { panic!("{analysis} is a figure") };
            (figure.figure.svg(), figure.figure.caption_texts())
        });
        assert_eq!(rows.1, counts.1, "{analysis}");
        assert!(rows.0 == counts.0, "{analysis} is drawn otherwise");
    }
}

/// What says how the question was put and not what the answer is.
const OF_THE_QUESTION: [&str; 6] = ["asked", "data", "formula", "notes", "balance", "request"];

/// Two documents with the same structure, words and numbers; numbers to 1e-12.
fn same(at: &str, a: &Value, b: &Value, numbers: &mut usize) {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => {
            let answers = |of: &Map<String, Value>| -> Vec<String> {
                let keys = of.keys().filter(|key| !OF_THE_QUESTION.contains(&key.as_str()));
                keys.cloned().collect()
            };
            assert_eq!(answers(a), answers(b), "{at}");
            for key in answers(a) {
                same(&format!("{at}.{key}"), &a[&key], &b[&key], numbers);
            }
        }
        (Value::Array(a), Value::Array(b)) => {
            assert_eq!(a.len(), b.len(), "{at}");
            for (index, (a, b)) in a.iter().zip(b).enumerate() {
                same(&format!("{at}[{index}]"), a, b, numbers);
            }
        }
        (Value::Number(a), Value::Number(b)) => {
            let (a, b) = (a.as_f64().unwrap(), b.as_f64().unwrap());
            *numbers += 1;
            assert!((a - b).abs() <= 1e-12 * (1.0 + a.abs()), "{at}: {a} {b}");
        }
        (a, b) => assert_eq!(a, b, "{at}"),
    }
}

const LUNG: &str = "Surv(time, status == 2)";
const COLON: &str = "Surv(time, status == 1)";
const OF_LUNG: [&str; 2] = ["deaths", "censored"];
const OF_COLON: [&str; 2] = ["deaths", "alive"];

#[test]
fn curves_of_counts_are_those_of_patients() {
    let lung = lung();
    let read_off = json!({ "times": [180, 360], "quantiles": [0.25, 0.5], "rmst": 360,
        "band": "hall-wellner" });
    lung.alike("km", LUNG, "sex", &OF_LUNG, read_off);
    lung.alike("km", LUNG, "1", &OF_LUNG, json!({ "estimator": "fleming-harrington" }));
    lung.alike("km", LUNG, "sex", &OF_LUNG, json!({ "landmark": 100, "subset": "ph.ecog < 2" }));
    // ph.ecog is missing for one patient.
    lung.alike("km", LUNG, "ph.ecog + strata(sex)", &OF_LUNG, json!({}));
    // Robust variances are of single patients.
    lung.alike("km", LUNG, "sex", &OF_LUNG, json!({ "robust": true }));
    let few = json!({ "few_patients": "beta-product", "times": [90] });
    lung.alike("km", LUNG, "sex", &OF_LUNG, few);
    colon().alike("km", COLON, "rx + node4", &OF_COLON, json!({ "times": [365] }));
}

#[test]
fn tests_of_counts_are_those_of_patients() {
    let lung = lung();
    let all = json!({ "trend": true, "pairwise": "holm" });
    lung.alike("logrank", LUNG, "ph.ecog + strata(sex)", &OF_LUNG, all);
    lung.alike("logrank", LUNG, "sex", &OF_LUNG, json!({ "max_combo": [[0, 0], [0, 1]] }));
    let colon = colon();
    for test in ["logrank", "gehan-wilcoxon", "peto-peto", "tarone-ware"] {
        colon.alike("logrank", COLON, "rx", &OF_COLON, json!({ "test": test }));
    }
    lung.alike("compare", LUNG, "sex", &OF_LUNG, json!({ "times": [365], "rmst": 365 }));
}

#[test]
fn models_of_counts_are_those_of_patients() {
    for ties in ["efron", "breslow"] {
        lung().alike("cox", LUNG, "sex + ph.ecog", &OF_LUNG, json!({ "ties": ties }));
        colon().alike(
            "cox",
            COLON,
            "rx + node4 + strata(differ)",
            &OF_COLON,
            json!({ "ties": ties }),
        );
    }
}

#[test]
fn incidences_and_grays_test_of_counts_are_those_of_patients() {
    let counts = ["ltx", "death", "withdraw", "waiting"];
    let asked = json!({ "cause": "ltx", "censor": "censored", "gray": true, "times": [30, 90],
        "quantiles": [0.25] });
    transplant().alike("cif", "Surv(futime, event)", "sex", &counts, asked);
    let asked = json!({ "cause": "death", "censor": "censored", "gray": true });
    transplant().alike("cif", "Surv(futime, event)", "abo + strata(sex)", &counts, asked.clone());
    let asked = json!({ "cause": "death", "censor": "censored", "gray": true });
    transplant().drawn_alike("plot-cif", "Surv(futime, event)", "sex", &counts, asked);
}

#[test]
fn figures_of_counts_are_those_of_patients() {
    let (lung, colon) = (lung(), colon());
    let written = json!({ "annotate": ["logrank", "hr", "median"] });
    lung.drawn_alike("plot-km", LUNG, "sex", &OF_LUNG, written.clone());
    colon.drawn_alike("plot-km", COLON, "rx", &OF_COLON, written);
    for analysis in ["plot-cumhaz", "plot-loglog", "plot-follow-up", "plot-difference"] {
        lung.drawn_alike(analysis, LUNG, "sex", &OF_LUNG, json!({}));
    }
    lung.drawn_alike("plot-forest", LUNG, "sex + ph.ecog", &OF_LUNG, json!({}));
}

/// n, events and the balance are of people, not of rows of the table.
#[test]
fn an_answer_counts_people() {
    let [_, answer] = lung().ask("km", LUNG, "ph.ecog", &OF_LUNG, &json!({}));
    let Answer::Km(km) = answer else { unreachable!() };
    assert_eq!((km.about.n, km.about.n_missing), (227, 1));
    let balance = km.about.balance.unwrap();
    assert_eq!((balance.n_events(), balance.n_censored(), balance.left_out), (164, 63, 1));
    assert_eq!(km.groups[0].curve.n_risk()[0], 63.0);
    let words: Vec<String> = km.about.notes.iter().map(ToString::to_string).collect();
    assert!(words.iter().any(|note| note.contains("counts 228 people in")), "{words:?}");
}

#[test]
fn what_is_of_single_patients_is_refused_for_counts() {
    let counts = lung().counts;
    let refused = |fields: Value| {
        let request = Request::from_fields(fields.as_object().unwrap().clone()).unwrap();
        run(&request, &Data::table(counts.clone(), "t")).unwrap_err().to_string()
    };
    let asked = |field: &str, value: Value| {
        let mut fields = json!({ "analysis": "km", "formula": "Surv(time, event) ~ sex",
            "counts": OF_LUNG });
        fields[field] = value;
        refused(fields)
    };
    for field in ["weights", "id", "known_at"] {
        let said = asked(field, "sex".into());
        assert!(said.contains("no row of a single patient"), "{field}: {said}");
    }
    // What was counted is no column of the people.
    let said = asked("formula", "Surv(time, event) ~ deaths".into());
    assert!(said.contains("deaths"), "{said}");
    let said = asked("counts", json!(["deaths", "censord"]));
    assert!(said.contains("censord"), "{said}");
    // Nobody writes out a thousand million rows.
    let many = Table::from_csv(b"t,n,d\n1,900000000,1\n2,5,0\n", b',', "t.csv", None).unwrap();
    let ask = |analysis: &str| {
        let fields = json!({ "analysis": analysis, "formula": "Surv(t, d) ~ 1", "counts": ["n"] });
        let request = Request::from_fields(fields.as_object().unwrap().clone()).unwrap();
        run(&request, &Data::table(many.clone(), "t"))
    };
    let Answer::Km(km) = ask("km").unwrap() else { unreachable!() };
    assert_eq!(km.about.n, 900_000_005);
    assert_eq!(km.groups[0].curve.survival()[0], 5.0 / 900_000_005.0);
    let said = ask("cox").unwrap_err().to_string();
    assert!(said.contains("900000005 people"), "{said}");
}
