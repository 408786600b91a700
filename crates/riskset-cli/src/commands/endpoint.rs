//! `riskset endpoint`

use crate::Failure;
use crate::args::study::EndpointArgs;
use crate::output::Console;
use riskset_analysis::{EndpointRequest, Request};
use riskset_data::endpoint::Endpoint;
use riskset_report::documents::endpoint::RulesDocument;

/// What was typed, as a request.
pub fn request(args: &EndpointArgs) -> Result<Request, Failure> {
    let mut rules = args.dates.specs(args.unit).into_iter();
    let Some(rule) = rules.next() else {
        return Err(Failure::usage("--rule: name a rule; --list-rules prints them"));
    };
    Ok(Request::Endpoint(EndpointRequest {
        data: args.data.clone().unwrap_or_default(),
        reading: args.reading.options(),
        id: args.id.clone(),
        subset: args.subset.clone(),
        rule,
        further: rules.collect(),
    }))
}

/// The named rules with their definitions.
pub fn list(args: &EndpointArgs, console: &mut Console) -> Result<(), Failure> {
    console.document(&RulesDocument::new(&Endpoint::ALL), &args.output)
}
