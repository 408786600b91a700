//! `riskset power`

use crate::Failure;
use crate::args::plan::{PowerArgs, PowerCommand, PowerLogrankArgs, PowerMethodArg, PowerNpvArgs};
use crate::output::Console;
use riskset::{EventFormula, FollowUpPlan, LogRankDesign, ProportionDesign, Sides};
use riskset_report::documents::Head;
use riskset_report::documents::power::PowerDocument;

/// Plans and writes the plan.
pub fn run(args: &PowerArgs, console: &mut Console) -> Result<(), Failure> {
    match &args.command {
        PowerCommand::Npv(args) => console.document(&npv(args)?, &args.output),
        PowerCommand::Logrank(args) => console.document(&logrank(args)?, &args.output),
    }
}

fn npv(args: &PowerNpvArgs) -> Result<PowerDocument, Failure> {
    let design = ProportionDesign::new(args.p0, args.p1)
        .alpha(args.alpha)
        .sides(Sides::One)
        .icc(args.icc)
        .cluster_size(args.cluster_size)
        .evaluable(args.evaluable.unwrap_or(1.0))
        .carriers(args.carriers.unwrap_or(1.0))
        .loss(args.loss.unwrap_or(0.0));
    let plan = design.sample_size(args.power)?;
    let head = Head::new(
        "power-npv",
        plan.units as usize,
        0,
        "Sample size: one proportion of clustered observations against a threshold, one-sided",
    );
    let mut document = PowerDocument::new(
        head,
        "one-sample test of a proportion, normal approximation, times the design effect 1 + (m - 1) icc",
    );
    for (key, words, value, decimals) in [
        ("p0", "Threshold", args.p0, 3),
        ("p1", "Proportion expected", args.p1, 3),
        ("alpha", "One-sided alpha", args.alpha, 3),
        ("power", "Power", args.power, 2),
        ("icc", "Intracluster correlation", args.icc, 2),
        ("cluster_size", "Observations per cluster", args.cluster_size, 1),
    ] {
        document.assume(key, words, value, decimals);
    }
    for (key, words, value) in [
        ("evaluable", "Share of observations evaluable", args.evaluable),
        ("carriers", "Share of patients with observations", args.carriers),
        ("loss", "Share of patients lost", args.loss),
    ] {
        if let Some(value) = value {
            document.assume(key, words, value, 3);
        }
    }
    let independent = Some(plan.independent_units);
    document.result("independent_units", "Observations if independent", independent, 1);
    document.result("design_effect", "Design effect", Some(plan.design_effect), 2);
    document.result("units", "Observations to be evaluated", Some(plan.units as f64), 0);
    document.result("clusters", "Clusters that hold them", Some(plan.clusters as f64), 0);
    document.result("power", "Power with that number", Some(plan.power), 3);
    if args.evaluable.is_some() || args.carriers.is_some() || args.loss.is_some() {
        let words = "Patients expected to yield them";
        document.result("patients", words, Some(plan.expected_patients), 0);
        document.result("enrolled", "Patients to enrol", Some(plan.enrolled as f64), 0);
    }
    Ok(document)
}

/// What the user left open, which is what is computed.
enum Open {
    Size(f64, f64),
    Power(f64),
    HazardRatio(f64),
}

fn open(args: &PowerLogrankArgs) -> Result<Open, Failure> {
    let sized = args.events.is_some() || args.n.is_some();
    match (args.hazard_ratio, args.power, sized) {
        (Some(ratio), Some(power), false) => Ok(Open::Size(ratio, power)),
        (Some(ratio), None, true) => Ok(Open::Power(ratio)),
        (None, Some(power), true) => Ok(Open::HazardRatio(power)),
        (None, None, true) => Ok(Open::HazardRatio(0.8)),
        (Some(_), Some(_), true) => Err(Failure::usage(
            "--hazard-ratio, --power and the size (--events or --n) are all given, so nothing is \
             left to compute; leave one of them out",
        )),
        _ => Err(Failure::usage(
            "give two of --hazard-ratio, --power and the size (--events or --n)",
        )),
    }
}

/// The follow-up, when --median, --accrual and --follow-up describe one.
fn follow_up(args: &PowerLogrankArgs) -> Result<Option<FollowUpPlan>, Failure> {
    match (args.median, args.accrual, args.follow_up) {
        (None, None, None) if args.loss_rate.is_none() => Ok(None),
        (Some(median), Some(accrual), Some(follow_up)) => {
            let hazard = FollowUpPlan::hazard_of_median(median);
            let plan = FollowUpPlan::new(hazard, accrual, follow_up);
            let loss = args.loss_rate.map(|lost| FollowUpPlan::hazard_of_survival(1.0, 1.0 - lost));
            Ok(Some(loss.map_or(plan, |loss| plan.loss_hazard(loss))))
        }
        _ => Err(Failure::usage(
            "--median, --accrual and --follow-up belong together (and --loss-rate needs them): \
             give all three, or none and --events",
        )),
    }
}

