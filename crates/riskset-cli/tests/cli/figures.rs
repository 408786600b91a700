//! Figures as a user draws them.

use crate::support::{Answer, riskset, riskset_in};
use std::path::Path;

/// Draws a figure into a folder.
fn plot(folder: &Path, name: &str, args: &[&str]) -> Answer {
    let file = folder.join(name);
    let mut all = vec!["plot"];
    all.extend(args);
    all.extend(["--output", file.to_str().unwrap()]);
    riskset(&all)
}

/// Asserts that an option is refused as a wrong command line, by its name.
#[track_caller]
fn wrong(args: &[&str], part: &str) {
    let folder = tempfile::tempdir().unwrap();
    let answer = plot(folder.path(), "figure.svg", args);
    assert_eq!(answer.status, 2, "{}", answer.err);
    assert!(answer.err.contains(part), "{}", answer.err);
    assert!(!folder.path().join("figure.svg").exists());
}

const LUNG: &str = "Surv(time, status == 2) ~ sex";

#[test]
fn options_that_a_kind_cannot_honour_are_refused() {
    wrong(&["forest", "@lung", LUNG, "--incidence"], "--incidence");
    wrong(&["schoenfeld", "@lung", LUNG, "--risk-table", "at-risk"], "--risk-table");
    let cif = ["cif", "@mgus2", "Surv(etime, event) ~ sex", "--cause", "pcm", "--censor", "censor"];
    wrong(&[&cif[..], &["--annotate", "logrank"]].concat(), "--annotate");
    wrong(&["difference", "@lung", LUNG, "--min-cell", "5"], "--min-cell");
    wrong(&["follow-up", "@lung", LUNG, "--annotate", "hr"], "--annotate");
    wrong(&["swimmer", "@lung", LUNG, "--risk-table", "none"], "--risk-table");
    wrong(&["subgroups", "@lung", LUNG], "--by");
    wrong(&["npv", "@dream_lesions", "nonviable ~ 1"], "--cluster");
    wrong(&["npv", "@dream_lesions", "nonviable ~ 1", "--weights", "w"], "--weights");
    wrong(&["residuals", "@lung", LUNG, "--conf-level", "0.9"], "--conf-level");
    wrong(&["swimmer", "@lung", LUNG, "--conf-level", "0.9"], "--conf-level");
    wrong(&["km", "@lung", LUNG, "--panel", "sex == 2"], "--panel");
}

/// Whoever has the file can draw the figure again: it carries its request.
#[test]
fn a_figure_gives_back_the_request_that_drew_it() {
    let folder = tempfile::tempdir().unwrap();
    let args =
        ["km", "@lung", LUNG, "--annotate", "hr,median", "--unit", "months", "--per", "30.4375"];
    let svg = folder.path().join("f.svg");
    assert_eq!(plot(folder.path(), "f.svg", &args).status, 0);
    let carried = riskset(&["extract", svg.to_str().unwrap()]).out;
    let carried: serde_json::Value = serde_json::from_str(&carried).unwrap();
    let asked = riskset(&[&["plot"], &args[..], &["--print-request"]].concat()).out;
    let asked: serde_json::Value = serde_json::from_str(&asked).unwrap();
    assert_eq!(carried["settings"], asked);
    assert!(asked.to_string().contains("median"));
}

/// No event in one group: the figure says so, and passes its own checks.
#[test]
fn a_hazard_ratio_that_runs_to_infinity_is_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("none.csv");
    let mut csv = String::from("t,e,g\n");
    for row in 1..=20 {
        csv.push_str(&format!("{row},{},{}\n", row % 2, ["A", "B"][row % 2]));
    }
    std::fs::write(&data, csv).unwrap();
    let args = ["km", data.to_str().unwrap(), "Surv(t, e) ~ g", "--annotate", "hr"];
    assert_eq!(plot(folder.path(), "n.svg", &args).status, 0);
    let svg = std::fs::read_to_string(folder.path().join("n.svg")).unwrap();
    assert!(svg.contains("not estimable"));
}

