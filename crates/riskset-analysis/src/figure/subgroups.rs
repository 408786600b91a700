//! The effect of a treatment by subgroup, with the P value of each interaction.
//!
//! For each column the Cox model is stratified by the column, so that every subgroup has a baseline
//! of its own: one treatment effect per level is then the same as a model in each subgroup, and the
//! likelihood ratio against one common effect is the test of the interaction.

use super::forest::effect;
use super::look::named;
use super::rename::{Rename, Words};
use super::{FigureAnswer, PageRequest};
use crate::contrast::estimated;
use crate::{Data, Doubt, Problem, RowsRequest};
use riskset::{CoxFit, CoxModel, DesignMatrix, Groups, Remedy};
use riskset_data::{FrameOptions, Grouping, ModelFrame};
use riskset_plot::{ForestEffect, ForestFigure, ForestRow, Profile, Squares, format};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Hazard ratios of two arms by subgroup.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct PlotSubgroupsRequest {
    /// Data, model and rows.
    #[serde(flatten)]
    pub rows: RowsRequest,
    /// Profile and page.
    #[serde(flatten)]
    pub page: PageRequest,
    /// The columns whose levels are the subgroups, each column by itself.
    pub by: Vec<String>,
    /// Level of the confidence intervals, as a fraction.
    pub conf_level: f64,
    /// The endpoint in words.
    pub endpoint: Option<String>,
    /// The whole title of the axis.
    pub xlab: Option<String>,
    /// Range of the axis.
    pub xlim: Option<(f64, f64)>,
    /// Names of the arms: `level=Name` by level, or both in their order.
    pub labels: Vec<String>,
    /// Words for codes.
    pub rename: Vec<Rename>,
}

impl Default for PlotSubgroupsRequest {
    fn default() -> PlotSubgroupsRequest {
        PlotSubgroupsRequest {
            rows: RowsRequest::default(),
            page: PageRequest::default(),
            by: Vec::new(),
            conf_level: 0.95,
            endpoint: None,
            xlab: None,
            xlim: None,
            labels: Vec::new(),
            rename: Vec::new(),
        }
    }
}

impl PlotSubgroupsRequest {
    /// Fits the models and lays out the figure.
    pub(crate) fn run(&self, data: &Data) -> Result<FigureAnswer, Problem> {
        if self.by.is_empty() {
            let what = "which columns have the subgroups as their levels was not said";
            return Err(Problem::request(what, Remedy::set("by")));
        }
        let profile = self.page.profile(data)?;
        let words = Words::new(&self.rename);
        let formula = self.rows.parsed()?;
        let mut options = FrameOptions { by: self.by.clone(), ..self.rows.options()? };
        let read = self.rows.read(data, &formula, &options)?;
        let table = read.table;
        options.by = Vec::new();
        let mut all = self.rows.rows_of(&table, "plot", &formula, &options)?;
        all.about.doubts.extend(read.doubts);
        all.doubt_competing();
        let arms = arms(&all.frame)?;
        let names = named(&self.labels, words.groups(Some(&arms)), Some(&arms))?;
        let section = |frame: &ModelFrame, column: Option<&String>| {
            let section = Section { request: self, frame, profile: &profile, words: &words };
            section.rows(column, &names)
        };
        let (mut rows, mut doubts) = section(&all.frame, None)?;
        for column in &self.by {
            options.by = vec![column.clone()];
            let frame = ModelFrame::build(&table, &formula, &options)?;
            let (more, new) = section(&frame, Some(column))?;
            rows.extend(more);
            doubts.extend(new);
        }
        let figure = self.figure(rows, &names, &profile);
        words.check_used()?;
        all.about.doubts.extend(doubts);
        FigureAnswer::new(all.about, figure.draw(&profile))
    }

    fn figure(&self, rows: Vec<ForestRow>, names: &[String], profile: &Profile) -> ForestFigure {
        let level = format::level(profile, self.conf_level);
        let endpoint = self.endpoint.as_ref().map_or_else(String::new, |name| format!(", {name}"));
        let (one, other) = (&names[1], &names[0]);
        ForestFigure {
            name: format!("Hazard ratios, {one} vs {other}, by subgroup{endpoint}"),
            rows,
            headers: names.iter().rev().map(|name| format!("{name}, events/patients")).collect(),
            effect_header: format!("Hazard ratio ({level} CI)"),
            last_header: "P for interaction".to_owned(),
            x_title: self
                .xlab
                .clone()
                .unwrap_or_else(|| format!("Hazard ratio, {one} vs {other} (log scale)")),
            limits: self.xlim,
            conf_level: self.conf_level,
            caption: vec![
                format!(
                    "Squares are hazard ratios of {one} against {other}, lines their {level} \
                     confidence intervals, each from a Cox model within the subgroup."
                ),
                "P values are likelihood ratio tests of one effect per subgroup against a common \
                 one, in a model stratified by the subgroup; they are not adjusted for multiplicity."
                    .to_owned(),
            ],
            squares: Squares::Information,
            favours: Some((
                format!("Lower hazard with {one}"),
                format!("Lower hazard with {other}"),
            )),
            width: self.page.width,
            embed: !self.page.no_embed,
            ..ForestFigure::default()
        }
    }
}

