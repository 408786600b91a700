//! Net benefit: by hand, and against the formula written out with survfit.

mod support;

use riskset::{CompetingRisks, NetBenefit, RightCensored, net_benefit, net_benefit_of_incidence};
use support::{CLOSED_FORM, assert_close, golden};

fn columns(found: &[NetBenefit]) -> (Vec<f64>, Vec<f64>) {
    let model = found.iter().map(|at| at.model.unwrap()).collect();
    (model, found.iter().map(|at| at.treat_all.unwrap()).collect())
}

#[test]
fn net_benefit_agrees_with_the_formula_written_out_in_r() {
    let (golden, data) = (golden("decision"), golden("brier"));
    let response = RightCensored::new(&data.numbers("time"), &data.flags("event")).unwrap();
    let risk = &data.matrix("risk")[2];
    let found = net_benefit(&response, 350.0, risk, &golden.numbers("thresholds"), 0.95).unwrap();
    let (model, all) = columns(&found);
    assert_close(&model, &golden.numbers("model"), CLOSED_FORM);
    assert_close(&all, &golden.numbers("all"), CLOSED_FORM);
    let data = data.at("competing");
    let response = CompetingRisks::new(&data.numbers("time"), &data.codes("cause"), 2).unwrap();
    let (risk, at) = (&data.matrix("risk")[1], golden.numbers("few"));
    let found = net_benefit_of_incidence(&response, 1, 120.0, risk, &at, 0.95).unwrap();
    let (model, all) = columns(&found);
    assert_close(&model, &golden.numbers("competing"), CLOSED_FORM);
    assert_close(&all, &golden.numbers("competing_all"), CLOSED_FORM);
}

/// Two of four are treated at 20% (odds 1/4), of whom one has the event by 2: 1/4 - 1/4 * 1/4. Of
/// all, two have it: 1/2 - 1/2 * 1/4. At 90% nobody is treated.
#[test]
fn four_patients_by_hand() {
    let response = RightCensored::new(&[1.0, 2.0, 3.0, 4.0], &[true; 4]).unwrap();
    let risk = [0.1, 0.5, 0.2, 0.1];
    let found = net_benefit(&response, 2.0, &risk, &[0.2, 0.9], 0.95).unwrap();
    assert_eq!((found[0].treated, found[0].treat_all), (0.5, Some(0.375)));
    assert_close(&[found[0].model.unwrap()], &[3.0 / 16.0], CLOSED_FORM);
    assert_eq!((found[1].treated, found[1].model), (0.0, Some(0.0)));
    // Nobody of the one who is treated at 50% was followed to 3 without the event or with it.
    let censored = RightCensored::new(&[1.0, 2.0, 3.0, 4.0], &[true, false, true, true]).unwrap();
    let found = net_benefit(&censored, 3.0, &risk, &[0.5], 0.95).unwrap();
    assert_eq!(found[0].model, None);
    assert!(found[0].treat_all.is_some());
}

#[test]
fn refusals_say_why() {
    let response = RightCensored::new(&[1.0, 2.0], &[true; 2]).unwrap();
    let said = |time: f64, risk: &[f64], at: f64| {
        net_benefit(&response, time, risk, &[at], 0.95).unwrap_err().to_string()
    };
    assert!(said(1.0, &[0.5], 0.2).contains("1 values for 2 rows"));
    assert!(said(1.0, &[0.5, -0.1], 0.2).contains("a predicted risk is -0.1"));
    assert!(said(1.0, &[0.5, 0.1], 20.0).contains("write 0.2 for 20%"));
    assert!(said(f64::NAN, &[0.5, 0.1], 0.2).contains("finite time"));
}
