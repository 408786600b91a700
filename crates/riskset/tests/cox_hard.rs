//! Data that break Cox programs, and every refusal.

#[path = "support/small.rs"]
mod small;

use riskset::{
    Aliased, ConcordanceWeight, CountingProcess, CoxModel, DesignMatrix, Direction, Error, Fitted,
    Groups, Observations, Penalty, RightCensored, RowResidual, Ties, ZphTransform,
};
use small::{Z, design, survival, twelve};

/// Whoever is not treated is censored after the last event of [`twelve`].
const TREATED: [f64; 12] = [1.0, 1.0, 1.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0];

/// The combination of a column that has no coefficient of its own.
fn combination(fitted: &Fitted) -> &[(usize, f64)] {
    &fitted.aliased().unwrap().combination
}

/// Everyone with x = 0 is censored after the last event: the coefficient of x has no maximum.
/// The likelihood's supremum and the other coefficient are R's, with eps = 1e-12.
#[test]
fn a_coefficient_that_runs_to_infinity_is_named() {
    let fit = CoxModel::default().fit(&twelve(), &design(&[&TREATED, &Z])).unwrap();
    assert!(fit.coefficients()[0].infinite().is_some());
    assert!(fit.coefficients()[1].infinite().is_none());
    assert!(fit.converged());
    assert!((fit.log_likelihood() + 4.492315382345023).abs() < 1e-5 * 4.5);
    assert!((fit.log_likelihood_null() + 9.382611592916636).abs() < 1e-9);
    let z = fit.coefficients()[1].estimate().unwrap();
    assert!((z.estimate + 0.33009629201654317).abs() < 1e-5 * 0.33);
    let x = fit.coefficients()[0].infinite().unwrap();
    assert_eq!((x.column, x.direction), (0, Direction::Up));
    assert!(x.stopped_at > 10.0);
    // Where the iteration stopped is no estimate: no ratio, no error, no test of all of them.
    let x = &fit.coefficients()[0];
    assert_eq!((x.hazard_ratio(), x.interval(), x.p_value()), (None, None, None));
    assert_eq!((fit.variance(0, 0), fit.variance(0, 1), fit.wald_test()), (None, None, None));
    assert!(fit.variance(1, 1).is_some() && fit.likelihood_ratio_test().is_some());
    assert!(fit.any_infinite() && !fit.all_estimated());
    assert_eq!((fit.joint_test(&[0, 1]), fit.joint_test(&[0])), (None, None));
    // The other way round it falls.
    let against: Vec<f64> = [1.0; 12].iter().zip(TREATED).map(|(one, x)| one - x).collect();
    let fit = CoxModel::default().fit(&twelve(), &design(&[&against, &Z])).unwrap();
    assert_eq!(fit.coefficients()[0].infinite().unwrap().direction, Direction::Down);
}

/// Firth's likelihood has a maximum there: the numbers satisfy its own equations (the gradient is
/// tested in the module), and the profile interval is where the likelihood says.
#[test]
fn firth_keeps_the_coefficient_finite() {
    let model = CoxModel::default().penalty(Penalty::Firth);
    let fit = model.fit(&twelve(), &design(&[&TREATED, &Z])).unwrap();
    assert!(fit.converged());
    assert!(fit.all_estimated());
    let estimate = fit.coefficients()[0].estimate().unwrap().estimate;
    assert!(estimate > 0.5 && estimate < 5.0, "{estimate}");
    let profile = fit.profiles().unwrap()[0].unwrap();
    let (lower, upper) = (profile.interval.lower.unwrap(), profile.interval.upper.unwrap());
    assert!(lower < estimate && estimate < upper);
    // The profile test agrees with the interval about 0.
    assert_eq!(profile.test.unwrap().p_value < 0.05, lower > 0.0);
    assert!(CoxModel::default().fit(&twelve(), &design(&[&Z])).unwrap().profiles().is_err());
}

/// The order of the events is the order of x: the likelihood rises to 1 itself.
#[test]
fn complete_separation_ends_with_a_warning() {
    let x: Vec<f64> = (0..8).map(|row| f64::from(8 - row)).collect();
    let time: Vec<f64> = (1..=8).map(f64::from).collect();
    for ties in [Ties::Efron, Ties::Exact] {
        let model = CoxModel::default().ties(ties);
        let fit = model.fit(&survival(&time, &[1; 8]), &design(&[&x])).unwrap();
        assert!(fit.coefficients()[0].infinite().is_some());
        assert!(fit.log_likelihood() > -1e-6);
        assert!(fit.coefficients()[0].infinite().unwrap().stopped_at.is_finite());
    }
}

