//! What must hold for the survival curve of any data.

use proptest::{collection::vec, prelude::*};
use riskset::Choice;
use riskset::{
    ConfType, CountingProcess, Groups, KaplanMeier, Observations, Response, RightCensored,
    SurvivalCurve, SurvivalEstimator,
};

#[derive(Clone, Copy, Debug)]
struct Row {
    /// In days.
    time: u16,
    event: bool,
    group: u32,
    weight: u8,
    /// How many days before `time` the row entered, where entries are late.
    followed: u16,
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let row = (0u16..60, any::<bool>(), 0u32..3, 1u8..4, 1u16..40);
    let row = row.prop_map(|(time, event, group, weight, followed)| Row {
        time,
        event,
        group,
        weight,
        followed,
    });
    vec(row, 1..80)
}

fn response(rows: &[Row]) -> RightCensored {
    let times: Vec<f64> = rows.iter().map(|row| f64::from(row.time)).collect();
    let events: Vec<bool> = rows.iter().map(|row| row.event).collect();
    RightCensored::new(&times, &events).unwrap()
}

fn late(rows: &[Row]) -> CountingProcess {
    let stops: Vec<f64> = rows.iter().map(|row| f64::from(row.time)).collect();
    let starts: Vec<f64> =
        rows.iter().map(|row| f64::from(row.time) - f64::from(row.followed)).collect();
    let events: Vec<bool> = rows.iter().map(|row| row.event).collect();
    CountingProcess::new(&starts, &stops, &events).unwrap()
}

fn weighted(rows: &[Row]) -> Observations {
    let weights: Vec<f64> = rows.iter().map(|row| f64::from(row.weight)).collect();
    late(rows).into_observations().with_weights(&weights).unwrap()
}

fn fit(response: &impl Response) -> SurvivalCurve {
    KaplanMeier::default().fit(response).unwrap()
}

/// Counts of rows with a property: what the risk sets are by definition.
fn count(rows: &[Row], keep: impl Fn(&Row) -> bool) -> f64 {
    rows.iter().filter(|row| keep(row)).count() as f64
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-12 * b.abs().max(1.0)
}

fn all_close(a: &[f64], b: &[f64]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| close(*a, *b))
}

/// Area under the steps, one rectangle after the other: another way than the estimator's.
fn area_by_rectangles(curve: &SurvivalCurve, tau: f64, pieces: u32) -> f64 {
    let width = tau / f64::from(pieces);
    let at = |piece: u32| curve.at(width * (f64::from(piece) + 0.5)).unwrap().survival.unwrap();
    (0..pieces).map(|piece| at(piece) * width).sum()
}

