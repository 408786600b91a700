//! The parts of a fit as the document has them.

use super::{
    Baseline, CoefficientEntry, Concordance, JointTest, LevelEntry, LogLikelihood, NestedTest,
    TermEntry, Zph,
};
use crate::documents::{Estimate, Test};
use riskset::{Coefficient, ConcordanceWeight, CoxFit, CoxTest, CurveBasis, Fitted, Regression};
use riskset_analysis::{CoxAnswer, Nested};
use riskset_data::{Design, LevelInfo, TermInfo, TermKind};

/// One entry per column of the design.
pub fn coefficients(fitted: &[Fitted], design: &Design) -> Vec<CoefficientEntry> {
    named_coefficients(fitted, &design.names)
}

/// One entry per column of a design of which only the names are known.
pub fn named_coefficients(fitted: &[Fitted], names: &[String]) -> Vec<CoefficientEntry> {
    names.iter().zip(fitted).map(|(name, fitted)| entry(name, fitted.estimate())).collect()
}

fn entry(name: &str, coefficient: Option<&Coefficient>) -> CoefficientEntry {
    CoefficientEntry {
        term: name.to_string(),
        estimate: coefficient.map(|c| c.estimate),
        std_error: coefficient.and_then(|c| c.std_error),
        robust_std_error: coefficient.and_then(|c| c.robust_std_error),
        z: coefficient.and_then(|c| c.z),
        p_value: coefficient.and_then(|c| c.p_value),
        hazard_ratio: Estimate {
            estimate: coefficient.and_then(|c| c.hazard_ratio),
            lower: coefficient.and_then(|c| c.interval.lower),
            upper: coefficient.and_then(|c| c.interval.upper),
        },
    }
}

pub fn log_likelihood(null: f64, model: f64) -> LogLikelihood {
    LogLikelihood { null, model }
}

/// The variance of every pair of columns.
pub fn variance(
    design: &Design,
    entry: impl Fn(usize, usize) -> Option<f64>,
) -> Vec<Vec<Option<f64>>> {
    let columns = 0..design.names.len();
    columns.clone().map(|a| columns.clone().map(|b| entry(a, b)).collect()).collect()
}

/// The tests that all coefficients are zero; one that does not exist is left out.
pub fn tests(fit: &CoxFit) -> Vec<Test> {
    let named = [
        ("likelihood_ratio", fit.likelihood_ratio_test()),
        ("wald", fit.wald_test()),
        ("score", fit.score_test()),
        ("robust_score", fit.robust_score_test()),
    ];
    named.into_iter().filter_map(|(name, test)| Some(test_entry(name, test?))).collect()
}

/// The same; with penalised terms the likelihood ratio is on their effective degrees of freedom.
pub fn all_tests(answer: &CoxAnswer) -> Vec<Test> {
    let penalised = answer.penalised.as_ref().and_then(|found| found.likelihood_ratio);
    let ratio = super::penalised::entry("likelihood_ratio", penalised);
    tests(&answer.fit).into_iter().chain(ratio).collect()
}

/// Wald's test of each term with several columns.
pub fn joint_tests(fit: &Regression, design: &Design) -> Vec<JointTest> {
    let several = design.terms.iter().filter(|term| term.columns.len() > 1 && !is_penalised(term));
    let entry = |term: &TermInfo| {
        let columns: Vec<usize> = term.columns.clone().collect();
        let test = fit.joint_test(&columns);
        JointTest {
            term: term.name.clone(),
            statistic: test.map(|test| test.statistic),
            df: test.map(|test| test.df),
            p_value: test.map(|test| test.p_value),
        }
    };
    several.map(entry).collect()
}

/// The test against a smaller model.
pub fn nested(nested: &Nested) -> NestedTest {
    NestedTest {
        against: nested.against.clone(),
        statistic: nested.test.map(|test| test.statistic),
        df: nested.test.map(|test| test.df),
        p_value: nested.test.map(|test| test.p_value),
    }
}

/// The Wald test alone.
pub fn wald(test: Option<CoxTest>) -> Vec<Test> {
    test.map(|test| test_entry("wald", test)).into_iter().collect()
}

pub fn test_entry(name: &str, test: CoxTest) -> Test {
    Test {
        name: name.to_string(),
        statistic: test.statistic,
        df: test.df as f64,
        p_value: Some(test.p_value),
    }
}

/// The test with its name in words.
pub fn named(test: &Test) -> Test {
    let name = match test.name.as_str() {
        "likelihood_ratio" => "Likelihood-ratio test",
        "wald" => "Wald test",
        "score" => "Score test",
        "robust_score" => "Robust score test",
        other => other,
    };
    Test { name: name.to_string(), ..test.clone() }
}

/// Without covariates all rows are predicted alike: no pair can be in the right order.
pub fn concordance(answer: &CoxAnswer) -> Option<Concordance> {
    let found = answer.concordance.as_ref()?;
    let kind = match answer.request.concordance {
        ConcordanceWeight::Harrell => "harrell",
        ConcordanceWeight::Uno { .. } => "uno",
    };
    let std_error = found.std_error;
    found.estimate.map(|estimate| Concordance { kind, estimate, std_error })
}

pub fn zph(answer: &CoxAnswer) -> Option<Vec<Zph>> {
    let tests = answer.zph.as_ref()?;
    let entry = |(name, test): (&str, Option<&CoxTest>)| Zph {
        term: name.to_string(),
        statistic: test.map(|test| test.statistic),
        df: test.map_or(0, |test| test.df),
        p_value: test.map(|test| test.p_value),
    };
    let names = answer.design.terms.iter().map(|term| term.name.as_str());
    let terms = names.zip(tests.terms.iter().map(Option::as_ref));
    Some(terms.chain([("GLOBAL", tests.global.as_ref())]).map(entry).collect())
}

pub fn baseline(answer: &CoxAnswer, baseline: &riskset::Baseline) -> Baseline {
    Baseline {
        stratum: answer.stratum_labels.get(baseline.stratum).cloned(),
        time: baseline.time.clone(),
        cumulative_hazard: baseline.cumulative_hazard.clone(),
    }
}

/// A penalised spline has a test on its effective degrees of freedom instead.
fn is_penalised(term: &TermInfo) -> bool {
    matches!(&term.kind, TermKind::Curve(info) if matches!(info.basis, CurveBasis::Penalised(_)))
}

/// The terms with their levels.
pub fn terms(design: &Design) -> Vec<TermEntry> {
    design.terms.iter().map(term).collect()
}

fn term(info: &TermInfo) -> TermEntry {
    let (kind, reference, levels) = match &info.kind {
        TermKind::Numeric => ("numeric", None, Vec::new()),
        TermKind::Interaction(_) => ("interaction", None, Vec::new()),
        TermKind::Curve(_) if is_penalised(info) => ("penalised_curve", None, Vec::new()),
        TermKind::Curve(_) => ("curve", None, Vec::new()),
        TermKind::Factor { levels, reference } => {
            let entry = |level: &LevelInfo| LevelEntry {
                level: level.name.clone(),
                n: level.n,
                events: level.events,
            };
            let reference = levels[*reference].name.clone();
            ("factor", Some(reference), levels.iter().map(entry).collect())
        }
    };
    let columns = info.columns.clone();
    TermEntry { term: info.name.clone(), kind, reference, levels, columns }
}
