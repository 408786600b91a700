//! What the searches have in common: how far a number is from its printed value, and when a change
//! for the worse is accepted.
//!
//! Simulated annealing: Kirkpatrick, Gelatt and Vecchi (1983), Science 220:671-680, with the
//! acceptance rule of Metropolis and others (1953), J Chem Phys 21:1087-1092.

use super::random::SplitMix64;

/// The part of the rounding interval that counts as reached. Less than 1, so that neither the
/// order of a sum nor how a reader rounds can move a digit.
const INNER_PART: f64 = 0.94;

/// How many half-widths away a quantity counts that does not exist (a median not reached).
const ABSENT: f64 = 40.0;

/// A printed number: its value and half the width of its last decimal.
#[derive(Clone, Copy, Debug)]
pub struct Printed {
    pub value: f64,
    pub half_width: f64,
}

impl Printed {
    /// Printed to one decimal.
    pub const fn tenths(value: f64) -> Self {
        Printed { value, half_width: 0.05 }
    }

    /// 0 inside the inner part of the rounding interval, then the squared distance from that part
    /// in half-widths.
    pub fn misfit(self, found: Option<f64>) -> f64 {
        let found = found.unwrap_or(self.value + ABSENT * self.half_width);
        let outside = (found - self.value).abs() / self.half_width - INNER_PART;
        if outside > 0.0 { outside * outside } else { 0.0 }
    }
}

/// A temperature that falls geometrically from `hot` to `cold` in `steps` steps.
#[derive(Clone, Copy, Debug)]
pub struct Cooling {
    pub hot: f64,
    pub cold: f64,
    pub steps: usize,
}

impl Cooling {
    /// The temperature at a step.
    pub fn at(self, step: usize) -> f64 {
        self.hot * libm::pow(self.cold / self.hot, step as f64 / self.steps as f64)
    }
}

/// The largest total misfit that is accepted now: the present one and a random excess that shrinks
/// with the temperature.
pub fn accepted_up_to(present: f64, temperature: f64, random: &mut SplitMix64) -> f64 {
    present - temperature * libm::log(random.unit().max(1e-300))
}

/// The value at `x` of the straight lines through the points, which increase in x; the last value
/// beyond them.
pub fn interpolate(points: &[(f64, f64)], x: f64) -> f64 {
    for pair in points.windows(2) {
        let ((x0, y0), (x1, y1)) = (pair[0], pair[1]);
        if x <= x1 {
            return y0 + (y1 - y0) * (x - x0) / (x1 - x0);
        }
    }
    points[points.len() - 1].1
}

/// The nearest whole number, halves upwards.
pub fn whole(x: f64) -> i32 {
    (x + 0.5).floor() as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn misfit_is_zero_where_the_number_prints_alike() {
        let printed = Printed::tenths(11.4);
        assert_eq!(printed.misfit(Some(11.44)), 0.0);
        assert_eq!(printed.misfit(Some(11.36)), 0.0);
        // 0.06 is 1.2 half-widths; 1.2 - 0.94 = 0.26.
        assert!((printed.misfit(Some(11.46)) - 0.26 * 0.26).abs() < 1e-9);
        assert!((printed.misfit(None) - (40.0 - 0.94) * (40.0 - 0.94)).abs() < 1e-6);
    }

    #[test]
    fn lines_through_points() {
        let points = [(0.0, 0.0), (1.0, 10.0), (3.0, 30.0)];
        assert_eq!(interpolate(&points, 0.5), 5.0);
        assert_eq!(interpolate(&points, 2.0), 20.0);
        assert_eq!(interpolate(&points, 9.0), 30.0);
    }
}
