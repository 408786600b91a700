//! Curves by group: survival, incidence, follow-up, cumulative hazard, log(-log).

use super::rename::Words;
use super::{CurveLook, FigureAnswer, PageRequest, PanelRequest, TimeAxis, panels};
use crate::adjust::AdjustFor;
use crate::contrast::{HazardRatios, Ratio, hazard_ratios};
use crate::rows::CurveRows;
use crate::{About, Data, Problem, RowsRequest};
use riskset::{
    BandKind, ConfType, CoxModel, CurveVariance, FlatRule, Groups, KaplanMeier, LogRank,
    Observations, Remedy, SurvivalCurve, SurvivalEstimator, Ties,
};
use riskset_data::Grouping;
use riskset_plot::{Annotation, CurveInput, Effect, FollowUp, KmFigure, Quantity};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Curves over time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct PlotCurvesRequest {
    /// Data, model and rows.
    #[serde(flatten)]
    pub rows: RowsRequest,
    /// Profile and page.
    #[serde(flatten)]
    pub page: PageRequest,
    /// The time axis.
    #[serde(flatten)]
    pub time: TimeAxis,
    /// The look of the curves.
    #[serde(flatten)]
    pub look: CurveLook,
    /// The estimates behind them.
    #[serde(flatten)]
    pub estimates: CurveEstimates,
    /// What the curves are adjusted for; only for survival.
    #[serde(flatten)]
    pub adjust_for: AdjustFor,
    /// Incidence upwards instead of survival downwards; only for survival.
    pub incidence: bool,
    /// Panels of one figure.
    #[serde(flatten)]
    pub panels: PanelRequest,
}

/// How curves are estimated, and what is written about them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct CurveEstimates {
    /// Level of the confidence intervals, as a fraction.
    pub conf_level: f64,
    /// Scale of the intervals.
    #[serde(with = "crate::choice")]
    #[schemars(schema_with = "crate::choice::schema::<ConfType>")]
    pub conf_type: ConfType,
    /// Which time of a flat is a quantile.
    #[serde(with = "crate::choice", skip_serializing_if = "crate::choice::is_default")]
    #[schemars(schema_with = "crate::choice::schema::<FlatRule>")]
    pub flat: FlatRule,
    /// How tied event times enter the likelihood of the hazard ratios.
    #[serde(with = "crate::choice", skip_serializing_if = "crate::choice::is_default")]
    #[schemars(schema_with = "crate::choice::schema::<Ties>")]
    pub ties: Ties,
    /// Lines written in the plot.
    #[serde(with = "crate::choice::list")]
    #[schemars(schema_with = "crate::choice::list::schema::<Annotate>")]
    pub annotate: Vec<Annotate>,
    /// Robust standard errors. Left out, they are robust when the weights are not all whole numbers or
    /// `cluster()` stands in the formula.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub robust: Option<bool>,
    /// A band that holds the whole curve, instead of intervals that hold one time each.
    #[serde(with = "crate::choice::optional", skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "crate::choice::optional::schema::<BandKind>")]
    pub band: Option<BandKind>,
}

impl Default for CurveEstimates {
    fn default() -> CurveEstimates {
        CurveEstimates {
            conf_level: 0.95,
            conf_type: ConfType::Log,
            flat: FlatRule::Middle,
            ties: Ties::Efron,
            annotate: Vec::new(),
            robust: None,
            band: None,
        }
    }
}

/// Lines written in the plot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Annotate {
    /// The log-rank P value.
    Logrank,
    /// The Cox hazard ratio with its interval, against the first group.
    Hr,
    /// The medians with their intervals.
    Median,
}

riskset::choices!(
    Annotate,
    "annotation",
    [
        (Annotate::Logrank, "logrank", "The log-rank P value"),
        (Annotate::Hr, "hr", "The Cox hazard ratio with its interval, against the first group"),
        (Annotate::Median, "median", "The medians with their intervals"),
    ]
);

