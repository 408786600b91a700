//! What must hold for the log-rank family on any data.

use proptest::{collection::vec, prelude::*};
use riskset::{
    CountingProcess, Groups, LogRank, LogRankTest, LogRankWeight, Observations, Response,
};

#[derive(Clone, Copy, Debug)]
struct Row {
    /// In days.
    time: u16,
    event: bool,
    group: u32,
    stratum: u32,
    weight: u8,
    /// How many days before `time` the row entered.
    followed: u16,
}

/// The first three rows hold the three groups, the first two the two strata.
fn rows() -> impl Strategy<Value = Vec<Row>> {
    let row = (0u16..40, any::<bool>(), 0u32..3, 0u32..2, 0u8..4, 1u16..40);
    let row = row.prop_map(|(time, event, group, stratum, weight, followed)| Row {
        time,
        event,
        group,
        stratum,
        weight,
        followed,
    });
    vec(row, 3..60).prop_map(|mut rows| {
        for (group, row) in rows.iter_mut().take(3).enumerate() {
            (row.group, row.stratum) = (group as u32, group as u32 % 2);
        }
        rows
    })
}

fn response(rows: &[Row]) -> Observations {
    let stops: Vec<f64> = rows.iter().map(|row| f64::from(row.time)).collect();
    let starts: Vec<f64> =
        rows.iter().map(|row| f64::from(row.time) - f64::from(row.followed)).collect();
    let events: Vec<bool> = rows.iter().map(|row| row.event).collect();
    CountingProcess::new(&starts, &stops, &events).unwrap().into_observations()
}

fn groups(rows: &[Row]) -> Groups {
    Groups::new(rows.iter().map(|row| row.group).collect(), 3).unwrap()
}

fn strata(rows: &[Row]) -> Groups {
    Groups::new(rows.iter().map(|row| row.stratum).collect(), 2).unwrap()
}

fn weights() -> impl Strategy<Value = LogRankWeight> {
    prop_oneof![
        Just(LogRankWeight::LogRank),
        Just(LogRankWeight::GehanWilcoxon),
        Just(LogRankWeight::TaroneWare),
        Just(LogRankWeight::PetoPeto),
        (0.0f64..3.0, 0.0f64..3.0)
            .prop_map(|(rho, gamma)| LogRankWeight::FlemingHarrington { rho, gamma }),
    ]
}

fn test(
    weight: LogRankWeight,
    response: &impl Response,
    groups: &Groups,
    strata: Option<&Groups>,
) -> LogRankTest {
    LogRank::default().weight(weight).strata(strata).test(response, groups).unwrap()
}

/// The row itself, if it is of the stratum; otherwise one that is never at risk at an event.
fn elsewhere(row: &Row, stratum: u32) -> Row {
    let (time, event) = if row.stratum == stratum { (row.time + 1, row.event) } else { (0, false) };
    Row { time, event, ..*row }
}

fn same(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() <= 1e-9 * b.abs().max(1.0),
        (a, b) => a == b,
    }
}