/// A margin is a line of the difference with a sentence, and is on the bad side of 0.
#[test]
fn a_margin_is_drawn_and_said() {
    let folder = tempfile::tempdir().unwrap();
    let answer = plot(folder.path(), "m.svg", &["difference", "@lung", LUNG, "--margin", "-0.1"]);
    assert_eq!(answer.status, 0, "{}", answer.err);
    let caption = format!("{}{}", answer.out, answer.err);
    assert!(
        caption.contains("margin of non-inferiority, \u{2212}10.0, percentage points"),
        "{caption}"
    );
    assert!(std::fs::read_to_string(folder.path().join("m.svg")).unwrap().contains(">margin<"));
    wrong(&["difference", "@lung", LUNG, "--margin", "0.1"], "lies between -1 and 0");
}

#[test]
fn a_difference_passes_its_own_checks() {
    let folder = tempfile::tempdir().unwrap();
    let answer = plot(folder.path(), "d.svg", &["difference", "@lung", LUNG, "--lint"]);
    assert_eq!(answer.status, 0, "{}{}", answer.out, answer.err);
}

#[test]
fn panels_hold_the_counts_of_their_own_patients() {
    let folder = tempfile::tempdir().unwrap();
    let panels = ["--panel", "Women: sex == 2", "--panel", "Men: sex == 1"];
    let args =
        ["km", "@lung", "Surv(time, status == 2) ~ 1", "--risk-table", "kmunicate", "--lint"];
    let answer = plot(folder.path(), "p.svg", &[&args[..], &panels[..]].concat());
    assert_eq!(answer.status, 0, "{}{}", answer.out, answer.err);
    let svg = std::fs::read_to_string(folder.path().join("p.svg")).unwrap();
    for part in [">Women<", ">Men<", ">90<", ">138<"] {
        assert!(svg.contains(part), "{part}");
    }
}

/// The data behind each figure are the two kinds of subgroups that readers ask for.
#[test]
fn subgroups_and_proportions_are_drawn_with_their_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let trial = ["--subset", "etype == 2 & rx != \"Lev\"", "--by", "sex,node4"];
    let args = ["subgroups", "@colon", "Surv(time, status) ~ rx"];
    let answer = plot(folder.path(), "s.svg", &[&args[..], &trial[..]].concat());
    assert_eq!(answer.status, 0, "{}", answer.err);
    let lesions = ["npv", "@dream_lesions", "nonviable ~ 1", "--cluster", "patient"];
    let options = ["--by", "management", "--subset", "kind == \"cDLM\" & evaluable == 1"];
    let answer = plot(folder.path(), "n.svg", &[&lesions[..], &options[..]].concat());
    assert_eq!(answer.status, 0, "{}", answer.err);
    let svg = std::fs::read_to_string(folder.path().join("n.svg")).unwrap();
    assert!(svg.contains("management"));
}

/// A proportion takes no case weights, in a request either; and its figure has the doubts that its
/// table has.
#[test]
fn proportions_refuse_weights_and_their_figure_says_their_doubts() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("p.csv"), "p,e,w\na,1,2\na,0,1\nb,1,1\nc,0,3\nd,1,1\n")
        .unwrap();
    for (analysis, output) in [("npv", "p.json"), ("plot-npv", "p.svg")] {
        for (field, column) in [("weights", "w"), ("id", "p")] {
            let request = format!(
                "{{\"analysis\": \"{analysis}\", \"data\": \"p.csv\", \"formula\": \"e ~ 1\", \
                 \"cluster\": \"p\", \"{field}\": \"{column}\"}}"
            );
            std::fs::write(folder.path().join("r.json"), request).unwrap();
            let answer = riskset_in(folder.path(), &["run", "r.json", "--output", output], "");
            assert_eq!(answer.status, 2, "{}", answer.err);
            assert!(answer.err.contains(&format!("leave out `{field}`")), "{}", answer.err);
        }
    }
    let asked = ["npv", "p.csv", "e ~ 1", "--cluster", "p"];
    let table = riskset_in(folder.path(), &asked, "");
    let figure = [&["plot"], &asked[..], &["--output", "p.svg"]].concat();
    let figure = riskset_in(folder.path(), &figure, "");
    assert_eq!((table.status, figure.status), (0, 0), "{}", figure.err);
    let few = "there are only 4 clusters";
    assert!(table.out.contains(few) && figure.err.contains(few), "{}", figure.err);
}