fn logrank(args: &PowerLogrankArgs) -> Result<PowerDocument, Failure> {
    let formula = match args.method {
        PowerMethodArg::Schoenfeld => EventFormula::Schoenfeld,
        PowerMethodArg::Freedman => EventFormula::Freedman,
    };
    let mut design = LogRankDesign::default()
        .alpha(args.alpha)
        .sides(if args.one_sided { Sides::One } else { Sides::Two })
        .allocation(args.allocation.1 / args.allocation.0)
        .formula(formula);
    if let Some(margin) = args.margin {
        design = design.margin(margin);
    }
    let method = match args.method {
        PowerMethodArg::Schoenfeld => "Schoenfeld (1981, 1983), exponential survival",
        PowerMethodArg::Freedman => "Freedman (1982), exponential survival",
    };
    let head = Head::new("power-logrank", 0, 0, "Log-rank test of two groups");
    let mut document = PowerDocument::new(head, method);
    assumptions(args, &mut document);
    let plan = follow_up(args)?;
    match open(args)? {
        Open::Size(ratio, power) => size(&design, ratio, power, plan.as_ref(), &mut document)?,
        Open::Power(ratio) => reached(args, &design, ratio, plan.as_ref(), &mut document)?,
        Open::HazardRatio(power) => {
            detectable(args, &design, power, plan.as_ref(), &mut document)?;
        }
    }
    Ok(document)
}

fn assumptions(args: &PowerLogrankArgs, document: &mut PowerDocument) {
    let alpha = if args.one_sided { "One-sided alpha" } else { "Two-sided alpha" };
    document.assume("alpha", alpha, args.alpha, 3);
    let share = args.allocation.1 / args.allocation.0;
    document.assume("allocation", "Experimental patients per control patient", share, 2);
    for (key, words, value, decimals) in [
        ("hazard_ratio", "Hazard ratio", args.hazard_ratio, 2),
        ("power", "Power", args.power, 2),
        ("margin", "Non-inferiority margin", args.margin, 2),
        ("events", "Events", args.events, 0),
        ("n", "Patients", args.n, 0),
        ("median", "Median survival, control", args.median, 1),
        ("accrual", "Accrual", args.accrual, 1),
        ("follow_up", "Follow-up after the last patient", args.follow_up, 1),
        ("loss_rate", "Share lost per unit of time", args.loss_rate, 3),
    ] {
        if let Some(value) = value {
            document.assume(key, words, value, decimals);
        }
    }
}

fn size(
    design: &LogRankDesign,
    ratio: f64,
    power: f64,
    plan: Option<&FollowUpPlan>,
    document: &mut PowerDocument,
) -> Result<(), Failure> {
    let Some(plan) = plan else {
        let count = design.events(ratio, power)?;
        document.result("events", "Events needed", Some(count.events as f64), 0);
        document.result("power", "Power with that number", Some(count.power), 3);
        return Ok(());
    };
    let count = design.sample_size(ratio, power, plan)?;
    document.head.n = count.patients() as usize;
    document.result("events", "Events needed", Some(count.events as f64), 0);
    document.result("patients", "Patients", Some(count.patients() as f64), 0);
    document.result("control", "of them control", Some(count.control as f64), 0);
    document.result("experimental", "of them experimental", Some(count.experimental as f64), 0);
    let control = Some(count.control_event_probability);
    document.result("control_event_probability", "Share of control events seen", control, 3);
    let experimental = Some(count.experimental_event_probability);
    let words = "Share of experimental events seen";
    document.result("experimental_event_probability", words, experimental, 3);
    document.result("power", "Power with that number", Some(count.power), 3);
    Ok(())
}

fn reached(
    args: &PowerLogrankArgs,
    design: &LogRankDesign,
    ratio: f64,
    plan: Option<&FollowUpPlan>,
    document: &mut PowerDocument,
) -> Result<(), Failure> {
    let power = match (args.events, args.n, plan) {
        (Some(events), _, _) => design.power(ratio, events)?,
        (None, Some(n), Some(plan)) => design.power_of_patients(ratio, n, plan)?,
        _ => return Err(needs_events()),
    };
    document.head.n = args.n.unwrap_or(0.0) as usize;
    document.result("power", "Power", Some(power), 3);
    Ok(())
}

fn detectable(
    args: &PowerLogrankArgs,
    design: &LogRankDesign,
    power: f64,
    plan: Option<&FollowUpPlan>,
    document: &mut PowerDocument,
) -> Result<(), Failure> {
    if args.power.is_none() {
        document.assume("power", "Power", power, 2);
    }
    let ratio = match (args.events, args.n, plan) {
        (Some(events), _, _) => design.detectable(events, power)?,
        (None, Some(n), Some(plan)) => design.detectable_by_patients(n, power, plan)?,
        _ => return Err(needs_events()),
    };
    document.head.n = args.n.unwrap_or(0.0) as usize;
    document.result("hazard_ratio_below", "Hazard ratio detectable, at most", ratio.below, 2);
    document.result("hazard_ratio_above", "or at least", ratio.above, 2);
    Ok(())
}

fn needs_events() -> Failure {
    Failure::usage(
        "the power of a log-rank test follows from its events: give --events, or --median, \
         --accrual and --follow-up from which they follow",
    )
}
