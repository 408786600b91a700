//! The effect of a treatment by subgroup, with the P value of each interaction.
//!
//! For each column the Cox model is stratified by the column, so that every subgroup has a baseline
//! of its own: one treatment effect per level is then the same as a model in each subgroup, and the
//! likelihood ratio against one common effect is the test of the interaction.

use crate::Failure;
use crate::args::figure::PlotArgs;
use crate::args::rename;
use riskset::{CoxFit, CoxModel, DesignMatrix, Groups};
use riskset_data::{Expr, Formula, FrameOptions, Grouping, ModelFrame, Source, Table};
use riskset_plot::{ForestEffect, ForestFigure, ForestRow, Profile, Scene, format};
use std::collections::BTreeMap;

/// Fits the models and lays out the figure.
pub fn scene(args: &PlotArgs, profile: &Profile) -> Result<Scene, Failure> {
    if args.by.is_empty() {
        return Err(Failure::usage(
            "`plot subgroups` needs --by: the columns whose levels are the subgroups, such as --by \
             sex,stage",
        ));
    }
    let formula = Formula::parse(&args.data.formula).map_err(riskset_data::Error::from)?;
    let mut options = FrameOptions {
        subset: match &args.data.subset {
            Some(text) => Some(Expr::parse(text).map_err(riskset_data::Error::from)?),
            None => None,
        },
        by: args.by.clone(),
        ..FrameOptions::default()
    };
    let source = Source::parse(&args.data.data)?;
    let table = Table::read(&source, Some(&options.columns(&formula)))?;
    options.by = Vec::new();
    let frame = ModelFrame::build(&table, &formula, &options)?;
    let arms = arms(&frame)?;
    let names = super::curves::labels(args, Some(&arms))?;
    let mut rows = Section::new(args, &frame, profile)?.rows(None)?;
    for column in &args.by {
        options.by = vec![column.clone()];
        let frame = ModelFrame::build(&table, &formula, &options)?;
        rows.extend(Section::new(args, &frame, profile)?.rows(Some(column))?);
    }
    let level = format::level(profile, args.data.conf_level);
    let endpoint = args.endpoint.as_ref().map_or_else(String::new, |name| format!(", {name}"));
    let figure = ForestFigure {
        name: format!("Hazard ratios, {} v {}, by subgroup{endpoint}", names[1], names[0]),
        rows,
        headers: names.iter().rev().map(|name| format!("{name}, events/patients")).collect(),
        effect_header: format!("Hazard ratio ({level} CI)"),
        last_header: "P for interaction".to_owned(),
        x_title: args
            .xlab
            .clone()
            .unwrap_or_else(|| format!("Hazard ratio, {} v {} (log scale)", names[1], names[0])),
        limits: args.xlim,
        conf_level: args.data.conf_level,
        caption: vec![
            format!(
                "Squares are hazard ratios of {} against {}, lines their {level} confidence \
                 intervals, each from a Cox model within the subgroup.",
                names[1], names[0]
            ),
            "P values are likelihood ratio tests of one effect per subgroup against a common one, \
             in a model stratified by the subgroup; they are not adjusted for multiplicity."
                .to_owned(),
        ],
        width: args.width,
        embed: !args.no_embed,
        ..ForestFigure::default()
    };
    figure.scene(profile).map_err(Failure::analysis)
}

/// The two arms.
fn arms(frame: &ModelFrame) -> Result<Grouping, Failure> {
    if frame.cluster.is_some() {
        return Err(Failure::analysis(
            "cluster() in the formula: likelihood ratio tests take rows as independent; leave it \
             out, or use `riskset cox` with an interaction",
        ));
    }
    frame.groups()?.filter(|groups| groups.count() == 2).ok_or_else(|| {
        Failure::analysis(
            "a treatment effect by subgroup compares two arms; name one column with two levels \
             right of ~, or use --subset to leave two",
        )
    })
}

/// The rows of the data that have a value of one subgroup column.
struct Section<'a> {
    args: &'a PlotArgs,
    frame: &'a ModelFrame,
    profile: &'a Profile,
    arms: Grouping,
}

impl<'a> Section<'a> {
    fn new(
        args: &'a PlotArgs,
        frame: &'a ModelFrame,
        profile: &'a Profile,
    ) -> Result<Section<'a>, Failure> {
        Ok(Section { args, frame, profile, arms: arms(frame)? })
    }

    /// The row of all patients, or a heading with its P value and one row per level.
    fn rows(&self, column: Option<&String>) -> Result<Vec<ForestRow>, Failure> {
        let all = Groups::single(self.frame.n);
        let Some((column, by)) = column.zip(self.frame.by.as_ref()) else {
            let fit = self.fit(&all, self.strata(None).as_ref())?;
            return Ok(vec![self.row("All patients".to_owned(), 0, &fit, 0, &all)]);
        };
        let strata = self.strata(Some(&by.groups));
        let fit = self.fit(&by.groups, strata.as_ref())?;
        let common = self.fit(&all, strata.as_ref())?;
        // A subgroup whose effect is infinite has no likelihood to compare.
        let finite = !fit.any_infinite() && !common.any_infinite();
        let test = fit.likelihood_ratio_test_against(&common).filter(|_| finite);
        let heading = ForestRow {
            label: rename::term(&self.args.rename, column),
            heading: true,
            last: test.map_or_else(String::new, |test| format::p_value(self.profile, test.p_value)),
            ..ForestRow::default()
        };
        let levels = by.levels.iter().enumerate().map(|(level, names)| {
            self.row(
                rename::level(&self.args.rename, &names[0].0, &names[0].1),
                1,
                &fit,
                level,
                &by.groups,
            )
        });
        Ok(std::iter::once(heading).chain(levels).collect())
    }

    /// A model with one treatment effect per group of rows.
    fn fit(&self, groups: &Groups, strata: Option<&Groups>) -> Result<CoxFit, Failure> {
        let rows = self.frame.n;
        let mut columns = vec![0.0; rows * groups.count()];
        let arms = self.arms.groups.index();
        for (row, (&group, &arm)) in groups.index().iter().zip(arms).enumerate() {
            columns[group as usize * rows + row] = f64::from(arm);
        }
        Ok(CoxModel::default()
            .strata(strata)
            .offset(self.frame.offset.as_deref())
            .conf_level(self.args.data.conf_level)
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
        label: String,
        indent: usize,
        fit: &CoxFit,
        group: usize,
        groups: &Groups,
    ) -> ForestRow {
        let effect = fit.coefficients()[group].estimate().and_then(|coefficient| {
            Some(ForestEffect::Estimate {
                value: coefficient.hazard_ratio?,
                lower: coefficient.interval.lower,
                upper: coefficient.interval.upper,
                weight: None,
            })
        });
        ForestRow {
            label,
            indent,
            cells: [1, 0].map(|arm| self.counts(group, groups, arm)).to_vec(),
            effect: effect.unwrap_or(ForestEffect::NotEstimable),
            ..ForestRow::default()
        }
    }

    /// Events and patients of one arm in a group.
    fn counts(&self, group: usize, groups: &Groups, arm: u32) -> String {
        let Ok(observations) = self.frame.observations() else { return String::new() };
        let (arms, index) = (self.arms.groups.index(), groups.index());
        let here = |row: &usize| index[*row] as usize == group && arms[*row] == arm;
        let (mut events, mut patients) = (0, 0);
        for row in (0..self.frame.n).filter(here) {
            patients += 1;
            events += usize::from(observations.event()[row]);
        }
        format!("{events}/{patients}")
    }
}
