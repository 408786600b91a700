//! Profiles of Firth's penalised likelihood: limits and tests that follow its shape.
//!
//! Source: Heinze and Schemper (2001), Biometrics 57:114-119.

use super::choices::Penalty;
use super::fit::CoxFit;
use super::newton::{Control, Objective, Point, maximise};
use crate::{CoxTest, Error, Interval, Profile};

impl CoxFit {
    /// The profile of each coefficient of a fit with [`Penalty::Firth`]: by column of the design,
    /// `None` for one that was not estimated. Each costs a few dozen fits.
    ///
    /// # Errors
    ///
    /// [`Error::Unsupported`] without Firth's penalty.
    pub fn profiles(&self) -> Result<Vec<Option<Profile>>, Error> {
        if self.penalty != Some(Penalty::Firth) {
            return Err(Error::Unsupported {
                what: "a penalised profile of a fit without Firth's penalty",
                instead: "fit with the penalty, or use the intervals of the coefficients",
            });
        }
        let mut profiles = vec![None; self.columns];
        for (place, &column) in self.kept.iter().enumerate() {
            profiles[column] = Some(self.profile(place));
        }
        Ok(profiles)
    }

    /// The same fit with the profile limits and the penalised likelihood-ratio P value in each
    /// coefficient, in place of those from its standard error; it then has no z. Those from the
    /// standard error are poor where the likelihood is as lopsided as it is near separation (Heinze
    /// and Schemper 2001).
    ///
    /// # Errors
    ///
    /// Those of [`profiles`](Self::profiles).
    pub fn with_profile_limits(mut self) -> Result<CoxFit, Error> {
        let profiles = self.profiles()?;
        self.regression.put_profiles(&profiles);
        Ok(self)
    }

    fn profile(&self, place: usize) -> Profile {
        let scale = self.rows.scales[place];
        let best = self.risk.beta[place];
        let std_error = self
            .model_variance
            .as_ref()
            .map_or(1.0, |variance| (variance[place * self.kept.len() + place]).sqrt() * scale);
        let limit = |sign: f64| {
            let found = self.crossing(place, best, sign * std_error);
            found.map(|value| value / scale)
        };
        let test = self.fallen(place, 0.0).and_then(|fallen| CoxTest::of(fallen.max(0.0), 1));
        Profile { interval: Interval { lower: limit(-1.0), upper: limit(1.0) }, test }
    }

    /// Twice the fall of the penalised likelihood, with one scaled coefficient held and the others
    /// at their best.
    fn fallen(&self, place: usize, held: f64) -> Option<f64> {
        let objective = Objective { ties: self.ties, penalty: self.penalty };
        let mut beta = self.risk.beta.clone();
        beta[place] = held;
        let point = Point::new(&self.rows, &beta, objective, None);
        if !point.log_likelihood.is_finite() {
            return None;
        }
        let moments = point.moments(&self.rows, objective);
        let control = Control { max_iterations: 200, tolerance: 1e-8 };
        let end = maximise(&self.rows, objective, control, beta, point, moments, Some(place));
        end.converged.then(|| 2.0 * (self.log_likelihood() - end.log_likelihood))
    }

    /// Where the fall reaches the chi-square quantile, outwards from the estimate.
    fn crossing(&self, place: usize, best: f64, step: f64) -> Option<f64> {
        let goal = self.z * self.z; // the quantile of one degree of freedom
        let (mut inside, mut outside) = (best, best + self.z * step);
        let mut doublings = 0;
        while self.fallen(place, outside)? < goal {
            (inside, outside) = (outside, best + 2.0 * (outside - best));
            doublings += 1;
            if doublings > 30 {
                return None;
            }
        }
        // Bisection is enough: 50 halvings leave no more than rounding of the fall itself.
        for _ in 0..50 {
            let middle = 0.5 * (inside + outside);
            if (outside - inside).abs() <= 1e-12 * middle.abs().max(1e-3) {
                break;
            }
            if self.fallen(place, middle)? < goal {
                inside = middle;
            } else {
                outside = middle;
            }
        }
        Some(0.5 * (inside + outside))
    }
}
