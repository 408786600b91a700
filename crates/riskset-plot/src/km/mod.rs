//! The Kaplan-Meier figure, and what shares its way: incidence upwards, cumulative hazard,
//! log(-log).

mod caption;
mod counts;
mod mask;
mod notes;
mod panel;
mod steps;

pub(crate) use caption::PROPORTIONAL;
pub(crate) use counts::{Counted, Tally, counts, table as counts_table};
pub(crate) use mask::{masked, rounded_count};
pub(crate) use panel::{capital, time_title};

use crate::embed::{DataTable, Datum, Embedded};
use crate::geometry::Rect;
use crate::panel::{Margins, Panel};
use crate::{CurveInput, Error, FigureOptions, Profile, Scene, lint};

/// A Kaplan-Meier figure: one curve per group.
///
/// ```
/// use riskset::{KaplanMeier, RightCensored};
/// use riskset_plot::{CurveInput, FigureOptions, KmFigure, Profile};
///
/// let (times, deaths) = ([1.0, 1.0, 2.0, 3.0, 4.0], [true, false, true, false, true]);
/// let curve = KaplanMeier::default().fit(&RightCensored::new(&times, &deaths)?)?;
/// let figure = KmFigure {
///     groups: vec![CurveInput::from(&curve).named("All patients")],
///     options: FigureOptions { unit: Some("months".to_owned()), ..FigureOptions::default() },
/// };
/// let scene = figure.scene(&Profile::plain())?;
/// assert!(scene.to_svg().contains("Number at risk"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct KmFigure {
    /// The curves, in the order of legend and counts.
    pub groups: Vec<CurveInput>,
    /// Everything else.
    pub options: FigureOptions,
}

impl KmFigure {
    /// Lays the figure out.
    ///
    /// # Errors
    ///
    /// [`Error::Nothing`] without groups, [`Error::Length`] and [`Error::Value`] for columns that
    /// do not belong together or numbers that cannot be drawn, [`Error::Room`] when the size leaves
    /// no room for a plot.
    pub fn scene(&self, profile: &Profile) -> Result<Scene, Error> {
        let prepared = self.prepared()?;
        let figure = prepared.as_ref().unwrap_or(self);
        let width = self.options.width.unwrap_or(profile.page.single_column);
        let panel = figure.panel(profile, width)?;
        let height = self.options.height.unwrap_or_else(|| panel.natural_height(profile, width));
        let mut scene = Scene::new(width, height);
        let place = Rect::new(0.0, 0.0, width, height).grown(-EDGE);
        panel.draw(&mut scene, profile, place, Margins::default())?;
        figure.describe(&mut scene, profile, &panel);
        finish(&mut scene, self.options.embed.then(|| figure.tables(&panel)));
        Ok(scene)
    }

    /// The figure with its data checked and masked, when masking was asked for.
    pub(crate) fn prepared(&self) -> Result<Option<KmFigure>, Error> {
        if self.groups.is_empty() {
            return Err(Error::Nothing { what: "groups" });
        }
        self.groups.iter().try_for_each(CurveInput::check)?;
        if !(self.options.per.is_finite() && self.options.per > 0.0) {
            let place = "the number of data units in one unit of the axis".to_owned();
            return Err(Error::Value { place, value: self.options.per, must: "more than 0" });
        }
        match self.options.min_cell {
            Some(limit) => mask::masked(self, f64::from(limit)).map(Some),
            None => Ok(None),
        }
    }

    /// The plotted values, in the unit of the data, and the counts, at the ticks. Of more than
    /// 20 000 rows only those that can be told apart on paper.
    pub(crate) fn tables(&self, panel: &Panel) -> Vec<DataTable> {
        let names =
            ["group", "time", "n_risk", "n_event", "n_censor", "survival", "lower", "upper"];
        let mut curves = DataTable::new("curves", &names);
        let some = |value: f64| Some(Datum::Number(value));
        let thin = self.groups.iter().map(|group| group.time.len()).sum::<usize>() > MOST_ROWS;
        for group in &self.groups {
            let mut before = None;
            for row in 0..group.time.len() {
                // What falls on one place of the paper is kept once, by its last row.
                let place = (panel.x.share(group.time[row] / self.options.per) * PLACES) as i64;
                let next = group.time.get(row + 1).map(|time| time / self.options.per);
                let next = next.map(|time| (panel.x.share(time) * PLACES) as i64);
                if thin && next == Some(place) && before.is_some() {
                    continue;
                }
                before = Some(place);
                curves.row([
                    Some(group.label.as_str().into()),
                    some(group.time[row]),
                    some(group.n_risk[row]),
                    some(group.n_event[row]),
                    some(group.n_censor[row]),
                    some(group.survival[row]),
                    group.lower[row].map(Datum::Number),
                    group.upper[row].map(Datum::Number),
                ]);
            }
        }
        vec![curves, counts::table(panel)]
    }
}

/// Beyond this many rows a figure carries only those that can be told apart on paper.
const MOST_ROWS: usize = 20_000;
/// Places along the axis that can be told apart.
const PLACES: f64 = 10_000.0;

/// Between the figure and the edge of its page, in millimetres.
pub(crate) const EDGE: f64 = 0.8;

/// Runs the checks and packs the data, once everything is drawn.
pub(crate) fn finish(scene: &mut Scene, tables: Option<Vec<DataTable>>) {
    let Some(tables) = tables else { return };
    let mut embedded = Embedded::new(tables);
    embedded.title = scene.title.clone();
    embedded.description = scene.description.clone();
    embedded.caption = scene.caption.clone();
    (embedded.width, embedded.height) = (scene.width, scene.height);
    embedded.facts = scene.facts.clone();
    scene.embedded = Some(embedded);
    let findings = lint::lint(scene);
    if let Some(embedded) = &mut scene.embedded {
        embedded.findings = findings;
    }
}
