//! `riskset km`

use crate::Failure;
use crate::args::KmArgs;
use riskset_analysis::{KmRequest, PairwiseRequest, Request};

/// What was typed, as a request.
pub fn request(args: &KmArgs) -> Result<Request, Failure> {
    Ok(Request::Km(KmRequest {
        rows: args.data.rows(),
        conf_level: args.data.level.conf_level,
        conf_type: args.summary.conf_type,
        flat: args.summary.flat,
        estimator: args.estimator,
        times: args.summary.times.clone(),
        quantiles: args.summary.quantiles.clone(),
        rmst: args.rmst,
        pairwise: args.pairwise.map(PairwiseRequest),
        reverse: args.reverse,
        curve: args.curve,
        robust: args.robust.then_some(true),
        few_patients: args.few_patients,
        band: args.band,
        given: args.given,
        explain: args.explain,
    }))
}
