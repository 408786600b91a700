//! A cut-point that was searched: its corrected P value, its effect as it looks and as it is.
//!
//! The patients' table with the endpoint beside its columns is what the request is asked of.

use super::context::{Context, rows};
use super::data::Sheet;
use super::figures::{Figure, failed, finish};
use super::file::Cutpoint;
use super::text::Section;
use crate::Error;
use crate::store::{Estimate, Unit, slug};
use crate::table::{Align, Table};
use riskset_analysis::figure::cutpoint_figure;
use riskset_analysis::{
    Answer, CutpointAnswer, CutpointRequest, NewColumn, Problem, Request, RowsRequest,
};
use riskset_plot::Profile;

/// The columns of the endpoint; names that no formula of a study uses.
const TIME: &str = "riskset.time";
const EVENT: &str = "riskset.event";

/// A searched cut-point.
#[derive(Debug)]
pub struct Searched<'a> {
    pub spec: &'a Cutpoint,
    answer: CutpointAnswer,
}

/// Searches; the numbers go under `NAME`.
pub fn search<'a>(
    context: &mut Context<'a>,
    patients: &Sheet,
    spec: &'a Cutpoint,
) -> Result<Searched<'a>, Error> {
    let mut answer = ask(context, patients, spec)?;
    put(context, spec, &answer);
    for doubt in answer.about.doubts.drain(..) {
        context.doubt::<Cutpoint>(&spec.label, &doubt);
    }
    Ok(Searched { spec, answer })
}

fn ask(context: &Context, patients: &Sheet, spec: &Cutpoint) -> Result<CutpointAnswer, Error> {
    let (population, _) = context.population(&spec.population);
    let (endpoint, _) = context.endpoint(&spec.endpoint);
    let members = rows(&context.cohort.populations[population]);
    let outcome = |row: &usize| context.cohort.endpoints[endpoint][*row];
    let time = members.iter().map(|row| Some(outcome(row)?.time)).collect();
    let event = members.iter().map(|row| Some(outcome(row)?.event)).collect();
    let columns = vec![
        (TIME.to_owned(), NewColumn::Numbers(time)),
        (EVENT.to_owned(), NewColumn::Flags(event)),
    ];
    let plain = CutpointRequest::default();
    let formula = format!("Surv(`{TIME}`, `{EVENT}`) ~ {}", spec.column.get_ref());
    let request = Request::Cutpoint(CutpointRequest {
        rows: RowsRequest {
            landmark: spec.landmark.as_ref().map(|time| *time.get_ref()),
            ..RowsRequest::new(spec.name.get_ref(), formula)
        },
        conf_level: context.level,
        permutations: spec.permutations.unwrap_or(plain.permutations),
        seed: spec.seed.unwrap_or(plain.seed),
        ..plain
    });
    let answer = patients.data(&members, columns).and_then(|data| context.run(&request, &data));
    let refuse = |problem: Problem| context.refused::<Cutpoint>(&spec.column, &problem);
    match answer.map_err(refuse)? {
        Answer::Cutpoint(answer) => Ok(*answer),
        other => unreachable!("a cut-point was asked for, not {other:?}"),
    }
}

fn put(context: &mut Context, spec: &Cutpoint, answer: &CutpointAnswer) {
    let name = slug(spec.name.get_ref());
    let (store, test) = (&mut context.store, &answer.test);
    store.count(format!("{name}.n"), answer.about.n, "patients searched");
    store.count(format!("{name}.missing"), answer.about.n_missing, "patients left out");
    store.count(format!("{name}.cuts"), test.cuts.len(), "cuts tried");
    let cut = test.best_cut();
    let decimals = decimals(cut.cut);
    store.value(format!("{name}.cut"), Some(cut.cut), Unit::Value, decimals, "the best cut");
    for (side, key) in answer.sides.iter().zip(["low", "high"]) {
        store.count(format!("{name}.{key}.n"), side.n, "patients");
        store.count(format!("{name}.{key}.events"), side.events, "events");
    }
    let source = "corrected for the search";
    let corrected = test.p_exact.or(test.p_permutation).unwrap_or(test.p_normal);
    store.value(format!("{name}.p_value"), Some(corrected), Unit::PValue, 3, source);
    let key = format!("{name}.uncorrected.p_value");
    let source = "as if the cut had been planned";
    store.value(key, Some(test.p_uncorrected), Unit::PValue, 3, source);
    let effect = answer.effect;
    let planned = Estimate {
        estimate: effect.map(|effect| effect.log_ratio.exp()),
        lower: effect.and_then(|effect| effect.interval.lower),
        upper: effect.and_then(|effect| effect.interval.upper),
    };
    store.estimate(
        &format!("{name}.hr"),
        planned,
        Unit::Ratio,
        2,
        "as if the cut had been planned",
    );
    let validated = answer.validation.and_then(|found| found.log_ratio).map(f64::exp);
    store.value(
        format!("{name}.validated.hr"),
        validated,
        Unit::Ratio,
        2,
        "in patients who did not help to choose the cut",
    );
}

