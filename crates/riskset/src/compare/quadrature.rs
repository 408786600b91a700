//! Integrals over an interval by the adaptive rule of Gauss and Kronrod with 7 and 15 nodes.
//!
//! Sources: Kronrod (1965), Nodes and Weights of Quadrature Formulas; Piessens, de Doncker-Kapenga,
//! Ueberhuber and Kahaner (1983), QUADPACK (the nodes, and halving the worst interval).

/// Nodes above 0 of the 15-point rule, and the weights of both rules at them; the last is the
/// middle. A weight of 0 belongs to a node that the 7-point rule has not.
const RULE: [(f64, f64, f64); 8] = [
    (0.991_455_371_120_812_6, 0.022_935_322_010_529_224, 0.0),
    (0.949_107_912_342_758_5, 0.063_092_092_629_978_55, 0.129_484_966_168_869_7),
    (0.864_864_423_359_769_1, 0.104_790_010_322_250_18, 0.0),
    (0.741_531_185_599_394_4, 0.140_653_259_715_525_92, 0.279_705_391_489_276_64),
    (0.586_087_235_467_691_1, 0.169_004_726_639_267_9, 0.0),
    (0.405_845_151_377_397_2, 0.190_350_578_064_785_41, 0.381_830_050_505_118_9),
    (0.207_784_955_007_898_47, 0.204_432_940_075_298_89, 0.0),
    (0.0, 0.209_482_141_084_727_82, 0.417_959_183_673_469_4),
];
/// An interval is halved at most so often in all.
const HALVINGS: usize = 200;

struct Part {
    low: f64,
    high: f64,
    value: f64,
    error: f64,
}

impl Part {
    fn new(f: &mut dyn FnMut(f64) -> f64, low: f64, high: f64) -> Part {
        let (middle, half) = (0.5 * (low + high), 0.5 * (high - low));
        let (mut fine, mut coarse) = (0.0, 0.0);
        for (node, weight, gauss) in RULE {
            let sum = match node {
                0.0 => f(middle),
                _ => f(middle - half * node) + f(middle + half * node),
            };
            fine += weight * sum;
            coarse += gauss * sum;
        }
        Part { low, high, value: fine * half, error: ((fine - coarse) * half).abs() }
    }
}

/// The integral of `f` from `low` to `high` and a bound on its error, which is to be below
/// `absolute` or below `relative` times the integral. 0 for an empty interval.
pub(crate) fn integrate(
    f: &mut dyn FnMut(f64) -> f64,
    low: f64,
    high: f64,
    absolute: f64,
    relative: f64,
) -> (f64, f64) {
    if low >= high {
        return (0.0, 0.0);
    }
    let mut parts = vec![Part::new(f, low, high)];
    for _ in 0..HALVINGS {
        let (value, error) = total(&parts);
        if error <= absolute.max(relative * value.abs()) {
            break;
        }
        let worst = (0..parts.len()).max_by(|&a, &b| parts[a].error.total_cmp(&parts[b].error));
        let part = parts.swap_remove(worst.expect("there is at least one part"));
        let middle = 0.5 * (part.low + part.high);
        parts.push(Part::new(f, part.low, middle));
        parts.push(Part::new(f, middle, part.high));
    }
    total(&parts)
}

fn total(parts: &[Part]) -> (f64, f64) {
    parts.iter().fold((0.0, 0.0), |sum, part| (sum.0 + part.value, sum.1 + part.error))
}

/// Nodes and weights of Gauss and Legendre's rule on (-1, 1), by Newton's steps from Tricomi's
/// approximate nodes (Davis and Rabinowitz 1984, Methods of Numerical Integration, 2.7).
pub(crate) fn legendre(n: usize) -> Vec<(f64, f64)> {
    let node = |i: usize| {
        let mut x = (std::f64::consts::PI * (i as f64 + 0.75) / (n as f64 + 0.5)).cos();
        for _ in 0..8 {
            let (value, slope) = polynomial(n, x);
            x -= value / slope;
        }
        let (_, slope) = polynomial(n, x);
        (x, 2.0 / ((1.0 - x * x) * slope * slope))
    };
    (0..n).rev().map(node).collect()
}

/// Legendre's polynomial of degree `n` and its derivative.
fn polynomial(n: usize, x: f64) -> (f64, f64) {
    let (mut before, mut value) = (1.0, x);
    for k in 2..=n {
        let k = k as f64;
        (before, value) = (value, ((2.0 * k - 1.0) * x * value - (k - 1.0) * before) / k);
    }
    (value, n as f64 * (x * value - before) / (x * x - 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_integrals() {
        let close = |found: (f64, f64), expected: f64| {
            assert!((found.0 - expected).abs() < 1e-12, "{found:?} {expected}");
        };
        close(integrate(&mut |x| x.exp(), 0.0, 1.0, 1e-13, 0.0), 1f64.exp() - 1.0);
        close(integrate(&mut |x| (x - 0.3).abs(), 0.0, 1.0, 1e-14, 0.0), 0.045 + 0.245);
        close(integrate(&mut f64::sqrt, 0.0, 1.0, 1e-14, 0.0), 2.0 / 3.0);
        assert_eq!(integrate(&mut |_| 1.0, 2.0, 1.0, 1e-14, 0.0), (0.0, 0.0));
        // Exact for polynomials up to degree 2n - 1.
        let sum: f64 = legendre(10).iter().map(|(x, w)| w * x.powi(18)).sum();
        assert!((sum - 2.0 / 19.0).abs() < 1e-14);
    }
}