proptest! {
    #[test]
    fn the_order_of_rows_does_not_matter(mut rows in rows()) {
        let before = fit(&late(&rows));
        rows.reverse();
        let middle = rows.len() / 2;
        rows.rotate_left(middle);
        prop_assert_eq!(before, fit(&late(&rows)));
    }

    /// Follow-up in days, or in years as the difference of two ages: rounding must not split a tie.
    #[test]
    fn the_unit_of_time_does_not_matter(
        rows in vec((0u16..30_000, 1u16..400, any::<bool>()), 1..80),
    ) {
        let days: Vec<f64> = rows.iter().map(|row| f64::from(row.1)).collect();
        let age = |days: u16| f64::from(days) / 365.25;
        let years: Vec<f64> = rows.iter().map(|row| age(row.0 + row.1) - age(row.0)).collect();
        let events: Vec<bool> = rows.iter().map(|row| row.2).collect();
        let curve = |times: &[f64]| fit(&RightCensored::new(times, &events).unwrap());
        let (days, years) = (curve(&days), curve(&years));
        prop_assert_eq!(days.survival(), years.survival());
        prop_assert_eq!(days.n_risk(), years.n_risk());
        prop_assert_eq!(days.std_errors(), years.std_errors());
    }

    #[test]
    fn risk_sets_count_rows_by_definition(rows in rows()) {
        let curve = fit(&late(&rows));
        for (i, &t) in curve.time().iter().enumerate() {
            let at_risk = |row: &Row| {
                let stop = f64::from(row.time);
                stop - f64::from(row.followed) < t && t <= stop
            };
            prop_assert_eq!(curve.n_risk()[i], count(&rows, at_risk));
            prop_assert_eq!(curve.n_event()[i], count(&rows, |row| f64::from(row.time) == t && row.event));
            prop_assert_eq!(curve.n_censor()[i], count(&rows, |row| f64::from(row.time) == t && !row.event));
        }
        // Between, at and outside the observed times.
        for half in -90..130 {
            let t = f64::from(half) / 2.0;
            let start = |row: &Row| f64::from(row.time) - f64::from(row.followed);
            // Nobody has entered before the origin: who enters there is at risk.
            let at_origin = t == 0.0 && rows.iter().all(|row| start(row) >= 0.0);
            let at_risk = |row: &Row| {
                let entered = start(row) < t || (at_origin && start(row) == 0.0);
                entered && t <= f64::from(row.time)
            };
            prop_assert_eq!(curve.n_risk_at(t), count(&rows, at_risk), "at {}", t);
        }
    }

    #[test]
    fn at_risk_from_the_origin_means_not_left_yet(rows in rows()) {
        let curve = fit(&response(&rows));
        for half in 0..130 {
            let t = f64::from(half) / 2.0;
            prop_assert_eq!(curve.n_risk_at(t), count(&rows, |row| t <= f64::from(row.time)));
        }
    }

    #[test]
    fn doubling_every_row_keeps_the_curve_and_halves_its_variance(rows in rows()) {
        let twice: Vec<Row> = rows.iter().chain(&rows).copied().collect();
        let (once, twice) = (fit(&late(&rows)), fit(&late(&twice)));
        prop_assert!(all_close(once.survival(), twice.survival()));
        prop_assert!(all_close(&once.cumulative_hazard(), &twice.cumulative_hazard()));
        for (once, twice) in once.std_errors().into_iter().zip(twice.std_errors()) {
            prop_assert_eq!(once.is_some(), twice.is_some());
            let (once, twice) = (once.unwrap_or(0.0), twice.unwrap_or(0.0));
            prop_assert!(close(once * once, 2.0 * twice * twice));
        }
    }

    /// Not with tied events under Fleming-Harrington, whose ties count rows one after the other.
    #[test]
    fn a_whole_weight_is_that_many_rows(rows in rows()) {
        let copies: Vec<Row> =
            rows.iter().flat_map(|row| std::iter::repeat_n(*row, usize::from(row.weight))).collect();
        for estimator in [SurvivalEstimator::KaplanMeier, SurvivalEstimator::Breslow] {
            let km = KaplanMeier::default().estimator(estimator);
            let (weighted, copied) = (km.fit(&weighted(&rows)).unwrap(), km.fit(&late(&copies)).unwrap());
            prop_assert_eq!(weighted.n_risk(), copied.n_risk());
            prop_assert_eq!(weighted.survival(), copied.survival());
            prop_assert_eq!(weighted.std_errors(), copied.std_errors());
            prop_assert_eq!(weighted.intervals(), copied.intervals());
            prop_assert_eq!(weighted.median(), copied.median());
            prop_assert_eq!(weighted.n_rows(), rows.len());
            for t in 0..60 {
                prop_assert_eq!(weighted.n_risk_at(t.into()), copied.n_risk_at(t.into()));
            }
        }
    }

    /// All weights multiplied by a number change no estimate.
    #[test]
    fn the_scale_of_weights_does_not_matter(rows in rows(), scale in 0.001f64..1000.0) {
        let one = weighted(&rows);
        let weights: Vec<f64> = rows.iter().map(|row| f64::from(row.weight) * scale).collect();
        let other = one.clone().with_weights(&weights).unwrap();
        for &(estimator, _, _) in SurvivalEstimator::ALL {
            let km = KaplanMeier::default().estimator(estimator);
            let (one, other) = (km.fit(&one).unwrap(), km.fit(&other).unwrap());
            prop_assert!(all_close(one.survival(), other.survival()));
            // Exactly 0 where all at risk fail, whatever the rounding of the weights.
            let zeros = |curve: &SurvivalCurve| {
                curve.survival().iter().map(|s| *s == 0.0).collect::<Vec<bool>>()
            };
            prop_assert_eq!(zeros(&one), zeros(&other));
            prop_assert!(all_close(&one.cumulative_hazard(), &other.cumulative_hazard()));
            for half in -90..130 {
                let (one, other) = (one.n_risk_at(half.into()), other.n_risk_at(half.into()));
                prop_assert!(close(one * scale, other));
                prop_assert_eq!(one == 0.0, other == 0.0);
            }
        }
    }

    #[test]
    fn without_censoring_it_is_the_empirical_curve(rows in rows()) {
        let rows: Vec<Row> = rows.into_iter().map(|row| Row { event: true, ..row }).collect();
        let curve = fit(&response(&rows));
        let n = rows.len() as f64;
        for (i, &t) in curve.time().iter().enumerate() {
            let share = count(&rows, |row| f64::from(row.time) > t) / n;
            prop_assert!(close(curve.survival()[i], share));
            // Greenwood's variance is then the binomial one.
            if let Some(std_error) = curve.std_error_at(i) {
                prop_assert!(close(std_error, (share * (1.0 - share) / n).sqrt()));
            }
        }
        // The mean up to the last time is the mean of the times, its error that of a mean.
        let mean = rows.iter().map(|row| f64::from(row.time)).sum::<f64>() / n;
        if let Some(rmst) = curve.rmst(60.0) {
            prop_assert!(close(rmst.estimate, mean));
            let squares: f64 = rows.iter().map(|row| (f64::from(row.time) - mean).powi(2)).sum();
            prop_assert!(close(rmst.std_error, squares.sqrt() / n));
        }
    }

    #[test]
    fn a_group_is_fitted_as_if_it_were_alone(rows in rows()) {
        let mut used: Vec<u32> = rows.iter().map(|row| row.group).collect();
        used.sort_unstable();
        used.dedup();
        let place = |group: u32| used.iter().position(|used| *used == group).unwrap() as u32;
        let groups = Groups::new(rows.iter().map(|row| place(row.group)).collect(), used.len()).unwrap();
        let curves = KaplanMeier::default().fit_groups(&weighted(&rows), &groups).unwrap();
        for (curve, group) in curves.iter().zip(&used) {
            let alone: Vec<Row> = rows.iter().filter(|row| row.group == *group).copied().collect();
            prop_assert_eq!(curve, &fit(&weighted(&alone)));
        }
    }

    #[test]
    fn the_restricted_mean_is_the_area(rows in rows(), tau in 1u8..60) {
        let curve = fit(&response(&rows));
        // Whole days: rectangles of a whole number to the day give the steps exactly.
        match curve.rmst(tau.into()) {
            Some(rmst) => {
                let area = area_by_rectangles(&curve, tau.into(), u32::from(tau) * 2);
                prop_assert!(close(rmst.estimate, area));
                prop_assert!(rmst.estimate <= f64::from(tau) + 1e-12);
            }
            None => prop_assert!(curve.last_time() < tau.into() && *curve.survival().last().unwrap() > 0.0),
        }
    }

    #[test]
    fn limits_hold_the_curve_and_lie_within_0_and_1(rows in rows(), level in 0.5f64..0.999) {
        for &(conf_type, name, _) in ConfType::ALL {
            for &(estimator, _, _) in SurvivalEstimator::ALL {
                let km = KaplanMeier::default().conf_type(conf_type).conf_level(level);
                let curve = km.estimator(estimator).fit(&late(&rows)).unwrap();
                for point in curve.points() {
                    prop_assert!((0.0..=1.0).contains(&point.survival));
                    let wanted = conf_type != ConfType::None && point.survival > 0.0;
                    prop_assert_eq!(point.interval.is_some(), wanted);
                    prop_assert_eq!(point.std_error.is_some(), point.survival > 0.0);
                    prop_assert!(point.std_error.is_none_or(f64::is_finite));
                    let Some(interval) = point.interval else { continue };
                    let (lower, upper) = (interval.lower.unwrap(), interval.upper.unwrap());
                    let slack = 1e-14;
                    prop_assert!(
                        0.0 <= lower && lower <= point.survival + slack
                            && point.survival - slack <= upper && upper <= 1.0,
                        "{}: {} {} {}", name, lower, point.survival, upper
                    );
                }
                let median = curve.median();
                if let (Some(lower), Some(estimate)) = (median.lower, median.estimate) {
                    prop_assert!(lower <= estimate);
                }
                if let Some(upper) = median.upper {
                    prop_assert!(median.estimate.unwrap() <= upper);
                }
            }
        }
    }

    /// The counts since the previous requested time add up to those from the start.
    #[test]
    fn counts_at_times_add_up(rows in rows(), mut times in vec(-5i8..70, 1..6)) {
        let curve = fit(&late(&rows));
        let at: Vec<f64> = times.iter().map(|&t| f64::from(t)).collect();
        let answers = curve.at_times(&at).unwrap();
        prop_assert_eq!(answers.iter().map(|a| a.time).collect::<Vec<f64>>(), at);
        times.sort_unstable();
        times.dedup();
        let answers = curve.at_times(&times.iter().map(|&t| f64::from(t)).collect::<Vec<f64>>()).unwrap();
        let last = f64::from(*times.last().unwrap());
        let total: f64 = answers.iter().map(|answer| answer.n_event).sum();
        prop_assert_eq!(total, count(&rows, |row| f64::from(row.time) <= last && row.event));
        let total: f64 = answers.iter().map(|answer| answer.n_censor).sum();
        prop_assert_eq!(total, count(&rows, |row| f64::from(row.time) <= last && !row.event));
    }

    /// Events and censorings exchanged twice is the response itself.
    #[test]
    fn reversing_twice_changes_nothing(rows in rows()) {
        let once = response(&rows).into_observations();
        let reversed = once.clone().reversed();
        let (forward, backward) = (fit(&once), fit(&reversed));
        prop_assert_eq!(backward.n_censor(), forward.n_event());
        prop_assert_eq!(fit(&reversed.reversed()), forward);
    }
}

