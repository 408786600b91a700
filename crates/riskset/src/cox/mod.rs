//! Cox's proportional hazards model.
//!
//! The hazard of a row with covariates x is an unspecified baseline times exp(x'beta); beta
//! maximises the partial likelihood, the product over events of the probability that, of those at
//! risk, it was this one. Derivation: docs/methods/cox.md.
//!
//! Sources: Cox (1972), J R Stat Soc B 34:187-220, and (1975), Biometrika 62:269-276; Breslow
//! (1974), Biometrics 30:89-99; Efron (1977), J Am Stat Assoc 72:557-565; Gail, Lubin and
//! Rubinstein (1981), Biometrika 68:703-707; Therneau and Grambsch (2000), Modeling Survival Data.
//! Reference program: `coxph` of R survival 3.5.

mod centers;
mod choices;
mod design;
mod elastic_net;
mod exact;
mod explain;
mod firth;
mod fit;
mod gram;
mod influence;
mod layout;
mod linear_predictor;
mod model;
mod moments;
mod newton;
mod parts;
mod penalised;
mod predict;
mod predictor;
mod profile;
mod residuals;
mod risk;
mod rows;
mod shard;
mod smooth;
mod step;
mod zph;

pub use choices::{Penalty, Ties};
pub use design::DesignMatrix;
pub use elastic_net::{CrossValidated, ElasticNet, NetPath, NetPoint};
pub use explain::{LikelihoodStep, NewtonStep};
pub use fit::CoxFit;
pub use linear_predictor::LinearPredictor;
pub use model::CoxModel;
pub use penalised::{
    Frailty, FrailtyDistribution, FrailtyFit, MOST_FRAILTIES, PenalisedFit, PenalisedTest,
    Shrinkage, ShrunkTerm,
};
pub use predict::{Baseline, BaselineAt};
pub use predictor::{CoxPredictor, PredictedCurve, PredictorParts, StratumHazard};
pub use residuals::{ResidualMatrix, RowResidual, Schoenfeld};
pub use smooth::SmoothPoint;
pub use zph::{Zph, ZphTransform};