/// The figures that a journal sees most, and those that break other programs, pass every check
/// that can fail in the default settings, in every format that carries data.
#[test]
fn figures_of_many_kinds_pass_the_checklist() {
    let folder = tempfile::tempdir().unwrap();
    let table = |name: &str, groups: &[&str], event: fn(usize, usize) -> bool| -> String {
        let mut text = String::from("time,event,g\n");
        for i in 0..40 * groups.len() {
            let (group, turn) = (i % groups.len(), i / groups.len());
            // Times that spread more in later groups.
            let time = (turn * 7 % 40) as f64 * (1.0 + 0.3 * group as f64) + 0.5;
            let name = groups[group].replace('"', "\"\"");
            text += &format!("{time},{},\"{name}\"\n", u8::from(event(group, turn)));
        }
        let file = folder.path().join(name);
        std::fs::write(&file, text).unwrap();
        file.to_str().unwrap().to_owned()
    };
    let mostly = |_: usize, turn: usize| !turn.is_multiple_of(4);
    let long = [
        "Neoadjuvant chemotherapy followed by resection of all lesions",
        "Resection first, followed by adjuvant chemotherapy, 6 months",
    ];
    assert!(long.iter().all(|name| name.len() >= 60));
    let eight = ["A", "B", "C", "D", "E", "F", "G", "H"].map(|letter| format!("Stage {letter}"));
    let eight: Vec<&str> = eight.iter().map(String::as_str).collect();
    let odd =
        ["CEA <= 5 & \"low\"", "CEA > 5 $/\u{b5}L", "M\u{e9}ni\u{e8}re 50%", "\u{c5}_x^2 <b>"];
    let mut one = std::fs::read_to_string(table("two.csv", &["a", "b"], mostly)).unwrap();
    one += "33,1,single patient\n";
    let single = folder.path().join("one.csv");
    std::fs::write(&single, one).unwrap();
    let none = table("none.csv", &["watched", "operated"], |group, turn| {
        group == 1 && !turn.is_multiple_of(3)
    });
    let model = "Surv(time, event) ~ g";
    let cases: Vec<Vec<&str>> = vec![
        vec!["km", "@lung", LUNG],
        vec!["km", "@colon", "Surv(time, status) ~ rx", "--subset", "etype == 2"],
        vec!["km", "@veteran", "Surv(time, status) ~ celltype"],
        vec!["cif", "@mgus2", "Surv(etime, event) ~ sex", "--cause", "pcm", "--censor", "censor"],
        vec!["km", single.to_str().unwrap(), model],
        vec!["km", &none, model],
    ];
    let files = [
        table("eight.csv", &eight, mostly),
        table("long.csv", &long, mostly),
        table("odd.csv", &odd, mostly),
    ];
    let more = files.iter().map(|file| vec!["km", file.as_str(), model]);
    for args in cases.into_iter().chain(more) {
        for name in ["f.svg", "f.pdf", "f.png"] {
            let args = [&args[..], &["--dpi", "100", "--lint"]].concat();
            let answer = plot(folder.path(), name, &args);
            assert_eq!(answer.status, 0, "{args:?}\n{}{}", answer.out, answer.err);
            assert!(!answer.out.contains("FAIL"), "{args:?}\n{}", answer.out);
            let file = folder.path().join(name);
            let again = riskset(&["lint", file.to_str().unwrap()]);
            // A hundred dots to the inch are too few for print, and the file says so.
            assert_eq!(again.out.contains("FAIL"), name == "f.png", "{}", again.out);
        }
    }
}

