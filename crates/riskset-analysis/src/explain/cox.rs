//! The partial likelihood at the estimate, the climb to it, and its shape.

use super::{StepKind, Steps, column};
use crate::Problem;
use riskset::{CoxFit, CoxModel, DesignMatrix, Observations, Remedy, Ties};

/// Event times shown from the start and from the end.
const SHOWN: (usize, usize) = (20, 10);

/// Points of the curve of the log likelihood on either side of the estimate.
const POINTS: i32 = 12;

/// The steps of a fit without a coefficient at infinity.
pub(crate) fn cox(
    model: &CoxModel<'_>,
    ties: Ties,
    rows: &Observations,
    design: (&DesignMatrix, &[String]),
    fit: &CoxFit,
    stratified: bool,
) -> Result<Vec<Steps>, Problem> {
    let (matrix, names) = design;
    let Some(beta) = fit
        .coefficients()
        .iter()
        .map(|fitted| fitted.estimate().map(|c| c.estimate))
        .collect::<Option<Vec<f64>>>()
        .filter(|beta| !beta.is_empty())
    else {
        let what = "not every column has an estimate, so there is no maximum to explain";
        let remedy = Remedy::AnyOf(vec![
            Remedy::Unset("explain".into()),
            Remedy::to("name covariates that have a finite coefficient"),
        ]);
        return Err(Problem::analysis(what, remedy));
    };
    let mut steps = vec![likelihood(model, ties, rows, matrix, &beta, stratified)?];
    // Exact ties have no sums of this form.
    if ties != Ties::Exact && fit.penalty().is_none() {
        steps.push(climb(model, rows, matrix, names)?);
        if let ([name], [Some(error)]) =
            (names, [fit.coefficients()[0].estimate().and_then(|c| c.std_error)])
        {
            steps.push(shape(model, rows, matrix, (name, beta[0], error))?);
        }
    }
    Ok(steps)
}

fn likelihood(
    model: &CoxModel<'_>,
    ties: Ties,
    rows: &Observations,
    matrix: &DesignMatrix,
    beta: &[f64],
    stratified: bool,
) -> Result<Steps, Problem> {
    let (steps, all) = model.likelihood_steps(rows, matrix, beta, SHOWN)?;
    let tied = steps.iter().any(|step| step.deaths > 1);
    let mut why = vec![
        "Of all at risk at an event time, the chance that it was this one who had the event is their \
         own risk exp(x'beta) over the sum of the risks: that is the time's factor of the partial \
         likelihood. When nobody else could have had it, the factor is 1 and tells nothing.",
    ];
    if tied {
        why.push(
            "Where several have the event at one time, Breslow lets each meet the whole risk set, and \
             Efron lets them leave it a fraction at a time; the exact rule asks for the chance that \
             it was just these.",
        );
    }
    why.push(match ties {
        Ties::Efron => "This model was fitted with Efron's factors.",
        Ties::Breslow => "This model was fitted with Breslow's factors.",
        Ties::Exact => "This model was fitted with exact ties; the factors shown are the others.",
    });
    let mut columns = Vec::new();
    if stratified {
        columns.push(column("stratum", "Stratum", StepKind::Count));
    }
    columns.extend([
        column("time", "Time", StepKind::Time),
        column("n_risk", "At risk", StepKind::Count),
        column("n_event", "Events", StepKind::Count),
        column("risk", "Sum of risks", StepKind::Number),
        column("failing_risk", "Risk of the events", StepKind::Number),
        column("log_efron", "log factor, Efron", StepKind::Number),
        column("log_breslow", "log factor, Breslow", StepKind::Number),
    ]);
    let table: Vec<Vec<Option<f64>>> = steps
        .iter()
        .map(|step| {
            let stratum = stratified.then_some(step.stratum as f64 + 1.0);
            let counts = [step.time, step.n_risk as f64, step.deaths as f64];
            let risks = [step.risk, step.failing_risk, step.efron, step.breslow];
            stratum.into_iter().chain(counts).chain(risks).map(Some).collect()
        })
        .collect();
    let gap = (table.len() < all).then_some(SHOWN.0);
    let steps = Steps::new("Partial likelihood at the estimate, step by step", &why, columns);
    let steps = steps.with_rows(table);
    // Of a table with a gap the sums would not be those of the likelihood.
    Ok(match gap {
        Some(_) => Steps { of: all, gap, ..steps },
        None => steps.summed(|key| ["n_event", "log_efron", "log_breslow"].contains(&key)),
    })
}

fn climb(
    model: &CoxModel<'_>,
    rows: &Observations,
    matrix: &DesignMatrix,
    names: &[String],
) -> Result<Steps, Problem> {
    let why = [
        "The estimate is where the log partial likelihood is highest: there its slope, the score, is \
         0. From where one stands, Newton's step goes as far as the slope divided by the curvature, \
         the information.",
        "The information at the end gives the standard errors: the inverse of it is the variance.",
    ];
    let mut columns = vec![
        column("step", "Step", StepKind::Count),
        column("log_likelihood", "Log likelihood", StepKind::Number),
    ];
    for (number, name) in (1..).zip(names) {
        columns.push(column(format!("beta_{number}"), format!("beta, {name}"), StepKind::Number));
        columns.push(column(format!("score_{number}"), format!("Score, {name}"), StepKind::Number));
        let heading = format!("Information, {name}");
        columns.push(column(format!("information_{number}"), heading, StepKind::Number));
    }
    let p = names.len();
    let table = model
        .newton_steps(rows, matrix)?
        .iter()
        .enumerate()
        .map(|(number, step)| {
            let mut row = vec![number as f64, step.at.log_likelihood];
            for (j, &beta) in step.beta.iter().enumerate() {
                row.extend([beta, step.at.score[j], step.at.information[j * p + j]]);
            }
            row.into_iter().map(Some).collect()
        })
        .collect();
    Ok(Steps::new("Newton's steps to the maximum", &why, columns).with_rows(table))
}

/// The log likelihood over the one coefficient.
fn shape(
    model: &CoxModel<'_>,
    rows: &Observations,
    matrix: &DesignMatrix,
    (name, beta, error): (&str, f64, f64),
) -> Result<Steps, Problem> {
    let why = [
        "How well each value of the coefficient explains the data, as the log likelihood less that at \
         the estimate: values within 1.92 of the top are those that a likelihood-ratio test at 5% \
         does not reject.",
        "Wald's interval takes this curve for a parabola with the curvature at its top.",
    ];
    let columns = vec![
        column("beta", format!("beta, {name}"), StepKind::Number),
        column("hazard_ratio", "Hazard ratio", StepKind::Number),
        column("log_likelihood", "Log likelihood", StepKind::Number),
        column("below_top", "Less the top", StepKind::Number),
        column("parabola", "Parabola", StepKind::Number),
    ];
    let top = model.step(rows, matrix, &[beta])?.log_likelihood;
    let table = (-POINTS..=POINTS)
        .map(|point| {
            let away = f64::from(point) * 3.0 / f64::from(POINTS);
            let at = beta + away * error;
            let log = model.step(rows, matrix, &[at])?.log_likelihood;
            let finite = |value: f64| Some(value).filter(|value| value.is_finite());
            let row = [at, at.exp(), log, log - top, -0.5 * away * away];
            Ok(row.map(finite).to_vec())
        })
        .collect::<Result<Vec<_>, Problem>>()?;
    Ok(Steps::new("Log likelihood over the coefficient", &why, columns).with_rows(table))
}
