//! `riskset power`

use crate::Failure;
use crate::args::OutputArgs;
use crate::args::plan::{PowerArgs, PowerCommand};
use riskset_analysis::{PowerLogrankRequest, PowerNpvRequest, Request};

/// What was typed, as a request, and where its answer goes.
pub fn request(args: &PowerArgs) -> Result<(Request, &OutputArgs), Failure> {
    Ok(match &args.command {
        PowerCommand::Npv(args) => {
            let request = PowerNpvRequest {
                p0: Some(args.p0),
                p1: Some(args.p1),
                alpha: args.alpha,
                power: args.power,
                icc: args.icc,
                cluster_size: args.cluster_size,
                evaluable: args.evaluable,
                carriers: args.carriers,
                loss: args.loss,
            };
            (Request::PowerNpv(request), &args.output)
        }
        PowerCommand::Logrank(args) => {
            let request = PowerLogrankRequest {
                hazard_ratio: args.hazard_ratio,
                power: args.power,
                alpha: args.alpha,
                one_sided: args.one_sided,
                events: args.events,
                n: args.n,
                allocation: args.allocation,
                margin: args.margin,
                median: args.median,
                accrual: args.accrual,
                follow_up: args.follow_up,
                loss_rate: args.loss_rate,
                method: args.method,
            };
            (Request::PowerLogrank(request), &args.output)
        }
    })
}
