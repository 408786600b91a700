//! The same for what rests on the estimators: robust errors, bands, few patients, contrasts, and what
//! a prognostic model is worth.

use super::answers::{Answer, asked, groups, response, risks, test};
use super::rows::Rows;
use riskset::{
    AalenJohansen, BandKind, Brier, ConcordanceIndex, ConfType, CoxModel, CurveVariance,
    DesignMatrix, Error, Estimand, FewPatients, Interval, KaplanMeier, MaxCombo, Observations,
    Penalty, Royston, SurvivalCurve, milestone, net_benefit, pseudo_values,
};

/// Without late entries and case weights, which not everything takes.
fn simple(rows: &Rows) -> Rows {
    let (entry, weight) = (vec![0.0; rows.len()], vec![1.0; rows.len()]);
    Rows { entry, weight, ..rows.clone() }
}

fn plain(rows: &Rows) -> Result<Observations, Error> {
    response(&simple(rows))
}

/// The curve of each of two groups, at a time when both are known.
fn two(rows: &Rows) -> Result<(Vec<SurvivalCurve>, f64), Error> {
    let halves: Vec<u32> = rows.group.iter().map(|group| group % 2).collect();
    let curves = KaplanMeier::default().fit_groups(&plain(rows)?, &groups(&halves))?;
    let end = curves.iter().map(SurvivalCurve::last_time).fold(f64::MAX, f64::min);
    Ok((curves, 0.5 * end))
}

/// One minus a made-up predicted survival: any number in [0, 1] is one.
fn predicted(rows: &Rows, shift: f64) -> Vec<f64> {
    rows.x[0].iter().map(|x| 1.0 / (1.0 + (-(x + shift)).exp())).collect()
}

pub fn km_robust(rows: &Rows) -> Answer {
    asked(|| {
        let mut answer = Answer::default();
        let cluster = groups(&rows.cluster);
        let model = KaplanMeier::default().cluster(&cluster);
        for curve in model.fit_groups(&response(rows)?, &groups(&rows.group))? {
            let robust = matches!(curve.variance(), CurveVariance::Robust { .. });
            assert!(robust, "{}", rows.to_csv());
            for point in curve.points() {
                answer.probability(point.survival, point.interval);
                assert!(point.std_error.is_none_or(|error| error >= 0.0), "{}", rows.to_csv());
                answer.numbers.push(point.survival);
                answer.numbers.extend(point.std_error);
                answer.bits += &format!("{point:?}");
            }
        }
        Ok(answer)
    })
}

pub fn cif_robust(rows: &Rows) -> Answer {
    asked(|| {
        let mut answer = Answer::default();
        let cluster = groups(&rows.cluster);
        let model = AalenJohansen::default().cluster(&cluster);
        for group in model.fit_groups(&risks(rows)?, &groups(&rows.group))? {
            for cause in group.causes() {
                answer.rising.push(cause.estimate().to_vec());
                for point in cause.points() {
                    answer.probability(point.estimate, point.interval);
                    assert!(point.std_error.is_none_or(|error| error >= 0.0), "{}", rows.to_csv());
                    answer.numbers.push(point.estimate);
                    answer.numbers.extend(point.std_error);
                    answer.bits += &format!("{point:?}");
                }
            }
        }
        Ok(answer)
    })
}

pub fn bands(rows: &Rows) -> Answer {
    asked(|| {
        let mut answer = Answer::default();
        let curve = KaplanMeier::default().conf_type(ConfType::LogLog).fit(&plain(rows)?)?;
        for kind in [BandKind::EqualPrecision, BandKind::HallWellner] {
            let band = kind.survival(&curve, 0.1 * curve.last_time(), 0.9 * curve.last_time())?;
            let Some(band) = band else { continue };
            assert!(band.critical > 0.0 && band.time.is_sorted(), "{}", rows.to_csv());
            for (time, limits) in band.time.iter().zip(&band.interval) {
                let survival = curve.at(*time)?.survival.expect("the curve is known within a band");
                answer.probability(survival, Some(*limits));
                answer.numbers.extend([limits.lower, limits.upper].into_iter().flatten());
            }
            answer.bits += &format!("{band:?}");
        }
        Ok(answer)
    })
}

pub fn few_patients(rows: &Rows) -> Answer {
    asked(|| {
        let mut answer = Answer::default();
        let curve = KaplanMeier::default().fit(&plain(rows)?)?;
        for &(way, _, _) in <FewPatients as riskset::Choice>::ALL {
            for share in [0.25, 0.5, 0.9] {
                let at = share * curve.last_time();
                let survival = curve.at(at)?.survival.expect("before the last time");
                if let Some(limits) = way.at(&curve, at)? {
                    answer.probability(survival, Some(limits));
                    answer.numbers.extend([limits.lower, limits.upper].into_iter().flatten());
                }
            }
            let Interval { lower, upper } = way.quantile(&curve, 0.5)?;
            if let (Some(lower), Some(upper)) = (lower, upper) {
                assert!(lower <= upper, "{lower} above {upper}: {}", rows.to_csv());
            }
            answer.bits += &format!("{lower:?} {upper:?}");
        }
        Ok(answer)
    })
}

pub fn contrasts(rows: &Rows) -> Answer {
    asked(|| {
        let mut answer = Answer::default();
        let (curves, at) = two(rows)?;
        let Some(found) = milestone(&curves[curves.len() - 1], &curves[0], at)? else {
            return Ok(answer);
        };
        let difference = found.difference;
        assert!((-1.0..=1.0).contains(&difference.estimate), "{}", rows.to_csv());
        let limits = Interval { lower: Some(difference.lower), upper: Some(difference.upper) };
        answer.limit(difference.estimate, limits);
        answer.probabilities.extend(found.p_log_log);
        answer.numbers.push(difference.estimate);
        answer.bits = format!("{:?} {:?}", found.difference, found.p_log_log);
        Ok(answer)
    })
}

