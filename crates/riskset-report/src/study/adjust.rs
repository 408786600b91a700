//! Two groups compared as they are and adjusted: the crude comparison beside the adjusted one, with the
//! balance of the covariates.
//!
//! The patients' table with endpoint and group beside its columns is what the request is asked of.

use super::context::{Context, rows};
use super::data::Sheet;
use super::figures::{Figure, failed, finish};
use super::file::{Adjust, Endpoint};
use super::incidence::table::time_words;
use super::text::Section;
use crate::Error;
use crate::methods::words;
use crate::store::{Estimate, Unit, slug};
use crate::table::{Align, Table};
use riskset::{BandKind, Choice, Contrast, Estimand, MeanMethod, Population, WeightedContrast};
use riskset_analysis::{
    AdjustAnswer, AdjustFor, AdjustMethod, AdjustRequest, Answer, NewColumn, Ratio, Request,
    RowsRequest,
};
use riskset_plot::{
    Colour, CurveInput, FigureOptions, ForestEffect, ForestFigure, ForestRow, ForestScale,
    KmFigure, Profile, format,
};

/// The columns of endpoint and group; names that no formula of a study uses.
const TIME: &str = "riskset.time";
const EVENT: &str = "riskset.event";
const GROUP: &str = "riskset.group";

/// An adjusted comparison.
#[derive(Debug)]
pub struct Adjusted<'a> {
    pub spec: &'a Adjust,
    answer: AdjustAnswer,
    /// The reference and the group compared with it.
    levels: [String; 2],
    /// Their own colours, the same in all figures.
    colours: [Option<Colour>; 2],
}

/// Compares the groups; the numbers go under `NAME`.
pub fn fit<'a>(
    context: &mut Context<'a>,
    patients: &Sheet,
    spec: &'a Adjust,
) -> Result<Adjusted<'a>, Error> {
    let (_, group) = context.group(&spec.group);
    let reference = group
        .levels
        .iter()
        .position(|level| level.name.get_ref() == group.reference.get_ref())
        .expect("the reference level was checked");
    let levels = [reference, 1 - reference].map(|level| group.levels[level].label.clone());
    let colours = [reference, 1 - reference].map(|level| {
        let colour = group.levels[level].colour.as_ref();
        colour.and_then(|text| Colour::try_from(text.get_ref().clone()).ok())
    });
    let mut answer = ask(context, patients, spec, reference)?;
    put(context, spec, &answer);
    for doubt in answer.about.doubts.drain(..) {
        // The groups go by numbers in the request.
        let name = |code: &str| match code.rsplit('=').next() {
            Some("1") => Some(levels[0].clone()),
            Some("2") => Some(levels[1].clone()),
            _ => None,
        };
        context.doubt::<Adjust>(&spec.label, &doubt.renamed(name));
    }
    Ok(Adjusted { spec, answer, levels, colours })
}

fn choice<T: Choice + Default>(
    context: &Context,
    text: Option<&super::file::Text>,
    what: &str,
) -> Result<T, Error> {
    let Some(text) = text else { return Ok(T::default()) };
    let found = text.get_ref().parse();
    found.map_err(|_| context.source.unknown(text, what, &T::names()))
}