/// As many decimals as the cut has, up to four.
fn decimals(cut: f64) -> usize {
    (0..4).find(|&digits| (cut * 10f64.powi(digits)).fract() == 0.0).map_or(4, |d| d as usize)
}

/// The two sides, the P values and the hazard ratios.
pub fn table(context: &Context, searched: &Searched) -> Table {
    let spec = searched.spec;
    let name = slug(spec.name.get_ref());
    let show = |key: &str| context.store.show(&format!("{name}.{key}"), &context.style);
    let cut = show("cut");
    let mut table = Table::new(format!("{}{}", spec.label, context.synthetic()))
        .column("", Align::Left)
        .column("", Align::Right);
    let of = |side: &str| {
        format!("{} / {}", show(&format!("{side}.n")), show(&format!("{side}.events")))
    };
    let rows = [
        (format!("At or below {cut}, patients / events"), of("low")),
        (format!("Above {cut}, patients / events"), of("high")),
        ("P value, corrected for the search".to_owned(), show("p_value")),
        ("P value, not corrected".to_owned(), show("uncorrected.p_value")),
        (
            format!("Hazard ratio as if planned ({})", context.ci()),
            context.store.show_interval(&format!("{name}.hr"), &context.style),
        ),
        ("Hazard ratio, cross-validated".to_owned(), show("validated.hr")),
    ];
    for row in rows {
        table = table.row([row.0, row.1]);
    }
    table.footnote(format!(
        "The cut was not planned: of {} cuts it separates these patients best, so its hazard ratio is \
         too far from 1. The cross-validated one is of patients who did not help to choose.",
        show("cuts")
    ))
}

/// The results in sentences.
pub fn text(context: &Context, searched: &Searched) -> Section {
    let spec = searched.spec;
    let name = slug(spec.name.get_ref());
    let show = |key: &str| context.store.show(&format!("{name}.{key}"), &context.style);
    let p = |key: &str| context.style.p_equation(context.store.number(&format!("{name}.{key}")));
    let mut sentences = vec![format!(
        "A cut-point of {} was not planned but searched among {} in {} patients. The largest log-rank \
         statistic was at {} ({} patients above, {} at or below; corrected {}, uncorrected {}).",
        spec.words(),
        show("cuts"),
        show("n"),
        show("cut"),
        show("high.n"),
        show("low.n"),
        p("p_value"),
        p("uncorrected.p_value")
    )];
    if let (Some(_), Some(validation)) = (searched.answer.effect, searched.answer.validation) {
        let left = match validation.log_ratio {
            Some(_) => format!(
                "{} in patients who did not help to choose the cut (means over {} divisions into {} \
                 parts)",
                show("validated.hr"),
                searched.answer.request.repeats,
                searched.answer.request.folds
            ),
            None => "not estimable in patients who did not help to choose the cut".to_owned(),
        };
        sentences.push(format!(
            "The hazard ratio above against at or below it looks like {} and is {left}.",
            show("hr.estimate")
        ));
    }
    let label = format!("{}: ", spec.label);
    let doubts = context.warnings.iter().filter_map(|one| one.message.strip_prefix(&label));
    sentences.extend(doubts.map(|message| format!("Caution: {message}.")));
    Section { heading: spec.label.clone(), paragraphs: vec![sentences.join(" ")] }
}

/// The statistic over the cuts.
pub fn figure(context: &Context, profile: &Profile, searched: &Searched) -> Result<Figure, Error> {
    let spec = searched.spec;
    let name = spec.name.get_ref().clone();
    let figure = cutpoint_figure(&searched.answer, spec.words(), profile);
    let caption = figure.caption.join(" ");
    let scene = figure.draw(profile).map_err(|error| failed(&name, &error))?;
    Ok(finish(context, name, spec.label.clone(), caption, scene))
}

impl Cutpoint {
    /// The column as readers see it.
    fn words(&self) -> &str {
        self.column_label.as_deref().unwrap_or(self.column.get_ref())
    }
}
