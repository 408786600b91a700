//! A Cox model as a nomogram.
//!
//! The linear predictor is a sum over the columns of the data: what a column adds at each of its
//! values is read off predictions in which all other columns stay as they are, so that
//! transformations and several terms of one column are one axis.

use super::rename::{Rename, Words};
use super::{FigureAnswer, PageRequest};
use crate::{About, Data, Doubt, NewColumn, Problem, RowsRequest};
use riskset::{ConfType, CoxModel, CoxPredictor, DesignMatrix, Remedy, Ties};
use riskset_data::{Coding, Covariate, Formula, ModelFrame, Table, Values};
use riskset_plot::{NomogramAxis, NomogramFigure, Profile, format};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A Cox model as axes of points that add up to a predicted survival.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct PlotNomogramRequest {
    /// Data, model and rows.
    #[serde(flatten)]
    pub rows: RowsRequest,
    /// Profile and page.
    #[serde(flatten)]
    pub page: PageRequest,
    /// How tied event times enter the likelihood.
    #[serde(with = "crate::choice")]
    #[schemars(schema_with = "crate::choice::schema::<Ties>")]
    pub ties: Ties,
    /// Times of the predicted survival, in the unit of the data; at least one.
    pub times: Vec<f64>,
    /// The unit of the times in words, such as `months`.
    pub unit: Option<String>,
    /// The endpoint in words, such as `Overall survival`.
    pub endpoint: Option<String>,
    /// Words for codes.
    pub rename: Vec<Rename>,
}

impl Default for PlotNomogramRequest {
    fn default() -> PlotNomogramRequest {
        PlotNomogramRequest {
            rows: RowsRequest::default(),
            page: PageRequest::default(),
            ties: Ties::Efron,
            times: Vec::new(),
            unit: None,
            endpoint: None,
            rename: Vec::new(),
        }
    }
}

/// The points of the covariate that matters most.
const MOST: f64 = 100.0;
/// Survival, in per cent, that an axis may have ticks at.
const SURVIVAL: [f64; 17] = [
    99.0, 98.0, 95.0, 90.0, 85.0, 80.0, 75.0, 70.0, 60.0, 50.0, 40.0, 30.0, 20.0, 10.0, 5.0, 2.0,
    1.0,
];
/// An axis of a number has at most so many steps.
const STEPS: usize = 10;

impl PlotNomogramRequest {
    /// Fits the model and lays out its axes.
    pub(crate) fn run(&self, data: &Data) -> Result<FigureAnswer, Problem> {
        if self.times.is_empty() {
            let what = "a nomogram ends in survival at a time, and no time was given";
            return Err(Problem::request(what, Remedy::set("times")));
        }
        let profile = self.page.profile(data)?;
        let words = Words::new(&self.rename);
        let formula = self.rows.parsed()?;
        let columns = columns(&formula)?;
        let options = self.rows.options()?;
        let (mut rows, table) = self.rows.rows_and_table(data, "plot", &formula, &options)?;
        rows.refuse_offset()?;
        rows.doubt_competing();
        let model = Fitted::of(self, &rows.frame, &table, &mut rows.about)?;
        let mut effects = Vec::with_capacity(columns.len());
        for column in &columns {
            effects.push(model.effect(column, &profile)?);
        }
        let widest = effects.iter().map(Effect::range).fold(0.0, f64::max);
        if widest == 0.0 {
            let what = "no covariate of the model changes the prediction";
            return Err(Problem::analysis(what, Remedy::to("name other covariates")));
        }
        let scale = MOST / widest;
        let covariates = effects.iter().map(|effect| effect.axis(scale, &words)).collect();
        let outcomes = self.outcomes(&model, &effects, scale, &profile)?;
        let most = scale * effects.iter().map(Effect::range).sum::<f64>();
        words.check_used()?;
        let figure = NomogramFigure {
            name: "Nomogram of a Cox model".to_owned(),
            points: NomogramAxis {
                title: "Points".to_owned(),
                ticks: NomogramAxis::ticks(&profile, 0.0, MOST, STEPS),
                every: false,
            },
            covariates,
            total: NomogramAxis {
                title: "Total points".to_owned(),
                ticks: NomogramAxis::ticks(&profile, 0.0, most, STEPS),
                every: false,
            },
            outcomes,
            caption: self.caption(&model, &rows.about),
            width: self.page.width,
            embed: !self.page.no_embed,
        };
        FigureAnswer::new(rows.about, figure.draw(&profile))
    }

