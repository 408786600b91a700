//! Sentences about methods, with the publications behind them: the Methods of a study and of a single
//! answer are made of the same ones.

use crate::manuscript::Paragraph;
use riskset::{MetaModel, Population, ProportionInterval, ProportionVariance, Ties};
use riskset_analysis::IncidenceModel;

/// `40, 55 and 70`.
pub fn join_and(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// The publication that a named rule of an endpoint follows.
pub fn defined_by(source: &str) -> Option<&'static str> {
    let known = [("Punt CJ", "punt2007"), ("US Food and Drug Administration", "fda2018")];
    known.into_iter().find(|(who, _)| source.starts_with(who)).map(|(_, key)| key)
}

/// Kaplan-Meier curves with intervals of a level, such as `95%`, on a scale, and medians.
pub fn curves(level: &str, scale: &str) -> Paragraph {
    Paragraph::new("Survival was estimated by the Kaplan-Meier method,")
        .cite(&["kaplan1958"])
        .say(format!(
            "with pointwise {level} confidence intervals on the {scale} scale and Greenwood's variance; \
             medians have intervals by the method of Brookmeyer and Crowley on the same scale."
        ))
        .cite(&["brookmeyer1982"])
}

/// Two or more curves compared.
pub fn logrank(text: Paragraph) -> Paragraph {
    text.say("Groups were compared by the two-sided log-rank test.").cite(&["mantel1966"])
}

/// Hazard ratios of groups and their differences of restricted means.
pub fn effects(text: Paragraph, ties: Ties) -> Paragraph {
    let (method, cited) = match ties {
        Ties::Efron => ("Efron's method for ties", "efron1977"),
        Ties::Breslow => ("Breslow's method for ties", "breslow1974"),
        Ties::Exact => ("the exact likelihood of ties", "cox1972"),
    };
    text.say("Hazard ratios are from Cox models")
        .cite(&["cox1972"])
        .say(format!("with the group as the only covariate, unless said otherwise, and {method};"))
        .cite(&[cited])
        .say("proportional hazards were checked by the score test of Grambsch and Therneau.")
        .cite(&["grambsch1994"])
        .say(
            "Differences of restricted mean survival times do not rest on proportional hazards and stand \
             beside the hazard ratios.",
        )
        .cite(&["royston2013"])
}

/// Incidences with intervals of a level.
pub fn incidences(level: &str, scale: &str) -> String {
    format!(
        "Cumulative incidences were estimated by the Aalen-Johansen method, with pointwise {level} \
         confidence intervals on the {scale} scale"
    )
}

/// Follow-up.
pub fn follow_up() -> Paragraph {
    Paragraph::new("Follow-up was estimated by the reverse Kaplan-Meier method.")
        .cite(&["schemper1996"])
}

