//! Performance through a request: a model of one study judged on another, and two models compared,
//! against R; optimism; what is refused and doubted.

mod support;

use riskset::Ties;
use riskset_analysis::{
    Answer, Data, Doubt, IncidenceModel, NewColumn, PerformanceAnswer, PerformanceRequest, Problem,
    Request, RowsRequest, run,
};
use support::{ITERATED, answered, close, golden, number, numbers};

fn asked(request: PerformanceRequest) -> Result<PerformanceAnswer, Problem> {
    match answered(&Request::Performance(request))? {
        Answer::Performance(answer) => Ok(*answer),
        other => panic!("{other:?}"),
    }
}

fn rotterdam(terms: &str) -> PerformanceRequest {
    PerformanceRequest {
        rows: RowsRequest::new("@rotterdam", format!("Surv(rtime, recur) ~ {terms}")),
        times: vec![1000.0, 1800.0],
        validate: Some("@gbsg".to_owned()),
        validate_response: Some("Surv(rfstime, status)".to_owned()),
        ..PerformanceRequest::default()
    }
}

fn lung(terms: &str) -> PerformanceRequest {
    PerformanceRequest {
        rows: RowsRequest::new("@lung", format!("Surv(time, status == 2) ~ {terms}")),
        times: vec![180.0, 365.0],
        ..PerformanceRequest::default()
    }
}

#[test]
fn rotterdam_on_gbsg_agrees_with_r() {
    let golden = golden("performance");
    let answer = asked(rotterdam("age + nodes + hormon")).unwrap();
    assert_eq!((answer.about.n, answer.judged.n, answer.judged.events), (2982, 686, 299));
    let model = &answer.models[0];
    let theirs = numbers(&golden, "/predictor");
    // R measures a linear predictor from the mean of all columns, 0/1 ones from 0.
    let shift = model.predictor[0] - theirs[0];
    for (ours, theirs) in model.predictor.iter().zip(&theirs) {
        close(ours - shift, *theirs, ITERATED);
    }
    let (harrell, uno) = (&model.measures.harrell, &model.measures.uno);
    close(harrell.estimate.unwrap(), number(&golden, "/harrell/0"), ITERATED);
    close(harrell.std_error.unwrap(), number(&golden, "/harrell_error/0"), ITERATED);
    close(uno.estimate.unwrap(), number(&golden, "/uno/0"), ITERATED);
    for (place, at) in model.measures.calibration.iter().enumerate() {
        close(at.predicted, number(&golden, &format!("/predicted/{place}")), ITERATED);
        close(at.slope.unwrap(), number(&golden, "/slope/0"), ITERATED);
        close(at.slope_std_error.unwrap(), number(&golden, "/slope_error/0"), ITERATED);
    }
    assert!(!answer.about.doubts.contains(&Doubt::Apparent));
}

#[test]
fn two_models_of_lung_agree_with_r() {
    let golden = golden("performance");
    let request =
        PerformanceRequest { against: Some("age + sex".to_owned()), ..lung("age + sex + ph.ecog") };
    let answer = asked(request).unwrap();
    assert_eq!(answer.about.n, 227);
    for (model, aic) in answer.models.iter().zip(numbers(&golden, "/aic")) {
        close(model.aic.unwrap(), aic, ITERATED);
    }
    let comparison = answer.comparison.unwrap();
    close(comparison.nested.unwrap().statistic, number(&golden, "/ratio/0"), ITERATED);
    let harrell = comparison.harrell;
    close(harrell.estimate.unwrap(), number(&golden, "/difference/0"), ITERATED);
    close(harrell.std_error.unwrap(), number(&golden, "/difference_error/0"), ITERATED);
    assert_eq!((comparison.auc.len(), comparison.brier.len()), (2, 3));
}