fn ask(
    context: &Context,
    patients: &Sheet,
    spec: &Adjust,
    reference: usize,
) -> Result<AdjustAnswer, Error> {
    let (population, _) = context.population(&spec.population);
    let (endpoint, _) = context.endpoint(&spec.endpoint);
    let (group, _) = context.group(&spec.group);
    let members = rows(&context.cohort.populations[population]);
    let outcome = |row: &usize| context.cohort.endpoints[endpoint][*row];
    let level = |row: &usize| {
        let level = context.cohort.groups[group][*row]? as usize;
        Some(if level == reference { "1" } else { "2" }.to_owned())
    };
    let time = members.iter().map(|row| Some(outcome(row)?.time)).collect();
    let event = members.iter().map(|row| Some(outcome(row)?.event)).collect();
    let columns = vec![
        (TIME.to_owned(), NewColumn::Numbers(time)),
        (EVENT.to_owned(), NewColumn::Flags(event)),
        (GROUP.to_owned(), NewColumn::Texts(members.iter().map(level).collect())),
    ];
    let data = patients.data(&members, columns);
    let formula = format!("Surv(`{TIME}`, `{EVENT}`) ~ `{GROUP}`");
    let request = Request::Adjust(AdjustRequest {
        rows: RowsRequest {
            landmark: spec.landmark.as_ref().map(|time| *time.get_ref()),
            ..RowsRequest::new(spec.name.get_ref(), formula)
        },
        adjust_for: AdjustFor {
            adjust: spec.covariates.get_ref().clone(),
            method: choice::<AdjustMethod>(context, spec.method.as_ref(), "the way to adjust")?,
            target: choice::<Population>(context, spec.target.as_ref(), "the target")?,
            stabilised: spec.stabilised,
            truncate: spec.truncate,
            bootstrap: spec.bootstrap,
            seed: spec.seed.unwrap_or(AdjustFor::default().seed),
        },
        band: match &spec.band {
            None => None,
            Some(text) => {
                let found = text.get_ref().parse::<BandKind>();
                let names = BandKind::names();
                Some(found.map_err(|_| context.source.unknown(text, "the band", &names))?)
            }
        },
        mean_regression: match &spec.mean_regression {
            None => None,
            Some(text) => {
                let what = "the regression of restricted means";
                let found = text.get_ref().parse::<MeanMethod>();
                Some(found.map_err(|_| context.source.unknown(text, what, &MeanMethod::names()))?)
            }
        },
        conf_level: context.level,
        conf_type: context.conf_type,
        times: context.file.study.times(),
        rmst: context.file.study.rmst.as_ref().map(|tau| *tau.get_ref()),
        ..AdjustRequest::default()
    });
    let answer = data.and_then(|data| context.run(&request, &data));
    let refuse =
        |problem: riskset_analysis::Problem| context.refused::<Adjust>(&spec.covariates, &problem);
    match answer.map_err(refuse)? {
        Answer::Adjust(answer) => Ok(*answer),
        other => unreachable!("an adjusted comparison was asked for, not {other:?}"),
    }
}

/// The part of a key that names an estimand, and what its numbers are multiplied by.
fn part(estimand: Estimand) -> (String, f64) {
    match estimand {
        Estimand::Survival(time) => (super::compare::at_key(time), 100.0),
        Estimand::RestrictedMean(_) => ("rmst".to_owned(), 1.0),
    }
}

fn put(context: &mut Context, spec: &Adjust, answer: &AdjustAnswer) {
    let name = slug(spec.name.get_ref());
    let store = &mut context.store;
    store.count(format!("{name}.n"), answer.about.n, "patients compared");
    store.count(format!("{name}.missing"), answer.about.n_missing, "patients left out");
    for (group, side) in answer.groups.iter().zip(["reference", "compared"]) {
        store.count(format!("{name}.{side}.n"), group.n, "patients");
        store.count(format!("{name}.{side}.events"), group.events, "events");
        let effective = format!("{name}.{side}.effective");
        store.value(
            effective,
            group.effective,
            Unit::Value,
            1,
            "(sum of weights)^2 / sum of squares",
        );
    }
    for one in &answer.contrasts {
        let (key, scale) = part(one.estimand);
        for (kind, found) in [("crude", one.crude), ("adjusted", one.adjusted)] {
            let key = format!("{name}.{kind}.{key}");
            let source = format!("{kind} difference, infinitesimal jackknife or model");
            let difference = found.map(|found: WeightedContrast| found.difference);
            let scaled = |of: fn(Contrast) -> f64| difference.map(|found| of(found) * scale);
            let estimate = Estimate {
                estimate: scaled(|found| found.estimate),
                lower: scaled(|found| found.lower),
                upper: scaled(|found| found.upper),
            };
            store.estimate(&key, estimate, Unit::Value, 1, &source);
            let p = difference.and_then(|found| found.p_value);
            store.value(format!("{key}.p_value"), p, Unit::PValue, 3, &source);
        }
    }
    if let Some(method) = answer.request.mean_regression {
        let key = format!("{name}.regressed.rmst");
        let source = format!("regression of restricted means, {}", method.name());
        let found = answer.regressed;
        let estimate = Estimate {
            estimate: found.map(|found| found.estimate),
            lower: found.map(|found| found.lower),
            upper: found.map(|found| found.upper),
        };
        store.estimate(&key, estimate, Unit::Value, 1, &source);
        let p = found.and_then(|found| found.p_value);
        store.value(format!("{key}.p_value"), p, Unit::PValue, 3, &source);
    }
    if let Some(draws) = answer.request.adjust_for.bootstrap {
        for one in &answer.contrasts {
            let (key, scale) = part(one.estimand);
            let key = format!("{name}.bootstrap.{key}");
            let source = format!("percentiles of {draws} draws of the patients");
            let limits = one.bootstrap.map(|found| found.difference_limits);
            let (lower, upper) = (limits.map(|l| l.0 * scale), limits.map(|l| l.1 * scale));
            store.value(format!("{key}.lower"), lower, Unit::Value, 1, &source);
            store.value(format!("{key}.upper"), upper, Unit::Value, 1, &source);
        }
    }
    let ratios = [("crude", Some(answer.ratios.0)), ("adjusted", answer.ratios.1)];
    for (kind, ratio) in ratios {
        let Some(Ratio { estimate, interval, p_value, .. }) = ratio else { continue };
        let key = format!("{name}.{kind}.hr");
        let source = "Cox model; weighted with a robust variance where adjusted";
        let lower = interval.and_then(|limits| limits.lower);
        let upper = interval.and_then(|limits| limits.upper);
        store.estimate(&key, Estimate { estimate, lower, upper }, Unit::Ratio, 2, source);
        store.value(format!("{key}.p_value"), p_value, Unit::PValue, 3, source);
    }
    for (column, balance) in &answer.balance {
        let key = format!("{name}.balance.{}", slug(column));
        let source = "standardised difference";
        store.value(format!("{key}.before"), balance.before, Unit::Value, 2, source);
        store.value(format!("{key}.after"), balance.after, Unit::Value, 2, source);
    }
}

