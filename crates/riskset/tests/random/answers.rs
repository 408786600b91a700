//! What an estimator answers, as the numbers that must keep the promises.

use super::rows::Rows;
use riskset::{
    AalenJohansen, ClusteredProportion, CompetingRisks, CoxModel, CoxTest, DesignMatrix, Error,
    FineGray, GrayTest, Groups, Interval, KaplanMeier, LogRank, MetaModel, Observations,
    ProportionInterval, ProportionMeta, ProportionVariance, RightCensored, SurvivalCurve, Ties,
};

/// The numbers of an answer.
#[derive(Default)]
pub struct Answer {
    /// Everything, as text that shows every bit.
    pub bits: String,
    /// Numbers that the order of the rows may change in the last places, in a fixed order.
    pub numbers: Vec<f64>,
    pub probabilities: Vec<f64>,
    /// Estimates with their limits.
    limits: Vec<(f64, Interval)>,
    /// Each must not fall.
    pub rising: Vec<Vec<f64>>,
    refused: bool,
}

/// Rounding between an estimate and its limit, relative to the larger of 1 and the estimate.
const ROUNDING: f64 = 1e-12;

impl Answer {
    /// A refusal in words is a fine answer.
    fn refusal(error: &Error) -> Answer {
        let bits = error.to_string();
        assert!(bits.len() > 20, "the refusal says too little: {bits}");
        // A row is named by its place, which another order moves.
        Answer { bits: "refused".to_owned(), refused: true, ..Answer::default() }
    }

    pub fn is_refusal(&self) -> bool {
        self.refused
    }

    /// # Panics
    ///
    /// When a promise is broken.
    pub fn check(&self, shown: &dyn Fn() -> String) {
        let words = self.bits.split(|sign: char| !sign.is_ascii_alphanumeric());
        let bad = words.filter(|word| *word == "NaN" || *word == "inf").count();
        assert_eq!(bad, 0, "a number that is none in {}: {}", self.bits, shown());
        for p in &self.probabilities {
            assert!((0.0..=1.0).contains(p), "{p} is no probability: {}", shown());
        }
        for (estimate, limits) in &self.limits {
            let slack = ROUNDING * estimate.abs().max(1.0);
            let below = limits.lower.is_none_or(|lower| lower <= estimate + slack);
            let above = limits.upper.is_none_or(|upper| upper >= estimate - slack);
            assert!(below && above, "{estimate} is outside of {limits:?}: {}", shown());
        }
        for values in &self.rising {
            assert!(values.is_sorted(), "{values:?} falls: {}", shown());
        }
    }

    /// The same numbers but for their last places.
    pub fn same_places(&self, other: &Answer, tolerance: f64, shown: &dyn Fn() -> String) {
        assert_eq!(self.refused, other.refused, "refused in one order: {}", shown());
        near(&self.numbers, &other.numbers, tolerance, shown);
    }

    /// The same curves and P values but for their last places.
    pub fn same_probabilities(&self, other: &Answer, tolerance: f64, shown: &dyn Fn() -> String) {
        assert_eq!(self.refused, other.refused, "refused in one order: {}", shown());
        near(&self.probabilities, &other.probabilities, tolerance, shown);
    }

    /// A probability, and its limits, which are probabilities too and hold it.
    pub fn probability(&mut self, estimate: f64, limits: Option<Interval>) {
        self.probabilities.push(estimate);
        if let Some(limits) = limits {
            self.probabilities.extend([limits.lower, limits.upper].into_iter().flatten());
            self.limit(estimate, limits);
        }
    }

    pub fn limit(&mut self, estimate: f64, limits: Interval) {
        self.limits.push((estimate, limits));
    }
}

fn near(these: &[f64], those: &[f64], tolerance: f64, shown: &dyn Fn() -> String) {
    assert_eq!(these.len(), those.len(), "another answer: {}", shown());
    for (one, two) in these.iter().zip(those) {
        let apart = (one - two).abs() / one.abs().max(1.0);
        assert!(apart <= tolerance, "{one} and {two} in another order: {}", shown());
    }
}

/// The answer, or its refusal.
pub fn asked(answer: impl FnOnce() -> Result<Answer, Error>) -> Answer {
    answer().unwrap_or_else(|error| Answer::refusal(&error))
}

/// The first cause is the event.
pub fn response(rows: &Rows) -> Result<Observations, Error> {
    observed(rows, |cause| cause == 1)
}

