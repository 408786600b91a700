//! Models and their worth, proportions, pooling, plans, and what is done to tables.

use super::survival::{terms, ties};
use super::{level, words};
use crate::manuscript::Paragraph;
use riskset::CaseCohortMethod;
use riskset_analysis::{
    IncidenceModel, PerformanceRequest, PowerLogrankRequest, Request, RiskGroupsRequest,
};

/// The paragraphs of an analysis that is not of times alone.
pub fn methods(request: &Request) -> Vec<Paragraph> {
    let one = match request {
        Request::Cutpoint(_) => words::cutpoint(),
        Request::Factors(asked) => {
            let text = Paragraph::new(capital(&words::factors(asked.same_rows)));
            ties(text.say("Models are Cox models").cite(&["cox1972"]), asked.ties)
        }
        Request::ElasticNet(asked) => {
            let chosen = match asked.folds {
                0 => "the whole path of lambda is given".to_owned(),
                folds => format!(
                    "lambda was chosen by {folds}-fold cross-validation of the partial likelihood (seed {})",
                    asked.seed
                ),
            };
            Paragraph::new(format!(
                "A Cox model of {} was fitted by the elastic net with alpha = {}; {chosen}.",
                terms(&asked.rows),
                asked.alpha
            ))
            .cite(&["simon2011"])
        }
        Request::Performance(asked) => performance(asked),
        Request::RiskGroups(asked) => risk_groups(asked),
        Request::Clogit(asked) => Paragraph::new(format!(
            "Odds ratios of {} within matched sets are from a conditional logistic regression, with {} \
             confidence intervals; sets without a case or of cases alone say nothing and were left out.",
            terms(&asked.rows),
            level(asked.conf_level)
        )),
        Request::CaseCohort(asked) => Paragraph::new(format!(
            "Hazard ratios of {} are from a Cox regression of the case-cohort sample by {} estimator, with \
             {} confidence intervals that hold the draw of the subcohort.",
            terms(&asked.rows),
            match asked.method {
                CaseCohortMethod::Prentice => "Prentice's",
                CaseCohortMethod::SelfPrentice => "Self and Prentice's",
                CaseCohortMethod::LinYing => "Lin and Ying's",
                CaseCohortMethod::BorganI => "Borgan and others' first",
                CaseCohortMethod::BorganII => "Borgan and others' second",
            },
            level(asked.conf_level)
        )),
        Request::Predict(_) => Paragraph::new(
            "Predictions are those of a model that was fitted before and saved; nothing was fitted to these \
             rows.",
        ),
        Request::Npv(asked) => {
            let interval = asked.interval.unwrap_or_else(|| asked.variance.default_interval());
            let mut text = Paragraph::new(format!(
                "Proportions have two-sided {} confidence intervals that allow for several units of one \
                 patient ({}).",
                level(asked.conf_level),
                words::proportion(asked.variance, interval, "units")
            ))
            .cite(words::proportion_cited(asked.variance));
            if let Some(threshold) = asked.threshold {
                let words = format!("The proportion was tested one-sided against {threshold}.");
                text = text.say(words);
            }
            text
        }
        Request::MetaProportion(asked) => {
            let (how, cited) = words::pooled(asked.method);
            Paragraph::new(format!(
                "The counts of the series were pooled ({how}). The prediction interval says where the \
                 proportion of a further series is expected."
            ))
            .cite(cited)
        }
        Request::MetaHr(_) => Paragraph::new(
            "Log hazard ratios and their variances were taken from what each trial published",
        )
        .cite(&["parmar1998"])
        .say("and pooled with one common effect and with random effects."),
        Request::Tipping(asked) => Paragraph::new(format!(
            "What might have become of those who were lost was set to best and worst, and their times were \
             imputed {} times (seed {}) with a hazard that is a multiple of that of those still followed; \
             the multiple at which the conclusion turns is given at a level of {}.",
            asked.imputations,
            asked.seed,
            level(asked.conf_level)
        )),
        Request::TableOne(asked) => {
            let means = asked.summary.iter().any(|one| one.summaries.iter().any(|how| how == "mean"));
            Paragraph::new(words::described(means))
        }
        Request::PowerNpv(asked) => Paragraph::new(format!(
            "The size was planned for the exact one-sided test of one proportion at a level of {} with a \
             power of {}, with an intraclass correlation of {} and {} units a patient.",
            asked.alpha, asked.power, asked.icc, asked.cluster_size
        ))
        .cite(&["donner2000"]),
        Request::PowerLogrank(asked) => power(asked),
        Request::Split(_) => Paragraph::new(
            "Follow-up was cut into rows (start, stop], so that what changes counts from when it changed.",
        ),
        Request::Simulate(_) => Paragraph::new(
            "Patients were drawn from a declared model, whose truth was computed from the model itself.",
        ),
        _ => return Vec::new(),
    };
    vec![one]
}

fn performance(asked: &PerformanceRequest) -> Paragraph {
    let on = match &asked.validate {
        Some(_) => "on new data",
        None => "on the patients that made it",
    };
    let against = match &asked.against {
        Some(other) => format!("compared with that of {other} "),
        None => "judged ".to_owned(),
    };
    let corrected = match (asked.bootstrap, asked.folds) {
        (0, 0) => String::new(),
        (0, folds) => format!(", corrected by {folds}-fold cross-validation (seed {})", asked.seed),
        (samples, _) => format!(
            ", with {samples} bootstrap samples to correct for optimism, the model made anew in each (seed \
             {})",
            asked.seed
        ),
    };
    let text = Paragraph::new(format!(
        "The {} of {} was {against}{on}{corrected},",
        match (&asked.cause, asked.model()) {
            (None, _) => "Cox model",
            (Some(_), IncidenceModel::FineGray) => "Fine-Gray model",
            (Some(_), IncidenceModel::CauseSpecific) => "cause-specific Cox models",
        },
        terms(&asked.rows)
    ));
    let incidence = asked.cause.as_ref().map(|_| asked.model());
    let (reclassify, thresholds) = (!asked.reclassify.is_empty(), !asked.thresholds.is_empty());
    words::judged(text, incidence, reclassify, thresholds)
}

fn risk_groups(asked: &RiskGroupsRequest) -> Paragraph {
    let cuts: Vec<String> = asked.groups.iter().map(ToString::to_string).collect();
    let of = match asked.at {
        Some(time) => format!("the risk by {time} that"),
        None => "the linear predictor that".to_owned(),
    };
    let of_model = |model: &str, end: &str| {
        Paragraph::new(format!(
            "Groups were made by {of} {model} of {} predicts, cut at {}{end}",
            terms(&asked.rows),
            cuts.join(", ")
        ))
    };
    match (&asked.cause, asked.incidence_model.unwrap_or_default()) {
        (None, _) => ties(of_model("a Cox model", ",").cite(&["cox1972"]), asked.ties),
        (Some(_), IncidenceModel::FineGray) => {
            of_model("a Fine-Gray model", ".").cite(&["fine1999"])
        }
        (Some(_), IncidenceModel::CauseSpecific) => {
            ties(of_model("cause-specific Cox models", ",").cite(&["cox1972"]), asked.ties)
        }
    }
}

fn power(asked: &PowerLogrankRequest) -> Paragraph {
    let side = if asked.one_sided { "one-sided" } else { "two-sided" };
    Paragraph::new(format!(
        "The size was planned for a {side} log-rank test at a level of {}, events by the formula of {}.",
        asked.alpha,
        asked.method.name()
    ))
    .cite(&["mantel1966"])
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}
