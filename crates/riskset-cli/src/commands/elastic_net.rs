//! `riskset elastic-net`

use crate::Failure;
use crate::args::net::ElasticNetArgs;
use riskset_analysis::Request;

/// What was typed, as a request.
pub fn request(args: &ElasticNetArgs) -> Result<Request, Failure> {
    Ok(Request::ElasticNet(args.net.request(args.rows.request())))
}
