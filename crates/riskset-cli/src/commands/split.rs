//! `riskset split`

use crate::Failure;
use crate::args::contrast::SplitArgs;
use riskset_analysis::{Request, SplitRequest};

/// What was typed, as a request.
pub fn request(args: &SplitArgs) -> Result<Request, Failure> {
    Ok(Request::Split(SplitRequest {
        rows: args.rows.request(),
        cuts: args.cuts.clone(),
        with: args.with.clone(),
        with_time: args.with_time.clone(),
        time_zero: args.time_zero.clone(),
        unit: args.unit.clone(),
        measures: args.measures.clone(),
        count: args.count.clone(),
        dated_event: args.dated_event.clone(),
    }))
}