/// How two groups were made alike, and its publication.
pub fn adjusted(by_model: bool, target: Population) -> (&'static str, &'static [&'static str]) {
    match (by_model, target) {
        (true, _) => ("by standardisation over all patients with a Cox model", &[]),
        (false, Population::Overlap) => (
            "by overlap weights, each patient's probability of being in the other group",
            &["li2018"],
        ),
        (false, Population::Second) => {
            ("by weights for the patients of the group compared", &["rosenbaum1983"])
        }
        (false, Population::All) => {
            ("by weights of the inverse probability of the own group", &["rosenbaum1983"])
        }
    }
}

/// The search for a cut-point.
pub fn cutpoint() -> Paragraph {
    let text = "A cut-point that was not planned was searched over the whole range of the variable; its P \
                value is corrected for the search by permutation, and its hazard ratio was \
                cross-validated.";
    Paragraph::new(text).cite(&["lausen1992"])
}

/// Prognostic factors, one by one and together.
pub fn factors(same_rows: bool) -> String {
    let of_one = match same_rows {
        true => "of the patients in whom all factors were known",
        false => "of the patients in whom it was known",
    };
    format!(
        "prognostic factors were examined one by one, each in a Cox model {of_one}, and together in one \
         Cox model of all; no factor was selected by its P value."
    )
}

/// Adds what predictions were judged by to a paragraph that has said of what; with competing events, by
/// which model their incidence was predicted.
pub fn judged(
    text: Paragraph,
    incidence: Option<IncidenceModel>,
    reclassify: bool,
    thresholds: bool,
) -> Paragraph {
    let mut text = match incidence {
        None => text
            .say(
                "by concordance (Harrell, Uno), cumulative/dynamic area under the ROC curve, Brier score \
                 and calibration, weighted for censoring.",
            )
            .cite(&["harrell1982", "uno2011", "graf1999"]),
        Some(model) => text
            .say(
                "by concordance (Wolbers), cumulative/dynamic area under the ROC curve, Brier score and \
                 calibration, weighted for censoring; the incidence was predicted with competing events, \
                 which are no censorings.",
            )
            .cite(match model {
                IncidenceModel::FineGray => &["fine1999", "graf1999"],
                IncidenceModel::CauseSpecific => &["cox1972", "graf1999"],
            }),
    };
    if reclassify {
        text = text
            .say(
                "Reclassification was measured by the net reclassification improvement and the \
                 integrated discrimination improvement, weighted for censoring.",
            )
            .cite(&["pencina2011"]);
    }
    if thresholds {
        text = text
            .say("Net benefit was computed as for a decision curve, weighted for censoring.")
            .cite(&["vickers2006"]);
    }
    text
}

/// What the limits of net benefits know, of one model or of two.
pub fn net_benefit_limits(two: bool) -> String {
    let of_two = match two {
        false => "",
        true => {
            " Whether the first model treats better than the other is told by the difference, whose limits \
             know that the patients are the same; those of the two models by themselves do not tell it."
        }
    };
    format!("The limits take the predictions and the thresholds as given.{of_two}")
}

/// What reclassification and discrimination improvement are; with competing events, named by the cause
/// of interest, what becomes of the others.
pub fn reclassified(cause: Option<&str>) -> String {
    let others = cause.map_or(String::new(), |cause| {
        format!(
            " Who met another cause than {cause} by then is without the event for good; the weights add up \
             to the Aalen-Johansen incidence."
        )
    });
    format!(
        "NRI, net reclassification improvement: the share that moves the right way less the share that \
         moves the wrong way, summed over those with the event and those without, which is no share of \
         the patients. IDI, integrated discrimination improvement: mean changes of risk. Weighted for \
         censoring.{others}"
    )
}

/// Why nobody should choose a model by its reclassification.
pub const RECLASSIFICATION_IS_NOT_PROPER: &str = "Reclassification and IDI are not proper: a model that is \
     worse but bolder, or a marker without any value, may gain by them (Hilden and Gerds 2014; Kerr et al. \
     2014), and their P values take the predictions as given. Whether a model predicts better is told by \
     the likelihood ratio, the Brier score and net benefit; read the parts with and without the event \
     apart, and never their sum alone.";

/// Measurements and categories of a table of patients.
pub fn described(means: bool) -> String {
    let mean = if means { ", or as means with standard deviations where so marked," } else { "" };
    format!(
        "Measurements are given as medians with interquartile ranges{mean} and categories as counts with \
         percentages. Missing values are counted, and are part of the denominators."
    )
}

/// Variance and interval of a proportion of units of which a patient may have several.
pub fn proportion(
    variance: ProportionVariance,
    interval: ProportionInterval,
    units: &str,
) -> String {
    let of_variance = match variance {
        ProportionVariance::Donner => {
            "variance by the design effect of Donner and Donald, with the intraclass correlation from \
             analysis of variance"
        }
        ProportionVariance::Gee => {
            "variance by generalised estimating equations, exchangeable correlation"
        }
        ProportionVariance::Ratio => "variance of a ratio estimator between patients",
        ProportionVariance::Binomial => "binomial variance",
    };
    let interval = match interval {
        ProportionInterval::Wald => "Wald interval",
        ProportionInterval::Logit => "interval on the logit scale",
        ProportionInterval::Wilson => "Wilson interval",
        ProportionInterval::Exact => "exact interval",
    };
    let independent = match variance {
        ProportionVariance::Binomial => format!(", which takes {units} as independent"),
        _ => String::new(),
    };
    format!("{of_variance}{independent}; {interval}")
}

/// The publication of a variance.
pub fn proportion_cited(variance: ProportionVariance) -> &'static [&'static str] {
    match variance {
        ProportionVariance::Donner => &["donner2000"],
        ProportionVariance::Gee => &["liang1986"],
        _ => &[],
    }
}

/// How proportions of several series were pooled, and its publication.
pub fn pooled(model: MetaModel) -> (&'static str, &'static [&'static str]) {
    match model {
        MetaModel::TwoStep => (
            "random-effects model of the logits, variance between series by restricted maximum \
             likelihood, interval by Hartung and Knapp",
            &["hartung2001"],
        ),
        MetaModel::Exact => (
            "binomial counts with normal random effects of the logits, by maximum likelihood, interval \
             with Student's t",
            &[],
        ),
    }
}

/// The program whose conventions were taken.
pub fn matched(program: &str) -> String {
    format!(
        "Where programs differ in a convention that is not named here, the default of {program} was taken."
    )
}

/// The program.
pub fn software() -> Paragraph {
    Paragraph::new(format!("Analyses were done with riskset {}.", env!("CARGO_PKG_VERSION")))
        .cite(&["riskset"])
}