/// The bootstrap answers alike for one seed, and takes away more from a model with more terms.
#[test]
fn optimism_is_taken_away() {
    let request = |terms: &str| PerformanceRequest { bootstrap: 40, folds: 5, ..lung(terms) };
    let large = asked(request("age + sex + ph.ecog + pat.karno + wt.loss + meal.cal")).unwrap();
    let again = asked(request("age + sex + ph.ecog + pat.karno + wt.loss + meal.cal")).unwrap();
    assert_eq!(large.models[0].bootstrap, again.models[0].bootstrap);
    let small = asked(request("ph.ecog")).unwrap();
    let slope = |answer: &PerformanceAnswer| {
        let found = answer.models[0].bootstrap.clone().unwrap();
        assert_eq!((found.asked, found.made), (40, 40));
        found.measures.iter().find(|one| one.measure == "slope").unwrap().corrected.unwrap()
    };
    assert!(slope(&large) < slope(&small) && slope(&large) < 0.95, "{}", slope(&large));
    let crossed = large.models[0].cross_validation.clone().unwrap();
    assert_eq!((crossed.asked, crossed.made), (5, 5));
    let harrell = crossed.measures[0];
    assert!(harrell.corrected < harrell.apparent, "{harrell:?}");
}

/// A marker of pure chance adds to the apparent concordance and, corrected, nothing: its mean gain
/// over 20 simulated markers lies within 3 standard errors of chance on the wrong side of 0.
#[test]
fn a_null_marker_gains_nothing() {
    let mut gains = Vec::new();
    for seed in 0..20_u64 {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(seed + 1);
        let mut uniform = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 11) as f64 / (1u64 << 53) as f64
        };
        let rows: Vec<(f64, f64, f64)> = (0..80)
            .map(|_| {
                let marker = uniform() - 0.5;
                (marker, uniform() - 0.5, -(1.0 - uniform()).ln() * (-2.0 * marker).exp())
            })
            .collect();
        let column = |of: fn(&(f64, f64, f64)) -> f64| {
            NewColumn::Numbers(rows.iter().map(|row| Some(of(row))).collect())
        };
        let columns = vec![
            ("clinical".to_owned(), column(|row| row.0)),
            ("null".to_owned(), column(|row| row.1)),
            ("time".to_owned(), column(|row| row.2.min(2.0))),
            (
                "dead".to_owned(),
                NewColumn::Flags(rows.iter().map(|row| Some(row.2 < 2.0)).collect()),
            ),
        ];
        let data = Data::columns("simulated", columns).unwrap();
        let request = PerformanceRequest {
            rows: RowsRequest::new("simulated", "Surv(time, dead) ~ clinical + null"),
            against: Some("clinical".to_owned()),
            times: vec![0.7],
            bootstrap: 30,
            seed,
            ..PerformanceRequest::default()
        };
        let Answer::Performance(answer) = run(&Request::Performance(request), &data).unwrap()
        else {
            panic!("performance was asked for")
        };
        let corrected = |place: usize| {
            answer.models[place].bootstrap.as_ref().unwrap().measures[0].corrected.unwrap()
        };
        gains.push(corrected(0) - corrected(1));
    }
    let mean = gains.iter().sum::<f64>() / 20.0;
    let squares: f64 = gains.iter().map(|gain| (gain - mean).powi(2)).sum();
    let error = (squares / 19.0 / 20.0).sqrt();
    assert!(mean < 3.0 * error && mean < 0.005, "{mean} with a standard error of {error}");
}

#[track_caller]
fn refused(request: PerformanceRequest, part: &str) {
    let message = asked(request).unwrap_err().to_string();
    assert!(message.contains(part), "{message}");
}

#[test]
fn what_has_no_answer_is_refused() {
    refused(PerformanceRequest { times: Vec::new(), ..lung("age") }, "no time was given");
    refused(
        PerformanceRequest { bootstrap: 9, ..rotterdam("age") },
        "new data have nothing to correct",
    );
    refused(PerformanceRequest { folds: 1, ..lung("age") }, "one fold leaves no rows");
    refused(lung("1"), "without covariates");
    refused(lung("age + strata(sex)"), "strata() in the formula");
    refused(PerformanceRequest { times: vec![2000.0], ..lung("age") }, "2000");
    // A level that was not seen when the model was made: grade 1 stands in gbsg alone.
    refused(rotterdam("factor(grade)"), "\"1\"");
    // A marker with one value orders nobody.
    let rows = RowsRequest { subset: Some("sex == 1".to_owned()), ..lung("factor(sex)").rows };
    refused(PerformanceRequest { rows, ..lung("sex") }, "sex");
}