proptest! {
    #[test]
    fn observed_and_expected_add_up_to_the_same(rows in rows(), weight in weights()) {
        let test = test(weight, &response(&rows), &groups(&rows), Some(&strata(&rows)));
        let observed: f64 = test.groups().iter().map(|group| group.observed).sum();
        let expected: f64 = test.groups().iter().map(|group| group.expected).sum();
        prop_assert!((observed - expected).abs() <= 1e-12 * observed.max(1.0));
        for a in 0..3 {
            let row: f64 = (0..3).map(|b| test.variance(a, b)).sum();
            prop_assert!(row.abs() <= 1e-12 * test.variance(a, a).max(1.0));
        }
        prop_assert!(test.statistic().is_none_or(|x| x.is_finite() && x >= 0.0));
        prop_assert!(test.p_value().is_none_or(|p| (0.0..=1.0).contains(&p)));
    }

    #[test]
    fn the_names_of_groups_do_not_matter(rows in rows(), weight in weights()) {
        let renamed: Vec<Row> = rows.iter().map(|row| Row { group: (row.group + 1) % 3, ..*row }).collect();
        let one = test(weight, &response(&rows), &groups(&rows), None);
        let other = test(weight, &response(&rows), &groups(&renamed), None);
        prop_assert!(same(one.statistic(), other.statistic()));
        prop_assert_eq!(one.df(), other.df());
        for group in 0..3 {
            prop_assert_eq!(one.groups()[group], other.groups()[(group + 1) % 3]);
        }
    }

    #[test]
    fn the_order_of_rows_and_the_unit_of_time_do_not_matter(
        mut rows in rows(),
        weight in weights(),
    ) {
        let before = test(weight, &response(&rows), &groups(&rows), Some(&strata(&rows)));
        rows.reverse();
        prop_assert_eq!(&before, &test(weight, &response(&rows), &groups(&rows), Some(&strata(&rows))));
        let years = |time: &f64| time / 365.25;
        let days = response(&rows);
        let starts: Vec<f64> = days.entry().unwrap().iter().map(years).collect();
        let stops: Vec<f64> = days.time().iter().map(years).collect();
        let in_years = CountingProcess::new(&starts, &stops, days.event()).unwrap();
        prop_assert_eq!(&before, &test(weight, &in_years, &groups(&rows), Some(&strata(&rows))));
    }

    #[test]
    fn one_stratum_is_none(rows in rows(), weight in weights()) {
        let one = Groups::single(rows.len());
        prop_assert_eq!(
            test(weight, &response(&rows), &groups(&rows), Some(&one)),
            test(weight, &response(&rows), &groups(&rows), None)
        );
    }

    /// Strata add up: each alone gives its part of the score and of the variance.
    #[test]
    fn strata_add_up(rows in rows(), weight in weights()) {
        let both = test(weight, &response(&rows), &groups(&rows), Some(&strata(&rows)));
        let mut score = [0.0; 3];
        for stratum in 0..2 {
            // Rows of the other stratum leave long before anything happens.
            let alone: Vec<Row> = rows.iter().map(|row| elsewhere(row, stratum)).collect();
            let test = test(weight, &response(&alone), &groups(&rows), None);
            for (sum, part) in score.iter_mut().zip(test.score()) {
                *sum += part;
            }
        }
        for (sum, both) in score.iter().zip(both.score()) {
            prop_assert!((sum - both).abs() <= 1e-11 * both.abs().max(1.0));
        }
    }

    #[test]
    fn a_whole_weight_is_that_many_rows(rows in rows(), weight in weights()) {
        let mut rows = rows;
        rows.iter_mut().take(3).for_each(|row| row.weight = row.weight.max(1)); // no group without a row
        let case_weights: Vec<f64> = rows.iter().map(|row| f64::from(row.weight)).collect();
        let copies: Vec<Row> =
            rows.iter().flat_map(|row| std::iter::repeat_n(*row, usize::from(row.weight))).collect();
        let weighted = response(&rows).with_weights(&case_weights).unwrap();
        let weighted = test(weight, &weighted, &groups(&rows), Some(&strata(&rows)));
        let copied = test(weight, &response(&copies), &groups(&copies), Some(&strata(&copies)));
        prop_assert_eq!(weighted.score(), copied.score());
        prop_assert_eq!(weighted.statistic(), copied.statistic());
        prop_assert_eq!(weighted.df(), copied.df());
    }

    #[test]
    fn fleming_harrington_0_0_is_the_log_rank_test(rows in rows()) {
        let zero = LogRankWeight::FlemingHarrington { rho: 0.0, gamma: 0.0 };
        let one = test(zero, &response(&rows), &groups(&rows), None);
        let other = test(LogRankWeight::LogRank, &response(&rows), &groups(&rows), None);
        prop_assert_eq!(one.statistic(), other.statistic());
    }
}
