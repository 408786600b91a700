//! The arithmetic shown to a reader is the arithmetic of the estimators.

mod support;

use proptest::prelude::*;
use riskset::{
    AalenJohansen, CompetingRisks, CoxModel, DesignMatrix, Groups, KaplanMeier, LogRank,
    LogRankWeight, RightCensored, SurvivalEstimator, Ties,
};

/// Five patients: two events and a censoring by month 3, an event at 4, a censoring at 5.
fn five() -> RightCensored {
    RightCensored::new(&[1.0, 2.0, 2.0, 4.0, 5.0], &[true, true, false, true, false]).unwrap()
}

#[test]
fn kaplan_meier_and_greenwood_by_hand() {
    let curve = KaplanMeier::default().fit(&five()).unwrap();
    let steps = curve.steps();
    // (n, d): (5, 1), (4, 1), (2, 1), and at 5 only a censoring.
    let factors: Vec<f64> = steps.iter().map(|step| step.factor).collect();
    assert_eq!(factors, [4.0 / 5.0, 3.0 / 4.0, 1.0 / 2.0, 1.0]);
    let terms: Vec<f64> = steps.iter().map(|step| step.term.unwrap()).collect();
    assert_eq!(terms, [1.0 / 20.0, 1.0 / 12.0, 1.0 / 2.0, 0.0]);
    let last = steps.last().unwrap();
    support::assert_close(&[last.survival], &[0.3], support::CLOSED_FORM);
    let sum = 1.0 / 20.0 + 1.0 / 12.0 + 1.0 / 2.0;
    support::assert_close(&[last.sum.unwrap()], &[sum], support::CLOSED_FORM);
    support::assert_close(
        &[last.std_error.unwrap()],
        &[0.3 * f64::sqrt(sum)],
        support::CLOSED_FORM,
    );
    // The area to month 4.5: 1, 0.8, 0.6 for two months, 0.3 for half a month.
    let areas: Vec<f64> = curve.area_steps(4.5).iter().map(|step| step.area).collect();
    support::assert_close(&areas, &[1.0, 0.8, 1.2, 0.15], support::CLOSED_FORM);
    assert!(curve.area_steps(0.0).is_empty());
}

#[test]
fn once_the_curve_is_zero_there_is_no_variance() {
    let all = RightCensored::new(&[1.0, 2.0], &[true, true]).unwrap();
    let steps = KaplanMeier::default().fit(&all).unwrap().steps();
    assert_eq!((steps[1].survival, steps[1].term, steps[1].std_error), (0.0, None, None));
}

#[test]
fn log_rank_by_hand() {
    let groups = Groups::new(vec![0, 0, 1, 1, 1], 2).unwrap();
    let steps = LogRank::default().steps(&five(), &groups).unwrap();
    // At 1: 5 at risk, 2 of them in the first group; at 2: 4 and 1; at 4: 2 and none.
    let expected: Vec<f64> = steps.iter().map(|step| step.groups[0].expected).collect();
    support::assert_close(&expected, &[2.0 / 5.0, 1.0 / 4.0, 0.0], support::CLOSED_FORM);
    let variance: Vec<f64> = steps.iter().map(|step| step.groups[0].variance).collect();
    support::assert_close(&variance, &[6.0 / 25.0, 3.0 / 16.0, 0.0], support::CLOSED_FORM);
    assert_eq!(steps[0].groups[0].n_event, 1.0);
}

#[test]
fn an_incidence_by_hand() {
    let response = CompetingRisks::new(&[1.0, 2.0, 3.0, 4.0], &[2, 1, 0, 1], 2).unwrap();
    let incidence = AalenJohansen::default().fit(&response).unwrap();
    let steps = incidence.cause(1).steps();
    // S before is 1, 3/4, 1/2, 1/2; the hazard of the cause 0, 1/3, 0, 1.
    let increments: Vec<f64> = steps.iter().map(|step| step.increment).collect();
    support::assert_close(&increments, &[0.0, 0.25, 0.0, 0.5], support::CLOSED_FORM);
    assert_eq!((steps[0].n_competing, steps[2].n_censor), (1.0, 1.0));
}

/// Two tied failures of risks 2 and 1 among 2, 1, 1: Breslow 2 / 16, Efron 2 / (4 * 2.5).
#[test]
fn tied_failures_by_both_rules_by_hand() {
    let response = RightCensored::new(&[1.0, 1.0, 2.0], &[true, true, false]).unwrap();
    let design = DesignMatrix::from_columns(vec![1.0, 0.0, 0.0], 3).unwrap();
    let (steps, all) =
        CoxModel::default().likelihood_steps(&response, &design, &[2f64.ln()], (10, 10)).unwrap();
    assert_eq!((steps.len(), all, steps[0].n_risk, steps[0].deaths), (1, 1, 3, 2));
    let factors = [steps[0].breslow.exp(), steps[0].efron.exp()];
    support::assert_close(&factors, &[2.0 / 16.0, 2.0 / 10.0], support::CLOSED_FORM);
}

