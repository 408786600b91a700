//! Tests of groups and standardised differences of a table of patients, against R.

mod support;

use riskset::{
    GroupTest, Groups, fisher, kruskal_wallis, pearson, smallest_expected, standardised_means,
    standardised_shares, welch,
};
use support::{CLOSED_FORM, assert_same, golden};

fn groups(index: &[f64]) -> Groups {
    let count = 1 + index.iter().fold(0.0_f64, |most, &group| most.max(group)) as usize;
    Groups::new(index.iter().map(|&group| group as u32).collect(), count).unwrap()
}

fn assert_test(found: GroupTest, r: &support::Golden) {
    assert_same(found.statistic, r.number("statistic.0"), CLOSED_FORM);
    assert_same(Some(found.p_value), r.number("p.0"), CLOSED_FORM);
    let df = r.numbers("df");
    assert_same(found.df, Some(df[0]), CLOSED_FORM);
    assert_eq!(found.df_residual.is_some(), df.len() == 2);
    if let Some(residual) = found.df_residual {
        assert_same(Some(residual), Some(df[1]), CLOSED_FORM);
    }
}

#[test]
fn numbers_are_compared_as_kruskal_test_and_oneway_test_do() {
    let golden = golden("differences");
    for name in ["two", "tied", "four"] {
        let r = golden.at(name);
        let (x, g) = (r.numbers("x"), groups(&r.numbers("g")));
        assert_test(kruskal_wallis(&x, &g).unwrap(), &r.at("ranks"));
        assert_test(welch(&x, &g).unwrap(), &r.at("means"));
    }
}

#[test]
fn levels_are_compared_as_chisq_test_and_fisher_test_do() {
    let golden = golden("differences");
    for name in ["ecog", "cell", "prior", "small"] {
        let r = golden.at(name);
        let rows = r.matrix("counts").into_iter();
        let counts: Vec<Vec<usize>> =
            rows.map(|row| row.into_iter().map(|count| count as usize).collect()).collect();
        assert_test(pearson(&counts).unwrap(), &r.at("pearson"));
        assert_same(smallest_expected(&counts), r.number("smallest.0"), CLOSED_FORM);
        // R sums the tables in single steps of its network, to about ten digits.
        assert_same(fisher(&counts).map(|test| test.p_value), r.number("fisher.0"), 1e-9);
    }
}

#[test]
fn standardised_differences_agree_with_their_formulas_in_r() {
    let golden = golden("differences");
    let (x, g) = (golden.at("two").numbers("x"), golden.at("two").numbers("g"));
    let of = |group: f64| -> Vec<f64> {
        x.iter().zip(&g).filter(|(_, at)| **at == group).map(|(x, _)| *x).collect()
    };
    assert_same(standardised_means(&of(0.0), &of(1.0)), golden.number("smd_age.0"), CLOSED_FORM);
    let rows = golden.at("ecog").matrix("counts");
    let column = |at: usize| -> Vec<usize> { rows.iter().map(|row| row[at] as usize).collect() };
    let found = standardised_shares(&column(0), &column(1));
    assert_same(found, golden.number("smd_ecog.0"), CLOSED_FORM);
}