#[test]
fn doubts_are_said() {
    let doubts = asked(lung("age + sex")).unwrap().about.doubts;
    assert!(doubts.contains(&Doubt::Apparent));
    // Age in days in the new data.
    let age = asked(rotterdam("age")).unwrap();
    assert!(!age.about.doubts.iter().any(|doubt| doubt.code() == "other_units"));
    let table = |factor: f64| {
        let numbers = |of: fn(f64) -> f64| {
            NewColumn::Numbers((0..40).map(|row| Some(of(f64::from(row)))).collect())
        };
        let age = (0..40).map(|row| Some(factor * (50.0 + f64::from(row % 7)))).collect();
        let columns = vec![
            ("age".to_owned(), NewColumn::Numbers(age)),
            ("time".to_owned(), numbers(|row| 1.0 + (row * 7.0) % 40.0)),
            ("dead".to_owned(), NewColumn::Flags((0..40).map(|row| Some(row % 3 > 0)).collect())),
        ];
        Data::columns("clinic", columns).unwrap()
    };
    let request = PerformanceRequest {
        rows: RowsRequest::new("clinic", "Surv(time, dead) ~ age"),
        times: vec![20.0],
        validate: Some("other".to_owned()),
        ..PerformanceRequest::default()
    };
    let codes = |factor: f64| {
        let data = table(1.0).with("validate", table(factor));
        let answer = run(&Request::Performance(request.clone()), &data).unwrap();
        let doubts = &answer.about().unwrap().doubts;
        doubts.iter().map(Doubt::code).collect::<Vec<_>>()
    };
    assert!(!codes(1.0).contains(&"other_units"));
    assert!(codes(12.0).contains(&"other_units"));
}

fn mgus2(terms: &str) -> PerformanceRequest {
    PerformanceRequest {
        rows: RowsRequest::new("@mgus2", format!("Surv(etime, event) ~ {terms}")),
        cause: Some("pcm".to_owned()),
        censor: Some("censor".to_owned()),
        times: vec![120.0, 240.0],
        ..PerformanceRequest::default()
    }
}

/// Both models of an incidence, against R: `crr` and a multi-state `coxph` with `survfit`, their
/// predictions judged by riskRegression.
#[test]
fn incidences_of_mgus2_agree_with_r() {
    let golden = golden("incidence");
    for (model, key) in
        [(IncidenceModel::FineGray, "fine_gray"), (IncidenceModel::CauseSpecific, "cause_specific")]
    {
        let request = PerformanceRequest {
            incidence_model: Some(model),
            ties: Ties::Breslow,
            thresholds: vec![0.05],
            ..mgus2("age + mspike")
        };
        let answer = asked(request).unwrap();
        assert_eq!((answer.judged.events, answer.judged.competing), (115, 854));
        let found = &answer.models[0];
        let column = |name: &str| numbers(&golden, &format!("/{key}/{name}"));
        let pairs = |ours: Vec<f64>, name: &str| {
            let theirs = column(name);
            assert_eq!(ours.len(), theirs.len(), "{name}");
            ours.into_iter().zip(theirs).for_each(|(ours, theirs)| close(ours, theirs, ITERATED));
        };
        pairs(found.risks.clone(), "risk");
        let measures = &found.measures;
        pairs(measures.auc.at().iter().map(|at| at.estimate.unwrap()).collect(), "auc");
        pairs(measures.brier.at().iter().map(|at| at.score.estimate).collect(), "brier");
        pairs(measures.calibration.iter().map(|at| at.predicted).collect(), "predicted");
        pairs(measures.calibration.iter().map(|at| at.observed.unwrap()).collect(), "observed");
        pairs(vec![measures.harrell.estimate.unwrap()], "harrell");
        assert!(measures.royston.is_none() && measures.auc_event_free.is_some());
        assert_eq!(found.aic.is_some(), model == IncidenceModel::CauseSpecific);
        assert!(found.net_benefit[0].model_interval.lower.is_some());
    }
}

