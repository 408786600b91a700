//! Aalen's variance of a cumulative incidence, by the theory of counting processes.
//!
//! At a time with n at risk and d events of any cause, the hazards of cause k and of the other causes
//! have the variances d_k (n - d_k) / (n^2 (n - 1)) each, and an event moves F(t) by S(s-) less
//! D = F(t) - F(s) over the part that stays (n - d) / n, or by that alone where it is of another
//! cause. So the variance of F(t) is the sum over s <= t of
//!
//! (S(s-) - D n / (n - d))^2 d_k (n - d_k) / (n^2 (n - 1))
//!     + (D n / (n - d))^2 d_o (n - d_o) / (n^2 (n - 1)).
//!
//! The squares are written out, and their sums carried through time as D grows. The multinomial
//! variance of `aalen_johansen` divides by n where this one divides by n - 1, and lets events of two
//! causes at one time go together, which here are independent.
//!
//! Sources: Aalen (1978), Ann Stat 6:534-545; Marubini and Valsecchi (1995), Analysing Survival Data
//! from Clinical Trials and Observational Studies, 341. Reference program: `cuminc` of R cmprsk.

use super::incidence::{CauseColumns, CumulativeIncidence};

/// The same incidences with these standard errors.
pub(super) fn of(mut curve: CumulativeIncidence) -> CumulativeIncidence {
    let errors: Vec<Vec<f64>> =
        curve.causes.iter().map(|cause| std_errors(&curve, cause)).collect();
    for (cause, errors) in curve.causes.iter_mut().zip(errors) {
        cause.std_error = errors;
    }
    curve
}

/// The sums over the times so far, D the growth of F since each of them.
#[derive(Default)]
struct Sums {
    /// Of the weights of D squared, of D times them, and of D squared times them.
    square: [f64; 3],
    /// Of the weights of D, and of D times them.
    product: [f64; 2],
    /// Of what does not depend on D.
    own: f64,
}

impl Sums {
    /// F has grown by `step`, and so has every D.
    fn grow(&mut self, step: f64) {
        let [weights, first, second] = &mut self.square;
        *second += step * (2.0 * *first + step * *weights);
        *first += step * *weights;
        let [weights, first] = &mut self.product;
        *first += step * *weights;
    }

    fn variance(&self) -> f64 {
        self.own - 2.0 * self.product[1] + self.square[2]
    }
}

fn std_errors(curve: &CumulativeIncidence, cause: &CauseColumns) -> Vec<f64> {
    let mut sums = Sums::default();
    let (mut survival, mut incidence) = (1.0, 0.0); // before the time
    let mut errors = Vec::with_capacity(curve.len());
    for at in 0..curve.len() {
        let (n, d) = (curve.sets.n_risk[at], curve.sets.n_event[at]);
        let own = cause.n_event[at];
        sums.grow(cause.estimate[at] - incidence);
        incidence = cause.estimate[at];
        // The last patient has no variance, and after an event of all at risk F stays as it is.
        if d > 0.0 && n > 1.0 {
            let variance = |events: f64| events * (n - events) / (n * n * (n - 1.0));
            let stay = if n > d { n / (n - d) } else { 0.0 };
            sums.own += survival * survival * variance(own);
            sums.product[0] += survival * stay * variance(own);
            sums.square[0] += stay * stay * (variance(own) + variance(d - own));
        }
        survival = curve.event_free[at];
        errors.push(sums.variance().max(0.0).sqrt());
    }
    errors
}
