//! What a Cox model lets one choose.

use crate::choices;

/// What is done with events at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Ties {
    /// Efron's approximation: those who fail leave the risk set a fraction at a time.
    #[default]
    Efron,
    /// Breslow's approximation: all who fail meet the whole risk set.
    Breslow,
    /// The probability that those who failed did, given their number: the conditional likelihood
    /// of matched sets.
    Exact,
}

choices!(
    Ties,
    "tie method",
    [
        (Ties::Efron, "efron", "Efron (1977), the default"),
        (Ties::Breslow, "breslow", "Breslow (1974)"),
        (
            Ties::Exact,
            "exact",
            "The exact conditional likelihood (Cox 1972; Gail, Lubin and Rubinstein 1981)"
        ),
    ]
);

/// What is taken from the log likelihood to keep coefficients finite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Penalty {
    /// Firth's: half the log determinant of the information is added, which removes the leading
    /// bias of the estimates and gives finite ones where the likelihood has no maximum (Heinze and
    /// Schemper 2001, Biometrics 57:114-119). See [`CoxFit::profiles`](crate::CoxFit::profiles) for its intervals.
    Firth,
}
