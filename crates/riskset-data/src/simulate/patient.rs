//! One patient: what is drawn, and the time that follows.

use super::spec::{Covariate, CovariateKind, Group, Simulation};
use crate::cohort::random::SplitMix64;

/// What acts on a patient's hazard.
pub(super) struct Risk<'a> {
    /// exp(x'beta) of the covariates, times the frailty.
    pub ratio: f64,
    pub group: &'a Group,
}

impl Risk<'_> {
    /// The patient's cumulative hazard at `t`.
    pub fn cumulative(&self, simulation: &Simulation, t: f64) -> f64 {
        let at = |time: f64| simulation.baseline.cumulative(time);
        let (from, until) =
            (self.group.from.min(t), self.group.until.unwrap_or(f64::INFINITY).min(t));
        let with_effect = at(until) - at(from);
        self.ratio * (at(t) + (self.group.hazard_ratio - 1.0) * with_effect)
    }

    /// The time at which the patient's cumulative hazard reaches `h`.
    pub fn inverse(&self, simulation: &Simulation, h: f64) -> f64 {
        let at = |time: f64| simulation.baseline.cumulative(time);
        let (h, effect) = (h / self.ratio, self.group.hazard_ratio);
        let from = at(self.group.from);
        if h <= from {
            return simulation.baseline.inverse(h);
        }
        let within = match self.group.until {
            None => f64::INFINITY,
            Some(until) => effect * (at(until) - from),
        };
        if h <= from + within {
            return simulation.baseline.inverse(from + (h - from) / effect);
        }
        // The effect has ended: what is left runs at the baseline.
        let until = at(self.group.until.expect("an effect without an end has no end"));
        simulation.baseline.inverse(until + (h - from - within))
    }
}

/// The value of a covariate for a patient of this group.
pub(super) fn covariate(covariate: &Covariate, group: usize, random: &mut SplitMix64) -> f64 {
    let mean = covariate.mean[if covariate.mean.len() == 1 { 0 } else { group }];
    match covariate.kind {
        CovariateKind::YesNo => f64::from(u8::from(random.unit() < mean)),
        CovariateKind::Normal => mean + covariate.sd * normal(random),
    }
}

/// Standard normal, by Box and Muller (1958), Ann Math Stat 29:610-611.
pub(super) fn normal(random: &mut SplitMix64) -> f64 {
    let (u, v) = (1.0 - random.unit(), random.unit());
    libm::sqrt(-2.0 * libm::log(u)) * libm::cos(2.0 * std::f64::consts::PI * v)
}

/// Standard exponential.
pub(super) fn exponential(random: &mut SplitMix64) -> f64 {
    -libm::log(1.0 - random.unit())
}

/// Gamma of mean 1 and this variance (Marsaglia and Tsang 2000).
pub(super) fn gamma(variance: f64, random: &mut SplitMix64) -> f64 {
    let shape = 1.0 / variance;
    // Below 1 the shape is raised by 1 and the draw taken down by a power of a uniform.
    let (raised, down) = match shape < 1.0 {
        true => (shape + 1.0, libm::pow(1.0 - random.unit(), 1.0 / shape)),
        false => (shape, 1.0),
    };
    let d = raised - 1.0 / 3.0;
    let c = 1.0 / libm::sqrt(9.0 * d);
    loop {
        let x = normal(random);
        let v = 1.0 + c * x;
        if v <= 0.0 {
            continue;
        }
        let v = v * v * v;
        if libm::log(1.0 - random.unit()) < 0.5 * x * x + d - d * v + d * libm::log(v) {
            return d * v * down * variance;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moments(values: &[f64]) -> (f64, f64) {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        (mean, values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / n)
    }

    /// Means and variances of 200,000 draws, within five of their standard errors.
    #[test]
    fn moments_are_those_of_the_distributions() {
        let random = &mut SplitMix64::new(7);
        let n = 200_000;
        let five = |variance: f64| 5.0 * (variance / n as f64).sqrt();
        let draws: Vec<f64> = (0..n).map(|_| normal(random)).collect();
        let (mean, variance) = moments(&draws);
        assert!(mean.abs() < five(1.0) && (variance - 1.0).abs() < five(2.0));
        for theta in [0.3, 1.0, 2.5] {
            let draws: Vec<f64> = (0..n).map(|_| gamma(theta, random)).collect();
            let (mean, variance) = moments(&draws);
            assert!((mean - 1.0).abs() < five(theta), "{theta} {mean}");
            // The fourth moment about the mean is 3 theta^2 + 6 theta^3.
            let of_variance = 2.0 * theta * theta + 6.0 * theta.powi(3);
            assert!((variance - theta).abs() < five(of_variance), "{theta} {variance}");
        }
        let draws: Vec<f64> = (0..n).map(|_| exponential(random)).collect();
        let (mean, variance) = moments(&draws);
        assert!((mean - 1.0).abs() < five(1.0) && (variance - 1.0).abs() < five(8.0));
    }

    #[test]
    fn a_delayed_effect_that_ends_is_inverted() {
        let simulation = Simulation::from_toml(
            "title = \"t\"\nn = 1\nunit = \"months\"\n[baseline]\nkind = \"weibull\"\nmedian = 20\n\
             shape = 1.3\n[[group]]\nname = \"a\"\nshare = 1\nhazard_ratio = 0.4\nfrom = 6\nuntil = 18\n",
        )
        .unwrap();
        let risk = Risk { ratio: 1.7, group: &simulation.groups[0] };
        for t in [1.0, 6.0, 10.0, 18.0, 40.0] {
            let back = risk.inverse(&simulation, risk.cumulative(&simulation, t));
            assert!((back - t).abs() < 1e-9 * t, "{t} {back}");
        }
    }
}
