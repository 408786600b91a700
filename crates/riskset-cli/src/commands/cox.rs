//! `riskset cox`

use crate::Failure;
use crate::args::CoxArgs;
use riskset_analysis::{CoxRequest, Request};

/// What was typed, as a request.
pub fn request(args: &CoxArgs) -> Result<Request, Failure> {
    Ok(Request::Cox(CoxRequest {
        rows: args.data.rows(),
        conf_level: args.data.level.conf_level,
        ties: args.ties,
        robust: args.robust,
        firth: args.firth,
        zph: args.zph,
        baseline: args.baseline,
        baseline_at: args.baseline_at,
        residuals: args.residuals.clone(),
        concordance: args.concordance,
        against: args.against.clone(),
        predict: args.predict.clone(),
        times: args.times.clone(),
        tau: args.tau,
        save_model: args.save_model.is_some(),
        reference_values: args.references.request(),
        over_time: args.over_time.request(),
        explain: args.explain,
    }))
}
