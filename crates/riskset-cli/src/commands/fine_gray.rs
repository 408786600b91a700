//! `riskset fine-gray`

use crate::Failure;
use crate::args::FineGrayArgs;
use riskset_analysis::{FineGrayRequest, Request};

/// What was typed, as a request.
pub fn request(args: &FineGrayArgs) -> Result<Request, Failure> {
    Ok(Request::FineGray(FineGrayRequest {
        rows: args.data.rows(),
        causes: args.cause.request(),
        conf_level: args.data.level.conf_level,
        predict: args.predict.clone(),
        times: args.times.clone(),
        save_model: args.save_model.is_some(),
        reference_values: args.references.request(),
    }))
}
