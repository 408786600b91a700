//! Curves, tests, models and incidences.

use super::{level, parsed, words};
use crate::documents::AnyDocument;
use crate::manuscript::Paragraph;
use riskset::{Choice, ConcordanceWeight, LogRankWeight, SurvivalEstimator, Ties};
use riskset_analysis::{
    AdjustMethod, AdjustRequest, CifRequest, CompareRequest, CoxRequest, FineGrayRequest,
    FurtherTests, KmRequest, LogrankRequest, Request,
};

/// The paragraphs of an analysis of times; none for another.
pub fn methods(request: &Request, document: &AnyDocument) -> Vec<Paragraph> {
    match request {
        Request::Km(asked) => km(asked, is_robust(document)),
        Request::TableSurvival(asked) => km(&asked.curves, false),
        Request::Logrank(asked) => vec![logrank(asked)],
        Request::Compare(asked) => compare(asked),
        Request::Adjust(asked) => vec![adjust(asked)],
        Request::Cox(asked) => vec![cox(asked)],
        Request::Cif(asked) => vec![cif(asked, is_robust(document))],
        Request::TableCif(asked) => vec![cif(&asked.incidences, false)],
        Request::FineGray(asked) => vec![fine_gray(asked)],
        _ => Vec::new(),
    }
}

/// Whether the standard errors are robust, which the rows may have decided.
fn is_robust(document: &AnyDocument) -> bool {
    match document {
        AnyDocument::Km(found) => found.variance == "robust",
        AnyDocument::Cif(found) => found.variance == "robust",
        _ => false,
    }
}

const ROBUST: &str = "Standard errors are robust (the infinitesimal jackknife).";

fn km(asked: &KmRequest, robust: bool) -> Vec<Paragraph> {
    let conf_level = level(asked.conf_level);
    let mut text = match (asked.reverse, asked.estimator) {
        (true, _) => words::follow_up(),
        (false, SurvivalEstimator::KaplanMeier) => {
            words::curves(&conf_level, asked.conf_type.name())
        }
        (false, other) => {
            let hazard = match other {
                SurvivalEstimator::Breslow => "the Nelson-Aalen estimate (Breslow)",
                _ => "tied events counted one after the other (Fleming and Harrington)",
            };
            Paragraph::new(format!(
                "Survival was estimated as the exponential of minus the cumulative hazard, {hazard}, with \
                 pointwise {conf_level} confidence intervals on the {} scale.",
                asked.conf_type.name()
            ))
        }
    };
    if robust {
        text = text.say(ROBUST);
    }
    if let Some(kind) = asked.few_patients {
        text = text.say(format!("Limits for few patients: {}.", help(kind)));
    }
    if let Some(kind) = asked.band {
        let words = format!(
            "A simultaneous band holds the whole curve at the {conf_level} level ({}).",
            kind.name()
        );
        text = text.say(words);
    }
    if let Some(time) = asked.given {
        text = text.say(format!("Survival is conditional on having come to {time}."));
    }
    if let Some(horizon) = asked.rmst {
        text = text
            .say(format!("Restricted mean survival times are up to {horizon}."))
            .cite(&["royston2013"]);
    }
    vec![text]
}

/// What the table of names says of a choice.
fn help<T: Choice + PartialEq>(choice: T) -> &'static str {
    let found = T::ALL.iter().find(|(one, _, _)| *one == choice);
    found.map_or("", |(_, _, help)| help)
}

