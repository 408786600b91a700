//! Every estimator on small data: no panic, no number that is not finite, no probability outside
//! [0, 1], no message without words. A refusal is a fine answer.

use super::rows::Rows;
use riskset::Choice;
use riskset::{
    AalenJohansen, Adjustment, BaselineAt, CensoringTies, ClusteredProportion, CompetingRisks,
    ConcordanceIndex, ConcordanceWeight, ConfType, CoxFit, CoxModel, DesignMatrix, Error, FineGray,
    GrayTest, Groups, KaplanMeier, LogRank, LogRankWeight, MetaInterval, MetaModel, Observations,
    Penalty, ProportionInterval, ProportionMeta, ProportionVariance, RightCensored, RowResidual,
    Sample, SurvivalCurve, SurvivalEstimator, Ties, WeightError, ZphTransform,
};
use std::fmt::Debug;

/// Asks every estimator.
///
/// # Panics
///
/// When an answer breaks a promise: the sentence says which.
pub fn check(rows: &Rows) {
    for values in &rows.x {
        answer("a sample", Sample::new(values).map(|s| (s.mean(), s.std_deviation(), s.range())));
    }
    proportions(rows);
    meta(rows);
    let Some(response) = accepted("the response", response(rows, |cause| cause == 1)) else {
        return;
    };
    let by = Factors::of(rows);
    curves(rows, &response, &by);
    tests(&response, &by);
    concordance(rows, &response, &by);
    cox(rows, &response, &by);
    competing(rows, &by);
}

/// The partitions of the rows.
struct Factors {
    group: Groups,
    stratum: Groups,
    cluster: Groups,
}

impl Factors {
    fn of(rows: &Rows) -> Factors {
        let [group, stratum, cluster] =
            [&rows.group, &rows.stratum, &rows.cluster].map(|codes| groups(codes));
        Factors { group, stratum, cluster }
    }
}

pub(super) fn groups(codes: &[u32]) -> Groups {
    let mut levels = codes.to_vec();
    levels.sort_unstable();
    levels.dedup();
    let index = codes.iter().map(|code| levels.partition_point(|level| level < code) as u32);
    Groups::new(index.collect(), levels.len()).expect("every level is used")
}

/// The rows with the causes that are events.
pub(super) fn response(rows: &Rows, event: impl Fn(u32) -> bool) -> Result<Observations, Error> {
    let events: Vec<bool> = rows.cause.iter().map(|cause| event(*cause)).collect();
    let mut response = RightCensored::new(&rows.time, &events)?;
    if rows.entry.iter().any(|entry| *entry != 0.0) {
        response = response.with_entry(&rows.entry)?;
    }
    if rows.weight.iter().any(|weight| *weight != 1.0) {
        response = response.with_weights(&rows.weight)?;
    }
    Ok(response.into_observations())
}

/// The value, when it was not refused; a refusal says why.
pub(super) fn accepted<T>(what: &str, result: Result<T, Error>) -> Option<T> {
    result
        .map_err(|error| {
            let text = error.to_string();
            assert!(text.len() > 20, "{what}: the refusal says too little: {text}");
        })
        .ok()
}

/// Like [`accepted`], and every number of the answer is finite.
pub(super) fn answer<T: Debug>(what: &str, result: Result<T, Error>) -> Option<T> {
    let value = accepted(what, result)?;
    finite(what, &value);
    Some(value)
}

/// Every number in the debug representation is finite: it shows all fields, also future ones.
pub(super) fn finite(what: &str, value: &impl Debug) {
    let text = format!("{value:?}");
    let words = || text.split(|c: char| !c.is_ascii_alphanumeric());
    assert!(!words().any(|word| word == "NaN" || word == "inf"), "{what}: not finite in {text}");
}

pub(super) fn probability(what: &str, value: f64) {
    assert!((0.0..=1.0).contains(&value), "{what}: {value} is not a probability");
}

fn curves(rows: &Rows, response: &Observations, by: &Factors) {
    for &(estimator, _, _) in SurvivalEstimator::ALL {
        for &(conf_type, name, _) in ConfType::ALL {
            let model = KaplanMeier::default().estimator(estimator).conf_type(conf_type);
            let Some(curves) = accepted(name, model.fit_groups(response, &by.group)) else {
                continue;
            };
            for curve in &curves {
                one_curve(rows, curve);
            }
            finite("a difference of curves", &curves[0].difference_from(&curves[curves.len() - 1]));
            let end = curves.iter().map(SurvivalCurve::last_time).fold(f64::MAX, f64::min);
            finite("a contrast of means", &curves[0].rmst_against(&curves[curves.len() - 1], end));
        }
    }
}

