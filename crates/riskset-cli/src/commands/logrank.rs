//! `riskset logrank`

use crate::Failure;
use crate::args::LogrankArgs;
use riskset_analysis::{LogrankRequest, PairwiseRequest, Request};

/// What was typed, as a request.
pub fn request(args: &LogrankArgs) -> Result<Request, Failure> {
    // A level that changes nothing in the answer is refused; the default may stand.
    if args.data.level.conf_level != 0.95 {
        return Err(Failure::usage(
            "a log-rank test has no interval, so --conf-level would change nothing; leave it out, or \
             use riskset compare for hazard ratios and medians with intervals",
        ));
    }
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