/// The numbers of the caption are R's: survfit of the censorings has its median at 19.318 months,
/// cox.zph gives P = 0.0906.
#[test]
fn the_caption_has_the_follow_up_and_the_test_of_r() {
    let folder = tempfile::tempdir().unwrap();
    let options = ["--unit", "months", "--per", "30.4375", "--annotate", "hr"];
    let answer = plot(folder.path(), "f.svg", &[&["km", "@lung", LUNG], &options[..]].concat());
    for sentence in [
        "Median follow-up (reverse Kaplan-Meier), 19.3 months.",
        "Test of proportional hazards, P = 0.091.",
        "Events: 1, 112 of 138; 2, 53 of 90.",
    ] {
        assert!(answer.err.contains(sentence), "{sentence}\n{}", answer.err);
    }
}

/// Patients and their effective number, not sums of weights, under a weighted curve.
#[test]
fn weighted_curves_count_patients() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("weighted.csv");
    let row = |i: usize| format!("{},{},{}\n", i + 1, i % 2, if i < 20 { 1 } else { 3 });
    let rows: String = (0..40).map(row).collect();
    std::fs::write(&data, format!("time,event,w\n{rows}")).unwrap();
    let model = ["km", data.to_str().unwrap(), "Surv(time, event) ~ 1", "--weights", "w"];
    let answer = plot(folder.path(), "w.svg", &[&model[..], &["--lint"]].concat());
    assert_eq!(answer.status, 0, "{}{}", answer.out, answer.err);
    let svg = std::fs::read_to_string(folder.path().join("w.svg")).unwrap();
    // (20 + 60)² / (20 + 180) = 32 of 40.
    for part in [">Effective<", ">40<", ">32.0<"] {
        assert!(svg.contains(part), "{part}");
    }
    assert!(answer.err.contains("Curves are weighted"), "{}", answer.err);
}

#[test]
fn incidences_are_masked_and_their_counts_add_up() {
    let folder = tempfile::tempdir().unwrap();
    let cif = ["cif", "@mgus2", "Surv(etime, event) ~ sex", "--cause", "pcm", "--censor", "censor"];
    let table = ["--risk-table", "kmunicate", "--rename", "pcm=Malignancy", "--lint"];
    let plain = plot(folder.path(), "c.svg", &[&cif[..], &table[..]].concat());
    assert_eq!(plain.status, 0, "{}{}", plain.out, plain.err);
    let svg = std::fs::read_to_string(folder.path().join("c.svg")).unwrap();
    assert!(svg.contains(">Malignancy<") && svg.contains(">Death<"));
    let masked = [&cif[..], &table[..], &["--min-cell", "10"]].concat();
    let answer = plot(folder.path(), "m.svg", &masked);
    assert_eq!(answer.status, 0, "{}{}", answer.out, answer.err);
    let svg = std::fs::read_to_string(folder.path().join("m.svg")).unwrap();
    let counts = svg.lines().filter(|line| line.contains("class=\"count"));
    let mut cells = 0;
    for line in counts {
        let cell = line.rsplit_once("</text>").and_then(|(head, _)| head.rsplit_once('>'));
        let cell = cell.unwrap().1;
        assert!(cell == "&lt;10" || cell.parse::<u32>().is_ok_and(|n| n % 10 == 0), "{cell}");
        cells += 1;
    }
    assert!(cells > 20);
}

