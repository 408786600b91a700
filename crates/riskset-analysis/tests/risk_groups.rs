//! Groups by predicted risk through a request: counts, curves, hazard ratios and the test against R;
//! what is refused and doubted.
//!
//! The JSON is written by tests/golden/risk-groups.R.

mod support;

use riskset_analysis::figure::{Annotate, PlotRiskGroupsRequest};
use riskset_analysis::{
    Answer, Data, Doubt, IncidenceModel, NewColumn, Problem, Request, RiskGroupsAnswer,
    RiskGroupsRequest, RowsRequest, run,
};
use support::{ITERATED, answered, close, golden, number, numbers};

fn asked(request: RiskGroupsRequest) -> Result<RiskGroupsAnswer, Problem> {
    match answered(&Request::RiskGroups(request))? {
        Answer::RiskGroups(answer) => Ok(*answer),
        other => panic!("{other:?}"),
    }
}

fn rotterdam(groups: &[f64], at: Option<f64>) -> RiskGroupsRequest {
    RiskGroupsRequest {
        rows: RowsRequest::new("@rotterdam", "Surv(rtime, recur) ~ age + log(nodes + 1) + hormon"),
        groups: groups.to_vec(),
        at,
        times: vec![1000.0, 1800.0],
        validate: Some("@gbsg".to_owned()),
        validate_response: Some("Surv(rfstime, status)".to_owned()),
        ..RiskGroupsRequest::default()
    }
}

fn lung(groups: &[f64], at: Option<f64>) -> RiskGroupsRequest {
    RiskGroupsRequest {
        rows: RowsRequest::new("@lung", "Surv(time, status == 2) ~ age + sex"),
        groups: groups.to_vec(),
        at,
        ..RiskGroupsRequest::default()
    }
}

#[test]
fn groups_of_new_patients_agree_with_r() {
    let golden = golden("risk-groups");
    for (name, cuts, at) in [("risk", [0.3, 0.5], Some(1800.0)), ("predictor", [0.2, 0.7], None)] {
        let answer = asked(rotterdam(&cuts, at)).unwrap();
        let of = |field: &str| format!("/{name}/{field}");
        assert!(answer.judged.new && !answer.about.doubts.contains(&Doubt::OwnGroups));
        assert_eq!((answer.about.n, answer.judged.n), (2982, 686));
        let (n, events) = (numbers(&golden, &of("n")), numbers(&golden, &of("events")));
        for (place, group) in answer.groups.iter().enumerate() {
            assert_eq!([group.n as f64, group.events as f64], [n[place], events[place]]);
            let seen = group.seen.as_ref().unwrap();
            let median = &golden[name]["median"][place];
            assert_eq!(seen.quantiles[0].estimate, median.as_f64());
            assert_eq!(seen.quantiles[0].lower, golden[name]["lower"][place].as_f64());
            assert_eq!(seen.quantiles[0].upper, golden[name]["upper"][place].as_f64());
            for (time, at) in seen.at_times.iter().enumerate() {
                let theirs = number(&golden, &of(&format!("seen/{time}/{place}")));
                close(at.survival.unwrap(), theirs, ITERATED);
                let theirs = number(&golden, &of(&format!("predicted/{time}/{place}")));
                close(group.predicted[time], theirs, ITERATED);
            }
            match place.checked_sub(1) {
                None => assert!(group.ratio.is_none()),
                Some(place) => {
                    let ratio = group.ratio.as_ref().unwrap();
                    let theirs = number(&golden, &of(&format!("ratio/{place}")));
                    close(ratio.hazard_ratio.unwrap(), theirs, ITERATED);
                    let theirs = number(&golden, &of(&format!("error/{place}")));
                    close(ratio.std_error.unwrap(), theirs, ITERATED);
                }
            }
        }
        let test = answer.test.unwrap();
        close(test.statistic().unwrap(), number(&golden, &of("chisq")), ITERATED);
        assert_eq!(test.df(), 2);
    }
}

/// With one covariate of two values the cut lies between its two linear predictors, and the groups are
/// the levels: the curves are those of `km` by sex.
#[test]
fn groups_of_one_column_are_its_levels() {
    let request = RiskGroupsRequest {
        rows: RowsRequest::new("@lung", "Surv(time, status == 2) ~ sex"),
        groups: vec![0.0],
        times: vec![365.0],
        ..RiskGroupsRequest::default()
    };
    let answer = asked(request).unwrap();
    let medians: Vec<_> = answer
        .groups
        .iter()
        .map(|group| group.seen.as_ref().unwrap().quantiles[0].estimate)
        .collect();
    assert_eq!(medians, [Some(426.0), Some(270.0)]);
    // survfit(Surv(time, status) ~ sex, lung)
    assert_eq!(answer.groups.iter().map(|group| group.n).collect::<Vec<_>>(), [90, 138]);
    // The groups are the levels, so that their model is the model itself.
    let ratio = answer.groups[1].ratio.as_ref().unwrap().hazard_ratio.unwrap();
    // exp(-coef(coxph(Surv(time, status) ~ sex, lung)))
    close(ratio, 1.700_672_124_037, ITERATED);
    assert!(answer.about.doubts.contains(&Doubt::OwnGroups));
}

