//! `riskset adjust`

use crate::Failure;
use crate::args::adjust::AdjustArgs;
use riskset_analysis::{AdjustRequest, Request};

/// What was typed, as a request.
pub fn request(args: &AdjustArgs) -> Result<Request, Failure> {
    Ok(Request::Adjust(AdjustRequest {
        rows: args.data.rows(),
        adjust_for: args.draws.of(args.adjust_for.request(&args.adjust)),
        conf_level: args.data.level.conf_level,
        conf_type: args.conf_type,
        times: args.times.clone(),
        rmst: args.rmst,
        band: args.band,
        mean_regression: args.mean_regression,
        explain: args.explain,
    }))
}
