//! Sample sizes: worked examples, round trips, and every way of asking the same question.

mod support;

use proptest::prelude::*;
use riskset::{EventFormula, FollowUpPlan, LogRankDesign, ProportionDesign, Sides, normal};
use support::{CLOSED_FORM, assert_close};

/// The design of a prospective study of disappearing lesions: 0.85 against 0.95, one-sided 5%,
/// power 90%, two lesions a patient with a correlation of 0.2.
#[test]
fn lesions_of_a_published_design() {
    let design = ProportionDesign::new(0.85, 0.95).icc(0.2).cluster_size(2.0);
    let count = design.clone().evaluable(0.8).carriers(0.15).loss(0.04).sample_size(0.9).unwrap();
    // (1.644854 * 0.357071 + 1.281552 * 0.217945)^2 / 0.01 = 75.1, times 1.2 = 90.1: 46 patients.
    assert_close(&[count.independent_units, count.exact_units], &[75.1, 90.1], 1e-3);
    assert_eq!((count.design_effect, count.clusters, count.units), (1.2, 46, 92));
    // 92 / 0.8 / 2 / 0.15 = 383.33, printed as 383; over 0.96 it is 399.3, so 400 are enrolled.
    assert_close(&[count.expected_patients], &[1150.0 / 3.0], CLOSED_FORM);
    assert_eq!((count.expected_patients.round(), count.enrolled), (383.0, 400));
    assert!(count.power > 0.9 && design.power(90.0).unwrap() < 0.9);
    assert_close(&[design.power(count.exact_units).unwrap()], &[0.9], CLOSED_FORM);
}

/// Hazard ratio 0.5, two-sided 5%, power 90%: q = 1.959964 + 1.281552, q^2 = 10.50742.
#[test]
fn events_by_hand() {
    let design = LogRankDesign::default();
    let q = normal::quantile(0.975) + normal::quantile(0.9);
    let schoenfeld = design.events(0.5, 0.9).unwrap();
    assert_close(&[schoenfeld.exact_events], &[4.0 * q * q / 2f64.ln().powi(2)], CLOSED_FORM);
    assert_eq!(schoenfeld.events, 88); // 87.48
    let freedman = design.clone().formula(EventFormula::Freedman).events(0.5, 0.9).unwrap();
    assert_close(&[freedman.exact_events], &[9.0 * q * q], CLOSED_FORM);
    assert_eq!(freedman.events, 95); // 94.57
    // Two experimental patients per control: (1 + 2)^2 / 2 instead of 4.
    let unequal = design.clone().allocation(2.0).events(0.5, 0.9).unwrap();
    assert_close(&[unequal.exact_events / schoenfeld.exact_events], &[9.0 / 8.0], CLOSED_FORM);
    // A margin of 1.3 when the arms are equal, one-sided 2.5%: 4 q^2 / (log 1.3)^2 = 610.6.
    let margin = design.margin(1.3).sides(Sides::One).alpha(0.025).events(1.0, 0.9).unwrap();
    assert_close(&[margin.exact_events], &[4.0 * q * q / 1.3f64.ln().powi(2)], CLOSED_FORM);
    assert_eq!(margin.events, 611);
}

/// What 37 events among 23 and 22 patients could have shown with 80% power:
/// exp(-/+ 2.801585 / sqrt(37 * 22 * 23 / 45^2)).
#[test]
fn what_a_small_comparison_could_have_detected() {
    let design = LogRankDesign::default().allocation(23.0 / 22.0);
    let ratio = design.detectable(37.0, 0.8).unwrap();
    let log: f64 = 2.801_585_218 / (37.0 * 22.0 * 23.0 / 2025.0f64).sqrt();
    assert_close(&[ratio.below.unwrap(), ratio.above.unwrap()], &[(-log).exp(), log.exp()], 1e-9);
    assert_close(&[ratio.below.unwrap()], &[0.398], 5e-4);
    assert_close(&[design.power(ratio.below.unwrap(), 37.0).unwrap()], &[0.8], CLOSED_FORM);
}

