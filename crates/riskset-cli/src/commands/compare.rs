//! `riskset compare`

use crate::Failure;
use crate::args::estimate::CompareArgs;
use riskset_analysis::{CompareRequest, Request};

/// What was typed, as a request.
pub fn request(args: &CompareArgs) -> Result<Request, Failure> {
    Ok(Request::Compare(CompareRequest {
        rows: args.data.rows(),
        conf_level: args.data.conf_level,
        conf_type: args.conf_type,
        times: args.times.clone(),
        quantiles: args.quantiles.clone(),
        rmst: args.rmst,
        reference: args.reference.clone(),
    }))
}