    /// The axes of survival: one per time and stratum.
    fn outcomes(
        &self,
        model: &Fitted,
        effects: &[Effect],
        scale: f64,
        profile: &Profile,
    ) -> Result<Vec<NomogramAxis>, Problem> {
        // The linear predictor of no points, less that of the row that everything is read off.
        let least: f64 = effects.iter().map(|effect| effect.least()).sum();
        let range: f64 = effects.iter().map(Effect::range).sum();
        let labels = model.coding.stratum_labels();
        let mut axes = Vec::new();
        for &time in &self.times {
            for stratum in 0..labels.len().max(1) {
                let hazard = model.hazard(stratum, time)?;
                let place = |survival: f64| ((-survival.ln()).ln() - hazard.ln() - least) * scale;
                let inside = |total: &f64| (0.0..=range * scale).contains(total);
                let ticks = SURVIVAL.iter().map(|percent| (place(percent / 100.0), *percent));
                let ticks: Vec<(f64, String)> = ticks
                    .filter(|(total, _)| inside(total))
                    .map(|(total, percent)| (total, survival_label(profile, percent)))
                    .collect();
                if ticks.len() < 2 {
                    return Err(Problem::analysis(
                        format!(
                            "survival at {time} is nearly the same for every patient of the model, so \
                             it has no axis"
                        ),
                        Remedy::to("ask for another time"),
                    ));
                }
                let of = labels.get(stratum).map_or(String::new(), |label| format!(", {label}"));
                axes.push(NomogramAxis {
                    title: self.outcome(profile, time) + &of,
                    ticks,
                    every: false,
                });
            }
        }
        Ok(axes)
    }

    /// `Overall survival at 24 months, %`
    fn outcome(&self, profile: &Profile, time: f64) -> String {
        let endpoint = self.endpoint.as_deref().unwrap_or("Survival");
        let unit = self.unit.as_ref().map_or(String::new(), |unit| format!(" {unit}"));
        let percent = if profile.number.percent { ", %" } else { "" };
        format!("{endpoint} at {time}{unit}{percent}")
    }

    fn caption(&self, model: &Fitted, about: &About) -> Vec<String> {
        vec![
            format!(
                "Nomogram of a Cox model of {} patients with {} events. Each value has the points that \
                 stand above it on the first axis; below the sum of the points of a patient stands the \
                 survival that the model predicts, without its limits. The axes cover the values of \
                 these patients.",
                about.n, model.events
            ),
            "How well it predicts, for these patients and for others, is not told by a nomogram."
                .to_owned(),
        ]
    }
}

fn survival_label(profile: &Profile, percent: f64) -> String {
    match profile.number.percent {
        true => format::number(profile, percent, 0),
        false => format::number(profile, percent / 100.0, 2),
    }
}

/// The columns of the terms, in the order of the formula. A term of two columns has no axis.
fn columns(formula: &Formula) -> Result<Vec<String>, Problem> {
    let (variables, terms) = (formula.variables(), formula.terms());
    let mut columns: Vec<String> = Vec::new();
    for (term, name) in terms.iter().zip(formula.term_names()) {
        let mut own: Vec<String> = Vec::new();
        for column in term.iter().flat_map(|&variable| variables[variable].expr.columns()) {
            if !own.contains(&column) {
                own.push(column);
            }
        }
        let [column] = &own[..] else {
            return Err(Problem::request(
                format!(
                    "`{name}` is an effect of more than one column, which no single axis can show"
                ),
                Remedy::AnyOf(vec![
                    Remedy::to("name the covariates with +"),
                    Remedy::Ask("cox".into()),
                ]),
            ));
        };
        if !columns.contains(column) {
            columns.push(column.clone());
        }
    }
    if columns.is_empty() {
        return Err(Problem::request(
            "the formula names no covariates",
            Remedy::to("write at least one column right of ~"),
        ));
    }
    Ok(columns)
}