/// Two models of an incidence: the likelihoods of the causes multiply, that of a Fine-Gray model is
/// none.
#[test]
fn models_of_an_incidence_are_compared() {
    let request = |model| PerformanceRequest {
        against: Some("age".to_owned()),
        incidence_model: Some(model),
        ties: Ties::Breslow,
        ..mgus2("age + mspike")
    };
    let answer = asked(request(IncidenceModel::CauseSpecific)).unwrap();
    let comparison = answer.comparison.unwrap();
    let theirs = golden("incidence");
    let nested = comparison.nested.unwrap();
    assert_eq!(nested.df, 2);
    close(nested.statistic, number(&theirs, "/ratio/0"), ITERATED);
    assert!(comparison.harrell.estimate.unwrap() > 0.0);
    let answer = asked(request(IncidenceModel::FineGray)).unwrap();
    assert!(answer.comparison.unwrap().nested.is_none());
}

/// From 40 samples on there are limits around the corrected measures, and none of the slope.
#[test]
fn corrected_measures_have_limits() {
    let of = |bootstrap: usize| {
        let request = PerformanceRequest { bootstrap, folds: 5, ..mgus2("age + mspike + hgb") };
        asked(request).unwrap().models.swap_remove(0)
    };
    let model = of(40);
    for validation in [model.bootstrap.unwrap(), model.cross_validation.unwrap()] {
        for one in validation.measures {
            let limits = one.interval.lower.zip(one.interval.upper);
            if matches!(one.measure, "slope" | "ici") {
                assert!(limits.is_none() || one.measure == "ici", "{one:?}");
                continue;
            }
            let (lower, upper) = limits.unwrap();
            let corrected = one.corrected.unwrap();
            assert!(0.0 <= lower && lower < corrected && corrected < upper, "{one:?}");
        }
    }
    let few = of(39).bootstrap.unwrap();
    assert!(few.measures.iter().all(|one| one.interval.lower.is_none()));
}

#[test]
fn what_competing_risks_cannot_honour_is_refused() {
    let censor = None;
    refused(PerformanceRequest { censor, ..mgus2("age") }, "which values of the event column");
    let incidence_model = Some(IncidenceModel::CauseSpecific);
    let of_several = PerformanceRequest { save_model: true, incidence_model, ..mgus2("age") };
    refused(of_several, "of several Cox models together");
    let incidence_model = Some(IncidenceModel::FineGray);
    refused(PerformanceRequest { incidence_model, ..lung("age") }, "no cause");
    refused(PerformanceRequest { times: vec![5000.0], ..mgus2("age") }, "5000");
    let rows = RowsRequest { weights: Some("hgb".to_owned()), ..mgus2("age").rows };
    refused(PerformanceRequest { rows, ..mgus2("age") }, "weights");
}

/// The numbers themselves are compared with R in the core (`competing_performance.rs`); here it matters
/// that the request asks for them of the right rows, in the right direction.
#[test]
fn two_models_of_an_incidence_are_reclassified_and_compared_by_net_benefit() {
    let request = PerformanceRequest {
        against: Some("age".to_owned()),
        reclassify: vec![0.05, 0.1],
        thresholds: vec![0.05, 0.1],
        ..mgus2("age + mspike")
    };
    let time = request.times[0];
    let answer = asked(request.clone()).unwrap();
    let comparison = answer.comparison.as_ref().unwrap();
    let [model, other] = [0, 1].map(|place| &answer.models[place]);
    let moved = &comparison.reclassified[0];
    let n = answer.judged.n;
    let change = |row: usize| model.risks[row] - other.risks[row];
    assert_eq!((moved.time, comparison.reclassified.len()), (time, request.times.len()));
    assert!(moved.n_case > 0 && moved.n_case + moved.n_control < n);
    // The marker is one: risks of those with the event rise on the whole, and the model treats better.
    assert!(moved.discrimination.net.estimate > 0.0);
    assert!((0..n).any(|row| change(row) > 0.0));
    for (place, found) in comparison.net_benefit.iter().enumerate() {
        let less =
            model.net_benefit[place].model.unwrap() - other.net_benefit[place].model.unwrap();
        assert_eq!(found.estimate, Some(less));
        assert!(found.interval.lower.unwrap() < less && less < found.interval.upper.unwrap());
    }
    assert!(model.measures.calibration.iter().all(|at| at.pseudo.is_some()));
}