fn logrank(asked: &LogrankRequest) -> Paragraph {
    let text = match asked.test {
        LogRankWeight::LogRank => words::logrank(Paragraph::default()),
        other => {
            let (test, cited): (String, &[&'static str]) = match other {
                LogRankWeight::GehanWilcoxon => ("Gehan-Wilcoxon test".into(), &["gehan1965"]),
                LogRankWeight::TaroneWare => ("Tarone-Ware test".into(), &["tarone1977"]),
                LogRankWeight::PetoPeto => ("Peto-Peto test".into(), &["peto1972"]),
                _ => (
                    format!(
                        "Fleming-Harrington test with rho = {} and gamma = {}",
                        asked.rho.unwrap_or(0.0),
                        asked.gamma.unwrap_or(0.0)
                    ),
                    &["harrington1982"],
                ),
            };
            Paragraph::new(format!("Groups were compared by the two-sided {test}.")).cite(cited)
        }
    };
    let mut text = text;
    if asked.trend {
        text = text.say("A test for trend follows the groups in their order.");
    }
    if let Some(pairs) = &asked.pairwise {
        let of = match &asked.control {
            Some(control) => format!("Each group was compared with {control}"),
            None => "Each pair of groups was compared".to_owned(),
        };
        let adjusted = match pairs.0.name() {
            "none" => "P values were not adjusted for the number of comparisons".to_owned(),
            name => format!("P values were adjusted by the method {name}"),
        };
        text = text.say(format!("{of}; {adjusted}."));
    }
    further(text, &asked.further)
}

/// Tests beside the log-rank test.
fn further(mut text: Paragraph, asked: &FurtherTests) -> Paragraph {
    if asked.permutation.is_some() {
        text = text.say(format!("A permutation test stands beside it (seed {}).", asked.seed));
    }
    if !asked.max_combo.is_empty() {
        let weights: Vec<String> =
            asked.max_combo.iter().map(|(rho, gamma)| format!("({rho}, {gamma})")).collect();
        let words = format!(
            "The MaxCombo test takes the largest of the Fleming-Harrington statistics with rho and gamma \
             of {}.",
            weights.join(", ")
        );
        text = text.say(words).cite(&["harrington1982"]);
    }
    if let Some(time) = asked.modest {
        text = text.say(format!("A modestly weighted test has its weights level off at {time}."));
    }
    text
}

fn compare(asked: &CompareRequest) -> Vec<Paragraph> {
    let text = words::curves(&level(asked.conf_level), asked.conf_type.name());
    let mut paragraphs = vec![words::effects(words::logrank(text), asked.ties)];
    let mut more = further(Paragraph::default(), &asked.further);
    if !asked.milestones.is_empty() {
        let times: Vec<String> = asked.milestones.iter().map(|time| format!("at {time}")).collect();
        more = more.say(format!("Survival was compared {}.", times.join(", ")));
    }
    if !asked.over_time.periods.is_empty() {
        more = more.say("Hazard ratios were estimated by period and tested for equality.");
    }
    if asked.over_time.average {
        more = more.say("An average hazard ratio was estimated as well.");
    }
    if !asked.margins.is_empty() {
        more = more.say(format!(
            "Margins of non-inferiority were tested one-sided at a level of {}.",
            asked.one_sided
        ));
    }
    paragraphs.extend((!more.0.is_empty()).then_some(more));
    paragraphs
}

fn adjust(asked: &AdjustRequest) -> Paragraph {
    let how = &asked.adjust_for;
    let by_model = how.method == AdjustMethod::Standardise;
    let (way, cited) = words::adjusted(by_model, how.target);
    let mut text = Paragraph::new(format!("The comparison was adjusted for {} {way}.", how.adjust))
        .cite(cited);
    if how.stabilised {
        text = text.say("Weights were stabilised by the share of the own group.");
    }
    if let Some(tail) = how.truncate {
        text = text.say(format!("Weights were cut at their quantiles {tail} and {}.", 1.0 - tail));
    }
    text = text.say(match (how.bootstrap, by_model) {
        (Some(draws), _) => format!(
            "Limits are percentiles over {draws} draws of the patients (seed {}), the adjustment made anew \
             in each.",
            how.seed
        ),
        (None, false) => "Standard errors are robust and take the weights as known.".to_owned(),
        (None, true) => "Standard errors are by the infinitesimal jackknife.".to_owned(),
    });
    if let Some(method) = asked.mean_regression {
        text = text.say(format!(
            "The difference of restricted means was estimated by a regression on group and covariates as \
             well ({}).",
            method.name()
        ));
    }
    let conf_level = level(asked.conf_level);
    text.say(format!(
        "Curves have pointwise {conf_level} confidence intervals on the {} scale; the crude comparison \
         stands beside the adjusted one.",
        asked.conf_type.name()
    ))
}

/// The terms of a model: `age + sex`.
pub fn terms(rows: &riskset_analysis::RowsRequest) -> String {
    let terms = parsed(rows).map(|formula| formula.term_names()).unwrap_or_default();
    match terms.is_empty() {
        true => "no covariate".to_owned(),
        false => terms.join(", "),
    }
}

/// How tied times enter, with the publication.
pub fn ties(text: Paragraph, ties: Ties) -> Paragraph {
    match ties {
        Ties::Efron => text.say("and Efron's method for ties.").cite(&["efron1977"]),
        Ties::Breslow => text.say("and Breslow's method for ties.").cite(&["breslow1974"]),
        _ => text.say("and the exact conditional likelihood of tied times."),
    }
}

fn cox(asked: &CoxRequest) -> Paragraph {
    let clustered = parsed(&asked.rows).is_some_and(|formula| formula.cluster().is_some());
    let text = Paragraph::new("Hazard ratios are from a Cox model").cite(&["cox1972"]);
    let mut text = ties(text.say(format!("with {}", terms(&asked.rows))), asked.ties);
    text = text.say(format!("Confidence intervals have a level of {}.", level(asked.conf_level)));
    if asked.firth {
        text = text.say("The likelihood was penalised by Firth's method.").cite(&["heinze2001"]);
    }
    if clustered || asked.robust {
        let by = if clustered { ", summed by cluster" } else { "" };
        text = text.say(format!("Standard errors are robust (sandwich){by}."));
    }
    if let Some(transform) = asked.zph {
        let words = format!(
            "Proportional hazards were checked by the score test of Grambsch and Therneau over time \
             transformed by {}.",
            transform.name()
        );
        text = text.say(words).cite(&["grambsch1994"]);
    }
    if !asked.over_time.periods.is_empty() {
        text = text.say("Hazard ratios were estimated by period and tested for equality.");
    }
    if asked.over_time.average {
        text = text.say("An average hazard ratio was estimated as well.");
    }
    if let Some(smaller) = &asked.against {
        text = text.say(format!("It was compared with the smaller model of {smaller}."));
    }
    match asked.concordance {
        ConcordanceWeight::Harrell => {
            text.say("Concordance is Harrell's C.").cite(&["harrell1982"])
        }
        _ => text.say("Concordance is Uno's C, weighted for censoring.").cite(&["uno2011"]),
    }
}

fn cif(asked: &CifRequest, robust: bool) -> Paragraph {
    let text = words::incidences(&level(asked.conf_level), asked.conf_type.name());
    let mut text = Paragraph::new(text + ".").cite(&["aalen1978"]);
    text = text.say(format!("{} is the event of interest.", asked.causes.cause));
    if robust {
        text = text.say(ROBUST);
    }
    if asked.gray {
        text = text.say("Groups were compared by Gray's test.").cite(&["gray1988"]);
    }
    text
}

fn fine_gray(asked: &FineGrayRequest) -> Paragraph {
    let text = format!(
        "Subdistribution hazard ratios of {} with {} are from a Fine-Gray model,",
        asked.causes.cause,
        terms(&asked.rows)
    );
    Paragraph::new(text).cite(&["fine1999"]).say(format!(
        "with robust standard errors and {} confidence intervals.",
        level(asked.conf_level)
    ))
}
