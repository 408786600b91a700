//! The Methods of a single answer.

use riskset_analysis::{Data, Request, Voice, run};
use riskset_report::documents::AnyDocument;
use riskset_report::manuscript::references::REFERENCES;
use riskset_report::methods;
use serde_json::{Value, json};

struct Fields;

impl Voice for Fields {
    fn field(&self, field: &str, _: Option<&str>) -> String {
        field.to_owned()
    }
    fn analysis(&self, name: &str) -> String {
        name.to_owned()
    }
}

fn of(request: Value) -> String {
    let request = Request::from_json(&request.to_string()).unwrap();
    let answer = run(&request, &Data::of(&request).unwrap()).unwrap();
    let document = AnyDocument::of(answer, &Fields).unwrap();
    methods::text(&methods::methods(&request, &document))
}

const LUNG: &str = "Surv(time, status == 2) ~ sex";

/// Word for word, so that a reader can judge it: of the patients of 40 years or more, 14
/// have no weight loss.
#[test]
fn a_comparison_says_what_was_done_and_cites_it() {
    let text = of(json!({ "analysis": "adjust", "data": "@lung", "formula": LUNG,
        "adjust": "age + wt.loss", "subset": "age >= 40", "landmark": 30, "truncate": 0.01 }));
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(
        text,
        format!(
            "Analysed were the rows in which age >= 40. Rows that miss a value used were left out (14); no value was imputed. Landmark analysis at 30, in the unit of the data, of those then at \
             risk, time counted from there. [1]\n\nThe comparison was adjusted for age + wt.loss by weights \
             of the inverse probability of the own group. [2] Weights were cut at their quantiles 0.01 and \
             0.99. Standard errors are robust and take the weights as known. Curves have pointwise 95% \
             confidence intervals on the log scale; the crude comparison stands beside the adjusted \
             one.\n\nAnalyses were done with riskset {version}. [3]\n\n1. Anderson JR, Cain KC, Gelber RD. \
             Analysis of survival by tumor response. J Clin Oncol. 1983;1(11):710-719. \
             doi:10.1200/JCO.1983.1.11.710\n2. Rosenbaum PR, Rubin DB. The central role of the propensity \
             score in observational studies for causal effects. Biometrika. 1983;70(1):41-55. \
             doi:10.1093/biomet/70.1.41\n3. riskset. riskset: survival analysis for clinical research, \
             version {version}. Computer program.\n"
        )
    );
}

