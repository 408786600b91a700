//! The binomial-normal model: events are binomial, logits normal with mean mu and deviation tau.
//!
//! A study's likelihood is an integral over its deviate z of the binomial probability at
//! expit(mu + tau z) against the normal density, by Gauss-Hermite quadrature moved to the
//! integrand's mode. Its derivatives in mu and tau are means of the binomial ones over the same
//! nodes, so that Newton's method is exact.
//!
//! Sources: Hamza, van Houwelingen and Stijnen (2008), J Clin Epidemiol 61:41-51; Pinheiro and Bates
//! (1995), J Comput Graph Stat 4:12-35 (adaptive quadrature).

use super::{Pooled, quadrature::Rule, studies::expit};
use crate::Error;
use statrs::function::gamma::ln_gamma;

const ITERATIONS: usize = 200;

/// Nodes of the rule. Most binomial integrands are near normal at their mode, and 40 nodes are
/// plenty; one of 0 of 38 with a wide spread between studies is not, and then 40 nodes left the
/// likelihood so uneven that Newton's steps did not settle.
const NODES: usize = 120;

pub(super) fn fit(events: &[u64], sizes: &[u64]) -> Result<Pooled, Error> {
    let studies: Vec<(f64, f64)> =
        events.iter().zip(sizes).map(|(&x, &n)| (x as f64, n as f64)).collect();
    let (x, n) = studies.iter().fold((0.0, 0.0), |sum, study| (sum.0 + study.0, sum.1 + study.1));
    if x == 0.0 || x == n {
        return Err(Error::Unsupported {
            what: "the exact model of studies that are all without events, or have nothing else",
            instead: "use the two-step model, or the exact interval of the counts together",
        });
    }
    let rule = Rule::new(NODES);
    let at = |mu: f64, tau: f64| Likelihood::new(&studies, &rule, mu, tau);
    let common = (x / (n - x)).ln();
    // At tau = 0 the score in tau^2 is half of sum (residual^2 - variance): not positive means that
    // no variance between studies is the best.
    let p = x / n;
    let binomial = n * p * (1.0 - p);
    let squares: f64 = studies.iter().map(|(x, n)| (x - n * p).powi(2)).sum();
    let mut point = at(common, 0.0);
    // Equality, which studies of one unit have, is not left to rounding.
    if squares > binomial * (1.0 + 1e-9) {
        point = climb(at, common)?;
    }
    let [a, b, d] = point.information;
    // Without variance between studies mu stands alone.
    let variance = if point.tau == 0.0 { 1.0 / a } else { d / (a * d - b * b) };
    Ok(Pooled {
        logit: point.mu,
        std_error: variance.sqrt(),
        tau_squared: point.tau * point.tau,
        log_likelihood: Some(point.log_likelihood + log_coefficients(&studies)),
    })
}

/// Newton's steps from the best of a few starts; where the surface is not concave, along the
/// gradient; halved where the likelihood falls.
fn climb(at: impl Fn(f64, f64) -> Likelihood, common: f64) -> Result<Likelihood, Error> {
    let starts = [0.1, 0.3, 1.0, 2.0].map(|tau| at(common, tau));
    let mut point = starts
        .into_iter()
        .reduce(|a, b| if b.log_likelihood > a.log_likelihood { b } else { a })
        .expect("there are four starts");
    let mut floor = f64::INFINITY; // the last step
    for _ in 0..ITERATIONS {
        let [a, b, d] = point.information;
        let (g, h) = point.gradient;
        let determinant = a * d - b * b;
        let concave = a > 0.0 && determinant > 0.0;
        let (along, across) = if concave {
            ((d * g - b * h) / determinant, (a * h - b * g) / determinant)
        } else {
            let length = g.hypot(h).max(f64::MIN_POSITIVE);
            (0.1 * g / length, 0.1 * h / length)
        };
        let mut part = 1.0;
        let next = loop {
            // tau and -tau are one model.
            let next = at(point.mu + part * along, (point.tau + part * across).abs());
            let rounding = 1e-13 * (1.0 + point.log_likelihood.abs());
            if next.log_likelihood >= point.log_likelihood - rounding || part < 1e-6 {
                break next;
            }
            part /= 2.0;
        };
        let step = (next.mu - point.mu).abs().max((next.tau - point.tau).abs());
        point = next;
        // Newton's steps shrink by their square, until only rounding is left, which does not.
        if concave && (step <= 1e-14 || (step <= 1e-8 && step >= 0.5 * floor)) {
            return Ok(point);
        }
        floor = step;
    }
    let what = "the exact model of the studies";
    Err(Error::NotConverged { what, iterations: ITERATIONS })
}