impl Adjusted<'_> {
    fn weighted(&self) -> bool {
        self.answer.propensity.is_some()
    }

    fn label<'b>(&'b self, column: &'b str) -> &'b str {
        self.spec.labels.get(column).map_or(column, String::as_str)
    }

    /// `Difference at 12 months, percentage points`.
    fn words(&self, context: &Context, estimand: Estimand) -> String {
        match estimand {
            Estimand::Survival(time) => {
                format!("Difference at {}, percentage points", time_words(context, time))
            }
            Estimand::RestrictedMean(tau) => format!(
                "Difference in restricted mean time to {}, {}",
                time_words(context, tau),
                context.unit.name()
            ),
        }
    }

    /// What the limits by draws are.
    fn drawn(&self) -> Option<String> {
        let how = &self.answer.request.adjust_for;
        let failed = match self.answer.failed_draws {
            None | Some(0) => String::new(),
            Some(n) => format!("; {n} of them could not be computed"),
        };
        Some(format!(
            "percentiles over {} draws of the patients with seed {}, {} fitted anew in each{failed}",
            how.bootstrap?,
            how.seed,
            if self.weighted() { "the propensities" } else { "the model" }
        ))
    }

    /// What the band rests on, where there is one.
    fn banded(&self) -> Option<String> {
        let mut curves = self.answer.groups.iter();
        let band = curves.find_map(|group| group.adjusted.band.as_ref())?;
        let how = &self.answer.request.adjust_for;
        let of = match (how.bootstrap, self.weighted()) {
            (Some(_), true) => "of the patients, the propensities fitted anew in each",
            (Some(_), false) => "of the patients, the model fitted anew in each",
            (None, true) => {
                "of random multipliers of what each patient adds to the curve, the weights taken as known"
            }
            (None, false) => "of the baseline and the coefficients, the patients taken as they are",
        };
        Some(format!(
            "bands that hold each whole curve, as wide as the largest error in {} draws {of} (seed {})",
            band.of.draws, how.seed
        ))
    }

    fn how(&self) -> String {
        let covariates: Vec<String> = (self.answer.balance.iter())
            .map(|(column, _)| super::methods::without_unit(self.label(column)))
            .collect();
        let covariates = words::join_and(&covariates);
        match self.weighted() {
            true => match self.answer.request.adjust_for.target {
                Population::All => format!(
                    "weighted to all patients by the inverse probability of the own group given \
                     {covariates}"
                ),
                Population::Second => format!(
                    "weighted to the patients of {}, those of {} by the odds of the other group given \
                     {covariates}",
                    self.levels[1], self.levels[0]
                ),
                Population::Overlap => format!(
                    "weighted by the probability of the other group given {covariates} (overlap \
                     weights), to the patients who could have been in either group"
                ),
            },
            false => format!("standardised over all patients by a Cox model with {covariates}"),
        }
    }
}