/// Which curves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CurvesKind {
    /// Survival.
    Km,
    /// Potential follow-up.
    FollowUp,
    /// Cumulative hazard.
    Cumhaz,
    /// log(-log S(t)) against log time.
    Loglog,
}

impl PlotCurvesRequest {
    /// Fits the curves and lays out the figure.
    pub(crate) fn run(&self, kind: CurvesKind, data: &Data) -> Result<FigureAnswer, Problem> {
        let profile = self.page.profile(data)?;
        let words = Words::new(&self.look.rename);
        if !self.panels.panel.is_empty() {
            if self.adjust_for != AdjustFor::default() {
                let what = "curves in panels are not adjusted";
                return Err(Problem::request(what, Remedy::Unset("adjust".into())));
            }
            return panels::curves(self, kind, data, &profile, &words);
        }
        if self.adjust_for != AdjustFor::default() {
            let (about, figure, sentence) = self.adjusted(kind, &self.rows, data, &words)?;
            words.check_used()?;
            let mut answer = FigureAnswer::new(about, figure.draw(&profile))?;
            answer.figure.caption.push(sentence.as_str().into());
            return Ok(answer);
        }
        let (about, figure) = self.figure(kind, &self.rows, data, &words)?;
        words.check_used()?;
        FigureAnswer::new(about, figure.draw(&profile))
    }

    /// Fits the curves of these rows.
    pub(super) fn figure(
        &self,
        kind: CurvesKind,
        rows: &RowsRequest,
        data: &Data,
        words: &Words,
    ) -> Result<(About, KmFigure), Problem> {
        self.check(kind)?;
        let follow_up = kind == CurvesKind::FollowUp;
        let time = match follow_up || self.incidence {
            true => self.time.unit_of_rows(rows),
            false => self.time.of_rows(rows),
        };
        let counts = self.estimates.robust != Some(true);
        let mut rows = rows.curve_rows(data, "plot", follow_up, counts)?;
        let model = self.estimates.model(kind, &mut rows)?;
        let groups = rows.groups();
        let curves = model.fit_groups(&rows.response, &groups)?;
        let names = self.look.names(words, rows.grouping.as_ref())?;
        let per = self.time.scale()?;
        let written = self.estimates.annotations(&rows, &names, &curves, per)?;
        let mut about = rows.about.clone();
        about.doubts.extend(written.doubts);
        let medians = match self.estimates.annotate.contains(&Annotate::Median) {
            true => vec![0.5],
            false => Vec::new(),
        };
        for (curve, name) in curves.iter().zip(&names) {
            crate::doubt::curves::doubt(&mut about, name, curve, &[], &medians);
        }
        let quantity = quantity(kind, self.incidence);
        let mut options =
            self.look.options(&self.page, &time.of(&about)?, quantity, written.lines)?;
        options.proportional = written.proportional;
        if follow_up {
            // A curve of follow-up falls at censorings: its axis says so, and marks of "censored"
            // patients would stand at the events.
            options.endpoint.get_or_insert_with(|| "Under follow-up".to_string());
            options.censor_marks = Some(false);
            options.count_events = false;
        } else {
            options.follow_up = median_follow_up(&rows.response, per)?;
        }
        let mut groups = inputs(&curves, &names, &rows.response, &groups);
        if let Some(kind) = self.estimates.band {
            for (input, curve) in groups.iter_mut().zip(&curves) {
                simultaneous(input, curve, kind)?;
            }
        }
        Ok((about, KmFigure { groups, options }))
    }