#[test]
fn a_group_without_patients_is_told_and_doubted() {
    let answer = asked(lung(&[0.05, 0.99], Some(365.0))).unwrap();
    assert_eq!(answer.groups.iter().map(|group| group.n).collect::<Vec<_>>(), [0, 228, 0]);
    let (empty, full) = (&answer.groups[0], &answer.groups[1]);
    assert!(empty.seen.is_none() && empty.predicted.is_empty() && empty.ratio.is_none());
    assert!(full.seen.is_some() && full.ratio.is_none() && answer.test.is_none());
    assert_eq!([empty.from, full.from, full.below], [None, Some(0.05), Some(0.99)]);
    let doubt = Doubt::EmptyGroup { group: "Risk below 5%".to_owned() };
    assert!(answer.about.doubts.contains(&doubt));
}

#[test]
fn cut_offs_and_times_that_cannot_be_are_refused() {
    let refused = |request: RiskGroupsRequest| asked(request).unwrap_err().to_string();
    assert!(refused(lung(&[], Some(365.0))).contains("no cut-off was given"));
    assert!(refused(lung(&[0.5, 0.5], Some(365.0))).contains("not increasing"));
    assert!(refused(lung(&[50.0], Some(365.0))).contains("50 is no risk"));
    assert!(refused(lung(&[0.5], Some(2000.0))).contains("end at 1022"));
    let mut response = lung(&[0.5], Some(365.0));
    response.validate_response = Some("Surv(a, b)".to_owned());
    assert!(refused(response).contains("no new data"));
    let mut strata = lung(&[0.5], Some(365.0));
    strata.rows.formula = "Surv(time, status == 2) ~ age + strata(sex)".to_owned();
    assert!(refused(strata).contains("strata()"));
}

/// Late entry and weights go with the rows into the curves.
#[test]
fn entries_and_weights_stay_with_their_rows() {
    let numbers = |values: &[f64]| NewColumn::Numbers(values.iter().copied().map(Some).collect());
    let table = || {
        Data::columns(
            "made up",
            vec![
                ("start".to_owned(), numbers(&[0.0, 1.0, 0.0, 2.0, 0.0, 1.0])),
                ("stop".to_owned(), numbers(&[3.0, 4.0, 5.0, 6.0, 7.0, 8.0])),
                ("dead".to_owned(), numbers(&[1.0, 1.0, 0.0, 1.0, 1.0, 0.0])),
                ("x".to_owned(), numbers(&[1.0, 0.0, 1.0, 0.0, 1.0, 0.0])),
                ("w".to_owned(), numbers(&[2.0, 1.0, 1.0, 3.0, 1.0, 1.0])),
            ],
        )
        .unwrap()
    };
    let mut request = RiskGroupsRequest { groups: vec![0.0], ..RiskGroupsRequest::default() };
    request.rows = RowsRequest::new("made up", "Surv(start, stop, dead) ~ x");
    request.rows.weights = Some("w".to_owned());
    let Answer::RiskGroups(answer) = run(&Request::RiskGroups(request), &table()).unwrap() else {
        panic!()
    };
    // Whoever has x = 0 is at risk from 1, 2 and 1 on: at 4 there are 1 + 3 + 1 rows, one fails.
    let zero =
        answer.groups.iter().find(|group| group.seen.as_ref().unwrap().curve.survival()[0] == 0.8);
    assert!(zero.is_some(), "{:?}", answer.groups);
}

#[test]
fn the_figure_says_how_its_groups_came_about() {
    let request = PlotRiskGroupsRequest {
        risk_groups: rotterdam(&[0.3, 0.5], Some(1800.0)),
        ..PlotRiskGroupsRequest::default()
    };
    let Answer::Figure(answer) = answered(&Request::PlotRiskGroups(request)).unwrap() else {
        panic!()
    };
    let caption = answer.figure.caption_texts().join(" ");
    for part in [
        "Groups by the predicted risk of the event by 1800",
        "age + log(nodes + 1) + hormon of 2982 patients with 1518 events",
        "patients of @gbsg, none of whom made the model",
    ] {
        assert!(caption.contains(part), "{caption}");
    }
    let svg = answer.figure.svg();
    for label in ["Risk below 30%", "Risk 30% to below 50%", "Risk 50% or more"] {
        assert!(svg.contains(label), "{label}");
    }
}