/// The share of events against the integral over entry times, by the midpoint rule.
#[test]
fn events_seen_are_the_mean_over_entry_times() {
    let plan = FollowUpPlan::new(FollowUpPlan::hazard_of_median(12.0), 24.0, 6.0)
        .loss_hazard(FollowUpPlan::hazard_of_survival(12.0, 0.95));
    let count = LogRankDesign::default().sample_size(0.7, 0.8, &plan).unwrap();
    for (ratio, found) in
        [(1.0, count.control_event_probability), (0.7, count.experimental_event_probability)]
    {
        let (event, loss) = (ratio * 2f64.ln() / 12.0, -0.95f64.ln() / 12.0);
        let steps = 20_000;
        let mean = (0..steps)
            .map(|i| 6.0 + 24.0 * (f64::from(i) + 0.5) / f64::from(steps))
            .map(|time| event / (event + loss) * (1.0 - (-(event + loss) * time).exp()))
            .sum::<f64>()
            / f64::from(steps);
        assert_close(&[found], &[mean], 1e-9);
    }
    assert_eq!(count.control, count.experimental);
    assert_eq!(count.patients(), count.control + count.experimental);
    assert!(count.power >= 0.8);
    // All enter at once and are followed for ever: every patient has an event.
    let plan = FollowUpPlan::new(1.0, 0.0, 1e9);
    let count = LogRankDesign::default().sample_size(0.5, 0.9, &plan).unwrap();
    assert_eq!((count.control_event_probability, count.events), (1.0, 88));
    assert_eq!(count.patients(), 88);
}

/// Three experimental patients per control, hazards 0.1 and 0.05, everybody followed for 10: the
/// event is seen with probability 1 - exp(-1) in one arm and 1 - exp(-0.5) in three others.
#[test]
fn unequal_arms_by_hand() {
    let design = LogRankDesign::default().allocation(3.0);
    let plan = FollowUpPlan::new(0.1, 0.0, 10.0);
    let count = design.sample_size(0.5, 0.8, &plan).unwrap();
    let (control, experimental) = (1.0 - (-1f64).exp(), 1.0 - (-0.5f64).exp());
    let found = [count.control_event_probability, count.experimental_event_probability];
    assert_close(&found, &[control, experimental], CLOSED_FORM);
    let patients = count.exact_events / ((control + 3.0 * experimental) / 4.0);
    assert_close(&[count.exact_patients], &[patients], CLOSED_FORM);
    let (of_control, of_experimental) = (patients / 4.0, 3.0 * patients / 4.0);
    assert_eq!(count.control, of_control.ceil() as u64);
    assert_eq!(count.experimental, of_experimental.ceil() as u64);
}

/// With a margin only ratios below it are asked for: margin times the superiority answer.
#[test]
fn a_margin_has_one_direction() {
    let plain = LogRankDesign::default().detectable(100.0, 0.8).unwrap();
    let design = LogRankDesign::default().margin(1.25);
    let found = design.detectable(100.0, 0.8).unwrap();
    assert_close(&[found.below.unwrap()], &[1.25 * plain.below.unwrap()], CLOSED_FORM);
    assert_eq!(found.above, None);
    let plan = FollowUpPlan::new(0.1, 12.0, 12.0);
    let found = design.detectable_by_patients(200.0, 0.8, &plan).unwrap();
    assert_eq!(found.above, None);
    let power = design.power_of_patients(found.below.unwrap(), 200.0, &plan).unwrap();
    assert_close(&[power], &[0.8], 1e-10);
}