    fn check(&self, kind: CurvesKind) -> Result<(), Problem> {
        if self.incidence && kind != CurvesKind::Km {
            return Err(Problem::request(
                "an incidence is drawn instead of survival, and these curves are neither",
                Remedy::Unset("incidence".into()),
            ));
        }
        if self.estimates.band.is_some() && kind != CurvesKind::Km {
            let what = "a simultaneous band is drawn for survival curves";
            return Err(Problem::request(what, Remedy::Unset("band".into())));
        }
        if self.look.break_time.is_some() && kind == CurvesKind::Loglog {
            return Err(Problem::request(
                "a logarithmic time axis has no ticks at equal distances",
                Remedy::Unset("break_time".into()),
            ));
        }
        if kind == CurvesKind::FollowUp
            && self.estimates.annotate.iter().any(|what| *what != Annotate::Median)
        {
            return Err(Problem::request(
                "a log-rank test and a hazard ratio compare survival, but these curves show \
                 censoring",
                Remedy::set_to("annotate", "median"),
            ));
        }
        Ok(())
    }
}

/// What is written in the plot.
#[derive(Default)]
pub(super) struct Written {
    pub lines: Vec<Annotation>,
    /// The P value of the test of proportional hazards, where a hazard ratio is shown.
    pub proportional: Option<f64>,
    pub doubts: Vec<crate::Doubt>,
}

impl CurveEstimates {
    /// The estimator of a kind of curves, with the variance that the rows need.
    pub(super) fn model(
        &self,
        kind: CurvesKind,
        rows: &mut CurveRows,
    ) -> Result<KaplanMeier, Problem> {
        let estimator = match kind {
            CurvesKind::Cumhaz => SurvivalEstimator::Breslow,
            _ => SurvivalEstimator::KaplanMeier,
        };
        let robust = rows.settle_variance(self.robust)?;
        let model = KaplanMeier::default()
            .conf_level(self.conf_level)
            .conf_type(self.conf_type)
            .flat(self.flat);
        Ok(model.estimator(estimator).robust(robust).cluster(rows.clusters()))
    }

    /// The Cox model behind a hazard ratio, whose variance is that of the curves.
    fn cox<'a>(&self, rows: &'a CurveRows, curves: &[SurvivalCurve]) -> CoxModel<'a> {
        let robust = curves.iter().any(|curve| curve.variance() != CurveVariance::Greenwood);
        CoxModel::default()
            .ties(self.ties)
            .strata(rows.strata.as_ref().map(|strata| &strata.groups))
            .cluster(rows.clusters())
            .robust(robust)
            .conf_level(self.conf_level)
    }

    /// Computes what is to be written, within the strata where there are some.
    pub(super) fn annotations(
        &self,
        rows: &CurveRows,
        names: &[String],
        curves: &[SurvivalCurve],
        per: f64,
    ) -> Result<Written, Problem> {
        let mut written = Written::default();
        for what in &self.annotate {
            match what {
                Annotate::Logrank => written.lines.push(log_rank(rows)?),
                Annotate::Hr => {
                    let grouping = compared(rows)?;
                    let model = self.cox(rows, curves);
                    let fit = hazard_ratios(&rows.response, &grouping.groups, model, 0, names)?;
                    written.lines.push(self.effects(&fit));
                    written.proportional = fit.zph.map(|test| test.p_value);
                    written.doubts.extend(fit.doubts);
                }
                Annotate::Median => written.lines.push(self.medians(curves, per)),
            }
        }
        Ok(written)
    }

    /// What is written beside weighted curves: a hazard ratio and medians of the weighted patients.
    pub(super) fn weighted(
        &self,
        response: &Observations,
        grouping: &Grouping,
        curves: &[SurvivalCurve],
        per: f64,
    ) -> Result<Vec<Annotation>, Problem> {
        let mut lines = Vec::new();
        for what in &self.annotate {
            match what {
                Annotate::Logrank => {}
                Annotate::Hr => {
                    let model = CoxModel::default()
                        .ties(self.ties)
                        .robust(true)
                        .conf_level(self.conf_level);
                    let groups = &grouping.groups;
                    let fit = hazard_ratios(response, groups, model, 0, &grouping.labels)?;
                    lines.push(self.effects(&fit));
                }
                Annotate::Median => lines.push(self.medians(curves, per)),
            }
        }
        Ok(lines)
    }

    fn effects(&self, fit: &HazardRatios) -> Annotation {
        let ratios = fit.ratios.iter().enumerate();
        let effect = |(group, ratio): (usize, &Ratio)| match (ratio.estimate, ratio.interval) {
            _ if group == fit.reference => Effect::Reference,
            (Some(value), Some(limits)) => {
                Effect::Estimate { value, lower: limits.lower, upper: limits.upper }
            }
            _ => Effect::NotEstimable,
        };
        Annotation::Effects {
            name: "Hazard ratio".to_string(),
            level: self.conf_level,
            groups: ratios.map(effect).collect(),
        }
    }

    fn medians(&self, curves: &[SurvivalCurve], per: f64) -> Annotation {
        let groups = curves.iter().map(|curve| {
            let median = curve.median();
            [median.estimate, median.lower, median.upper].map(|time| time.map(|time| time / per))
        });
        Annotation::Medians { level: self.conf_level, groups: groups.collect() }
    }
}