/// The log likelihood, without binomial coefficients, and its derivatives in mu and tau.
struct Likelihood {
    mu: f64,
    tau: f64,
    log_likelihood: f64,
    gradient: (f64, f64),
    /// Minus the second derivatives: mu mu, mu tau, tau tau.
    information: [f64; 3],
}

impl Likelihood {
    fn new(studies: &[(f64, f64)], rule: &Rule, mu: f64, tau: f64) -> Likelihood {
        let (log_likelihood, gradient, information) = (0.0, (0.0, 0.0), [0.0; 3]);
        let mut sum = Likelihood { mu, tau, log_likelihood, gradient, information };
        studies.iter().for_each(|&(x, n)| sum.add(x, n, rule));
        sum
    }

    /// Adds one study of `x` events among `n` units.
    fn add(&mut self, x: f64, n: f64, rule: &Rule) {
        let (mode, width) = self.mode(x, n);
        let scale = 2f64.sqrt() * width;
        let deviate = |t: f64| mode + scale * t;
        let log_terms: Vec<f64> = rule
            .node
            .iter()
            .zip(&rule.log_weight)
            .map(|(&t, log_weight)| log_weight + self.log_kernel(x, n, deviate(t)))
            .collect();
        let greatest = log_terms.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        // Means over the distribution of z given the study, of its score s = x - n p, of z s, and
        // of what the second derivatives need.
        let (mut total, mut first, mut second) = (0.0, [0.0; 2], [0.0; 3]);
        for (&t, log_term) in rule.node.iter().zip(&log_terms) {
            let (weight, z) = ((log_term - greatest).exp(), deviate(t));
            let p = expit(self.mu + self.tau * z);
            let (score, slope) = (x - n * p, n * p * (1.0 - p));
            let curvature = score * score - slope;
            total += weight;
            first[0] += weight * score;
            first[1] += weight * z * score;
            second[0] += weight * curvature;
            second[1] += weight * z * curvature;
            second[2] += weight * z * z * curvature;
        }
        let first = first.map(|sum| sum / total);
        let second = second.map(|sum| sum / total);
        // The integral is scale times the sum, and the density has 1 / sqrt(2 pi).
        self.log_likelihood +=
            greatest + total.ln() + (scale / (2.0 * std::f64::consts::PI).sqrt()).ln();
        self.gradient.0 += first[0];
        self.gradient.1 += first[1];
        self.information[0] -= second[0] - first[0] * first[0];
        self.information[1] -= second[1] - first[0] * first[1];
        self.information[2] -= second[2] - first[1] * first[1];
    }

    /// x eta - n log(1 + exp(eta)) - z^2 / 2, with eta = mu + tau z.
    fn log_kernel(&self, x: f64, n: f64, z: f64) -> f64 {
        let eta = self.mu + self.tau * z;
        let log_one_plus = eta.max(0.0) + (-eta.abs()).exp().ln_1p();
        x * eta - n * log_one_plus - 0.5 * z * z
    }

    /// The z at which the kernel is greatest, by Newton's method on a concave function, and the
    /// standard deviation of the normal density that fits it there.
    fn mode(&self, x: f64, n: f64) -> (f64, f64) {
        let mut z = 0.0;
        let mut width = 1.0;
        for _ in 0..100 {
            let p = expit(self.mu + self.tau * z);
            let slope = self.tau * (x - n * p) - z;
            let curvature = 1.0 + self.tau * self.tau * n * p * (1.0 - p);
            width = curvature.sqrt().recip();
            let mut step = slope / curvature;
            let here = self.log_kernel(x, n, z);
            while self.log_kernel(x, n, z + step) < here && step.abs() > 1e-12 {
                step /= 2.0;
            }
            z += step;
            if step.abs() < 1e-10 {
                break;
            }
        }
        (z, width)
    }
}

/// The sum of the logarithms of the binomial coefficients.
fn log_coefficients(studies: &[(f64, f64)]) -> f64 {
    let log = |(x, n): &(f64, f64)| ln_gamma(n + 1.0) - ln_gamma(x + 1.0) - ln_gamma(n - x + 1.0);
    studies.iter().map(log).sum()
}