/// The crude comparison beside the adjusted one, and the balance.
pub fn tables(context: &Context, adjusted: &Adjusted) -> Vec<(String, Table)> {
    let name = adjusted.spec.name.get_ref();
    vec![
        (name.clone(), comparison(context, adjusted)),
        (format!("{name}-balance"), balance(context, adjusted)),
    ]
}

fn comparison(context: &Context, adjusted: &Adjusted) -> Table {
    let (spec, answer) = (adjusted.spec, &adjusted.answer);
    let name = slug(spec.name.get_ref());
    let ci = context.ci();
    let interval = |key: &str| context.store.show_interval(key, &context.style);
    let p = |key: &str| context.store.show(&format!("{key}.p_value"), &context.style);
    let mut table = Table::new(format!("{}{}", spec.label, context.synthetic()))
        .column("", Align::Left)
        .column(format!("Crude ({ci})"), Align::Right)
        .column("P value", Align::Right)
        .column(format!("Adjusted ({ci})"), Align::Right)
        .column("P value", Align::Right);
    for one in &answer.contrasts {
        let (key, _) = part(one.estimand);
        let (crude, after) = (format!("{name}.crude.{key}"), format!("{name}.adjusted.{key}"));
        let words = adjusted.words(context, one.estimand);
        table = table.row([words, interval(&crude), p(&crude), interval(&after), p(&after)]);
        if answer.request.adjust_for.bootstrap.is_some() {
            let limits =
                context.store.show_range(&format!("{name}.bootstrap.{key}"), &context.style);
            let empty = String::new;
            table =
                table.indented(["limits by draws".to_owned(), empty(), empty(), limits, empty()]);
        }
    }
    if answer.request.mean_regression.is_some() {
        let key = format!("{name}.regressed.rmst");
        let words = adjusted.words(context, Estimand::RestrictedMean(answer.tau));
        let words = format!("{words}, by regression");
        let empty = String::new;
        table = table.row([words, empty(), empty(), interval(&key), p(&key)]);
    }
    let (crude, after) = (format!("{name}.crude.hr"), format!("{name}.adjusted.hr"));
    let weighted = match answer.ratios.1 {
        Some(_) => [interval(&after), p(&after)],
        None => [String::new(), String::new()],
    };
    let [ratio, ratio_p] = weighted;
    table = table.row(["Hazard ratio".to_owned(), interval(&crude), p(&crude), ratio, ratio_p]);
    table.footnote(format!(
        "Differences of {} are {} minus {}, hazard ratios {} vs {}. Adjusted: {}. An adjustment makes \
         up for the covariates named, not for others.",
        context.endpoint(&spec.endpoint).1.in_sentence(),
        adjusted.levels[1],
        adjusted.levels[0],
        adjusted.levels[1],
        adjusted.levels[0],
        adjusted.how()
    ))
}

fn balance(context: &Context, adjusted: &Adjusted) -> Table {
    let name = slug(adjusted.spec.name.get_ref());
    let style = &context.style;
    let title = format!("{}: balance{}", adjusted.spec.label, context.synthetic());
    let mut table = Table::new(title).column("", Align::Left);
    for level in &adjusted.levels {
        table = table.column(format!("Mean, {level}"), Align::Right);
    }
    table = table.column("Standardised difference", Align::Right);
    if adjusted.weighted() {
        table = table.column("After weighting", Align::Right);
    }
    for (column, one) in &adjusted.answer.balance {
        let key = format!("{name}.balance.{}", slug(column));
        let show = |part: &str| context.store.show(&format!("{key}.{part}"), style);
        let mut cells = vec![adjusted.label(column).to_owned()];
        cells.extend(one.means.map(|mean| style.number(mean, 2)));
        cells.push(show("before"));
        if adjusted.weighted() {
            cells.push(show("after"));
        }
        table = table.row(cells);
    }
    if !adjusted.weighted() {
        return table;
    }
    let show = |part: &str| context.store.show(&format!("{name}.{part}"), style);
    table.footnote(format!(
        "Effective numbers after weighting: {} ({}), {} ({}).",
        show("reference.effective"),
        adjusted.levels[0],
        show("compared.effective"),
        adjusted.levels[1]
    ))
}

