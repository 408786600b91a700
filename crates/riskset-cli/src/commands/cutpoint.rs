//! `riskset cutpoint`

use crate::Failure;
use crate::args::contrast::CutpointArgs;
use riskset_analysis::{CutpointRequest, Request};

/// What was typed, as a request.
pub fn request(args: &CutpointArgs) -> Result<Request, Failure> {
    let search = args.search.request(args.data.rows(), args.data.level.conf_level);
    Ok(Request::Cutpoint(CutpointRequest { folds: args.folds, repeats: args.repeats, ..search }))
}
