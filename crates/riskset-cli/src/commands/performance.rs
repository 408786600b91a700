//! `riskset performance`

use crate::Failure;
use crate::args::performance::PerformanceArgs;
use riskset_analysis::Request;

/// What was typed, as a request.
pub fn request(args: &PerformanceArgs) -> Result<Request, Failure> {
    let (rows, level) = (args.data.rows(), args.data.level.conf_level);
    let mut request = args.judging.request(rows, level);
    request.thresholds.clone_from(&args.thresholds);
    request.bootstrap = args.bootstrap;
    request.folds = args.folds;
    request.reclassify.clone_from(&args.reclassify);
    request.resample = args.resample;
    request.seed = args.seed;
    request.save_model = args.save_model.is_some();
    Ok(Request::Performance(request))
}
