//! `riskset table`

use crate::Failure;
use crate::args::OutputArgs;
use crate::args::tables::{TableArgs, TableCommand};
use riskset_analysis::{
    CifRequest, KmRequest, Request, TableCifRequest, TableOneRequest, TableSurvivalRequest,
};

/// What was typed, as a request, and where its answer goes.
pub fn request(args: &TableArgs) -> Result<(Request, &OutputArgs), Failure> {
    Ok(match &args.command {
        TableCommand::One(args) => {
            let request = TableOneRequest {
                data: args.data.clone(),
                reading: args.reading.options(),
                subset: args.subset.clone(),
                by: args.by.clone(),
                order: args.order.clone(),
                variables: args.variables.clone(),
                levels: args.levels.clone(),
                summary: args.summary.clone(),
                quartiles: args.quartiles,
                matched: None,
                rename: args.rename.rename.clone(),
                no_total: args.no_total,
                with_data: args.with_data,
                p_values: args.p_values,
                smd: args.smd,
                id: args.id.clone(),
                units: args.units.clone(),
            };
            (Request::TableOne(request), &args.output)
        }
        TableCommand::Survival(args) => {
            let curves = KmRequest {
                rows: args.data.rows(),
                conf_level: args.data.level.conf_level,
                conf_type: args.conf_type,
                flat: args.flat,
                times: args.times.clone(),
                ..KmRequest::default()
            };
            let request = TableSurvivalRequest { curves, few: args.few.request() };
            (Request::TableSurvival(request), &args.output)
        }
        TableCommand::Factors(args) => (super::factors::request(args)?, &args.output),
        TableCommand::Cif(args) => {
            let incidences = CifRequest {
                rows: args.data.rows(),
                causes: args.cause.request(),
                conf_level: args.data.level.conf_level,
                conf_type: args.conf_type,
                incidence_variance: args.incidence_variance,
                times: args.times.clone(),
                gray: args.gray,
                ..CifRequest::default()
            };
            let request = TableCifRequest { incidences, few: args.few.request() };
            (Request::TableCif(request), &args.output)
        }
    })
}
