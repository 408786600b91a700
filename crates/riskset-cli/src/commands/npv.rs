//! `riskset npv`

use crate::Failure;
use crate::args::NpvArgs;
use riskset_analysis::{NpvRequest, Request, RowsRequest};

/// What was typed, as a request.
pub fn request(args: &NpvArgs) -> Result<Request, Failure> {
    Ok(Request::Npv(NpvRequest {
        rows: RowsRequest {
            reading: args.reading.options(),
            subset: args.subset.clone(),
            ..RowsRequest::new(&args.data, &args.formula)
        },
        cluster: args.cluster.clone(),
        by: args.by.clone(),
        conf_level: args.conf_level,
        variance: args.variance,
        interval: args.interval,
        threshold: args.threshold,
    }))
}
