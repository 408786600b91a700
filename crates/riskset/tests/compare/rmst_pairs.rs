//! Restricted means of every pair of groups: against R, and where a pair does not exist.

use crate::support::{CLOSED_FORM, ITERATED, assert_close, golden};
use riskset::{Adjustment, Groups, KaplanMeier, RightCensored, RmstComparison, rmst_pairs};

fn numbers(found: RmstComparison) -> [f64; 4] {
    [found.estimate, found.std_error, found.lower, found.upper]
}

#[test]
fn pairs_of_cell_types_agree_with_r() {
    let golden = golden("compare-rmst-pairs");
    let event: Vec<bool> = golden.codes("data.event").iter().map(|&event| event == 1).collect();
    let response = RightCensored::new(&golden.numbers("data.time"), &event).unwrap();
    let groups = Groups::new(golden.codes("data.group"), 4).unwrap();
    let curves = KaplanMeier::default().fit_groups(&response, &groups).unwrap();
    let ways = [
        (Adjustment::None, "none"),
        (Adjustment::Holm, "holm"),
        (Adjustment::Bonferroni, "bonferroni"),
        (Adjustment::BenjaminiHochberg, "bh"),
    ];
    for (adjustment, name) in ways {
        let pairs = rmst_pairs(&curves, golden.number("tau").unwrap(), adjustment);
        for (pair, expected) in pairs.iter().zip(golden.at("pairs").entries()) {
            assert_eq!(
                [pair.a, pair.b].map(|g| g as f64),
                ["a", "b"].map(|k| expected.number(k).unwrap())
            );
            let contrast = pair.contrast.unwrap();
            let (difference, ratio) = (expected.numbers("difference"), expected.numbers("ratio"));
            assert_close(&numbers(contrast.difference), &difference[..4], CLOSED_FORM);
            assert_close(&numbers(contrast.ratio.unwrap()), &ratio[..4], CLOSED_FORM);
        }
        let column = |ratio: bool| -> Vec<f64> {
            pairs
                .iter()
                .map(|pair| if ratio { pair.p_ratio } else { pair.p_difference }.unwrap())
                .collect()
        };
        assert_close(&column(false), &golden.numbers(&format!("difference.{name}")), ITERATED);
        assert_close(&column(true), &golden.numbers(&format!("ratio.{name}")), ITERATED);
    }
}

/// The second group is followed to 2 only: its pairs have no mean to 3, and are not counted among the
/// tests that P is adjusted for.
#[test]
fn a_pair_beyond_the_follow_up_is_not_counted() {
    let response =
        RightCensored::new(&[1.0, 4.0, 1.0, 2.0, 2.0, 5.0], &[true, true, true, false, true, true])
            .unwrap();
    let groups = Groups::new(vec![0, 0, 1, 1, 2, 2], 3).unwrap();
    let curves = KaplanMeier::default().fit_groups(&response, &groups).unwrap();
    let pairs = rmst_pairs(&curves, 3.0, Adjustment::Bonferroni);
    assert_eq!((pairs[0].contrast, pairs[0].p_difference, pairs[2].contrast), (None, None, None));
    // Means 2 and 2.5: 1 + 2 / 2, and 2 + 1 / 2.
    let only = pairs[1].contrast.unwrap();
    assert_eq!(only.difference.estimate, 0.5);
    assert_eq!((pairs[1].a, pairs[1].b, pairs[1].p_difference), (0, 2, only.difference.p_value));
    assert!(rmst_pairs(&curves[..1], 3.0, Adjustment::Holm).is_empty());
}