fn rows() -> impl Strategy<Value = Vec<(u32, u32, u32, i32, u32)>> {
    prop::collection::vec((1u32..20, 0u32..3, 0u32..3, -10i32..10, 0u32..2), 15..60)
}

proptest! {
    #[test]
    fn steps_end_at_the_estimates(rows in rows()) {
        let time: Vec<f64> = rows.iter().map(|row| f64::from(row.0)).collect();
        let event: Vec<bool> = rows.iter().map(|row| row.1 == 1).collect();
        let response = RightCensored::new(&time, &event).unwrap();
        for estimator in [
            SurvivalEstimator::KaplanMeier,
            SurvivalEstimator::Breslow,
            SurvivalEstimator::FlemingHarrington,
        ] {
            let curve = KaplanMeier::default().estimator(estimator).fit(&response).unwrap();
            let mut product = 1.0;
            for (step, point) in curve.steps().iter().zip(curve.points()) {
                product *= step.factor;
                prop_assert!((product - point.survival).abs() < 1e-12);
                prop_assert_eq!(step.std_error.is_some(), point.std_error.is_some());
                let apart = step.std_error.unwrap_or(0.0) - point.std_error.unwrap_or(0.0);
                prop_assert!(apart.abs() < 1e-12);
            }
            let tau = 15.0;
            if let Some(rmst) = curve.rmst_with_flat_tail(tau) {
                let area = curve.area_steps(tau).last().unwrap().sum;
                prop_assert!((area - rmst.estimate).abs() < 1e-10);
            }
        }

        let groups: Vec<u32> = rows.iter().map(|row| row.2).collect();
        let strata: Vec<u32> = rows.iter().map(|row| row.4).collect();
        let all = |codes: &[u32], count| Groups::new(codes.to_vec(), count);
        if let (Ok(groups), Ok(strata)) = (all(&groups, 3), all(&strata, 2)) {
            for weight in [
                LogRankWeight::LogRank,
                LogRankWeight::PetoPeto,
                LogRankWeight::FlemingHarrington { rho: 0.0, gamma: 1.0 },
            ] {
                let model = LogRank::default().weight(weight);
                let test = model.strata(&strata).test(&response, &groups).unwrap();
                let steps = model.strata(&strata).steps(&response, &groups).unwrap();
                for group in 0..3 {
                    let sum = |of: &dyn Fn(&riskset::LogRankStep) -> f64| -> f64 {
                        steps.iter().map(of).sum()
                    };
                    let observed = sum(&|step| step.weight * step.groups[group].n_event);
                    let expected = sum(&|step| step.weight * step.groups[group].expected);
                    let variance = sum(&|step| step.weight.powi(2) * step.groups[group].variance);
                    prop_assert!((observed - test.groups()[group].observed).abs() < 1e-10);
                    prop_assert!((expected - test.groups()[group].expected).abs() < 1e-10);
                    prop_assert!((variance - test.variance(group, group)).abs() < 1e-10);
                }
            }
        }

        let causes: Vec<u32> = rows.iter().map(|row| row.1).collect();
        let competing = CompetingRisks::new(&time, &causes, 2).unwrap();
        let incidence = AalenJohansen::default().fit(&competing).unwrap();
        for cause in 1..=2 {
            let mut sum = 0.0;
            for step in incidence.cause(cause).steps() {
                sum += step.increment;
                prop_assert!((sum - step.incidence).abs() < 1e-12);
            }
        }

        let x: Vec<f64> = rows.iter().map(|row| f64::from(row.3) / 5.0).collect();
        let design = DesignMatrix::from_columns(x, rows.len()).unwrap();
        for ties in [Ties::Efron, Ties::Breslow] {
            let model = CoxModel::default().ties(ties);
            let Ok(fit) = model.fit(&response, &design) else { continue };
            let Some(beta) = fit.coefficients()[0].estimate().map(|c| c.estimate) else { continue };
            let (steps, _) =
                model.likelihood_steps(&response, &design, &[beta], (1000, 0)).unwrap();
            let log: f64 = steps
                .iter()
                .map(|step| if ties == Ties::Efron { step.efron } else { step.breslow })
                .sum();
            prop_assert!((log - fit.log_likelihood()).abs() < 1e-9, "{log}");
            if let Ok(climb) = model.newton_steps(&response, &design) {
                prop_assert!((climb.last().unwrap().beta[0] - beta).abs() < 1e-8);
                prop_assert_eq!(climb[0].beta[0], 0.0);
            }
        }
    }
}