/// What was chosen is said, and what was not chosen is not.
#[test]
fn every_choice_is_said() {
    let cases = [
        (
            json!({ "analysis": "km", "data": "@lung", "formula": LUNG, "conf_level": 0.9 }),
            vec!["Kaplan-Meier", "90%", "log scale", "Brookmeyer"],
            vec!["robust", "log-rank"],
        ),
        (
            json!({ "analysis": "km", "data": "@lung", "formula": LUNG, "reverse": true, "robust": true }),
            vec!["reverse Kaplan-Meier", "robust"],
            vec!["Greenwood"],
        ),
        (
            json!({ "analysis": "km", "data": "@lung", "formula": LUNG, "estimator": "breslow",
                 "conf_type": "plain", "rmst": 365, "band": "hall-wellner" }),
            vec!["Nelson-Aalen", "plain scale", "up to 365", "hall-wellner"],
            vec!["Greenwood"],
        ),
        (
            json!({ "analysis": "logrank", "data": "@veteran", "formula": "Surv(time, status) ~ celltype + strata(trt)",
                 "test": "peto-peto", "pairwise": "holm" }),
            vec!["stratified by trt", "Peto-Peto", "holm"],
            vec!["log-rank"],
        ),
        (
            json!({ "analysis": "logrank", "data": "@lung", "formula": LUNG, "test": "fleming-harrington",
                 "rho": 0, "gamma": 1 }),
            vec!["rho = 0 and gamma = 1"],
            vec!["Peto"],
        ),
        (
            json!({ "analysis": "compare", "data": "@lung", "formula": LUNG, "milestones": [365] }),
            vec!["Kaplan-Meier", "log-rank", "Cox models", "Efron", "Grambsch", "at 365"],
            vec!["margin"],
        ),
        (
            json!({ "analysis": "cox", "data": "@lung", "formula": "Surv(time, status == 2) ~ age + sex + cluster(inst)",
                 "zph": "km", "ties": "breslow" }),
            vec![
                "with age, sex",
                "Breslow's method",
                "by cluster",
                "transformed by km",
                "left out (1)",
                "Harrell's C",
            ],
            vec!["Efron", "Uno", "Firth"],
        ),
        (
            json!({ "analysis": "cox", "data": "@lung", "formula": LUNG, "firth": true, "concordance": "uno" }),
            vec!["Firth", "Uno's C"],
            vec!["cluster", "Harrell"],
        ),
        (
            json!({ "analysis": "cif", "data": "@mgus2", "formula": "Surv(etime, event) ~ sex", "cause": "pcm",
                 "censor": "censor", "gray": true }),
            vec!["Aalen-Johansen", "pcm is the event", "Gray's test"],
            vec!["Kaplan"],
        ),
        (
            json!({ "analysis": "fine-gray", "data": "@mgus2", "formula": "Surv(etime, event) ~ age", "cause": "pcm",
                 "censor": "censor" }),
            vec!["Fine-Gray", "pcm with age", "robust"],
            vec!["Gray's test"],
        ),
        (
            json!({ "analysis": "factors", "data": "@lung", "formula": "Surv(time, status == 2) ~ age + sex" }),
            vec!["Prognostic factors", "one by one", "Efron"],
            vec![],
        ),
        (
            json!({ "analysis": "elastic-net", "data": "@lung", "formula": "Surv(time, status == 2) ~ age + sex",
                 "folds": 5 }),
            vec!["age, sex", "alpha = 1", "5-fold"],
            vec![],
        ),
        (
            json!({ "analysis": "performance", "data": "@lung", "formula": "Surv(time, status == 2) ~ age + sex",
                 "times": [365], "bootstrap": 5 }),
            vec!["age, sex", "5 bootstrap samples", "Brier"],
            vec!["new data"],
        ),
        (
            json!({ "analysis": "power-logrank", "hazard_ratio": 0.7, "power": 0.8 }),
            vec!["two-sided log-rank"],
            vec!["left out"],
        ),
        (
            json!({ "analysis": "table-one", "data": "@lung", "variables": ["age", "sex"], "by": "sex" }),
            vec!["medians with interquartile ranges"],
            vec!["means"],
        ),
        (
            json!({ "analysis": "endpoint", "data": "@dream", "id": "patient", "subset": "survival_set == 1",
                 "rule": { "rule": "os", "time_zero": "surgery_date", "death": "death_date",
                           "last_visit": "last_visit_date" } }),
            vec!["os: "],
            vec!["Kaplan"],
        ),
    ];
    for (request, said, unsaid) in cases {
        let text = of(request.clone());
        for words in said {
            assert!(text.contains(words), "{words:?} is not said for {request}:\n{text}");
        }
        let body = text.split("\n1. ").next().unwrap();
        for words in unsaid {
            assert!(!body.contains(words), "{words:?} is said for {request}:\n{text}");
        }
        assert!(text.contains("Analyses were done with riskset"), "{text}");
    }
}

/// A look at a file is no analysis.
#[test]
fn a_look_has_no_methods() {
    assert_eq!(of(json!({ "analysis": "look", "data": "@lung" })), "\n");
}

/// A publication that nothing cites, and a citation of nothing, are mistakes of the list.
#[test]
fn every_publication_has_what_leads_to_it() {
    for one in REFERENCES {
        // A program and a guidance document have no pages.
        let paged = !one.pages.is_empty() || ["fda2018", "riskset"].contains(&one.key);
        assert!(paged && (one.key == "riskset" || one.year > 1900), "{}", one.key);
    }
}