#[test]
fn refusals_say_what_to_do() {
    let text = |error: riskset::Error| error.to_string();
    let design = LogRankDesign::default();
    assert_eq!(
        text(design.events(1.0, 0.8).unwrap_err()),
        "the hazard ratio is 1, but it must differ from 1; name the ratio to be detected"
    );
    assert_eq!(
        text(design.events(0.5, 80.0).unwrap_err()),
        "the power is 80, but it must lie between 0 and 1; write 0.05 for 5%"
    );
    assert_eq!(
        text(design.events(0.5, 0.01).unwrap_err()),
        "the power is 0.01, but it must exceed alpha; ask for 0.8 or 0.9"
    );
    let freedman = design.clone().formula(EventFormula::Freedman).margin(1.3);
    assert_eq!(
        text(freedman.events(1.0, 0.8).unwrap_err()),
        "the margin is 1.3, but it must be 1 with Freedman's formula; use Schoenfeld's"
    );
    assert_eq!(
        text(design.clone().margin(1.3).events(1.4, 0.8).unwrap_err()),
        "the hazard ratio is 1.4, but it must be below the margin; 1 is the usual choice"
    );
    assert_eq!(
        text(design.detectable(0.0, 0.8).unwrap_err()),
        "the number of events is 0, but it must be above 0 and finite; correct the value"
    );
    let plan = FollowUpPlan::new(0.1, 0.0, 0.0);
    assert_eq!(
        text(design.sample_size(0.5, 0.8, &plan).unwrap_err()),
        "accrual and follow-up together is 0, but it must be above 0 and finite; correct the value"
    );
    assert_eq!(
        text(ProportionDesign::new(0.85, 0.85).sample_size(0.9).unwrap_err()),
        "p1 is 0.85, but it must differ from p0; name the proportion expected"
    );
    let design = ProportionDesign::new(0.85, 0.95);
    assert!(text(design.clone().evaluable(0.0).power(50.0).unwrap_err()).contains("evaluable"));
    assert!(text(design.cluster_size(0.5).power(50.0).unwrap_err()).contains("1 or more"));
}

proptest! {
    /// Events, power and detectable ratio are one equation, under both formulas.
    #[test]
    fn three_questions_one_equation(
        log in 0.05f64..2.0, below in any::<bool>(), power in 0.2f64..0.99, allocation in 0.2f64..5.0,
        freedman in any::<bool>(), one_sided in any::<bool>(),
    ) {
        let ratio = if below { (-log).exp() } else { log.exp() };
        let design = LogRankDesign::default()
            .allocation(allocation)
            .sides(if one_sided { Sides::One } else { Sides::Two })
            .formula(if freedman { EventFormula::Freedman } else { EventFormula::Schoenfeld });
        let events = design.events(ratio, power).unwrap();
        assert_close(&[design.power(ratio, events.exact_events).unwrap()], &[power], 1e-10);
        prop_assert!(events.power >= power - 1e-9);
        let found = design.detectable(events.exact_events, power).unwrap();
        let found = if below { found.below } else { found.above };
        assert_close(&[found.unwrap().ln()], &[ratio.ln()], 1e-9);

        let plan = FollowUpPlan::new(0.08, 18.0, 12.0).loss_hazard(0.004);
        let count = design.sample_size(ratio, power, &plan).unwrap();
        let again = design.power_of_patients(ratio, count.exact_patients, &plan).unwrap();
        assert_close(&[again], &[power], 1e-10);
        let found = design.detectable_by_patients(count.exact_patients, power, &plan).unwrap();
        let found = if below { found.below } else { found.above };
        assert_close(&[found.unwrap().ln()], &[ratio.ln()], 1e-8);
    }

    /// Near no effect the two formulas agree, and equal arms need the fewest events.
    #[test]
    fn formulas_agree_near_one(log in 0.001f64..0.01) {
        let design = LogRankDesign::default();
        let schoenfeld = design.events(log.exp(), 0.8).unwrap().exact_events;
        let freedman = design.clone().formula(EventFormula::Freedman);
        let freedman = freedman.events(log.exp(), 0.8).unwrap().exact_events;
        assert_close(&[freedman / schoenfeld], &[1.0], 1e-4);
        prop_assert!(design.allocation(1.5).events(log.exp(), 0.8).unwrap().exact_events > schoenfeld);
    }
}
