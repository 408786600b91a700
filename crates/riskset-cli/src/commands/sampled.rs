//! `riskset clogit` and `riskset case-cohort`

use crate::args::sampled::{CaseCohortArgs, ClogitArgs};
use riskset_analysis::{CaseCohortRequest, ClogitRequest, Request};

/// What was typed after `clogit`, as a request.
pub fn clogit(args: &ClogitArgs) -> Request {
    Request::Clogit(ClogitRequest {
        rows: args.data.rows(),
        conf_level: args.data.level.conf_level,
        ties: args.ties,
    })
}

/// What was typed after `case-cohort`, as a request.
pub fn case_cohort(args: &CaseCohortArgs) -> Request {
    Request::CaseCohort(CaseCohortRequest {
        rows: args.data.rows(),
        conf_level: args.data.level.conf_level,
        subcohort: args.subcohort.clone(),
        cohort_size: args.cohort_size,
        stratum: args.stratum.clone(),
        cohort_sizes: args.cohort_sizes.iter().cloned().collect(),
        method: args.method,
    })
}
