//! `riskset tipping`

use crate::Failure;
use crate::args::tipping::TippingArgs;
use riskset_analysis::{Request, TippingRequest};

/// What was typed, as a request.
pub fn request(args: &TippingArgs) -> Result<Request, Failure> {
    let (rows, level) = (args.data.rows(), args.data.level.conf_level);
    let mut request = args.lost.request(rows, level);
    if !args.deltas.is_empty() {
        request = TippingRequest { deltas: args.deltas.clone(), ..request };
    }
    Ok(Request::Tipping(request))
}