#[test]
fn codes_get_words_and_unknown_ones_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let model = ["forest", "@lung", "Surv(time, status == 2) ~ age + factor(sex)"];
    let words = ["--rename", "sex=Sex of the patient", "--rename", "sex:2=Women"];
    let answer = plot(folder.path(), "f.svg", &[&model[..], &words[..]].concat());
    assert_eq!(answer.status, 0, "{}", answer.err);
    let svg = std::fs::read_to_string(folder.path().join("f.svg")).unwrap();
    assert!(svg.contains(">Sex of the patient<") && svg.contains(">Women<"));
    // The formula stands in the request that travels inside, and nowhere in what is drawn.
    let (drawn, _) = svg.split_once("<metadata").map_or((svg.as_str(), ""), |(before, rest)| {
        (rest.split_once("</metadata>").map_or(before, |(_, drawn)| drawn), "")
    });
    assert!(!drawn.contains("factor("), "{drawn}");
    wrong(&[&model[..], &["--rename", "sexe=Sex"]].concat(), "sexe");
    wrong(&[&model[..], &["--rename", "sex"]].concat(), "CODE=WORDS");
}

/// The height of a forest follows from its rows: the message speaks of the width alone, and the one that
/// it names is enough.
#[test]
fn a_forest_that_is_too_narrow_says_how_wide_it_must_be() {
    let folder = tempfile::tempdir().unwrap();
    let colon = r#"etype == 2 & rx != "Lev""#;
    let args = ["subgroups", "@colon", "Surv(time, status) ~ rx", "--subset", colon, "--by", "sex"];
    let draw =
        |width: &str| plot(folder.path(), "f.svg", &[&args[..], &["--width", width]].concat());
    let narrow = draw("85mm");
    assert_eq!(narrow.status, 1, "{}", narrow.err);
    let (_, after) = narrow.err.split_once("a width of 85 mm leaves no room").expect(&narrow.err);
    let (_, after) = after.split_once("make the figure ").unwrap();
    let (least, _) = after.split_once(" mm wide").unwrap();
    assert_eq!(draw(&format!("{least}mm")).status, 0);
    let less = least.parse::<u32>().unwrap() - 1;
    assert_eq!(draw(&format!("{less}mm")).status, 1);
}

#[test]
fn panels_share_their_axes_unless_told_otherwise() {
    let folder = tempfile::tempdir().unwrap();
    let args = ["cif", "@mgus2", "Surv(etime, event) ~ 1", "--cause", "pcm", "--censor", "censor"];
    let panels = ["--panel", "Women: sex == \"F\"", "--panel", "Old men: sex == \"M\" & age > 80"];
    let ends = |more: &[&str]| -> Vec<String> {
        let answer = plot(folder.path(), "p.svg", &[&args[..], &panels[..], more].concat());
        assert_eq!(answer.status, 0, "{}", answer.err);
        let lint = [&args[..], &panels[..], more, &["--lint"]].concat();
        let found = plot(folder.path(), "p.svg", &lint).out;
        found
            .lines()
            .filter(|line| line.starts_with("panels to be compared"))
            .map(|line| line.split_whitespace().nth(8).unwrap_or("").to_owned())
            .collect()
    };
    assert_eq!(ends(&[]), ["pass"]);
    assert_eq!(ends(&["--axes", "free"]), ["warn"]);
    wrong(&["km", "@lung", LUNG, "--axes", "free"], "--panel");
}