/// Numbers of any size: a tiny weight beside a huge one, times near 0 and far out.
fn wild() -> impl Strategy<Value = f64> {
    (0.1f64..1.0, -290i32..290).prop_map(|(digits, power)| digits * 10f64.powi(power))
}

proptest! {
    /// Whatever the weights, no public number is NaN and no survival leaves [0, 1].
    #[test]
    fn no_number_is_made_up(
        rows in vec((wild(), wild(), prop_oneof![Just(0.0), wild()], any::<bool>()), 1..30),
        late: bool,
    ) {
        let times: Vec<f64> = rows.iter().map(|row| row.0).collect();
        let entries: Vec<f64> = rows.iter().map(|row| row.0.min(row.1) / 2.0).collect();
        let weights: Vec<f64> = rows.iter().map(|row| row.2).collect();
        let events: Vec<bool> = rows.iter().map(|row| row.3).collect();
        let rows = RightCensored::new(&times, &events).unwrap();
        let rows = if late { rows.with_entry(&entries) } else { Ok(rows) };
        let Ok(rows) = rows.and_then(|rows| rows.with_weights(&weights)) else {
            return Ok(()); // times within rounding of 0 leave an interval empty
        };
        for &(estimator, _, _) in SurvivalEstimator::ALL {
            for &(conf_type, name, _) in ConfType::ALL {
                let km = KaplanMeier::default().estimator(estimator).conf_type(conf_type);
                let curve = km.fit(&rows).unwrap();
                for point in curve.points() {
                    prop_assert!((0.0..=1.0).contains(&point.survival), "{:?}", point);
                    prop_assert!(point.risk_set.n_risk >= 0.0, "{:?}", point);
                    prop_assert!(point.std_error.is_none_or(|x| x >= 0.0), "{} {:?}", name, point);
                    prop_assert!(point.cumulative_hazard >= 0.0, "{:?}", point);
                    prop_assert!(point.cumulative_hazard_std_error >= 0.0, "{:?}", point);
                    let limits = point.interval.map(|i| (i.lower.unwrap(), i.upper.unwrap()));
                    let within = |(lower, upper)| 0.0 <= lower && lower <= upper && upper <= 1.0;
                    prop_assert!(limits.is_none_or(within), "{} {:?}", name, point);
                }
                if let Some(rmst) = curve.rmst(curve.last_time()) {
                    prop_assert!(rmst.estimate >= 0.0 && rmst.std_error >= 0.0, "{:?}", rmst);
                }
                for time in &entries {
                    prop_assert!(curve.n_risk_at(*time) >= 0.0);
                }
            }
        }
    }
}