/// The results in sentences.
pub fn text(context: &Context, adjusted: &Adjusted) -> Section {
    let name = slug(adjusted.spec.name.get_ref());
    let shown = |key: &str| {
        format!(
            "{} ({} {})",
            context.store.show(&format!("{key}.estimate"), &context.style),
            context.ci_before_limits(),
            context.store.show_range(key, &context.style)
        )
    };
    let count = |part: &str| context.store.show(&format!("{name}.{part}"), &context.style);
    let missing = match context.store.number(&format!("{name}.missing")) {
        Some(missing) if missing > 0.0 => format!(
            "; {} were left out for missing values or because they are in neither group",
            count("missing")
        ),
        _ => String::new(),
    };
    let mut sentences = vec![format!(
        "{} patients ({}) were compared with {} patients ({}){}. The groups were {}.",
        count("compared.n"),
        adjusted.levels[1],
        count("reference.n"),
        adjusted.levels[0],
        missing,
        adjusted.how()
    )];
    if let Some(landmark) = adjusted.answer.about.landmark {
        sentences.push(format!(
            "Time was counted from {}, among the patients then at risk ({} were not).",
            time_words(context, landmark.time),
            landmark.left_out
        ));
    }
    let both = |key: &str| {
        format!(
            "{} crude and {} adjusted",
            shown(&format!("{name}.crude.{key}")),
            shown(&format!("{name}.adjusted.{key}"))
        )
    };
    let (_, endpoint) = context.endpoint(&adjusted.spec.endpoint);
    let contrast = format!("{} minus {}", adjusted.levels[1], adjusted.levels[0]);
    let known =
        |one: &&riskset_analysis::AdjustContrast| one.crude.is_some() && one.adjusted.is_some();
    let mut at_times = Vec::new();
    for one in adjusted.answer.contrasts.iter().filter(known) {
        let (key, _) = part(one.estimand);
        match one.estimand {
            Estimand::Survival(time) => {
                at_times.push(format!("at {}, {}", time_words(context, time), both(&key)));
            }
            Estimand::RestrictedMean(tau) => {
                sentences.extend(differences(endpoint, &contrast, &mut at_times));
                sentences.push(format!(
                    "The difference in restricted mean time to {} was, in {}, {}.",
                    time_words(context, tau),
                    context.unit.name(),
                    both(&key)
                ));
            }
        }
    }
    sentences.extend(differences(endpoint, &contrast, &mut at_times));
    if let Some(method) = adjusted.answer.request.mean_regression
        && adjusted.answer.regressed.is_some()
    {
        let of = match method {
            MeanMethod::PseudoValues => "pseudo-values",
            MeanMethod::CensoringWeights => "known times, weighted for censoring,",
        };
        sentences.push(format!(
            "By regression of {of} on group and covariates the difference in restricted mean time was {}.",
            shown(&format!("{name}.regressed.rmst"))
        ));
    }
    if let Some(drawn) = adjusted.drawn() {
        sentences.push(format!("Limits by draws are {drawn}."));
    }
    if adjusted.answer.ratios.1.is_some() {
        sentences.push(format!(
            "The hazard ratio ({} vs {}) was {} crude and {} weighted.",
            adjusted.levels[1],
            adjusted.levels[0],
            shown(&format!("{name}.crude.hr")),
            shown(&format!("{name}.adjusted.hr"))
        ));
    }
    sentences.push(
        "Allocation was not random, and confounding by characteristics other than these covariates \
         remains possible."
            .to_owned(),
    );
    Section { heading: adjusted.spec.label.clone(), paragraphs: vec![sentences.join(" ")] }
}

/// "The difference in overall survival (A minus B) was, in percentage points, at 12 months, ...; ...".
fn differences(endpoint: &Endpoint, contrast: &str, at_times: &mut Vec<String>) -> Option<String> {
    let parts = std::mem::take(at_times);
    (!parts.is_empty()).then(|| {
        format!(
            "The difference in {} ({contrast}) was, in percentage points, {}.",
            endpoint.in_sentence(),
            parts.join("; ")
        )
    })
}

