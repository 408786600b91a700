//! `riskset cox`

mod predict;

use super::frame::{Asked, stratum_columns};
use crate::Failure;
use crate::args::CoxArgs;
use crate::args::estimate::{BaselineAtArg, ConcordanceArg, ResidualArg, TiesArg, ZphArg};
use crate::output::Console;
use crate::progress::Busy;
use riskset::{
    BaselineAt, Coefficient, ConcordanceWeight, CoxFit, CoxModel, CoxTest, DesignMatrix, Fitted,
    Penalty, ResidualMatrix, RowResidual, Schoenfeld, Ties, ZphTransform,
};
use riskset_data::{Design, ModelFrame, TermInfo, TermKind};
use riskset_report::documents::cox::{
    Baseline, CoefficientEntry, Concordance, CoxDocument, LevelEntry, LogLikelihood, Matrix,
    Residuals, TermEntry, Zph, warn,
};
use riskset_report::documents::{Estimate, Head, Test};

/// Fits the model and writes it.
pub fn run(args: &CoxArgs, console: &mut Console) -> Result<(), Failure> {
    let busy = Busy::new("fitting", console.quiet);
    let document = document(args, &busy)?;
    drop(busy);
    console.document(&document, &args.output)
}

fn document(args: &CoxArgs, busy: &Busy) -> Result<CoxDocument, Failure> {
    let asked = Asked::new(&args.data).shown(busy);
    let frame = asked.frame()?;
    let design = frame.design()?;
    if design.names.is_empty() {
        return Err(Failure::analysis(
            "the formula has no covariates; write at least one column right of ~, or use \
             `riskset km` for curves without covariates",
        ));
    }
    let matrix = DesignMatrix::from_shared(design.values.clone(), design.n_rows)?;
    let fit = model(args, &frame).fit(frame.observations()?, &matrix)?;
    let mut head = asked.head("cox", &frame);
    warn_weights(&mut head, &frame, args.robust);
    warn(&mut head, &fit, &design.names);
    let zph = zph(&fit, args.zph, &design)?;
    warn_non_proportional(&mut head, zph.as_deref());
    Ok(CoxDocument {
        head,
        events: fit.n_events(),
        ties: fit.ties().name(),
        penalty: args.firth.then_some("firth"),
        converged: fit.converged(),
        iterations: fit.iterations(),
        conf_level: args.data.conf_level,
        log_likelihood: LogLikelihood {
            null: fit.log_likelihood_null(),
            model: fit.log_likelihood(),
        },
        coefficients: coefficients(fit.coefficients(), &design),
        variance: variance(&fit, design.names.len()),
        tests: tests(&fit),
        concordance: concordance(&fit, args.concordance)?,
        zph,
        baseline: args.baseline.then(|| baseline(&fit, &frame, args.baseline_at)).transpose()?,
        residuals: residuals(&fit, &args.residuals, design.names.len())?,
        predictions: predict::predictions(args, &frame, &fit)?,
        terms: design.terms.iter().map(term).collect(),
        strata: stratum_columns(&frame),
        clusters: frame.cluster.as_ref().map(|cluster| cluster.count()),
    })
}

fn model<'a>(args: &CoxArgs, frame: &'a ModelFrame) -> CoxModel<'a> {
    let ties = match args.ties {
        TiesArg::Efron => Ties::Efron,
        TiesArg::Breslow => Ties::Breslow,
        TiesArg::Exact => Ties::Exact,
    };
    CoxModel::default()
        .ties(ties)
        .strata(frame.strata.as_ref().map(|strata| &strata.groups))
        .cluster(frame.cluster.as_ref().map(|cluster| &cluster.groups))
        .robust(args.robust)
        .offset(frame.offset.as_deref())
        .penalty(args.firth.then_some(Penalty::Firth))
        .conf_level(args.data.conf_level)
}

