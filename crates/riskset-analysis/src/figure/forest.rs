//! The forest plot of a Cox model: one row per coefficient, factors with their reference.

use super::rename::{Rename, Words};
use super::{FigureAnswer, PageRequest};
use crate::contrast::estimated;
use crate::cox::doubt_fit;
use crate::curve::Quartiles;
use crate::{Data, Doubt, Problem, RowsRequest};
use riskset::{Coefficient, CoxModel, DesignMatrix, Regression, Ties};
use riskset_data::{CurveInfo, LevelInfo, Product, TermInfo, TermKind};
use riskset_plot::{ForestEffect, ForestFigure, ForestRow, ForestScale, Profile, format};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Hazard ratios of a Cox model on a log axis.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct PlotForestRequest {
    /// Data, model and rows.
    #[serde(flatten)]
    pub rows: RowsRequest,
    /// Profile and page.
    #[serde(flatten)]
    pub page: PageRequest,
    /// Level of the confidence intervals, as a fraction.
    pub conf_level: f64,
    /// How tied event times enter the likelihood of the hazard ratios.
    #[serde(with = "crate::choice", skip_serializing_if = "crate::choice::is_default")]
    #[schemars(schema_with = "crate::choice::schema::<Ties>")]
    pub ties: Ties,
    /// The endpoint in words.
    pub endpoint: Option<String>,
    /// The whole title of the axis.
    pub xlab: Option<String>,
    /// Range of the axis.
    pub xlim: Option<(f64, f64)>,
    /// Words for codes.
    pub rename: Vec<Rename>,
}

impl Default for PlotForestRequest {
    fn default() -> PlotForestRequest {
        PlotForestRequest {
            rows: RowsRequest::default(),
            page: PageRequest::default(),
            conf_level: 0.95,
            ties: Ties::Efron,
            endpoint: None,
            xlab: None,
            xlim: None,
            rename: Vec::new(),
        }
    }
}

impl PlotForestRequest {
    /// Fits the model and lays out the figure.
    pub(crate) fn run(&self, data: &Data) -> Result<FigureAnswer, Problem> {
        let profile = self.page.profile(data)?;
        let mut rows = self.rows.rows(data, "plot")?;
        rows.doubt_competing();
        let frame = &rows.frame;
        let design = frame.design()?;
        let matrix = DesignMatrix::from_shared(design.values.clone(), design.n_rows)?;
        let fit = CoxModel::default()
            .ties(self.ties)
            .strata(frame.strata.as_ref().map(|strata| &strata.groups))
            .cluster(frame.cluster.as_ref().map(|cluster| &cluster.groups))
            .offset(frame.offset.as_deref())
            .conf_level(self.conf_level)
            .fit(frame.observations()?, &matrix)?;
        let mut about = rows.about;
        doubt_fit(&mut about, &fit, &design);
        if estimated(&fit).iter().all(Option::is_none) {
            let doubt = about.doubts.last();
            let why = doubt.map_or(String::new(), |doubt| format!(": {}", doubt.what()));
            let what = format!("no effect is estimable, so there is nothing to draw{why}");
            return Err(Problem::analysis(what, doubt.and_then(Doubt::remedy)));
        }
        let words = Words::new(&self.rename);
        let table = Lines {
            words: &words,
            profile: &profile,
            fitted: estimated(&fit),
            fit: &fit,
            n: fit.n(),
            events: fit.n_events(),
        };
        let lines = design.terms.iter().flat_map(|term| table.of(term, &design.names)).collect();
        let is_product = |term: &TermInfo| matches!(term.kind, TermKind::Interaction(_));
        let is_curve = |term: &TermInfo| matches!(term.kind, TermKind::Curve(_));
        let any = |kind: &dyn Fn(&TermInfo) -> bool| design.terms.iter().any(kind);
        let figure = self.figure(lines, &table, (any(&is_product), any(&is_curve)));
        words.check_used()?;
        FigureAnswer::new(about, figure.draw(&profile))
    }

    fn figure(
        &self,
        rows: Vec<ForestRow>,
        table: &Lines,
        (interactions, curves): (bool, bool),
    ) -> ForestFigure {
        let level = format::level(table.profile, self.conf_level);
        let mut caption = vec![
            "Cox model; squares are hazard ratios, lines their intervals.".to_string(),
            "A numeric covariate is per unit.".to_string(),
        ];
        let has_weight =
            |row: &ForestRow| matches!(row.effect, ForestEffect::Estimate { weight: Some(_), .. });
        if rows.iter().any(has_weight) {
            caption.push(
                "Areas of squares of levels are inverse to the variance; a number has a square of one \
                 size."
                    .to_string(),
            );
        }
        if curves {
            caption.push(
                "A curve is shown as the hazard ratio of its covariate's third quartile to the first, \
                 with the joint P value of its coefficients."
                    .to_string(),
            );
        }
        if interactions {
            caption.push(
                "An interaction is a ratio of hazard ratios; its counts are the patients who have all \
                 its levels."
                    .to_string(),
            );
        }
        if table.fitted.iter().any(Option::is_none) {
            caption.push(
                "Not estimable: a level without events, or a column that others determine."
                    .to_string(),
            );
        }
        ForestFigure {
            name: self.endpoint.as_ref().map_or_else(
                || "Hazard ratios of a Cox model".to_string(),
                |endpoint| format!("Hazard ratios, {endpoint}"),
            ),
            rows,
            headers: vec!["Patients".to_string(), "Events".to_string()],
            effect_header: format!("Hazard ratio ({level} CI)"),
            last_header: "P value".to_string(),
            scale: ForestScale::Ratio,
            x_title: self.xlab.clone().unwrap_or_else(|| "Hazard ratio (log scale)".to_string()),
            limits: self.xlim,
            line: Some((1.0, String::new())),
            conf_level: self.conf_level,
            caption,
            width: self.page.width,
            embed: !self.page.no_embed,
            ..ForestFigure::default()
        }
    }
}

