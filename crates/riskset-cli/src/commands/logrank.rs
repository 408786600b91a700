//! `riskset logrank`

use crate::Failure;
use crate::args::LogrankArgs;
use riskset_analysis::{LogrankRequest, PairwiseRequest, Request};

/// What was typed, as a request.
pub fn request(args: &LogrankArgs) -> Result<Request, Failure> {
    Ok(Request::Logrank(LogrankRequest {
        rows: args.data.rows(),
        test: args.test,
        rho: args.rho,
        gamma: args.gamma,
        trend: args.trend,
        pairwise: args.pairwise.map(PairwiseRequest),
        control: args.control.clone(),
        further: args.further.request(),
        explain: args.explain,
    }))
}