fn mgus2(groups: &[f64], at: Option<f64>) -> RiskGroupsRequest {
    RiskGroupsRequest {
        rows: RowsRequest::new("@mgus2", "Surv(etime, event) ~ age + mspike"),
        cause: Some("pcm".to_owned()),
        censor: Some("censor".to_owned()),
        groups: groups.to_vec(),
        at,
        ..RiskGroupsRequest::default()
    }
}

/// The JSON is written by tests/golden/risk-groups-competing.R.
#[test]
fn groups_by_a_predicted_incidence_agree_with_r() {
    let golden = golden("risk-groups-competing");
    let request =
        RiskGroupsRequest { times: vec![60.0, 120.0], ..mgus2(&[0.05, 0.1], Some(120.0)) };
    let answer = asked(request).unwrap();
    for (place, group) in answer.groups.iter().enumerate() {
        let at = |field: &str| number(&golden, &format!("/{field}/{place}"));
        let counts = [group.n, group.events, group.competing].map(|count| count as f64);
        assert_eq!(counts, ["n", "events", "competing"].map(at));
        assert!(group.seen.is_none(), "a Kaplan-Meier curve takes the other causes for censored");
        for (time, found) in group.incidence.iter().enumerate() {
            let theirs = |field: &str| number(&golden, &format!("/{field}/{time}/{place}"));
            close(found.estimate.unwrap(), theirs("seen"), ITERATED);
            close(found.std_error.unwrap(), theirs("error"), ITERATED);
            close(group.predicted[time], theirs("predicted"), ITERATED);
        }
        let Some(place) = place.checked_sub(1) else {
            assert!(group.ratio.is_none());
            continue;
        };
        let ratio = group.ratio.as_ref().unwrap();
        close(ratio.hazard_ratio.unwrap(), number(&golden, &format!("/ratio/{place}")), ITERATED);
        let error = number(&golden, &format!("/ratio_error/{place}"));
        close(ratio.robust_std_error.unwrap(), error, ITERATED);
    }
    let gray = answer.gray.unwrap();
    close(gray.statistic.unwrap(), number(&golden, "/gray"), ITERATED);
    assert_eq!((gray.df, answer.test), (2, None));
}

#[test]
fn what_groups_of_an_incidence_cannot_be_is_refused() {
    let refused = |request: RiskGroupsRequest| asked(request).unwrap_err().to_string();
    let cause_specific = Some(IncidenceModel::CauseSpecific);
    let no_time = RiskGroupsRequest { incidence_model: cause_specific, ..mgus2(&[0.0], None) };
    assert!(refused(no_time).contains("no linear predictor"));
    let no_cause =
        RiskGroupsRequest { incidence_model: cause_specific, ..lung(&[0.5], Some(365.0)) };
    assert!(refused(no_cause).contains("no cause whose incidence it is"));
    let no_censor = RiskGroupsRequest { censor: None, ..mgus2(&[0.1], Some(120.0)) };
    assert!(refused(no_censor).contains("which values of the event column"));
    // Models of all causes group by their incidence as well.
    let all = RiskGroupsRequest { incidence_model: cause_specific, ..mgus2(&[0.05], Some(120.0)) };
    let found = asked(all).unwrap();
    assert_eq!(found.groups.iter().map(|group| group.n).sum::<usize>(), 1373);
    assert!(found.groups[0].incidence[0].estimate < found.groups[1].incidence[0].estimate);
}

#[test]
fn the_figure_of_groups_by_an_incidence_has_incidences() {
    let request = |annotate: Vec<Annotate>| PlotRiskGroupsRequest {
        risk_groups: mgus2(&[0.05, 0.1], Some(120.0)),
        annotate,
        ..PlotRiskGroupsRequest::default()
    };
    let asked = Request::PlotRiskGroups(request(vec![Annotate::Logrank]));
    let Answer::Figure(answer) = answered(&asked).unwrap() else { panic!() };
    let caption = answer.figure.caption_texts().join(" ");
    assert!(caption.contains("in a Fine-Gray model of age + mspike of 1373 patients"), "{caption}");
    let svg = answer.figure.svg();
    for part in ["Risk below 5%", "Gray, pcm", "Cumulative incidence"] {
        assert!(svg.contains(part), "{part}");
    }
    let hr = Request::PlotRiskGroups(request(vec![Annotate::Hr]));
    assert!(answered(&hr).unwrap_err().to_string().contains("the curves are of an incidence"));
}
