//! A row that stands for many people: the answers are those of the rows written out one by one.

mod support;

use proptest::prelude::*;
use riskset::{
    AalenJohansen, CompetingRisks, CoxModel, DesignMatrix, Error, GrayTest, Groups, KaplanMeier,
    LogRank, LogRankWeight, Observations, Response, RightCensored, Ties, ZphTransform,
};

/// What a count is of: time, cause (0 censored), group, a covariate, how many.
type Row = (u8, u32, u32, u8, u8);

struct Both {
    counted: CompetingRisks,
    written_out: CompetingRisks,
    groups: [Groups; 2],
    designs: [DesignMatrix; 2],
}

fn both(rows: &[Row]) -> Both {
    let counts: Vec<f64> = rows.iter().map(|row| f64::from(row.4)).collect();
    let out: Vec<Row> =
        rows.iter().flat_map(|row| std::iter::repeat_n(*row, row.4 as usize)).collect();
    let of = |rows: &[Row]| {
        let times: Vec<f64> = rows.iter().map(|row| f64::from(row.0)).collect();
        let causes: Vec<u32> = rows.iter().map(|row| row.1).collect();
        let groups = Groups::new(rows.iter().map(|row| row.2).collect(), 2).unwrap();
        let group = rows.iter().map(|row| f64::from(row.2));
        let columns = group.chain(rows.iter().map(|row| f64::from(row.3) / 7.0)).collect();
        let design = DesignMatrix::from_columns(columns, rows.len()).unwrap();
        (CompetingRisks::new(&times, &causes, 2).unwrap(), groups, design)
    };
    let (counted, few, short) = of(rows);
    let (written_out, many, long) = of(&out);
    Both {
        counted: counted.with_counts(&counts).unwrap(),
        written_out,
        groups: [few, many],
        designs: [short, long],
    }
}

fn close(a: f64, b: f64, tolerance: f64) -> bool {
    (a - b).abs() <= tolerance * (1.0 + a.abs().max(b.abs()))
}

/// Two values that do not exist are alike.
fn alike(a: Option<f64>, b: Option<f64>, tolerance: f64) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => close(a, b, tolerance),
        (a, b) => a.is_none() && b.is_none(),
    }
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let row = (1..12u8, 0..3u32, 0..2u32, 0..9u8, 1..6u8);
    prop::collection::vec(row, 4..40).prop_filter("both groups, and events", |rows| {
        let group = |group: u32| rows.iter().any(|row| row.2 == group);
        group(0) && group(1) && rows.iter().filter(|row| row.1 == 1).count() > 1
    })
}

proptest! {
    #[test]
    fn curves_and_tests_are_those_of_the_rows_written_out(rows in rows()) {
        let both = both(&rows);
        let fit = |response: &CompetingRisks, groups: &Groups| {
            KaplanMeier::default().fit_groups(response.observations(), groups).unwrap()
        };
        let few = fit(&both.counted, &both.groups[0]);
        let many = fit(&both.written_out, &both.groups[1]);
        for (few, many) in few.iter().zip(&many) {
            prop_assert_eq!(few.survival(), many.survival());
            prop_assert_eq!(few.n_risk(), many.n_risk());
            prop_assert_eq!(few.std_errors(), many.std_errors());
            prop_assert_eq!(few.median(), many.median());
            prop_assert_eq!(few.n_rows(), many.n_rows());
            prop_assert_eq!(few.n_events(), many.n_events());
        }
        for weight in [
            LogRankWeight::LogRank,
            LogRankWeight::PetoPeto,
            LogRankWeight::FlemingHarrington { rho: 0.5, gamma: 0.5 },
        ] {
            let test = |response: &CompetingRisks, groups: &Groups| {
                LogRank::default().weight(weight).test(response, groups).unwrap()
            };
            let few = test(&both.counted, &both.groups[0]);
            let many = test(&both.written_out, &both.groups[1]);
            prop_assert!(alike(few.statistic(), many.statistic(), 1e-12));
            for (few, many) in few.groups().iter().zip(many.groups()) {
                prop_assert_eq!((few.n, few.events), (many.n, many.events));
            }
        }
    }

    #[test]
    fn incidences_and_grays_test_are_those_of_the_rows_written_out(rows in rows()) {
        let both = both(&rows);
        let fit = |response: &CompetingRisks, groups: &Groups| {
            AalenJohansen::default().fit_groups(response, groups).unwrap()
        };
        let few = fit(&both.counted, &both.groups[0]);
        let many = fit(&both.written_out, &both.groups[1]);
        for (few, many) in few.iter().zip(&many) {
            for cause in 1..3 {
                prop_assert_eq!(few.cause(cause).estimate(), many.cause(cause).estimate());
                prop_assert_eq!(few.cause(cause).std_error(), many.cause(cause).std_error());
                prop_assert_eq!(few.cause(cause).n_events(), many.cause(cause).n_events());
            }
        }
        prop_assert_eq!(both.counted.n_events(1), both.written_out.n_events(1));
        let gray = |response: &CompetingRisks, groups: &Groups| {
            GrayTest::default().test(response, groups).unwrap()
        };
        let few = gray(&both.counted, &both.groups[0]);
        let many = gray(&both.written_out, &both.groups[1]);
        for (few, many) in few.iter().zip(&many) {
            prop_assert!(alike(few.statistic, many.statistic, 1e-12));
            for (few, many) in few.groups.iter().zip(&many.groups) {
                prop_assert_eq!((few.n, few.observed), (many.n, many.observed));
            }
        }
    }

    #[test]
    fn a_likelihood_at_given_coefficients_is_that_of_the_rows_written_out(
        rows in rows(),
        beta in prop::array::uniform2(-1.0..1.0f64),
    ) {
        let both = both(&rows);
        for ties in [Ties::Efron, Ties::Breslow] {
            let step = |response: &CompetingRisks, design: &DesignMatrix| {
                let rows = response.cause_specific(1).unwrap();
                CoxModel::default().ties(ties).step(&rows, design, &beta).unwrap()
            };
            let few = step(&both.counted, &both.designs[0]);
            let many = step(&both.written_out, &both.designs[1]);
            prop_assert_eq!((few.n, few.events), (many.n, many.events));
            prop_assert!(close(few.log_likelihood, many.log_likelihood, 1e-12));
            for (few, many) in few.score.iter().zip(&many.score) {
                prop_assert!(close(*few, *many, 1e-11), "{few} {many}");
            }
            for (few, many) in few.information.iter().zip(&many.information) {
                prop_assert!(close(*few, *many, 1e-11), "{few} {many}");
            }
        }
    }
}

