//! `riskset cif`

use crate::Failure;
use crate::args::CifArgs;
use riskset_analysis::{CifRequest, Request};

/// What was typed, as a request.
pub fn request(args: &CifArgs) -> Result<Request, Failure> {
    Ok(Request::Cif(CifRequest {
        rows: args.data.rows(),
        causes: args.cause.request(),
        conf_level: args.data.level.conf_level,
        conf_type: args.conf_type,
        flat: args.flat,
        incidence_variance: args.incidence_variance,
        quantiles: args.quantiles.clone(),
        gray: args.gray,
        times: args.times.clone(),
        robust: args.robust.then_some(true),
        explain: args.explain,
    }))
}