/// One bar for each patient of the subset, and the flow of a trial from its counts.
#[test]
fn swimmers_and_flows_are_drawn_from_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let model = ["swimmer", "@lung", LUNG, "--subset", "inst == 12", "--endpoint", "Death"];
    let answer = plot(folder.path(), "s.svg", &[&model[..], &["--lint"]].concat());
    assert_eq!(answer.status, 0, "{}{}", answer.out, answer.err);
    let file = folder.path().join("s.svg");
    let data = riskset(&["extract", file.to_str().unwrap(), "--format", "csv"]).out;
    let bars = data.lines().filter(|line| line.ends_with(",1") || line.ends_with(",2")).count();
    let deaths = data.lines().filter(|line| line.ends_with(",Death")).count();
    assert_eq!((bars, deaths), (23, 18), "patients and deaths of institution 12\n{data}");
    let all = plot(folder.path(), "all.svg", &["swimmer", "@lung", LUNG]);
    assert_eq!(all.status, 1);
    assert!(all.err.contains("228 patients"), "{}", all.err);
    let counts = folder.path().join("flow.toml");
    let text = "[[stage]]\nlabel = \"Registered\"\nn = 10\n\
                excluded = { label = \"Excluded\", n = 4 }\n\
                [[stage]]\nlabel = \"Analysed\"\nn = 6\n";
    std::fs::write(&counts, text).unwrap();
    let file = counts.to_str().unwrap();
    let answer = plot(folder.path(), "flow.svg", &["flow", file, "--lint"]);
    assert_eq!(answer.status, 0, "{}{}", answer.out, answer.err);
    std::fs::write(&counts, text.replace("n = 6", "n = 7")).unwrap();
    let answer = plot(folder.path(), "flow.svg", &["flow", file]);
    assert_eq!(answer.status, 1);
    assert!(answer.err.contains("Analysed"), "{}", answer.err);
    wrong(&["flow", file, LUNG], "unexpected argument");
    wrong(&["km", "@lung"], "FORMULA");
}

#[test]
fn a_meta_analysis_draws_its_forest() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("meta.svg");
    let subset = "outcome == \"viable\" & management == \"any\" & lesions == \"DLM\"";
    let answer = riskset(&[
        "meta",
        "proportion",
        "@dlm_literature",
        "--events",
        "events",
        "--n",
        "n",
        "--study",
        "study",
        "--subset",
        subset,
        "--forest",
        file.to_str().unwrap(),
    ]);
    assert_eq!(answer.status, 0, "{}", answer.err);
    assert!(std::fs::read_to_string(&file).unwrap().contains(">Pooled<"));
}

#[test]
fn the_same_command_gives_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    for extension in ["svg", "pdf", "png"] {
        let names = [1, 2].map(|run| format!("{run}.{extension}"));
        for name in &names {
            assert_eq!(plot(folder.path(), name, &["km", "@lung", LUNG]).status, 0);
        }
        let [one, two] = names.map(|name| std::fs::read(folder.path().join(name)).unwrap());
        assert!(one == two, "{extension}");
    }
}

#[test]
fn a_tiff_has_no_data_to_give_back() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(plot(folder.path(), "f.tiff", &["km", "@lung", LUNG]).status, 0);
    let answer = riskset(&["extract", folder.path().join("f.tiff").to_str().unwrap()]);
    crate::support::refused(&answer, &["TIFF", "SVG, PDF or PNG"]);
}

/// A legend reads as its author writes it; the names are of two models, or of none.
#[test]
fn models_are_called_what_their_author_calls_them() {
    let folder = tempfile::tempdir().unwrap();
    let two = ["performance", "@lung", "Surv(time, status == 2) ~ age + sex", "--times", "365"];
    let names = ["--model-names", "Age and sex", "Age alone"];
    let one = [&two[..], &names].concat();
    let drawn = plot(folder.path(), "two.svg", &[&one[..], &["--against", "age"]].concat());
    assert_eq!(drawn.status, 0, "{}", drawn.err);
    let svg = std::fs::read_to_string(folder.path().join("two.svg")).unwrap();
    for name in ["Age and sex", "Age alone"] {
        assert!(svg.contains(&format!(">{name}<")), "{name}");
    }
    assert!(!svg.contains(">age + sex<"));
    let refused = plot(folder.path(), "one.svg", &one);
    assert_eq!(refused.status, 2);
    assert!(refused.err.contains("leave out --model-names"), "{}", refused.err);
    assert!(!folder.path().join("one.svg").exists());
}