pub fn max_combo(rows: &Rows) -> Answer {
    asked(|| {
        let mut answer = Answer::default();
        let halves: Vec<u32> = rows.group.iter().map(|group| group % 2).collect();
        let test = MaxCombo::default().test(&plain(rows)?, &groups(&halves))?;
        answer.probabilities.extend([test.p_value, test.p_fewer_events, test.p_more_events]);
        let known = test.components.iter().filter_map(|component| component.z);
        let largest = known.fold(0.0_f64, |largest, z| largest.max(z.abs()));
        assert_eq!(largest, test.statistic, "{}", rows.to_csv());
        answer.numbers.push(test.statistic);
        answer.bits = format!("{test:?}");
        Ok(answer)
    })
}

pub fn concordance(rows: &Rows) -> Answer {
    asked(|| {
        let mut answer = Answer::default();
        let (strata, cluster) = (groups(&rows.stratum), groups(&rows.cluster));
        let index = ConcordanceIndex::default();
        for model in [index, index.strata(&strata), index.cluster(&cluster)] {
            let found = model.estimate(&response(rows)?, &rows.x[0])?;
            answer.probabilities.extend(found.estimate);
            answer.numbers.extend(found.estimate);
            assert!(found.std_error.is_none_or(|error| error >= 0.0), "{}", rows.to_csv());
            answer.bits += &format!("{found:?}");
        }
        Ok(answer)
    })
}

pub fn brier(rows: &Rows) -> Answer {
    asked(|| {
        let mut answer = Answer::default();
        let response = plain(rows)?;
        let last = rows.time.iter().copied().fold(0.0, f64::max);
        let times = [0.25 * last, 0.5 * last];
        let risks = [predicted(rows, -0.5), predicted(rows, 0.5)].concat();
        let score = Brier::default().survival(&response, &times, &risks)?;
        for at in score.at() {
            // Weighted squares of differences of probabilities; the weights can add up to more than 1.
            assert!(at.score.estimate >= 0.0 && at.null >= 0.0, "{}", rows.to_csv());
            answer.limit(at.score.estimate, at.score.interval);
            answer.numbers.push(at.score.estimate);
            answer.bits += &format!("{at:?}");
        }
        Ok(answer)
    })
}

pub fn separation(rows: &Rows) -> Answer {
    asked(|| {
        let mut answer = Answer::default();
        let found = Royston::default().estimate(&response(rows)?, &rows.x[0])?;
        answer.probabilities.extend([found.r2_pm, found.gonen_heller]);
        answer.probabilities.extend(found.r2_d);
        let Interval { lower, upper } = found.r2_d_interval;
        answer.probabilities.extend([lower, upper].into_iter().flatten());
        if let Some(d) = found.d {
            answer.limit(d, found.interval);
        }
        answer.numbers.extend([found.r2_pm, found.gonen_heller]);
        answer.bits = format!("{found:?}");
        Ok(answer)
    })
}

pub fn benefit(rows: &Rows) -> Answer {
    asked(|| {
        let mut answer = Answer::default();
        let last = rows.time.iter().copied().fold(0.0, f64::max);
        let thresholds = [0.1, 0.5, 0.9];
        let found =
            net_benefit(&plain(rows)?, 0.5 * last, &predicted(rows, 0.0), &thresholds, 0.95)?;
        for at in found {
            answer.probabilities.push(at.treated);
            for benefit in [at.model, at.treat_all].into_iter().flatten() {
                assert!(benefit <= 1.0, "a benefit of {benefit}: {}", rows.to_csv());
                answer.numbers.push(benefit);
            }
            answer.bits += &format!("{at:?}");
        }
        Ok(answer)
    })
}

/// Their mean is the estimate where nobody is censored, and each is a number.
pub fn pseudo(rows: &Rows) -> Answer {
    asked(|| {
        let mut answer = Answer::default();
        let response = plain(rows)?;
        let last = rows.time.iter().copied().fold(0.0, f64::max);
        let values = pseudo_values(&response, Estimand::Survival(0.5 * last))?;
        let complete = rows.cause.iter().all(|cause| *cause == 1);
        if let (Some(values), true) = (&values, complete) {
            let mean = values.iter().sum::<f64>() / values.len() as f64;
            let survival = KaplanMeier::default().fit(&response)?.at(0.5 * last)?.survival;
            assert!((mean - survival.expect("known")).abs() < 1e-9, "{}", rows.to_csv());
        }
        answer.bits = format!("{values:?}");
        answer.numbers.extend(values.map(|values| values.iter().sum::<f64>()));
        Ok(answer)
    })
}

pub fn firth(rows: &Rows) -> Answer {
    asked(|| {
        let mut answer = Answer::default();
        let column = DesignMatrix::named([("x", rows.x[0].clone())])?;
        let model = CoxModel::default().penalty(Penalty::Firth);
        let fit = model.fit(&response(rows)?, &column)?.with_profile_limits()?;
        for coefficient in fit.coefficients().iter().filter_map(riskset::Fitted::estimate) {
            answer.probabilities.extend(coefficient.p_value);
            let ratio = coefficient.hazard_ratio.expect("a penalised coefficient is no giant");
            answer.limit(ratio, coefficient.interval);
        }
        test(&mut answer, fit.wald_test());
        answer.bits += &format!("{:?} {fit}", fit.coefficients());
        Ok(answer)
    })
}