/// A Cox model with its tests, on a table with many ties.
#[test]
fn a_cox_model_of_counts_is_that_of_the_rows_written_out() {
    let rows: Vec<Row> = (0..60u32)
        .map(|i| {
            let cause = u32::from(i % 3 != 0);
            let small = |number: u32| number as u8;
            (
                small(1 + i * 7 % 11),
                cause,
                u32::from(i * 5 % 7 < 3),
                small(i * 3 % 9),
                small(1 + i % 4),
            )
        })
        .collect();
    let both = both(&rows);
    for ties in [Ties::Efron, Ties::Breslow] {
        let fit = |response: &CompetingRisks, design: &DesignMatrix| {
            let rows: &Observations = response.observations();
            CoxModel::default().ties(ties).fit(rows, design).unwrap()
        };
        let few = fit(&both.counted, &both.designs[0]);
        let many = fit(&both.written_out, &both.designs[1]);
        assert_eq!((few.n(), few.n_events()), (many.n(), many.n_events()));
        for column in 0..2 {
            let of =
                |fit: &riskset::CoxFit| fit.coefficients()[column].estimate().cloned().unwrap();
            let (few, many) = (of(&few), of(&many));
            assert!(close(few.estimate, many.estimate, 1e-12), "{few:?} {many:?}");
            assert!(alike(few.std_error, many.std_error, 1e-12));
        }
        for transform in [ZphTransform::Km, ZphTransform::Rank, ZphTransform::Identity] {
            let test = |fit: &riskset::CoxFit| {
                fit.zph(transform, &[0..1, 1..2]).unwrap().global.unwrap().statistic
            };
            assert!(close(test(&few), test(&many), 1e-10), "{} {}", test(&few), test(&many));
        }
    }
}

#[test]
fn what_is_no_number_of_people_is_refused() {
    let response = || RightCensored::new(&[1.0, 2.0], &[true, false]).unwrap().into_observations();
    for (counts, row) in [([0.0, 1.0], 0), ([1.0, 1.5], 1), ([f64::NAN, 1.0], 0), ([1.0, -2.0], 1)]
    {
        match response().with_counts(&counts) {
            Err(Error::Count { row: found, .. }) => assert_eq!(found, row),
            other => panic!("{counts:?}: {other:?}"),
        }
    }
    assert!(matches!(response().with_counts(&[1.0]), Err(Error::Length { .. })));
    let many = response().with_counts(&[9e15, 9e15]);
    assert!(matches!(many, Err(Error::TooManyRows { .. })));
    let two = response().with_counts(&[3.0, 4.0]).unwrap();
    assert_eq!((two.len(), two.people(), two.n_events()), (2, 7, 3));
    // What is given as case weights counts no people.
    let weighted = two.with_weights(&[3.0, 4.0]).unwrap();
    assert_eq!((weighted.people(), weighted.n_events()), (2, 1));
}
