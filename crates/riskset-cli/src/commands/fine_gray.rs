//! `riskset fine-gray`

use super::cif::competing;
use super::cox::{coefficients, term};
use super::frame::Asked;
use crate::Failure;
use crate::args::FineGrayArgs;
use crate::output::Console;
use crate::progress::Busy;
use riskset::{DesignMatrix, FineGray};
use riskset_report::documents::Test;
use riskset_report::documents::cox::{LogLikelihood, warn};
use riskset_report::documents::fine_gray::FineGrayDocument;

/// Fits the model and writes it.
pub fn run(args: &FineGrayArgs, console: &mut Console) -> Result<(), Failure> {
    let busy = Busy::new("fitting", console.quiet);
    let document = document(args, &busy)?;
    drop(busy);
    console.document(&document, &args.output)
}

fn document(args: &FineGrayArgs, busy: &Busy) -> Result<FineGrayDocument, Failure> {
    let asked = Asked::new(&args.data).shown(busy).with_cause(&args.cause);
    let frame = asked.frame()?;
    if frame.strata.is_some() || frame.offset.is_some() {
        return Err(Failure::analysis(
            "strata() and offset() have no meaning in `riskset fine-gray`; leave them out, or \
             put the column among the covariates",
        ));
    }
    let (response, events) = competing(&frame)?;
    let cause = events.cause.expect("--cause was given");
    let design = frame.design()?;
    let matrix = DesignMatrix::from_shared(design.values.clone(), design.n_rows)?;
    let fit = FineGray::default()
        .conf_level(args.data.conf_level)
        .cluster(frame.cluster.as_ref().map(|cluster| &cluster.groups))
        .fit(&response, cause, &matrix)?;
    let mut head = asked.head("fine-gray", &frame);
    warn(&mut head, &fit, &design.names);
    let columns = 0..design.names.len();
    Ok(FineGrayDocument {
        head,
        cause: args.cause.cause.clone(),
        events: fit.n_events(),
        competing_events: fit.n_competing_events(),
        converged: fit.converged(),
        iterations: fit.iterations(),
        conf_level: args.data.conf_level,
        log_likelihood: LogLikelihood {
            null: fit.log_likelihood_null(),
            model: fit.log_likelihood(),
        },
        coefficients: coefficients(fit.coefficients(), &design),
        variance: columns
            .clone()
            .map(|a| columns.clone().map(|b| fit.variance(a, b)).collect())
            .collect(),
        tests: fit
            .wald_test()
            .map(|test| Test {
                name: "wald".to_string(),
                statistic: test.statistic,
                df: test.df as f64,
                p_value: Some(test.p_value),
            })
            .into_iter()
            .collect(),
        terms: design.terms.iter().map(term).collect(),
    })
}
