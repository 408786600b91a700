//! Milestones, contrasts over strata, conditional survival, landmarks and groups that change.

use crate::small::{groups, response};
use crate::support::{CLOSED_FORM, Golden, ITERATED, assert_close, golden};
use riskset::{
    ConfType, Error, Estimand, KaplanMeier, LogRank, Observations, Response, RightCensored,
    StratumShare, SurvivalCurve, conditional_survival, landmark, milestone, stratified,
    switching_groups,
};

fn km(times: &[f64], events: &[bool]) -> SurvivalCurve {
    KaplanMeier::default().fit(&RightCensored::new(times, events).unwrap()).unwrap()
}

fn veteran() -> (Golden, Observations, Vec<SurvivalCurve>) {
    let golden = golden("compare-contrast");
    let rows = response(&golden);
    let curves = KaplanMeier::default().fit_groups(&rows, &groups(&golden, "data.group")).unwrap();
    (golden, rows, curves)
}

#[test]
fn milestones_agree_with_r() {
    let (golden, _, curves) = veteran();
    let found = milestone(&curves[1], &curves[0], 180.0).unwrap().unwrap();
    let close = |found: &[f64], key: &str| {
        let expected = golden.at("milestone");
        let expected = match expected.number(key) {
            Some(number) => vec![number],
            None => expected.numbers(key),
        };
        assert_close(found, &expected, CLOSED_FORM);
    };
    close(&[found.group.0, found.group.1], "group");
    close(&[found.reference.0, found.reference.1], "reference");
    close(&[found.difference.estimate], "difference");
    close(&[found.difference.std_error], "error");
    close(&[found.ratio.estimate], "ratio");
    close(&[found.ratio.lower, found.ratio.upper], "ratio_limits");
    close(&[found.p_log_log.unwrap()], "p");
}

#[test]
fn strata_put_together_agree_with_r() {
    let (golden, rows, _) = veteran();
    let (arm, stratum) = (groups(&golden, "data.group"), groups(&golden, "data.stratum"));
    let cell = |stratum_number: u32, arm_number: u32| {
        let members: Vec<usize> = (0..rows.len())
            .filter(|&r| stratum.index()[r] == stratum_number && arm.index()[r] == arm_number)
            .collect();
        KaplanMeier::default().fit(&rows.select(&members).unwrap()).unwrap()
    };
    let curves: Vec<_> = (0..4).map(|s| (cell(s, 1), cell(s, 0))).collect();
    let pairs: Vec<_> = curves.iter().map(|pair| (&pair.0, &pair.1)).collect();
    for (estimand, key) in [
        (Estimand::Survival(80.0), "survival_strata"),
        (Estimand::RestrictedMean(80.0), "rmst_strata"),
    ] {
        let (mut differences, mut logs) = (Vec::new(), Vec::new());
        for share in [StratumShare::Patients, StratumShare::InverseVariance] {
            let found = stratified(&pairs, estimand, share).unwrap().unwrap();
            let ratio = found.ratio.unwrap();
            differences.extend([found.difference.estimate, found.difference.std_error]);
            logs.extend([ratio.estimate.ln(), ratio.std_error / ratio.estimate]);
        }
        assert_close(&differences, &golden.numbers(&format!("{key}.difference")), CLOSED_FORM);
        assert_close(&logs, &golden.numbers(&format!("{key}.log_ratio")), CLOSED_FORM);
    }
}

/// R refits those who are still followed: the ratio of the curve of all says the same.
#[test]
fn conditional_survival_is_the_curve_of_a_landmark() {
    let (golden, rows, _) = veteran();
    let curve = KaplanMeier::default().conf_type(ConfType::LogLog).fit(&rows).unwrap();
    let found = conditional_survival(&curve, 100.0, 100.0).unwrap().unwrap();
    let limits = found.interval.unwrap();
    let found = [
        found.survival,
        found.std_error.unwrap(),
        limits.lower.unwrap(),
        limits.upper.unwrap(),
        found.n_risk,
    ];
    assert_close(&found, &golden.numbers("conditional"), CLOSED_FORM);
    let later = landmark(&rows, 100.0).unwrap();
    let again = KaplanMeier::default().fit(&later.response).unwrap().at(100.0).unwrap();
    assert_close(&[again.survival.unwrap()], &found[..1], CLOSED_FORM);
}