fn one_curve(rows: &Rows, curve: &SurvivalCurve) {
    let mut before = 1.0;
    for point in curve.points() {
        finite("a point of a curve", &point);
        probability("survival", point.survival);
        assert!(point.survival <= before, "survival rises at {}", point.risk_set.time);
        before = point.survival;
        for limit in point.interval.iter().flat_map(|i| [i.lower, i.upper]).flatten() {
            probability("a limit of survival", limit);
        }
    }
    for share in [0.1, 0.25, 0.5, 0.75, 1.0] {
        finite("a quantile", &curve.quantile(share));
    }
    for tau in [0.0, curve.last_time() / 2.0, curve.last_time(), curve.last_time() * 2.0] {
        finite("a restricted mean", &(curve.rmst(tau), curve.rmst_with_flat_tail(tau)));
    }
    answer("survival at times", curve.at_times(&rows.time));
}

fn tests(response: &Observations, by: &Factors) {
    let weights = [
        LogRankWeight::LogRank,
        LogRankWeight::GehanWilcoxon,
        LogRankWeight::TaroneWare,
        LogRankWeight::PetoPeto,
        LogRankWeight::FlemingHarrington { rho: 1.0, gamma: 0.0 },
        LogRankWeight::FlemingHarrington { rho: 0.0, gamma: 0.5 },
    ];
    for weight in weights {
        let model = LogRank::default().weight(weight);
        for strata in [None, Some(&by.stratum)] {
            if let Some(test) =
                answer(weight.name(), model.strata(strata).test(response, &by.group))
            {
                test.p_value().iter().for_each(|p| probability(weight.name(), *p));
                finite("a trend", &test.trend());
            }
            let pairs = model.strata(strata).pairwise(response, &by.group, Adjustment::Holm);
            answer("pairs", pairs);
            let pairs = model.strata(strata).against_control(
                response,
                &by.group,
                0,
                Adjustment::BenjaminiHochberg,
            );
            answer("pairs with a control", pairs);
        }
    }
}

fn concordance(rows: &Rows, response: &Observations, by: &Factors) {
    let weights = [
        ConcordanceWeight::Harrell,
        ConcordanceWeight::Uno { tau: None },
        ConcordanceWeight::Uno { tau: Some(rows.time[0]) },
    ];
    for weight in weights {
        let plain = ConcordanceIndex::default().weight(weight);
        for index in [plain, plain.strata(&by.stratum), plain.cluster(&by.cluster)] {
            let found = answer("concordance", index.estimate(response, &rows.x[0]));
            found.and_then(|c| c.estimate).iter().for_each(|c| probability("concordance", *c));
        }
    }
}

pub(super) fn design(rows: &Rows, columns: usize) -> DesignMatrix {
    let values = rows.x[..columns].concat();
    match columns {
        0 => DesignMatrix::empty(rows.len()),
        _ => DesignMatrix::from_columns(values, rows.len()).expect("hard data are finite"),
    }
}

fn cox(rows: &Rows, response: &Observations, by: &Factors) {
    for columns in [0, 1, 3] {
        let design = design(rows, columns);
        for ties in [Ties::Efron, Ties::Breslow, Ties::Exact] {
            let plain = CoxModel::default().ties(ties);
            let models = [
                plain.clone(),
                plain.clone().strata(&by.stratum),
                plain.clone().cluster(&by.cluster),
                plain.clone().robust(true).strata(&by.stratum),
                plain.clone().penalty(Penalty::Firth),
                plain.offset(&rows.x[2][..]),
            ];
            for model in &models {
                if let Some(fit) = accepted("Cox", model.fit(response, &design)) {
                    one_cox(&fit, &design);
                }
            }
        }
    }
}

fn one_cox(fit: &CoxFit, design: &DesignMatrix) {
    finite("Cox coefficients", &fit.coefficients());
    finite("Cox log likelihoods", &(fit.log_likelihood_null(), fit.log_likelihood()));
    let tests =
        [fit.likelihood_ratio_test(), fit.wald_test(), fit.score_test(), fit.robust_score_test()];
    finite("Cox tests", &tests);
    tests.iter().flatten().for_each(|test| probability("a Cox test", test.p_value));
    for (a, b) in (0..design.columns()).flat_map(|a| (0..=a).map(move |b| (a, b))) {
        finite("Cox variances", &(fit.model_variance(a, b), fit.robust_variance(a, b)));
    }
    answer("expected events", fit.expected());
    answer("martingale residuals", fit.martingale_residuals());
    answer("deviance residuals", fit.deviance_residuals());
    for kind in [RowResidual::Score, RowResidual::Dfbeta, RowResidual::Dfbetas] {
        answer("row residuals", fit.row_residuals(kind));
    }
    for scaled in [false, true] {
        answer("Schoenfeld residuals", fit.schoenfeld_residuals(scaled));
    }
    let terms: Vec<std::ops::Range<usize>> = (0..design.columns()).map(|c| c..c + 1).collect();
    for &(transform, name, _) in ZphTransform::ALL {
        answer(name, fit.zph(transform, &terms));
        for column in 0..design.columns() {
            answer("a coefficient over time", fit.coefficient_over_time(column, transform));
        }
    }
    for at in [BaselineAt::Zero, BaselineAt::Mean] {
        answer("a baseline", fit.baseline(at));
        answer("linear predictors", fit.linear_predictors(design, at));
    }
    if let Some(curves) = answer("predicted curves", fit.curves(design, 0, ConfType::LogLog)) {
        for curve in &curves {
            curve.survival.iter().for_each(|s| probability("predicted survival", *s));
        }
    }
    answer("profiles", fit.profiles());
    answer("concordance of a fit", fit.concordance(ConcordanceWeight::Harrell));
}