fn observed(rows: &Rows, event: impl Fn(u32) -> bool) -> Result<Observations, Error> {
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

pub fn risks(rows: &Rows) -> Result<CompetingRisks, Error> {
    CompetingRisks::from_observations(observed(rows, |cause| cause != 0)?, &rows.cause, 2)
}

/// The same without late entry and weights, which not every estimator takes.
fn plain(rows: &Rows) -> Result<CompetingRisks, Error> {
    let (entry, weight) = (vec![0.0; rows.len()], vec![1.0; rows.len()]);
    risks(&Rows { entry, weight, ..rows.clone() })
}

pub fn groups(codes: &[u32]) -> Groups {
    let mut levels = codes.to_vec();
    levels.sort_unstable();
    levels.dedup();
    let index = codes.iter().map(|code| levels.partition_point(|level| level < code) as u32);
    Groups::new(index.collect(), levels.len()).expect("every level is used")
}

fn curves(rows: &Rows) -> Result<Vec<SurvivalCurve>, Error> {
    KaplanMeier::default().fit_groups(&response(rows)?, &groups(&rows.group))
}

pub fn km(rows: &Rows) -> Answer {
    asked(|| {
        let mut answer = Answer::default();
        for curve in curves(rows)? {
            for point in curve.points() {
                answer.probabilities.push(point.survival);
                if let Some(limits) = point.interval {
                    answer.probabilities.extend([limits.lower, limits.upper].into_iter().flatten());
                    answer.limit(point.survival, limits);
                }
                answer.bits += &format!("{point:?}");
            }
            let falling = curve.survival().iter().map(|survival| -survival);
            answer.rising.push(falling.collect());
            answer.rising.push(curve.cumulative_hazard());
            answer.bits += &format!("{:?}", [0.1, 0.5, 0.9].map(|share| curve.quantile(share)));
        }
        Ok(answer)
    })
}

pub fn rmst(rows: &Rows) -> Answer {
    asked(|| {
        let mut answer = Answer::default();
        let curves = curves(rows)?;
        let end = curves.iter().map(SurvivalCurve::last_time).fold(f64::MAX, f64::min);
        for curve in &curves {
            let means: Vec<_> =
                [0.25, 0.5, 1.0].iter().filter_map(|share| curve.rmst(share * end)).collect();
            answer.rising.push(means.iter().map(|mean| mean.estimate).collect());
            for mean in means {
                assert!(mean.estimate <= mean.tau * (1.0 + ROUNDING), "a mean beyond its horizon");
                let limits = Interval { lower: Some(mean.lower), upper: Some(mean.upper) };
                answer.limit(mean.estimate, limits);
                answer.bits += &format!("{mean:?}");
            }
        }
        let contrast = curves[curves.len() - 1].rmst_against(&curves[0], end);
        answer.probabilities.extend(contrast.iter().filter_map(|c| c.difference.p_value));
        answer.bits += &format!("{contrast:?}");
        Ok(answer)
    })
}

pub fn logrank(rows: &Rows) -> Answer {
    asked(|| {
        let mut answer = Answer::default();
        let (response, by) = (response(rows)?, groups(&rows.group));
        let strata = groups(&rows.stratum);
        for strata in [None, Some(&strata)] {
            let test = LogRank::default().strata(strata).test(&response, &by)?;
            answer.probabilities.extend(test.p_value());
            answer.bits += &format!("{:?} {:?} {test:?}", test.statistic(), test.p_value());
        }
        Ok(answer)
    })
}

pub fn cif(rows: &Rows) -> Answer {
    asked(|| {
        let mut answer = Answer::default();
        for group in AalenJohansen::default().fit_groups(&risks(rows)?, &groups(&rows.group))? {
            for cause in group.causes() {
                let mut rising = Vec::new();
                for point in cause.points() {
                    rising.push(point.estimate);
                    answer.probabilities.push(point.estimate);
                    if let Some(limits) = point.interval {
                        let both = [limits.lower, limits.upper];
                        answer.probabilities.extend(both.into_iter().flatten());
                        answer.limit(point.estimate, limits);
                    }
                    answer.bits += &format!("{point:?}");
                }
                answer.rising.push(rising);
            }
            let last = |cause: riskset::CauseIncidence| cause.points().last().map(|p| p.estimate);
            let all: f64 = group.causes().filter_map(last).sum();
            assert!(all <= 1.0 + ROUNDING, "the causes have {all} together: {}", rows.to_csv());
        }
        Ok(answer)
    })
}

pub fn gray(rows: &Rows) -> Answer {
    asked(|| {
        let mut answer = Answer::default();
        for test in GrayTest::default().test(&plain(rows)?, &groups(&rows.group))? {
            answer.probabilities.extend(test.p_value);
            assert!(test.statistic.is_none_or(|statistic| statistic >= 0.0), "below 0");
            answer.bits += &format!("{test:?}");
        }
        Ok(answer)
    })
}

/// As many columns as the data can bear: a model of three columns of five patients runs away.
fn design(rows: &Rows) -> DesignMatrix {
    let columns = if rows.len() < 20 { 1 } else { 3 };
    DesignMatrix::from_columns(rows.x[..columns].concat(), rows.len()).expect("columns are finite")
}

pub fn test(answer: &mut Answer, test: Option<CoxTest>) {
    answer.probabilities.extend(test.map(|test| test.p_value));
    answer.bits += &format!("{test:?}");
}

pub fn cox(rows: &Rows) -> Answer {
    asked(|| {
        let mut answer = Answer::default();
        for ties in [Ties::Efron, Ties::Breslow] {
            let fit = CoxModel::default().ties(ties).fit(&response(rows)?, &design(rows))?;
            let whole = fit.warnings().is_empty();
            for coefficient in fit.coefficients().iter().filter_map(riskset::Fitted::estimate) {
                answer.probabilities.extend(coefficient.p_value);
                if let Some(ratio) = coefficient.hazard_ratio {
                    answer.limit(ratio, coefficient.interval);
                }
                // A coefficient that runs away has no value to compare.
                answer.numbers.extend(whole.then_some(coefficient.estimate));
            }
            answer.numbers.extend(whole.then_some(fit.log_likelihood()));
            assert!(fit.log_likelihood() >= fit.log_likelihood_null() - 1e-9, "{}", rows.to_csv());
            answer.bits += &format!("{:?} {}", fit.coefficients(), fit.log_likelihood());
            [fit.wald_test(), fit.score_test(), fit.likelihood_ratio_test()]
                .into_iter()
                .for_each(|one| test(&mut answer, one));
        }
        Ok(answer)
    })
}

pub fn fine_gray(rows: &Rows) -> Answer {
    asked(|| {
        let mut answer = Answer::default();
        let fit = FineGray::default().fit(&plain(rows)?, 1, &design(rows))?;
        let whole = fit.warnings().is_empty();
        for coefficient in fit.coefficients().iter().filter_map(riskset::Fitted::estimate) {
            answer.probabilities.extend(coefficient.p_value);
            if let Some(ratio) = coefficient.hazard_ratio {
                answer.limit(ratio, coefficient.interval);
            }
            answer.numbers.extend(whole.then_some(coefficient.estimate));
        }
        answer.bits += &format!("{:?} {}", fit.coefficients(), fit.log_likelihood());
        test(&mut answer, fit.wald_test());
        let hazard = fit.baseline_cumulative_hazard();
        answer.rising.extend(hazard.ok().map(<[f64]>::to_vec));
        let first: Vec<f64> = (0..design(rows).columns()).map(|column| rows.x[column][0]).collect();
        if let Ok(curve) = fit.predict(&first) {
            answer.probabilities.extend(&curve.incidence);
            answer.rising.push(curve.incidence);
        }
        Ok(answer)
    })
}

pub fn proportions(rows: &Rows) -> Answer {
    asked(|| {
        let mut answer = Answer::default();
        let outcome: Vec<bool> = rows.cause.iter().map(|cause| *cause == 1).collect();
        for variance in [
            ProportionVariance::Donner,
            ProportionVariance::Gee,
            ProportionVariance::Ratio,
            ProportionVariance::Binomial,
        ] {
            for interval in [ProportionInterval::Wald, ProportionInterval::Wilson] {
                let model = ClusteredProportion::default().variance(variance).interval(interval);
                let Ok(fit) = model.fit(&outcome, &groups(&rows.cluster)) else { continue };
                answer.probabilities.push(fit.estimate);
                if let Some(limits) = fit.interval {
                    answer.probabilities.extend([limits.lower, limits.upper].into_iter().flatten());
                    answer.limit(fit.estimate, limits);
                }
                answer.bits += &format!("{fit:?}");
            }
        }
        Ok(answer)
    })
}

pub fn meta(rows: &Rows) -> Answer {
    asked(|| {
        // A meta-analysis has a few studies.
        let by = groups(&rows.cluster.iter().map(|cluster| cluster % 8).collect::<Vec<u32>>());
        let (mut events, mut sizes) = (vec![0; by.count()], vec![0; by.count()]);
        // The studies in the order in which their first patient comes.
        let mut places = Vec::new();
        for (study, cause) in by.index().iter().zip(&rows.cause) {
            let known = places.iter().position(|place| place == study);
            let place = known.unwrap_or(places.len());
            places.extend(known.is_none().then_some(*study));
            sizes[place] += 1;
            events[place] += u64::from(*cause == 1);
        }
        let mut answer = Answer::default();
        for model in [MetaModel::TwoStep, MetaModel::Exact] {
            let fit = ProportionMeta::default().model(model).fit(&events, &sizes)?;
            let both = [fit.interval.lower, fit.interval.upper];
            answer.probabilities.extend(both.into_iter().flatten().chain([fit.estimate]));
            answer.limit(fit.estimate, fit.interval);
            answer.numbers.extend([fit.estimate, fit.tau_squared]);
            answer.bits += &format!("{} {:?} {:?}", fit.estimate, fit.interval, fit.tau_squared);
            assert!(fit.tau_squared >= 0.0, "a variance below 0: {}", rows.to_csv());
        }
        Ok(answer)
    })
}