/// The Stanford heart transplants: curves of Simon and Makuch, Mantel and Byar's test.
#[test]
fn groups_that_change_agree_with_r() {
    let golden = golden("compare-contrast");
    let jasa = response(&golden.at("jasa"));
    let rows = switching_groups(&jasa, &golden.at("jasa").optional("change")).unwrap();
    let curves = KaplanMeier::default().fit_groups(&rows.response, &rows.groups).unwrap();
    let read = curves.iter().flat_map(|curve| curve.at_times(&[30.0, 180.0, 365.0]).unwrap());
    let read: Vec<_> = read.collect();
    let survival: Vec<f64> = read.iter().map(|at| at.survival.unwrap()).collect();
    let error: Vec<f64> = read.iter().map(|at| at.std_error.unwrap()).collect();
    let n_risk: Vec<f64> = read.iter().map(|at| at.n_risk).collect();
    assert_close(&survival, &golden.numbers("switching.surv"), CLOSED_FORM);
    assert_close(&error, &golden.numbers("switching.std_error"), CLOSED_FORM);
    assert_close(&n_risk, &golden.numbers("switching.n_risk"), CLOSED_FORM);
    let test = LogRank::default().test(&rows.response, &rows.groups).unwrap();
    assert_close(&[test.statistic().unwrap()], &[golden.number("mantel_byar").unwrap()], ITERATED);
}

/// S is 3/4 at 1 of four, and 1/2 of two: variances (3/4)^2 / 12 and (1/2)^2 / 2.
#[test]
fn a_milestone_by_hand() {
    let (a, b) =
        (km(&[1.0, 2.0, 2.0, 2.0], &[true, false, false, false]), km(&[1.0, 2.0], &[true, false]));
    let found = milestone(&a, &b, 1.0).unwrap().unwrap();
    assert_close(&[found.difference.estimate, found.ratio.estimate], &[0.25, 1.5], CLOSED_FORM);
    let errors = [found.difference.std_error, found.ratio.std_error / 1.5];
    let expected = [9.0 / 16.0 / 12.0 + 1.0 / 8.0, 1.0 / 12.0 + 1.0 / 2.0];
    assert_close(&errors, &expected.map(f64::sqrt), CLOSED_FORM);
    // Beyond the follow-up there is none, and before the first event nothing to test.
    assert_eq!(milestone(&a, &b, 3.0), Ok(None));
    let early = milestone(&a, &b, 0.5).unwrap().unwrap();
    assert_eq!((early.difference.p_value, early.p_log_log), (None, None));
    assert!(matches!(milestone(&a, &b, f64::NAN), Err(Error::RequestedTime { .. })));
    assert_eq!(stratified(&[], Estimand::Survival(1.0), StratumShare::Patients), Err(Error::Empty));
}

#[test]
fn a_landmark_by_hand() {
    let times = [1.0, 2.0, 2.0, 3.0, 5.0];
    let rows = RightCensored::new(&times, &[true, true, false, true, false]).unwrap();
    let found = landmark(&rows, 2.0).unwrap();
    assert_eq!((found.rows, found.events_before, found.censored_before), (vec![3, 4], 2, 1));
    assert_eq!(
        (found.response.time(), found.response.event()),
        (&[1.0, 3.0][..], &[true, false][..])
    );
    let late = rows.clone().with_entry(&[0.0, 0.0, 0.0, 1.0, 4.0]).unwrap();
    assert_eq!(landmark(&late, 2.0).unwrap().response.entry(), Some(&[0.0, 2.0][..]));
    let error = landmark(&rows, 5.0).unwrap_err().to_string();
    assert!(
        error.starts_with("a landmark at or after the last time: not possible; choose an earlier")
    );
    let error = conditional_survival(&km(&times, &[true; 5]), 1.0, -1.0).unwrap_err().to_string();
    assert!(error.starts_with("the further time is -1, but it must be 0 or more"));
    assert_eq!(conditional_survival(&km(&times, &[true; 5]), 5.0, 1.0), Ok(None));
}

#[test]
fn changes_by_hand_and_refused() {
    let rows = RightCensored::new(&[4.0, 5.0, 6.0], &[true, false, true]).unwrap();
    let found = switching_groups(&rows, &[Some(1.0), None, Some(0.0)]).unwrap();
    let parts = found.response.observations();
    assert_eq!(parts.entry(), Some(&[0.0, 1.0, 0.0, 0.0][..]));
    assert_eq!(parts.time(), [1.0, 4.0, 5.0, 6.0]);
    assert_eq!(parts.event(), [false, true, false, true]);
    assert_eq!((found.groups.index(), &found.patient[..]), (&[0, 1, 0, 1][..], &[0, 0, 1, 2][..]));
    assert_eq!(switching_groups(&rows, &[None, None, Some(6.0)]), Err(Error::OneGroup));
    let nan = switching_groups(&rows, &[None, Some(f64::NAN), None]);
    assert!(matches!(nan, Err(Error::Time { row: 1, .. })));
    assert!(matches!(switching_groups(&rows, &[None]), Err(Error::Length { found: 1, .. })));
}
