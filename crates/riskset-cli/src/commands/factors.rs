//! `riskset factors`

use crate::Failure;
use crate::args::estimate::FactorsArgs;
use riskset_analysis::Request;

/// What was typed, as a request.
pub fn request(args: &FactorsArgs) -> Result<Request, Failure> {
    Ok(Request::Factors(args.models.request(args.data.rows(), args.data.level.conf_level)))
}
