//! `riskset look`

use crate::args::study::LookArgs;
use riskset_analysis::{LookRequest, Request};

/// What was typed, as a request.
pub fn request(args: &LookArgs) -> Request {
    Request::Look(LookRequest { data: args.data.clone(), reading: args.reading.options() })
}