fn competing(rows: &Rows, by: &Factors) {
    let causes = response(rows, |cause| cause != 0)
        .and_then(|response| CompetingRisks::from_observations(response, &rows.cause, 2));
    let Some(causes) = accepted("competing risks", causes) else { return };
    for &(conf_type, name, _) in ConfType::ALL {
        let model = AalenJohansen::default().conf_type(conf_type);
        let Some(groups) = accepted(name, model.fit_groups(&causes, &by.group)) else { continue };
        for cause in groups.iter().flat_map(|group| group.causes()) {
            for point in cause.points() {
                finite("incidence", &point);
                probability("incidence", point.estimate);
            }
            finite("a quantile of incidence", &cause.quantile(0.25));
            finite("an overstatement", &cause.overstatement());
            answer("incidence at times", cause.at_times(&rows.time));
        }
    }
    for strata in [None, Some(&by.stratum)] {
        for rho in [0.0, 1.0] {
            answer(
                "Gray's test",
                GrayTest::default().rho(rho).strata(strata).test(&causes, &by.group),
            );
        }
    }
    for columns in [1, 3] {
        let design = design(rows, columns);
        let plain = FineGray::default();
        let models = [
            plain,
            plain.cluster(&by.cluster),
            plain.censoring_groups(&by.group).censoring_ties(CensoringTies::AfterEvents),
            plain.weight_error(WeightError::Ignored),
        ];
        for (model, cause) in models.iter().flat_map(|model| [(model, 1), (model, 2)]) {
            let Some(fit) = accepted("Fine-Gray", model.fit(&causes, cause, &design)) else {
                continue;
            };
            finite("Fine-Gray coefficients", &fit.coefficients());
            finite("Fine-Gray likelihoods", &(fit.log_likelihood_null(), fit.log_likelihood()));
            if let Some(hazard) = accepted("a Fine-Gray baseline", fit.baseline_cumulative_hazard())
            {
                finite("a Fine-Gray baseline", &hazard);
            }
            finite("a Fine-Gray test", &fit.wald_test());
            for (a, b) in (0..columns).flat_map(|a| (0..=a).map(move |b| (a, b))) {
                finite("Fine-Gray variances", &(fit.variance(a, b), fit.model_variance(a, b)));
            }
            let first: Vec<f64> = (0..columns).map(|column| rows.x[column][0]).collect();
            if let Some(curve) = answer("a predicted incidence", fit.predict(&first)) {
                curve.incidence.iter().for_each(|p| probability("predicted incidence", *p));
            }
        }
    }
}

fn proportions(rows: &Rows) {
    let by = Factors::of(rows);
    let outcome: Vec<bool> = rows.cause.iter().map(|cause| *cause == 1).collect();
    for &(variance, name, _) in ProportionVariance::ALL {
        for &(interval, _, _) in ProportionInterval::ALL {
            let model = ClusteredProportion::default().variance(variance).interval(interval);
            for threshold in [None, Some(0.5)] {
                let model = threshold.map_or(model.clone(), |at| model.clone().threshold(at));
                answer(name, model.fit(&outcome, &by.cluster));
                answer(name, model.fit_groups(&outcome, &by.cluster, &by.group));
            }
        }
    }
}

fn meta(rows: &Rows) {
    let by = groups(&rows.cluster);
    let (mut events, mut sizes) = (vec![0; by.count()], vec![0; by.count()]);
    for (study, cause) in by.index().iter().zip(&rows.cause) {
        sizes[*study as usize] += 1;
        events[*study as usize] += u64::from(*cause == 1);
    }
    for model in [MetaModel::TwoStep, MetaModel::Exact] {
        for interval in [MetaInterval::HartungKnapp, MetaInterval::StudentT, MetaInterval::Normal] {
            let fit = ProportionMeta::default().model(model).interval(interval);
            if let Some(fit) = answer("meta-analysis", fit.fit(&events, &sizes)) {
                probability("a pooled proportion", fit.estimate);
            }
        }
    }
}
