//! One test per refusal, reading the message.

use riskset::{
    Adjustment, CountingProcess, Error, Groups, KaplanMeier, LogRank, LogRankWeight, RightCensored,
};

fn rows() -> RightCensored {
    RightCensored::new(&[1.0, 2.0, 3.0], &[true, false, true]).unwrap()
}

fn arms() -> Groups {
    Groups::new(vec![0, 1, 1], 2).unwrap()
}

fn logrank(rows: &RightCensored, groups: &Groups) -> String {
    LogRank::default().test(rows, groups).unwrap_err().to_string()
}

#[test]
fn a_level_of_95_is_refused() {
    let error = KaplanMeier::default().conf_level(95.0).fit(&rows()).unwrap_err().to_string();
    assert_eq!(
        error,
        "the confidence level is 95, but it must lie between 0 and 1; write 0.95 for 95%"
    );
}

#[test]
fn groups_of_other_rows_are_refused() {
    let error = KaplanMeier::default().fit_groups(&rows(), &Groups::single(4)).unwrap_err();
    assert_eq!(error.to_string(), "groups: 4 values for 3 rows; give one value for each row");
    assert!(logrank(&rows(), &Groups::single(2)).starts_with("groups: 2 values for 3 rows"));
    let error = LogRank::default().strata(&Groups::single(2)).test(&rows(), &arms()).unwrap_err();
    assert!(error.to_string().starts_with("strata: 2 values for 3 rows"));
}

#[test]
fn a_time_that_is_not_a_number_cannot_be_read() {
    let curve = KaplanMeier::default().fit(&rows()).unwrap();
    let error = curve.at_times(&[1.0, f64::NAN]).unwrap_err().to_string();
    assert_eq!(
        error,
        "a curve cannot be read at the time NaN; give a finite time in the unit of the data"
    );
}

#[test]
fn one_group_cannot_be_compared() {
    assert_eq!(
        logrank(&rows(), &Groups::single(3)),
        "there is one group only, so that there is nothing to compare; check the subset and the \
         grouping column"
    );
}

#[test]
fn a_fractional_weight_is_refused_by_the_log_rank_test_alone() {
    let rows = rows().with_weights(&[1.0, 2.5, 2.0]).unwrap();
    assert!(KaplanMeier::default().fit(&rows).is_ok());
    assert_eq!(
        logrank(&rows, &arms()),
        "row 2: the weight is 2.5, but a log-rank test counts rows and needs whole weights; leave \
         the weights out, or fit a Cox model with robust variance"
    );
}

/// 2^53 + 2 is a whole number, but its neighbour cannot be told from 2^53.
#[test]
fn a_weight_too_large_to_be_counted_is_refused() {
    let rows = rows().with_weights(&[1.0, 9_007_199_254_740_994.0, 2.0]).unwrap();
    assert!(logrank(&rows, &arms()).starts_with("row 2: the weight is 9007199254740994, but"));
}

#[test]
fn a_negative_power_is_refused() {
    let weight = LogRankWeight::FlemingHarrington { rho: 0.0, gamma: -1.0 };
    let error = LogRank::default().weight(weight).test(&rows(), &arms()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the weight of the Fleming-Harrington test has gamma = -1, but it must be finite and 0 or \
         more; rho = 0 and gamma = 0 is the log-rank test"
    );
}

#[test]
fn scores_without_a_trend_are_refused() {
    let test = LogRank::default().test(&rows(), &arms()).unwrap();
    let message = "a test for trend needs finite scores that are not all the same; give one score \
                   per group in their order, such as 1, 2, 3";
    assert_eq!(test.trend_with(&[2.0, 2.0]).unwrap_err().to_string(), message);
    assert_eq!(test.trend_with(&[2.0, f64::INFINITY]).unwrap_err().to_string(), message);
    assert!(test.trend_with(&[1.0]).unwrap_err().to_string().starts_with("scores: 1 values"));
}

#[test]
fn a_control_that_does_not_exist_is_refused() {
    let error =
        LogRank::default().against_control(&rows(), &arms(), 2, Adjustment::None).unwrap_err();
    assert_eq!(error.to_string(), "there is no group 3: the groups are 1 to 2; name one of them");
}

#[test]
fn a_response_names_what_is_wrong_with_it() {
    let message = |error: Result<RightCensored, Error>| error.unwrap_err().to_string();
    assert_eq!(
        message(RightCensored::new(&[], &[])),
        "there are no rows to analyse; check the subset and the missing values"
    );
    assert_eq!(
        message(RightCensored::new(&[1.0, 2.0], &[true])),
        "events: 1 values for 2 rows; give one value for each row"
    );
    for time in [f64::NAN, f64::INFINITY, -0.5] {
        assert!(
            message(RightCensored::new(&[1.0, time], &[true; 2]))
                .starts_with(&format!("row 2: the follow-up time is {time}, but a time must be"))
        );
    }
    assert!(message(rows().with_weights(&[1.0])).starts_with("weights: 1 values for 3 rows"));
    for weight in [f64::NAN, f64::INFINITY, -1.0] {
        assert_eq!(
            message(rows().with_weights(&[1.0, 1.0, weight])),
            format!(
                "row 3: the weight is {weight}, but a weight must be finite and 0 or more; \
                 correct the row or leave it out"
            )
        );
    }
    assert!(message(rows().with_entry(&[0.0])).starts_with("entry times: 1 values for 3 rows"));
    assert_eq!(
        message(rows().with_entry(&[0.0, 2.0, 0.0])),
        "row 2: the interval (2, 2] holds no time, because its stop is not after its start; \
         correct the row or leave it out"
    );
    assert!(message(rows().with_entry(&[0.0, -1.0, 0.0])).starts_with("row 2: the follow-up time"));
    let error = CountingProcess::new(&[0.0], &[1.0, 2.0], &[true; 2]).unwrap_err().to_string();
    assert!(error.starts_with("start times: 1 values for 2 rows"));
    assert_eq!(
        Groups::new(vec![0, 2], 3).unwrap_err().to_string(),
        "group 2 has no rows; leave the group out or check the subset"
    );
}