/// The band in place of the pointwise limits; where it has none nothing is drawn.
fn simultaneous(
    input: &mut CurveInput,
    curve: &SurvivalCurve,
    kind: BandKind,
) -> Result<(), riskset::Error> {
    let band = crate::curves::band(curve, kind)?;
    let limits = |time: f64| {
        let band = band.as_ref()?;
        let place = band.time.partition_point(|&at| at <= time).checked_sub(1)?;
        (time <= band.range.1).then(|| band.interval[place])
    };
    input.lower = input.time.iter().map(|&time| limits(time)?.lower).collect();
    input.upper = input.time.iter().map(|&time| limits(time)?.upper).collect();
    input.simultaneous = Some(kind.name().to_owned());
    Ok(())
}

fn compared(rows: &CurveRows) -> Result<&Grouping, Problem> {
    rows.compared().ok_or_else(|| {
        Problem::analysis(
            "a log-rank test and a hazard ratio compare groups, but there is only one",
            Remedy::to("name a grouping column right of ~"),
        )
    })
}

fn log_rank(rows: &CurveRows) -> Result<Annotation, Problem> {
    rows.refuse_cluster("logrank")?;
    let strata = rows.strata.as_ref().map(|strata| &strata.groups);
    let test = LogRank::default().strata(strata).test(&rows.response, &compared(rows)?.groups)?;
    let name = match rows.strata_names().as_slice() {
        [] => "Log-rank".to_string(),
        names => format!("Log-rank, stratified by {}", names.join(", ")),
    };
    Ok(match test.p_value() {
        Some(p_value) => Annotation::Test { name, p_value },
        None => Annotation::Text(format!("{name}: not estimable")),
    })
}

fn quantity(kind: CurvesKind, incidence: bool) -> Quantity {
    match (kind, incidence) {
        (CurvesKind::Km, true) => Quantity::Incidence,
        (CurvesKind::Cumhaz, _) => Quantity::CumulativeHazard,
        (CurvesKind::Loglog, _) => Quantity::LogMinusLog,
        _ => Quantity::Survival,
    }
}

/// The curves under their names; weighted ones with the patients that stand behind them.
pub(super) fn inputs(
    curves: &[SurvivalCurve],
    labels: &[String],
    response: &Observations,
    groups: &Groups,
) -> Vec<CurveInput> {
    let named = curves.iter().zip(labels).map(|(curve, name)| CurveInput::from(curve).named(name));
    match response.weights().filter(|_| !response.is_counted()) {
        None => named.collect(),
        Some(_) => {
            let rows = response.headcounts(groups);
            named.zip(&rows).map(|(curve, rows)| curve.weighted(rows)).collect()
        }
    }
}

/// The median follow-up of all patients in the unit of the axis, for the caption. With late entry
/// there is no such number.
pub(super) fn median_follow_up(
    response: &Observations,
    per: f64,
) -> Result<Option<FollowUp>, riskset::Error> {
    if response.entry().is_some() {
        return Ok(None);
    }
    let median = KaplanMeier::default().fit(&response.clone().reversed())?.median().estimate;
    Ok(Some(FollowUp { median: median.map(|median| median / per) }))
}