/// Every number of the guide's chapter that R has, two models made of rotterdam and judged on gbsg. The JSON
/// is written by tests/golden/rotterdam-gbsg.R.
#[test]
fn the_chapter_of_rotterdam_and_gbsg_agrees_with_r() {
    let golden = golden("rotterdam-gbsg");
    let request = PerformanceRequest {
        against: Some("age + log(nodes + 1)".to_owned()),
        ..rotterdam("age + log(nodes + 1) + hormon")
    };
    assert_eq!(request.times, [1000.0, 1800.0]);
    let answer = asked(request).unwrap();
    let at = |key: &str, place: usize| number(&golden, &format!("/{key}/{place}"));
    let (model, other) = (&answer.models[0].measures, &answer.models[1].measures);
    let comparison = answer.comparison.as_ref().unwrap();
    for (key, one, two, difference) in [
        ("harrell", &model.harrell, &other.harrell, &comparison.harrell),
        ("uno", &model.uno, &other.uno, &comparison.uno),
    ] {
        let found = [
            one.estimate,
            two.estimate,
            one.std_error,
            two.std_error,
            difference.estimate,
            difference.std_error,
        ];
        // R takes Uno's weights for known in the errors; ours allow for the estimated censoring.
        let compared = if key == "uno" { vec![0, 1, 4] } else { (0..6).collect::<Vec<usize>>() };
        for place in compared {
            close(found[place].unwrap(), at(key, place), ITERATED);
        }
    }
    let royston = model.royston.as_ref().unwrap();
    // On new data R fits the slope anew for the two measures that believe the predictor; ours take it as
    // it is.
    let found = [royston.d.unwrap(), royston.std_error.unwrap(), royston.r2_d.unwrap()];
    for (place, found) in found.into_iter().enumerate() {
        close(found, at("royston", place), ITERATED);
    }
    let (believed, slope) = (royston.r2_pm / (1.0 - royston.r2_pm), at("slope", 0));
    let refitted = slope * slope * believed;
    close(refitted / (1.0 + refitted), at("royston", 3), ITERATED);
    for (place, model) in answer.models.iter().enumerate() {
        close(model.aic.unwrap(), at("aic", place), ITERATED);
        close(model.bic.unwrap(), at("bic", place), ITERATED);
    }
    close(comparison.nested.unwrap().statistic, at("ratio", 0), ITERATED);
    for place in 0..2 {
        let (auc, auc_other) = (model.auc.at()[place], other.auc.at()[place]);
        close(auc.estimate.unwrap(), at("auc", place), ITERATED);
        close(auc_other.estimate.unwrap(), at("auc_other", place), ITERATED);
        let by = at("auc", place) - at("auc_other", place);
        close(comparison.auc[place].estimate.unwrap(), by, ITERATED);
        let (brier, null) = (at("brier", place), at("brier_null", place));
        let found = model.brier.at()[place];
        close(found.score.estimate, brier, ITERATED);
        close(found.null, null, ITERATED);
        close(found.r2.unwrap().estimate, 1.0 - brier / null, ITERATED);
        close(comparison.brier[place].estimate, at("brier_other", place) - brier, ITERATED);
        let found = &model.calibration[place];
        close(found.predicted, at("predicted", place), ITERATED);
        close(found.observed.unwrap(), at("observed", place), ITERATED);
        let limits = found.observed_interval;
        close(limits.lower.unwrap(), at("observed_lower", place), ITERATED);
        close(limits.upper.unwrap(), at("observed_upper", place), ITERATED);
        let ratio = at("observed", place) / at("predicted", place);
        close(found.ratio.unwrap(), ratio, ITERATED);
        close(found.slope.unwrap(), at("slope", 0), ITERATED);
        close(found.slope_std_error.unwrap(), at("slope", 1), ITERATED);
        let smooth = found.smooth.as_ref().unwrap();
        for (part, found) in [smooth.ici, smooth.e50, smooth.e90].into_iter().enumerate() {
            close(found, at("smooth", 3 * place + part), ITERATED);
        }
    }
}