fn warn_weights(head: &mut Head, frame: &ModelFrame, robust: bool) {
    let whole = |weight: &f64| weight.fract() == 0.0;
    let weights = frame.weights.as_deref().unwrap_or(&[]);
    if !weights.iter().all(whole) && !robust && frame.cluster.is_none() {
        head.warn(
            "weights_not_whole",
            "the weights are not whole numbers, so they are not counts of patients, and the \
             model-based standard errors take them for counts; use --robust, or cluster(id)",
        );
    }
}

fn warn_non_proportional(head: &mut Head, zph: Option<&[Zph]>) {
    let small = |row: &&Zph| row.p_value.is_some_and(|p| p < 0.05);
    let terms: Vec<&str> =
        zph.unwrap_or(&[]).iter().filter(small).map(|row| row.term.as_str()).collect();
    if !terms.is_empty() {
        head.warn(
            "non_proportional",
            format!(
                "the hazards do not look proportional for {}: one hazard ratio describes them on \
                 average only; look at `riskset plot schoenfeld`, and report restricted means \
                 or an effect by period",
                terms.join(", ")
            ),
        );
    }
}

/// One entry per column of the design.
pub fn coefficients(fitted: &[Fitted], design: &Design) -> Vec<CoefficientEntry> {
    let names = design.names.iter().zip(fitted);
    names.map(|(name, fitted)| entry(name, fitted.estimate())).collect()
}

fn entry(name: &str, coefficient: Option<&Coefficient>) -> CoefficientEntry {
    CoefficientEntry {
        term: name.to_string(),
        estimate: coefficient.map(|c| c.estimate),
        std_error: coefficient.and_then(|c| c.std_error),
        robust_std_error: coefficient.and_then(|c| c.robust_std_error),
        z: coefficient.and_then(|c| c.z),
        p_value: coefficient.and_then(|c| c.p_value),
        hazard_ratio: Estimate {
            estimate: coefficient.and_then(|c| c.hazard_ratio),
            lower: coefficient.and_then(|c| c.interval.lower),
            upper: coefficient.and_then(|c| c.interval.upper),
        },
    }
}

fn variance(fit: &CoxFit, columns: usize) -> Vec<Vec<Option<f64>>> {
    (0..columns).map(|a| (0..columns).map(|b| fit.variance(a, b)).collect()).collect()
}

fn tests(fit: &CoxFit) -> Vec<Test> {
    let named: [(&str, Option<CoxTest>); 4] = [
        ("likelihood_ratio", fit.likelihood_ratio_test()),
        ("wald", fit.wald_test()),
        ("score", fit.score_test()),
        ("robust_score", fit.robust_score_test()),
    ];
    let entry = |(name, test): (&str, Option<CoxTest>)| {
        test.map(|test| Test {
            name: name.to_string(),
            statistic: test.statistic,
            df: test.df as f64,
            p_value: Some(test.p_value),
        })
    };
    named.into_iter().filter_map(entry).collect()
}

fn concordance(fit: &CoxFit, arg: ConcordanceArg) -> Result<Option<Concordance>, Failure> {
    let (kind, weight) = match arg {
        ConcordanceArg::Harrell => ("harrell", ConcordanceWeight::Harrell),
        ConcordanceArg::Uno => ("uno", ConcordanceWeight::Uno { tau: None }),
    };
    let concordance = fit.concordance(weight)?;
    let std_error = concordance.std_error;
    Ok(concordance.estimate.map(|estimate| Concordance { kind, estimate, std_error }))
}

fn zph(fit: &CoxFit, arg: Option<ZphArg>, design: &Design) -> Result<Option<Vec<Zph>>, Failure> {
    let Some(arg) = arg else { return Ok(None) };
    let ranges: Vec<_> = design.terms.iter().map(|term| term.columns.clone()).collect();
    let tests = fit.zph(transform(arg), &ranges)?;
    let entry = |(name, test): (&str, Option<&CoxTest>)| Zph {
        term: name.to_string(),
        statistic: test.map(|test| test.statistic),
        df: test.map_or(0, |test| test.df),
        p_value: test.map(|test| test.p_value),
    };
    let names = design.terms.iter().map(|term| term.name.as_str());
    let terms = names.zip(tests.terms.iter().map(Option::as_ref));
    Ok(Some(terms.chain([("GLOBAL", tests.global.as_ref())]).map(entry).collect()))
}