/// The model and the rows that its axes are read off.
struct Fitted<'a> {
    coding: Coding,
    predictor: CoxPredictor,
    formula_variables: Vec<(String, Vec<String>)>,
    frame: &'a ModelFrame,
    table: &'a Table,
    events: usize,
}

impl<'a> Fitted<'a> {
    fn of(
        request: &PlotNomogramRequest,
        frame: &'a ModelFrame,
        table: &'a Table,
        about: &mut About,
    ) -> Result<Fitted<'a>, Problem> {
        let design = frame.design()?;
        let matrix = DesignMatrix::from_shared(design.values.clone(), design.n_rows)?;
        let model = CoxModel::default()
            .ties(request.ties)
            .strata(frame.strata.as_ref().map(|strata| &strata.groups))
            .cluster(frame.cluster.as_ref().map(|cluster| &cluster.groups));
        let fit = model.fit(frame.observations()?, &matrix)?;
        crate::cox::doubt_fit(about, &fit, &design);
        if fit.any_infinite() || !fit.converged() {
            return Err(Problem::analysis(
                "a coefficient of the model has no finite estimate, so there are no predictions",
                Remedy::to("combine levels or use fewer terms"),
            ));
        }
        let formula = request.rows.parsed()?;
        let variables = formula.variables().iter();
        let formula_variables =
            variables.map(|variable| (variable.name.clone(), variable.expr.columns())).collect();
        let predictor = fit.predictor()?;
        for &time in &request.times {
            let last = predictor.parts().strata.iter().filter_map(|stratum| stratum.last_event());
            let last = last.fold(f64::NEG_INFINITY, f64::max);
            if time > last {
                about.doubt(Doubt::AfterLastEvent { time, last });
                break;
            }
        }
        let (coding, events) = (frame.coding()?, fit.n_events());
        Ok(Fitted { coding, predictor, formula_variables, frame, table, events })
    }

    /// The cumulative hazard of the row that everything is read off.
    fn hazard(&self, stratum: usize, time: f64) -> Result<f64, Problem> {
        let row = self.table_of(&[self.frame.rows[0]], None)?;
        let new = DesignMatrix::from_columns(self.coding.values_at(&row)?, 1)?;
        let curves = self.predictor.curves(&new, &[stratum], ConfType::Log)?;
        let curve = &curves[0];
        let survival = curve.survival_at(time).ok_or_else(|| {
            let last = curve.time.last().copied().unwrap_or(0.0);
            Problem::analysis(
                format!(
                    "the rows that made the model end at {last}, so it has no survival at {time}"
                ),
                Remedy::to(format!("ask for times up to {last}")),
            )
        })?;
        if survival == 1.0 {
            return Err(Problem::analysis(
                format!("nobody has the event by {time}, so survival there is the same for all"),
                Remedy::to("ask for a later time"),
            ));
        }
        let passed = curve.time.partition_point(|&at| at <= time);
        Ok(curve.cumulative_hazard[passed - 1])
    }

    /// Rows of the data, a column of them replaced.
    fn table_of(&self, rows: &[u32], column: Option<(&str, NewColumn)>) -> Result<Table, Problem> {
        let further = column.into_iter().map(|(name, values)| (name.to_owned(), values)).collect();
        Data::rows_of(self.table, rows, further)?.read(None)
    }

    /// What a column adds to the linear predictor at its values.
    fn effect(&self, column: &str, profile: &Profile) -> Result<Effect, Problem> {
        let of_column = |names: &Vec<String>| names.iter().any(|name| name == column);
        let variables = self.formula_variables.iter().zip(self.coding.covariates());
        let own: Vec<(usize, &str, &Covariate)> = variables
            .enumerate()
            .filter(|(_, ((_, names), _))| of_column(names))
            .map(|(index, ((name, _), (_, seen)))| (index, name.as_str(), seen))
            .collect();
        let number = own
            .iter()
            .any(|(_, _, seen)| matches!(seen, Covariate::Number(_) | Covariate::Curve(..)));
        match (number, self.table.values(column)?) {
            (true, Values::Number(values)) => self.of_number(column, &values, profile),
            // A flag or a text that the model takes for a number has a tick for each value.
            _ => self.of_levels(column, own[0].0, own[0].1),
        }
    }

    fn of_number(
        &self,
        column: &str,
        values: &[f64],
        profile: &Profile,
    ) -> Result<Effect, Problem> {
        let used = self.frame.rows.iter().map(|&row| values[row as usize]);
        let (least, greatest) =
            used.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| (a.min(x), b.max(x)));
        // The ends of the axis are ticks within the values: the model knows nothing beyond.
        let shown: Vec<(f64, String)> = NomogramAxis::ticks(profile, least, greatest, STEPS);
        let shown = match shown.len() {
            0 | 1 => NomogramAxis::labels(profile, &[least, greatest]),
            _ => shown,
        };
        let at: Vec<f64> = shown.iter().map(|tick| tick.0).collect();
        let adds = self.adds(column, NewColumn::Numbers(at.iter().copied().map(Some).collect()))?;
        let rises = adds.windows(2).all(|pair| pair[1] >= pair[0]);
        let falls = adds.windows(2).all(|pair| pair[1] <= pair[0]);
        if !rises && !falls {
            return Err(Problem::analysis(
                format!(
                    "the effect of `{column}` rises and falls, so that one place on its axis would be \
                     two values"
                ),
                Remedy::to(format!("write cut({column}, c(a, b)) for groups of it")),
            ));
        }
        let labels = shown.into_iter().map(|tick| tick.1).collect();
        Ok(Effect {
            column: column.to_owned(),
            term: column.to_owned(),
            labels,
            adds,
            levels: false,
        })
    }

    /// A tick for each level of a variable, at a row that has it.
    fn of_levels(&self, column: &str, variable: usize, name: &str) -> Result<Effect, Problem> {
        let (labels, rows): (Vec<String>, Vec<u32>) =
            self.frame.rows_of_levels(variable)?.into_iter().unzip();
        let adds = self.adds(column, taken(&self.table.values(column)?, &rows))?;
        let (column, term) = (column.to_owned(), name.to_owned());
        Ok(Effect { column, term, labels, adds, levels: true })
    }

    /// What the values of a column add to the linear predictor, less that of the first row used.
    fn adds(&self, column: &str, values: NewColumn) -> Result<Vec<f64>, Problem> {
        let first = self.frame.rows[0];
        let rows = vec![first; values.len()];
        let table = self.table_of(&rows, Some((column, values)))?;
        let new = DesignMatrix::from_columns(self.coding.values_at(&table)?, rows.len())?;
        let base = self.table_of(&[first], None)?;
        let base = DesignMatrix::from_columns(self.coding.values_at(&base)?, 1)?;
        let base = self.predictor.linear_predictors(&base)?[0].estimate;
        let found = self.predictor.linear_predictors(&new)?;
        Ok(found.iter().map(|one| one.estimate - base).collect())
    }
}