/// The adjusted curves, and the balance where there are weights.
pub fn figures(
    context: &Context,
    profile: &Profile,
    adjusted: &Adjusted,
) -> Result<Vec<Figure>, Error> {
    let mut figures = vec![curves(context, profile, adjusted)?];
    if adjusted.weighted() {
        figures.push(love(context, profile, adjusted)?);
    }
    Ok(figures)
}

fn curves(context: &Context, profile: &Profile, adjusted: &Adjusted) -> Result<Figure, Error> {
    let name = adjusted.spec.name.get_ref().clone();
    let (_, endpoint) = context.endpoint(&adjusted.spec.endpoint);
    let groups = adjusted.answer.groups.iter().enumerate();
    let input = |(place, group): (usize, &riskset_analysis::AdjustGroup)| {
        let mut input = CurveInput::from(&group.crude).named(&adjusted.levels[place]);
        input.colour = adjusted.colours[place];
        let band = group.adjusted.band.as_ref();
        let limits = band.map_or(&group.adjusted.interval, |band| &band.interval).iter();
        input.simultaneous = band.map(|_| BandKind::EqualPrecision.name().to_owned());
        input.lower = limits.clone().map(|limits| limits.and_then(|l| l.lower)).collect();
        input.upper = limits.map(|limits| limits.and_then(|l| l.upper)).collect();
        input.survival.clone_from(&group.adjusted.survival);
        input
    };
    let landmark = adjusted.answer.about.landmark;
    let origin = match landmark {
        None => endpoint.origin.clone(),
        Some(landmark) => Some(format!(
            "the landmark at {} {}{}",
            landmark.time,
            context.unit.name(),
            endpoint.origin.as_ref().map_or(String::new(), |origin| format!(" after {origin}"))
        )),
    };
    let options = FigureOptions {
        endpoint: Some(endpoint.label.clone()),
        unit: Some(context.unit.name().to_owned()),
        origin,
        width: Some(profile.page.double_column.min(140.0)),
        ..FigureOptions::default()
    };
    let figure = KmFigure { groups: groups.map(input).collect(), options };
    let scene = figure.draw(profile).map_err(|error| failed(&name, &error))?;
    let limits = match adjusted.banded() {
        Some(banded) => banded,
        None => adjusted.drawn().unwrap_or_else(|| "those of the adjusted curves".to_owned()),
    };
    let caption = format!(
        "{}, {}; counts are of patients as they are, and limits are {limits}.",
        endpoint.label,
        adjusted.how()
    );
    Ok(finish(context, name, adjusted.spec.label.clone(), caption, scene))
}

fn love(context: &Context, profile: &Profile, adjusted: &Adjusted) -> Result<Figure, Error> {
    let name = format!("{}-balance", adjusted.spec.name.get_ref());
    let number = |value: f64| format::number(profile, value, 2);
    let row = |(column, one): &(String, riskset::Balance)| {
        let (effect, before) = match (one.before, one.after) {
            (Some(before), Some(after)) => (ForestEffect::Pair { before, after }, number(before)),
            _ => (ForestEffect::NotEstimable, String::new()),
        };
        let cells = vec![number(one.means[0]), number(one.means[1]), before];
        let label = adjusted.label(column).to_owned();
        ForestRow { label, cells, effect, ..ForestRow::default() }
    };
    let [reference, compared] = &adjusted.levels;
    let figure = ForestFigure {
        name: format!("{}: balance", adjusted.spec.label),
        rows: adjusted.answer.balance.iter().map(row).collect(),
        label_header: "Covariate".to_owned(),
        headers: vec![
            format!("Mean, {reference}"),
            format!("Mean, {compared}"),
            "Before".to_owned(),
        ],
        effect_header: "After".to_owned(),
        scale: ForestScale::Difference,
        x_title: "Standardised difference".to_owned(),
        line: Some((0.0, String::new())),
        decimals: Some(2),
        conf_level: context.level,
        ..ForestFigure::default()
    };
    let scene = figure.draw(profile).map_err(|error| failed(&name, &error))?;
    let caption = format!(
        "Standardised differences, {compared} less {reference}, before (open) and after weighting \
         (filled)."
    );
    Ok(finish(context, name, format!("{}: balance", adjusted.spec.label), caption, scene))
}
