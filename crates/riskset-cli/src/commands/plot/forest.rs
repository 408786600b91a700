//! The forest plot of a Cox model: one row per coefficient, factors with their reference.

use crate::Failure;
use crate::args::figure::PlotArgs;
use crate::args::rename::{self, Rename};
use crate::commands::frame::Asked;
use riskset::{Coefficient, CoxModel, DesignMatrix, Fitted};
use riskset_data::{LevelInfo, TermInfo, TermKind};
use riskset_plot::{ForestEffect, ForestFigure, ForestRow, ForestScale, Profile, Scene, format};

/// Fits the model and lays out the figure.
pub fn scene(args: &PlotArgs, asked: &Asked, profile: &Profile) -> Result<Scene, Failure> {
    let frame = asked.frame()?;
    let design = frame.design()?;
    let matrix = DesignMatrix::from_shared(design.values.clone(), design.n_rows)?;
    let fit = CoxModel::default()
        .strata(frame.strata.as_ref().map(|strata| &strata.groups))
        .cluster(frame.cluster.as_ref().map(|cluster| &cluster.groups))
        .offset(frame.offset.as_deref())
        .conf_level(args.data.conf_level)
        .fit(frame.observations()?, &matrix)?;
    let context = Context {
        renames: &args.rename,
        profile,
        fitted: fit.coefficients(),
        n: fit.n(),
        events: fit.n_events(),
    };
    let rows = design.terms.iter().flat_map(|term| context.rows(term, &design.names)).collect();
    let endpoint = args.endpoint.as_deref();
    let level = format::level(profile, args.data.conf_level);
    let figure = ForestFigure {
        name: endpoint.map_or_else(
            || "Hazard ratios of a Cox model".to_string(),
            |endpoint| format!("Hazard ratios, {endpoint}"),
        ),
        rows,
        headers: vec!["Patients".to_string(), "Events".to_string()],
        effect_header: format!("Hazard ratio ({level} CI)"),
        last_header: "P value".to_string(),
        scale: ForestScale::Ratio,
        x_title: args.xlab.clone().unwrap_or_else(|| "Hazard ratio (log scale)".to_string()),
        limits: args.xlim,
        line: Some((1.0, String::new())),
        conf_level: args.data.conf_level,
        caption: vec![
            "Cox model; squares are hazard ratios, lines their intervals.".to_string(),
            "A numeric covariate is per unit.".to_string(),
        ]
        .into_iter()
        .chain((!fit.all_estimated()).then(|| {
            "Not estimable: a level without events, or a column that others determine.".to_string()
        }))
        .collect(),
        width: args.width,
        embed: !args.no_embed,
        ..ForestFigure::default()
    };
    figure.scene(profile).map_err(Failure::analysis)
}

/// What every row is made from.
struct Context<'a> {
    renames: &'a [Rename],
    profile: &'a Profile,
    fitted: &'a [Fitted],
    n: usize,
    events: usize,
}

impl Context<'_> {
    fn rows(&self, term: &TermInfo, names: &[String]) -> Vec<ForestRow> {
        let TermKind::Factor { levels, reference } = &term.kind else {
            let row = |column: usize| {
                let counts = [self.n.to_string(), self.events.to_string()];
                self.row(
                    rename::term(self.renames, &names[column]),
                    0,
                    counts,
                    self.fitted[column].estimate(),
                )
            };
            return term.columns.clone().map(row).collect();
        };
        let mut rows = vec![ForestRow {
            label: rename::term(self.renames, &term.name),
            heading: true,
            ..ForestRow::default()
        }];
        let mut columns = term.columns.clone();
        for (index, level) in levels.iter().enumerate() {
            let label = rename::level(self.renames, &term.name, &level.name);
            rows.push(match index == *reference {
                true => ForestRow {
                    label,
                    indent: 1,
                    cells: counts(level).to_vec(),
                    effect: ForestEffect::Reference,
                    ..ForestRow::default()
                },
                false => {
                    let fitted = columns.next().and_then(|column| self.fitted[column].estimate());
                    self.row(label, 1, counts(level), fitted)
                }
            });
        }
        rows
    }

    fn row(
        &self,
        label: String,
        indent: usize,
        counts: [String; 2],
        fitted: Option<&Coefficient>,
    ) -> ForestRow {
        let effect = fitted.and_then(|fitted| {
            let ratio = fitted.hazard_ratio?;
            let (lower, upper) = (fitted.interval.lower, fitted.interval.upper);
            Some(ForestEffect::Estimate { value: ratio, lower, upper, weight: None })
        });
        let p_value = fitted.and_then(|fitted| fitted.p_value);
        ForestRow {
            label,
            indent,
            cells: counts.to_vec(),
            effect: effect.unwrap_or(ForestEffect::NotEstimable),
            last: p_value.map_or_else(String::new, |p| format::p_value(self.profile, p)),
            ..ForestRow::default()
        }
    }
}

fn counts(level: &LevelInfo) -> [String; 2] {
    [level.n.to_string(), level.events.to_string()]
}
