//! `riskset risk-groups`

use crate::args::risk_groups::{PlotRiskGroupsArgs, RiskGroupsArgs};
use riskset_analysis::figure::PlotRiskGroupsRequest;
use riskset_analysis::{Request, RiskGroupsRequest};

/// What was typed, as a request.
pub fn request(args: &RiskGroupsArgs) -> Request {
    let asked = args.groups.request(args.data.rows(), args.data.level.conf_level);
    Request::RiskGroups(RiskGroupsRequest { times: args.times.clone(), ..asked })
}

/// What was typed for a figure, as a request.
pub fn figure(args: &PlotRiskGroupsArgs) -> Request {
    Request::PlotRiskGroups(PlotRiskGroupsRequest {
        risk_groups: args.groups.request(args.figure.rows.request(), args.level.conf_level),
        page: args.figure.page.request(),
        time: args.time.request(),
        look: args.look.request(Some(&args.marks), None),
        annotate: args.annotate.clone(),
    })
}