/// A covariate of 1e6 plus noise: the same fit as of the noise.
#[test]
fn a_far_origin_costs_no_digits() {
    let far: Vec<f64> = Z.iter().map(|z| 1e6 + z / 1024.0).collect();
    let near: Vec<f64> = Z.iter().map(|z| z / 1024.0).collect();
    let fits = [&far, &near].map(|x| CoxModel::default().fit(&twelve(), &design(&[x])).unwrap());
    let [far, near] = fits.map(|fit| *fit.coefficients()[0].estimate().unwrap());
    assert!((far.estimate / near.estimate - 1.0).abs() < 1e-9);
    assert!((far.z.unwrap() / near.z.unwrap() - 1.0).abs() < 1e-9);
}

/// A constant column has no coefficient, whatever the constant; the others are as without it.
#[test]
fn a_constant_column_is_named() {
    let alone = CoxModel::default().fit(&twelve(), &design(&[&Z])).unwrap();
    for constant in [0.0, 0.1, 1e9] {
        let fit = CoxModel::default().fit(&twelve(), &design(&[&[constant; 12], &Z])).unwrap();
        let expected = Aliased { column: 0, combination: vec![] };
        assert_eq!(fit.coefficients()[0], Fitted::Aliased(expected));
        assert_eq!(fit.coefficients()[1], alone.coefficients()[0]);
        assert_eq!(fit.variance(0, 1), None);
        assert_eq!(fit.wald_test(), alone.wald_test());
    }
}

/// w = 2 x - 3 z + 7: the third column goes, and the warning says what it equals.
#[test]
fn collinear_columns_are_named_with_their_combination() {
    let x: Vec<f64> = (0..12).map(|row| f64::from(row * row % 7)).collect();
    let w: Vec<f64> = x.iter().zip(Z).map(|(x, z)| 2.0 * x - 3.0 * z + 7.0).collect();
    let y: Vec<f64> = (0..12).map(|row| f64::from(row * 5 % 11)).collect();
    let fit = CoxModel::default().fit(&twelve(), &design(&[&x, &Z, &w, &y])).unwrap();
    assert_eq!(fit.coefficients()[2].aliased().unwrap().column, 2);
    let combination = combination(&fit.coefficients()[2]);
    let columns: Vec<usize> = combination.iter().map(|term| term.0).collect();
    assert_eq!(columns, [0, 1]);
    assert!((combination[0].1 - 2.0).abs() < 1e-9 && (combination[1].1 + 3.0).abs() < 1e-9);
    let without = CoxModel::default().fit(&twelve(), &design(&[&x, &Z, &y])).unwrap();
    assert_eq!(fit.coefficients()[3], without.coefficients()[2]);
    let terms = [0..1, 1..2, 2..3, 3..4];
    let zph = fit.zph(ZphTransform::Rank, &terms).unwrap();
    assert_eq!(zph.terms[2], None);
    let plain = without.zph(ZphTransform::Rank, &terms[..3]).unwrap();
    assert_eq!(zph.global, plain.global);
    assert_eq!(fit.row_residuals(RowResidual::Score).unwrap().columns(), [0, 1, 3]);
}

/// A constant offset changes nothing but the baseline, however large it is.
#[test]
fn a_huge_offset_is_no_trouble() {
    let plain = CoxModel::default().fit(&twelve(), &design(&[&Z])).unwrap();
    let offset = [1e5; 12];
    let fit = CoxModel::default().offset(&offset[..]).fit(&twelve(), &design(&[&Z])).unwrap();
    assert_eq!(fit.coefficients(), plain.coefficients());
    let mut apart = [0.0; 12];
    apart[0] = 5000.0;
    let error = CoxModel::default().offset(&apart[..]).fit(&twelve(), &design(&[&Z]));
    assert!(error.unwrap_err().to_string().contains("offsets or weights so far apart"));
}