/// The values of some rows of a column.
fn taken(values: &Values, rows: &[u32]) -> NewColumn {
    let rows = rows.iter().map(|&row| row as usize);
    match values {
        Values::Number(numbers) => NewColumn::Numbers(rows.map(|row| Some(numbers[row])).collect()),
        Values::Flag(flags) => NewColumn::Flags(rows.map(|row| flags[row]).collect()),
        Values::Text(factor) => {
            let level = |row: usize| factor.levels.get(factor.codes[row] as usize).cloned();
            NewColumn::Texts(rows.map(level).collect())
        }
    }
}

/// What a column adds to the linear predictor.
struct Effect {
    column: String,
    /// The term as the formula has it; the column of a number.
    term: String,
    labels: Vec<String>,
    adds: Vec<f64>,
    /// Whether the labels are levels.
    levels: bool,
}

impl Effect {
    fn least(&self) -> f64 {
        self.adds.iter().copied().fold(f64::INFINITY, f64::min)
    }

    fn range(&self) -> f64 {
        self.adds.iter().copied().fold(f64::NEG_INFINITY, f64::max) - self.least()
    }

    fn axis(&self, scale: f64, words: &Words) -> NomogramAxis {
        let label = |label: &String| match self.levels {
            true => words.level(&self.column, label),
            false => label.clone(),
        };
        let places = self.adds.iter().map(|adds| (adds - self.least()) * scale);
        NomogramAxis {
            title: words.term(&self.term),
            ticks: places.zip(self.labels.iter().map(label)).collect(),
            every: self.levels,
        }
    }
}
