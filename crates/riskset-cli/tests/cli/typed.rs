//! What shells, text processors and other habits do to what is typed.

use crate::support::{riskset, riskset_in};

#[track_caller]
fn says(args: &[&str], parts: &[&str]) {
    let answer = riskset(args);
    assert_ne!(answer.status, 0, "{}", answer.out);
    for part in parts {
        assert!(answer.err.contains(part), "`{part}` is not in: {}", answer.err);
    }
}

/// The pieces that bash, cmd.exe and PowerShell pass on when a formula is not quoted for them.
#[test]
fn a_shell_that_took_the_formula_apart_is_named() {
    let pieces = ["Surv(time,", "status", "==", "2)", "~", "sex"];
    says(&[&["km", "@lung"][..], &pieces].concat(), &["came in pieces", "between quotes"]);
    // Bash writes the home folder for ~.
    says(&["km", "@lung", "Surv(time,", "status)", "/root", "sex"], &["came in pieces"]);
    let single = ["km", "@lung", "'Surv(time,", "status", "==", "2)", "~", "sex'"];
    says(&single, &["single quotes", "double quotes"]);
    says(&["km", "Surv(time, status == 2) ~ sex"], &["PowerShell", "'@lung'"]);
    let subset = ["km", "@lung", "Surv(time, status == 2) ~ sex", "--subset", "age", ">=", "60"];
    says(&subset, &["condition came in pieces"]);
    says(&["km", "@lung", "“Surv(time,", "status)”"], &["straight quotes"]);
    says(&["km", "@lung", "“Surv(time, status == 2) ~ sex”"], &["straight quotes"]);
}

/// Words without quotes, names that are no names, dates where a time belongs.
#[test]
fn a_formula_says_what_was_meant() {
    let cox = |formula: &str, parts: &[&str]| says(&["cox", "@lung", formula], parts);
    cox("Surv(time, status == yes) ~ sex", &["no column `yes`", "x == \"yes\""]);
    cox("Surv(time, status == 2) ~ ph ecog", &["backticks"]);
    cox("Surv(time, status == 2) ~ ph-ecog", &["backticks"]);
    cox("Surv(2020-01-31, status == 2) ~ sex", &["names no column", "end - start"]);
    cox("surv(time, status == 2) ~ sex", &["capital S"]);
    says(&["km", "lung", "Surv(time, status) ~ sex"], &["@lung"]);
    let dated = ["km", "@dream", "Surv(surgery_date, death_date, dfs_event) ~ sex"];
    says(&dated, &["end - start", "by a rule"]);
    let where_ = ["km", "@colon", "Surv(time, status) ~ rx", "--subset", "rx == Lev"];
    says(&where_, &["x == \"Lev\""]);
}

/// Every word of R has an answer: the analysis that it is here, or that it is not here.
#[test]
fn words_of_r_are_answered() {
    let terms = [
        ("tt(age)", "tv(x, log(t))"),
        ("frailty.t(inst)", "distribution = \"gaussian\""),
        ("pspline(age)", "pspline(x, df = 4)"),
        ("bs(age, 3)", "ns(x, df = 3)"),
        ("ridge(age)", "theta = 1"),
    ];
    for (term, answer) in terms {
        says(&["cox", "@lung", &format!("Surv(time, status == 2) ~ {term}")], &[answer]);
    }
    says(
        &["cox", "@lung", "Surv(time, status, type = \"interval2\") ~ sex"],
        &["intervals is not here"],
    );
    let analyses = [
        ("survfit", "km"),
        ("coxph", "cox"),
        ("survdiff", "logrank"),
        ("cuminc", "cif"),
        ("crr", "fine-gray"),
    ];
    for (word, analysis) in analyses {
        let own = format!("riskset {analysis} DATA");
        says(&[word, "@lung", "Surv(time, status) ~ sex"], &["a name of R", &own]);
        let formula = format!("{word}(Surv(time, status) ~ sex)");
        says(&["km", "@lung", &formula], &["give the formula alone", analysis]);
    }
}

/// Quotes of a text processor, paths of Windows and quotes within quotes, in every file of TOML.
#[test]
fn files_of_toml_say_what_was_meant() {
    let folder = tempfile::tempdir().unwrap();
    let study = |line: &str, part: &str| {
        let rest =
            "schema = \"riskset.study/1\"\n[study]\ntitle = \"T\"\nconf_type = \"log\"\n[data]\n";
        std::fs::write(folder.path().join("s.toml"), format!("{rest}{line}\n")).unwrap();
        let answer = riskset_in(folder.path(), &["study", "s.toml", "--output", "report"], "");
        assert_ne!(answer.status, 0);
        assert!(answer.err.contains(part) && answer.err.contains("line 6"), "{}", answer.err);
    };
    study("file = “t.csv”", "straight quotes");
    study("file = \"C:\\Users\\t.csv\"", "single quotes");
    study("file = \"C:\\new\\table.csv\"", "single quotes");
    study("file = \"a \"b\" c\"", "single quotes");
    let refused = |name: &str, text: &str, args: &[&str]| {
        std::fs::write(folder.path().join(name), text).unwrap();
        let answer = riskset_in(folder.path(), args, "");
        assert_ne!(answer.status, 0);
        assert!(answer.err.contains("straight quotes"), "{name}: {}", answer.err);
    };
    refused("r.toml", "rule = “os”\n", &["endpoint", "@dream", "--rule", "r.toml"]);
    refused("f.toml", "title = “x”\n", &["plot", "flow", "f.toml", "--output", "f.svg"]);
    let km = ["plot", "km", "@lung", "Surv(time, status == 2) ~ sex", "--output", "f.svg"];
    refused("p.toml", "base = “jama”\n", &[&km[..], &["--theme", "p.toml"]].concat());
}