/// All events at one time; a single event; a single row; no covariates.
#[test]
fn degenerate_data_give_a_finite_report() {
    let x = [1.0, 2.0, 4.0, 3.0];
    for ties in [Ties::Efron, Ties::Breslow, Ties::Exact] {
        let model = CoxModel::default().ties(ties);
        let fit = model.fit(&survival(&[2.0; 4], &[1, 0, 1, 0]), &design(&[&x])).unwrap();
        assert!(fit.coefficients()[0].estimate().unwrap().estimate.is_finite());
        let fit =
            model.fit(&survival(&[1.0, 2.0, 3.0, 4.0], &[0, 1, 0, 0]), &design(&[&x])).unwrap();
        // Of the risk set of covariates 2, 4, 3 the one with the least fails.
        assert!(fit.coefficients()[0].infinite().is_some());
        let fit = model.fit(&survival(&[2.0], &[1]), &design(&[&[5.0]])).unwrap();
        assert!(combination(&fit.coefficients()[0]).is_empty());
        assert_eq!((fit.log_likelihood(), fit.wald_test()), (0.0, None));
        assert_eq!(fit.concordance(ConcordanceWeight::Harrell).unwrap().estimate, None);
        let fit = model.fit(&twelve(), &DesignMatrix::empty(12)).unwrap();
        assert_eq!(fit.log_likelihood(), fit.log_likelihood_null());
        assert_eq!(fit.likelihood_ratio_test(), None);
        assert_eq!(fit.martingale_residuals().unwrap().len(), 12);
        // Everybody fails at once: there is one subset, and nothing to learn from it.
        let all = model.fit(&survival(&[2.0; 4], &[1; 4]), &design(&[&x])).unwrap();
        if ties == Ties::Exact {
            assert!(all.coefficients()[0].aliased().is_some());
        }
    }
}

/// The risk set falls to nothing between 3 and 5 and rises again.
#[test]
fn an_empty_risk_set_in_between_is_no_trouble() {
    let (start, stop) = ([0.0, 0.0, 1.0, 5.0, 5.0, 6.0], [2.0, 3.0, 3.0, 7.0, 8.0, 9.0]);
    let event = [true, false, true, true, false, true];
    let response = CountingProcess::new(&start, &stop, &event).unwrap();
    let fit = CoxModel::default().fit(&response, &design(&[&[1.0, 2.0, 4.0, 1.0, 3.0, 2.0]]));
    let fit = fit.unwrap();
    // Events meet {1, 2, 4}, {2, 4}, {1, 3, 2}, {2}: at zero, log 3 + log 2 + log 3.
    assert!((fit.log_likelihood_null() + 18f64.ln()).abs() < 1e-12);
}

#[test]
fn every_refusal_says_what_to_do() {
    let x = design(&[&Z]);
    let refused = |model: CoxModel| model.fit(&twelve(), &x).unwrap_err();
    assert_eq!(refused(CoxModel::default().conf_level(95.0)), Error::ConfLevel { level: 95.0 });
    let offset = [0.0, f64::NAN];
    let found = refused(CoxModel::default().offset(&offset[..]));
    assert_eq!(found, Error::Length { what: "offsets", expected: 12, found: 2 });
    let mut offset = [0.0; 12];
    offset[3] = f64::INFINITY;
    let found = refused(CoxModel::default().offset(&offset[..]));
    assert_eq!(found, Error::Offset { row: 3, value: f64::INFINITY });
    assert!(found.to_string().starts_with("row 4: the offset is inf"));
    let groups = Groups::single(3);
    let found = refused(CoxModel::default().strata(&groups));
    assert_eq!(found, Error::Length { what: "strata", expected: 12, found: 3 });
    let found = refused(CoxModel::default().ties(Ties::Exact).robust(true)).to_string();
    assert!(found.contains("sandwich variance with exact ties: not possible; use Efron's"));
    let weighted = twelve().with_weights(&[2.0; 12]).unwrap();
    let found = CoxModel::default().ties(Ties::Exact).fit(&weighted, &x).unwrap_err().to_string();
    assert!(found.contains("case weights with exact ties"));
    let none = survival(&[1.0, 2.0], &[0, 0]);
    let found = CoxModel::default().fit(&none, &design(&[&[1.0, 2.0]])).unwrap_err();
    assert_eq!(found, Error::NoEvents { rows: 2 });
    assert!(found.to_string().contains("check the coding of the event"));
    let exact = CoxModel::default().ties(Ties::Exact).fit(&twelve(), &x).unwrap();
    assert!(exact.zph(ZphTransform::Km, &[]).is_err());
    let fit = CoxModel::default().fit(&twelve(), &x).unwrap();
    assert!(matches!(fit.zph(ZphTransform::Km, &[0..1, 1..2]), Err(Error::OutOfRange { .. })));
    let late = CountingProcess::new(&[-2.0, -2.0], &[-1.0, 3.0], &[true, true]).unwrap();
    let fit = CoxModel::default().fit(&late, &design(&[&[1.0, 0.0]])).unwrap();
    let found = fit.zph(ZphTransform::Log, &[]).unwrap_err().to_string();
    assert!(found.contains("the logarithm of an event time that is not above 0"));
    assert!(fit.concordance(ConcordanceWeight::Uno { tau: None }).is_err());
}

