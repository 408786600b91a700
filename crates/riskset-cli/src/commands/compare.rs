//! `riskset compare`

use crate::Failure;
use crate::args::estimate::CompareArgs;
use riskset_analysis::{CompareRequest, PairwiseRequest, Request};

/// What was typed, as a request.
pub fn request(args: &CompareArgs) -> Result<Request, Failure> {
    Ok(Request::Compare(CompareRequest {
        rows: args.data.rows(),
        conf_level: args.data.level.conf_level,
        conf_type: args.summary.conf_type,
        flat: args.summary.flat,
        ties: args.ties,
        times: args.summary.times.clone(),
        quantiles: args.summary.quantiles.clone(),
        rmst: args.rmst,
        pairwise: args.pairwise.map(PairwiseRequest),
        milestones: args.milestones.clone(),
        further: args.further.request(),
        over_time: args.over_time.request(),
        margins: args.margin.clone(),
        one_sided: args.one_sided,
    }))
}