/// Between the variables of an interaction.
const TIMES: &str = " \u{d7} ";

/// A row whose square shows how much it knows: a level against its reference is in the unit of every
/// other one, so that their variances compare. A number is in a unit of its own, and its square says
/// nothing.
fn weighed(mut row: ForestRow, fitted: Option<&Coefficient>) -> ForestRow {
    if let (ForestEffect::Estimate { weight, .. }, Some(fitted)) = (&mut row.effect, fitted) {
        *weight = fitted.std_error.filter(|error| *error > 0.0).map(|error| error.powi(-2));
    }
    row
}

/// What every row is made from.
struct Lines<'a> {
    words: &'a Words<'a>,
    profile: &'a Profile,
    fitted: Vec<Option<&'a Coefficient>>,
    fit: &'a Regression,
    n: usize,
    events: usize,
}

impl Lines<'_> {
    fn of(&self, term: &TermInfo, names: &[String]) -> Vec<ForestRow> {
        let (levels, reference) = match &term.kind {
            TermKind::Factor { levels, reference } => (levels, reference),
            TermKind::Interaction(products) => return self.products(term, products, names),
            TermKind::Curve(info) => return vec![self.curve(term, info)],
            TermKind::Numeric => {
                let row = |column: usize| {
                    let counts = [self.n.to_string(), self.events.to_string()];
                    self.row(self.words.term(&names[column]), 0, counts, self.fitted[column])
                };
                return term.columns.clone().map(row).collect();
            }
        };
        let mut columns = term.columns.clone();
        let level = |(index, level): (usize, &LevelInfo)| {
            let label = self.words.level(&term.name, &level.name);
            let counts = [level.n.to_string(), level.events.to_string()];
            if index == *reference {
                return ForestRow {
                    label,
                    indent: 1,
                    cells: counts.to_vec(),
                    effect: ForestEffect::Reference,
                    ..ForestRow::default()
                };
            }
            let fitted = columns.next().and_then(|column| self.fitted[column]);
            weighed(self.row(label, 1, counts, fitted), fitted)
        };
        let heading =
            ForestRow { label: self.words.term(&term.name), heading: true, ..ForestRow::default() };
        std::iter::once(heading).chain(levels.iter().enumerate().map(level)).collect()
    }

    /// A curve between its quartiles.
    fn curve(&self, term: &TermInfo, info: &CurveInfo) -> ForestRow {
        let quartiles = Quartiles::of(info);
        let counts = [self.n.to_string(), self.events.to_string()];
        let name = self.words.term(&info.covariate);
        self.row(quartiles.words(&name), 0, counts, quartiles.ratio(self.fit, term, info).as_ref())
    }

    /// The columns of an interaction, each with the patients who have all its levels.
    fn products(&self, term: &TermInfo, products: &[Product], names: &[String]) -> Vec<ForestRow> {
        let variables = |product: &Product| -> String {
            let names = product.factors.iter().map(|(variable, _)| self.words.term(variable));
            names.collect::<Vec<_>>().join(TIMES)
        };
        let own = |(name, level): &(String, Option<String>)| match level {
            Some(level) => self.words.level(name, level),
            None => self.words.term(name),
        };
        let only_numbers =
            products.iter().all(|product| product.factors.iter().all(|(_, level)| level.is_none()));
        let indent = usize::from(!only_numbers);
        let row = |(column, product): (usize, &Product)| {
            let factors = || product.factors.iter().map(own).collect::<Vec<_>>().join(TIMES);
            let label = self.words.of(&names[column]).unwrap_or_else(factors);
            let counts = [product.n.to_string(), product.events.to_string()];
            self.row(label, indent, counts, self.fitted[column])
        };
        let rows = term.columns.clone().zip(products).map(row);
        let label = || products.first().map_or_else(String::new, variables);
        let heading = (!only_numbers).then(|| ForestRow {
            label: self.words.of(&term.name).unwrap_or_else(label),
            heading: true,
            ..ForestRow::default()
        });
        heading.into_iter().chain(rows).collect()
    }

    fn row(
        &self,
        label: String,
        indent: usize,
        counts: [String; 2],
        fitted: Option<&Coefficient>,
    ) -> ForestRow {
        let p_value = fitted.and_then(|fitted| fitted.p_value);
        ForestRow {
            label,
            indent,
            cells: counts.to_vec(),
            effect: effect(fitted),
            last: p_value.map_or_else(String::new, |p| format::p_value(self.profile, p)),
            ..ForestRow::default()
        }
    }
}

/// The hazard ratio of a coefficient, where there is one.
pub(super) fn effect(fitted: Option<&Coefficient>) -> ForestEffect {
    let effect = fitted.and_then(|fitted| {
        let (value, interval) = (fitted.hazard_ratio?, fitted.interval);
        let (lower, upper) = (interval.lower, interval.upper);
        Some(ForestEffect::Estimate { value, lower, upper, weight: None })
    });
    effect.unwrap_or(ForestEffect::NotEstimable)
}