/// Three thousand rows with heavy ties, weights, late entries and strata that end where blocks
/// do: likelihood, gradient and information against the plain definition, and the same bits for
/// any number of threads.
#[test]
fn blocks_and_threads_change_nothing() {
    let n = 3000;
    let value = |row: usize, salt: usize| {
        let mixed = ((row * 16 + salt + 1) as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        ((mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 11) as f64
            / (1u64 << 53) as f64
    };
    let stop: Vec<f64> = (0..n).map(|row| (value(row, 1) * 40.0).ceil() + 2.0).collect();
    let start: Vec<f64> = (0..n).map(|row| (value(row, 2) * stop[row] * 0.8).floor()).collect();
    let event: Vec<bool> = (0..n).map(|row| value(row, 3) < 0.4).collect();
    let weights: Vec<f64> = (0..n).map(|row| (value(row, 4) * 5.0).floor() / 2.0).collect();
    let x: Vec<f64> = (0..3 * n).map(|at| value(at % n, 5 + at / n)).collect();
    let sizes = [512, 1, 511, 1024, 952];
    let index: Vec<u32> = (0..5).flat_map(|s| vec![s; sizes[s as usize]]).collect();
    let (strata, x) = (Groups::new(index, 5).unwrap(), DesignMatrix::from_columns(x, n).unwrap());
    for late in [false, true] {
        for ties in [Ties::Efron, Ties::Breslow] {
            let zero = vec![0.0; n];
            let entries = if late { &start } else { &zero };
            let response =
                CountingProcess::new(entries, &stop, &event).unwrap().into_observations();
            let response = if late {
                response
            } else {
                RightCensored::new(&stop, &event).unwrap().into_observations()
            };
            let response = response.with_weights(&weights).unwrap();
            let model = CoxModel::default().ties(ties).strata(&strata);
            let fit = model.fit(&response, &x).unwrap();
            let plain = plain(&model, &fit, &response, &x, strata.index(), entries);
            assert!((plain.0 / fit.log_likelihood() - 1.0).abs() < 1e-12);
            for j in 0..3 {
                assert!(plain.1[j].abs() < 1e-7, "gradient {}", plain.1[j]);
                let row: f64 = (0..3).map(|k| plain.2[j][k] * fit.variance(k, j).unwrap()).sum();
                assert!((row - 1.0).abs() < 1e-8, "information times variance {row}");
            }
            let bits = |threads: usize| {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
                pool.install(|| {
                    let fit = model.fit(&response, &x).unwrap();
                    let zph = fit.zph(ZphTransform::Km, &[0..1, 1..3]).unwrap();
                    let harrell = fit.concordance(ConcordanceWeight::Harrell).unwrap();
                    let score = fit.row_residuals(RowResidual::Dfbeta).unwrap();
                    let variance = fit.variance(0, 1).unwrap().to_bits();
                    (fit.coefficients().to_vec(), variance, zph, harrell, score)
                })
            };
            let one = bits(1);
            assert_eq!(one, bits(2));
            assert_eq!(one, bits(8));
        }
    }
}

/// Two thousand of four thousand fail at once: without covariates the likelihood is one over the
/// number of subsets, far beyond the range of a number.
#[test]
fn exact_ties_by_the_thousand() {
    let event: Vec<u8> = (0..4000).map(|row| (row % 2) as u8).collect();
    let model = CoxModel::default().ties(Ties::Exact);
    let response = survival(&[1.0; 4000], &event);
    let fit = model.fit(&response, &DesignMatrix::empty(4000)).unwrap();
    let subsets: f64 = (1..=2000).map(|k| (f64::from(2000 + k) / f64::from(k)).ln()).sum();
    assert!((fit.log_likelihood() / -subsets - 1.0).abs() < 1e-12);
}

/// Forty thousand rows, so that shards hold several blocks; strata begin where blocks do, within
/// blocks, and within shards. The whole is the sum of its strata, each fitted alone with x'beta as
/// its offset; and the score residuals, computed without blocks' carries, sum to zero.
#[test]
fn strata_may_begin_anywhere() {
    let sizes = [512usize, 20_000, 488, 1000, 18_000];
    let n: usize = sizes.iter().sum();
    let value = |row: usize, salt: usize| {
        let mixed = ((row * 16 + salt + 1) as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        ((mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 11) as f64
            / (1u64 << 53) as f64
    };
    let time: Vec<f64> = (0..n).map(|row| value(row, 1) + 1.0).collect();
    let start: Vec<f64> = (0..n).map(|row| value(row, 2) * 1.2).collect();
    let start: Vec<f64> = start.iter().zip(&time).map(|(s, t)| s.min(t - 0.01)).collect();
    let event: Vec<bool> = (0..n).map(|row| value(row, 3) < 0.5).collect();
    let index: Vec<u32> = (0..5).flat_map(|s| vec![s; sizes[s as usize]]).collect();
    let columns: Vec<f64> =
        (0..2 * n).map(|at| value(at % n, 4 + at / n) + (at % n) as f64 / 1e4).collect();
    let (strata, x) =
        (Groups::new(index, 5).unwrap(), DesignMatrix::from_columns(columns, n).unwrap());
    for late in [false, true] {
        let response = if late {
            CountingProcess::new(&start, &time, &event).unwrap().into_observations()
        } else {
            RightCensored::new(&time, &event).unwrap().into_observations()
        };
        let fit = CoxModel::default().strata(&strata).fit(&response, &x).unwrap();
        let beta: Vec<f64> =
            fit.coefficients().iter().map(|c| c.estimate().unwrap().estimate).collect();
        let (mut log, mut information) = (0.0, [0.0; 4]);
        for rows in strata.rows() {
            let part = response.select(&rows).unwrap();
            let pick = |j: usize| rows.iter().map(|&row| x.column(j)[row]).collect::<Vec<f64>>();
            let (a, b) = (pick(0), pick(1));
            let offset: Vec<f64> =
                a.iter().zip(&b).map(|(a, b)| beta[0] * a + beta[1] * b).collect();
            let alone = CoxModel::default().offset(&offset[..]).max_iterations(0);
            let alone = alone.fit(&part, &design(&[&a, &b])).unwrap();
            log += alone.log_likelihood();
            let v = |j, k| alone.variance(j, k).unwrap();
            let determinant = v(0, 0) * v(1, 1) - v(0, 1) * v(0, 1);
            let inverse = [v(1, 1), -v(0, 1), -v(0, 1), v(0, 0)];
            information.iter_mut().zip(inverse).for_each(|(sum, i)| *sum += i / determinant);
        }
        assert!((fit.log_likelihood() / log - 1.0).abs() < 1e-12);
        for (j, k) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            let v = |a, b| fit.variance(a, b).unwrap();
            let product = information[2 * j] * v(0, k) + information[2 * j + 1] * v(1, k);
            assert!((product - f64::from(u8::from(j == k))).abs() < 1e-7, "{j} {k} {product}");
        }
        let score = fit.row_residuals(RowResidual::Score).unwrap();
        for j in 0..2 {
            let total: f64 = score.rows().map(|row| row[j]).sum();
            assert!(total.abs() < 1e-6, "{total}");
        }
    }
}

/// Log likelihood, gradient and information of a fit by the definition: for every event time, the
/// sums over everyone at risk.
fn plain(
    model: &CoxModel,
    fit: &riskset::CoxFit,
    response: &Observations,
    x: &DesignMatrix,
    strata: &[u32],
    entry: &[f64],
) -> (f64, Vec<f64>, Vec<Vec<f64>>) {
    let efron = format!("{model:?}").contains("Efron");
    let (n, p, time) = (response.len(), x.columns(), response.time());
    let beta: Vec<f64> =
        fit.coefficients().iter().map(|c| c.estimate().unwrap().estimate).collect();
    let eta = |row: usize| (0..p).map(|j| beta[j] * x.column(j)[row]).sum::<f64>();
    let risk: Vec<f64> = (0..n).map(|row| response.weight(row) * eta(row).exp()).collect();
    let fails = |row: usize| response.event()[row] && response.weight(row) > 0.0;
    let mut times: Vec<(u32, f64)> =
        (0..n).filter(|&row| fails(row)).map(|row| (strata[row], time[row])).collect();
    times.sort_by(|a, b| a.partial_cmp(b).unwrap());
    times.dedup();
    let (mut log, mut gradient, mut information) = (0.0, vec![0.0; p], vec![vec![0.0; p]; p]);
    for (stratum, t) in times {
        let inside = |&row: &usize| strata[row] == stratum && time[row] >= t && entry[row] < t;
        let members: Vec<usize> = (0..n).filter(inside).collect();
        let failing: Vec<usize> =
            members.iter().copied().filter(|&row| fails(row) && time[row] == t).collect();
        let d = failing.len() as f64;
        let weight = failing.iter().map(|&row| response.weight(row)).sum::<f64>() / d;
        for &row in &failing {
            log += response.weight(row) * eta(row);
            (0..p).for_each(|j| gradient[j] += response.weight(row) * x.column(j)[row]);
        }
        for k in 0..failing.len() {
            let part = if efron { k as f64 / d } else { 0.0 };
            let share = |row: usize| if failing.contains(&row) { 1.0 - part } else { 1.0 };
            let sum = |value: &dyn Fn(usize) -> f64| -> f64 {
                members.iter().map(|&row| share(row) * risk[row] * value(row)).sum()
            };
            let total = sum(&|_| 1.0);
            log -= weight * total.ln();
            let mean: Vec<f64> = (0..p).map(|j| sum(&|row| x.column(j)[row]) / total).collect();
            for j in 0..p {
                gradient[j] -= weight * mean[j];
                for k in 0..p {
                    let product =
                        |row: usize| (x.column(j)[row] - mean[j]) * (x.column(k)[row] - mean[k]);
                    information[j][k] += weight * sum(&product) / total;
                }
            }
        }
    }
    (log, gradient, information)
}

/// The penalty is the determinant of the information, which is 0 with a column to spare: that column
/// is found without it.
#[test]
fn firth_leaves_a_collinear_column_out_too() {
    let twice: Vec<f64> = Z.iter().map(|z| 2.0 * z - 3.0).collect();
    let model = CoxModel::default().penalty(Penalty::Firth);
    let fit = model.fit(&twelve(), &design(&[&Z, &twice])).unwrap();
    let alone = model.fit(&twelve(), &design(&[&Z])).unwrap();
    assert_eq!(fit.penalty(), Some(Penalty::Firth));
    assert_eq!(fit.coefficients()[0], alone.coefficients()[0]);
    assert!((combination(&fit.coefficients()[1])[0].1 - 2.0).abs() < 1e-9);
    let constant = model.fit(&twelve(), &design(&[&[7.0; 12], &Z])).unwrap();
    assert!(combination(&constant.coefficients()[0]).is_empty());
    assert_eq!(constant.coefficients()[1], alone.coefficients()[0]);
}

/// Where every event time has several events, the exact likelihood alone says which columns are
/// combinations of others.
#[test]
fn collinear_columns_are_found_where_all_events_are_tied() {
    let time = [1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 4.0, 4.0, 4.0, 5.0, 5.0, 5.0];
    let event = [1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0];
    for part in (-6..=6).filter(|part| *part != 0) {
        let combined: Vec<f64> = Z.iter().map(|z| z / f64::from(part) + 0.1).collect();
        let model = CoxModel::default().ties(Ties::Exact);
        let fit = model.fit(&survival(&time, &event), &design(&[&Z, &combined])).unwrap();
        assert!(fit.coefficients()[0].estimate().is_some());
        assert!(fit.coefficients()[1].aliased().is_some(), "{part}");
    }
}