/// The two arms.
fn arms(frame: &ModelFrame) -> Result<Grouping, Problem> {
    if frame.cluster.is_some() {
        return Err(Problem::analysis(
            "cluster() in the formula: likelihood ratio tests take rows as independent",
            Remedy::to("leave it out, or fit a Cox model with an interaction"),
        ));
    }
    frame.groups()?.filter(|groups| groups.count() == 2).ok_or_else(|| {
        Problem::analysis(
            "a treatment effect by subgroup compares two arms",
            Remedy::AnyOf(vec![
                Remedy::to("name one column with two levels right of ~"),
                Remedy::set("subset"),
            ]),
        )
    })
}

/// The rows of the data that have a value of one subgroup column.
struct Section<'a> {
    request: &'a PlotSubgroupsRequest,
    frame: &'a ModelFrame,
    profile: &'a Profile,
    words: &'a Words<'a>,
}

impl Section<'_> {
    /// The row of all patients, or a heading with its P value and one row per level; and the effects
    /// that are infinite.
    fn rows(
        &self,
        column: Option<&String>,
        names: &[String],
    ) -> Result<(Vec<ForestRow>, Vec<Doubt>), Problem> {
        let arms = arms(self.frame)?;
        let all = Groups::single(self.frame.n);
        let Some((column, by)) = column.zip(self.frame.by.as_ref()) else {
            let fit = self.fit(&arms, &all, self.strata(None).as_ref())?;
            let label = "All patients".to_owned();
            let doubts = infinite(&fit, |_| format!("{} vs {}", names[1], names[0]));
            let mut row = self.row(&arms, label, 0, &fit, 0, &all);
            if let ForestEffect::Estimate {
                value, lower: Some(lower), upper: Some(upper), ..
            } = row.effect
            {
                row.effect = ForestEffect::Summary { value, lower, upper };
            }
            return Ok((vec![row], doubts));
        };
        let strata = self.strata(Some(&by.groups));
        let fit = self.fit(&arms, &by.groups, strata.as_ref())?;
        let common = self.fit(&arms, &all, strata.as_ref())?;
        // A subgroup whose effect is infinite has no likelihood to compare.
        let finite = estimated(&fit).iter().chain(&estimated(&common)).all(Option::is_some);
        let test = fit.likelihood_ratio_test_against(&common).filter(|_| finite);
        let last =
            test.map_or_else(String::new, |test| format::p_value(self.profile, test.p_value));
        let label = self.words.term(column);
        let heading = ForestRow { label, heading: true, last, ..ForestRow::default() };
        let levels = by.levels.iter().enumerate().map(|(level, names)| {
            let label = self.words.level(&names[0].0, &names[0].1);
            self.row(&arms, label, 1, &fit, level, &by.groups)
        });
        let rows = std::iter::once(heading).chain(levels).collect();
        Ok((rows, infinite(&fit, |level| by.labels[level].clone())))
    }

    /// A model with one treatment effect per group of rows.
    fn fit(
        &self,
        arms: &Grouping,
        groups: &Groups,
        strata: Option<&Groups>,
    ) -> Result<CoxFit, Problem> {
        let rows = self.frame.n;
        let mut columns = vec![0.0; rows * groups.count()];
        for (row, (&group, &arm)) in groups.index().iter().zip(arms.groups.index()).enumerate() {
            columns[group as usize * rows + row] = f64::from(arm);
        }
        Ok(CoxModel::default()
            .strata(strata)
            .offset(self.frame.offset.as_deref())
            .conf_level(self.request.conf_level)
            .fit(self.frame.observations()?, &DesignMatrix::from_columns(columns, rows)?)?)
    }

    /// The strata of the formula, crossed with the subgroups.
    fn strata(&self, by: Option<&Groups>) -> Option<Groups> {
        let own = self.frame.strata.as_ref().map(|strata| strata.groups.index());
        if own.is_none() && by.is_none() {
            return None;
        }
        let mut numbers = BTreeMap::new();
        let code = |index: Option<&[u32]>, row: usize| index.map_or(0, |index| index[row]);
        let index: Vec<u32> = (0..self.frame.n)
            .map(|row| {
                let next = numbers.len() as u32;
                let key = (code(own, row), code(by.map(Groups::index), row));
                *numbers.entry(key).or_insert(next)
            })
            .collect();
        Some(Groups::new(index, numbers.len()).expect("every number was just given to a row"))
    }

    fn row(
        &self,
        arms: &Grouping,
        label: String,
        indent: usize,
        fit: &CoxFit,
        group: usize,
        groups: &Groups,
    ) -> ForestRow {
        ForestRow {
            label,
            indent,
            cells: [1, 0].map(|arm| self.counts(arms, group, groups, arm)).to_vec(),
            effect: effect(estimated(fit)[group]),
            ..ForestRow::default()
        }
    }

    /// Events and patients of one arm in a group.
    fn counts(&self, arms: &Grouping, group: usize, groups: &Groups, arm: u32) -> String {
        let Ok(observations) = self.frame.observations() else { return String::new() };
        let (arms, index) = (arms.groups.index(), groups.index());
        let here = |row: &usize| index[*row] as usize == group && arms[*row] == arm;
        let (mut events, mut patients) = (0, 0);
        for row in (0..self.frame.n).filter(here) {
            patients += 1;
            events += usize::from(observations.event()[row]);
        }
        format!("{events}/{patients}")
    }
}

/// A doubt for every effect that runs to infinity.
fn infinite(fit: &CoxFit, name: impl Fn(usize) -> String) -> Vec<Doubt> {
    let effects = estimated(fit);
    let missing = effects.iter().enumerate().filter(|(_, effect)| effect.is_none());
    missing.map(|(group, _)| Doubt::InfiniteCoefficient { term: name(group) }).collect()
}
