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
        with_zero: args.with_zero.clone(),
        with_unit: args.with_unit.clone(),
        measures: args.measures.clone(),
        count: args.count.clone(),
        dated_event: args.dated_event.clone(),
    }))
}
