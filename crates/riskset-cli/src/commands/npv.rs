//! `riskset npv`

use crate::Failure;
use crate::args::NpvArgs;
use riskset_analysis::Request;

/// What was typed, as a request.
pub fn request(args: &NpvArgs) -> Result<Request, Failure> {
    Ok(Request::Npv(args.proportion.request()))
}