/// The transform of time as the core has it.
pub fn transform(arg: ZphArg) -> ZphTransform {
    match arg {
        ZphArg::Rank => ZphTransform::Rank,
        ZphArg::Km => ZphTransform::Km,
        ZphArg::Identity => ZphTransform::Identity,
        ZphArg::Log => ZphTransform::Log,
    }
}

fn baseline(fit: &CoxFit, frame: &ModelFrame, at: BaselineAtArg) -> Result<Vec<Baseline>, Failure> {
    let at = match at {
        BaselineAtArg::Zero => BaselineAt::Zero,
        BaselineAtArg::Mean => BaselineAt::Mean,
    };
    let entry = |baseline: riskset::Baseline| Baseline {
        stratum: frame.strata.as_ref().map(|strata| strata.labels[baseline.stratum].clone()),
        time: baseline.time,
        cumulative_hazard: baseline.cumulative_hazard,
    };
    Ok(fit.baseline(at)?.into_iter().map(entry).collect())
}

fn residuals(
    fit: &CoxFit,
    kinds: &[ResidualArg],
    columns: usize,
) -> Result<Option<Residuals>, Failure> {
    if kinds.is_empty() {
        return Ok(None);
    }
    let mut residuals = Residuals::default();
    for kind in kinds {
        match kind {
            ResidualArg::Martingale => residuals.martingale = Some(fit.martingale_residuals()?),
            ResidualArg::Deviance => residuals.deviance = Some(fit.deviance_residuals()?),
            ResidualArg::Schoenfeld => {
                residuals.schoenfeld = Some(matrix(fit.schoenfeld_residuals(false)?, columns));
            }
            ResidualArg::ScaledSchoenfeld => {
                residuals.scaled_schoenfeld =
                    Some(matrix(fit.schoenfeld_residuals(true)?, columns));
            }
            ResidualArg::Score => {
                residuals.score = Some(rows(&fit.row_residuals(RowResidual::Score)?, columns));
            }
            ResidualArg::Dfbeta => {
                residuals.dfbeta = Some(rows(&fit.row_residuals(RowResidual::Dfbeta)?, columns));
            }
            ResidualArg::Dfbetas => {
                residuals.dfbetas = Some(rows(&fit.row_residuals(RowResidual::Dfbetas)?, columns));
            }
        }
    }
    Ok(Some(residuals))
}

fn matrix(schoenfeld: Schoenfeld, columns: usize) -> Matrix {
    Matrix { values: rows(&schoenfeld.values, columns), time: schoenfeld.time }
}

/// One array per row with an entry per column of the design; a column without a coefficient has
/// `null`.
fn rows(residuals: &ResidualMatrix, columns: usize) -> Vec<Vec<Option<f64>>> {
    let row = |values: &[f64]| {
        let mut row = vec![None; columns];
        for (&column, &value) in residuals.columns().iter().zip(values) {
            row[column] = Some(value);
        }
        row
    };
    residuals.rows().map(row).collect()
}

/// A term with its levels.
pub fn term(info: &TermInfo) -> TermEntry {
    let (kind, reference, levels) = match &info.kind {
        TermKind::Numeric => ("numeric", None, Vec::new()),
        TermKind::Interaction => ("interaction", None, Vec::new()),
        TermKind::Factor { levels, reference } => {
            let entries = levels.iter().map(|level| LevelEntry {
                level: level.name.clone(),
                n: level.n,
                events: level.events,
            });
            ("factor", Some(levels[*reference].name.clone()), entries.collect())
        }
    };
    let columns = info.columns.clone();
    TermEntry { term: info.name.clone(), kind, reference, levels, columns }
}
