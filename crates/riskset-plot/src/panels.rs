//! Several plots in one figure: A, B, C, with one legend, aligned axes and a table under each.

use crate::axis;
use crate::caption::Sentence;
use crate::cif::CifFigure;
use crate::colour::Colour;
use crate::data::DataTable;
use crate::error::Error;
use crate::facts::Facts;
use crate::figure::Figure;
use crate::font;
use crate::geometry::Rect;
use crate::km::KmFigure;
use crate::options::FigureOptions;
use crate::panel::draw::{self, top_legend};
use crate::panel::key::top_lines;
use crate::panel::layout::{Margins, figure_height, frame};
use crate::panel::spec::{Legend, Panel};
use crate::plot::PlotFigure;
use crate::profile::Profile;
use crate::scene::Scene;
use crate::spacing::Spacing;
use crate::steps::curve::{Estimate, StepCurves};

/// Several plots in one figure.
#[derive(Clone, Debug)]
pub struct Panels {
    /// The plots, row by row.
    pub panels: Vec<PanelInput>,
    /// Plots in a row; `None` puts two into a row from 120 mm on.
    pub columns: Option<usize>,
    /// Width in millimetres; `None` takes two columns of the profile.
    pub width: Option<f64>,
    /// Height in millimetres; `None` takes what plots of pleasant proportion need.
    pub height: Option<f64>,
    /// Whether panels over time share the range and the ticks of the time axis, as they must to be
    /// compared.
    pub shared_time: bool,
    /// Whether panels of the same quantity (two of survival, two of incidence) share the range of
    /// the other axis.
    pub shared_values: bool,
    /// Whether the panels bear letters.
    pub letters: bool,
    /// Whether the numbers behind the figure travel inside the file.
    pub embed: bool,
}

/// One plot of several.
#[derive(Clone, Debug)]
pub struct PanelInput {
    /// A few words beside the letter: the endpoint or the population. `None` for none.
    pub title: Option<String>,
    /// The plot.
    pub content: PanelContent,
}

/// What a panel may hold. Width, height, title and embedding of its own options are not used.
#[derive(Clone, Debug)]
pub enum PanelContent {
    /// Kaplan-Meier curves.
    Km(KmFigure),
    /// Cumulative incidences.
    Cif(CifFigure),
    /// Points and lines: residuals, differences.
    Plot(PlotFigure),
}

/// A panel with its estimates, checked and masked.
enum Content {
    Steps(StepCurves),
    Plot(PlotFigure),
}

impl Default for Panels {
    fn default() -> Panels {
        Panels {
            panels: Vec::new(),
            columns: None,
            width: None,
            height: None,
            shared_time: true,
            shared_values: true,
            letters: true,
            embed: true,
        }
    }
}

impl Panels {
    /// Lays the figure out.
    ///
    /// # Errors
    ///
    /// [`Error::Nothing`] without panels, and what each panel refuses.
    pub fn draw(&self, profile: &Profile) -> Result<Figure, Error> {
        if self.panels.is_empty() {
            return Err(Error::Nothing { what: "panels" });
        }
        let width = self.width.unwrap_or(profile.page.double_column);
        let grid = self.grid(width);
        let contents = self.contents(profile, grid.cell)?;
        let mut panels = Vec::new();
        for (index, (input, content)) in self.panels.iter().zip(&contents).enumerate() {
            let mut panel = content.panel(profile, grid.cell)?;
            panel.index = index;
            panel.letter = self.letters.then(|| letter(&profile.wording.letters, index));
            panel.title.clone_from(&input.title);
            panels.push(panel);
        }
        let legend = shares_legend(&panels);
        if legend {
            panels.iter_mut().for_each(|panel| panel.legend = Legend::None);
        }
        let scene = self.scene(profile, width, &grid, &panels, legend)?;
        let data = self.embed.then(|| tables(&contents, &panels));
        let mut figure = Figure::new(scene, data);
        describe(&mut figure, profile, &contents, &panels);
        Ok(figure)
    }

    fn scene(
        &self,
        profile: &Profile,
        width: f64,
        grid: &Grid,
        panels: &[Panel],
        legend: bool,
    ) -> Result<Scene, Error> {
        let inner = width - 2.0 * Spacing::EDGE;
        let head = if legend {
            let rows = top_lines(&panels[0], profile, inner);
            rows as f64 * font::line_height(profile.type_size.base) + 1.5
        } else {
            0.0
        };
        let natural: Vec<f64> =
            panels.iter().map(|panel| figure_height(panel, profile, grid.cell)).collect();
        let rows: Vec<f64> = natural
            .chunks(grid.columns)
            .map(|row| row.iter().copied().fold(0.0, f64::max))
            .collect();
        let gaps = Spacing::PANELS * (rows.len() - 1) as f64;
        let total = head + rows.iter().sum::<f64>() + gaps + 2.0 * Spacing::EDGE;
        let height = self.height.unwrap_or(total);
        let stretch = (height - head - gaps - 2.0 * Spacing::EDGE) / rows.iter().sum::<f64>();
        let mut scene = Scene::new(width, height);
        if legend {
            let place = Rect::new(Spacing::EDGE, Spacing::EDGE, inner, head);
            top_legend(&panels[0], profile, &mut scene, place);
        }
        let mut places = Vec::with_capacity(panels.len());
        let mut top = Spacing::EDGE + head;
        for (row, height) in rows.iter().enumerate() {
            let height = height * stretch;
            for column in 0..grid.columns.min(panels.len() - row * grid.columns) {
                let left = Spacing::EDGE + column as f64 * (grid.cell + Spacing::PANELS);
                places.push(Rect::new(left, top, grid.cell, height));
            }
            top += height + Spacing::PANELS;
        }
        let margins = aligned(profile, grid, panels, &places)?;
        for ((panel, place), margins) in panels.iter().zip(places).zip(margins) {
            draw::place(panel, &mut scene, profile, place, margins)?;
        }
        Ok(scene)
    }

    fn grid(&self, width: f64) -> Grid {
        let usual = if width >= 120.0 { 2 } else { 1 };
        let columns = self.columns.unwrap_or(usual).clamp(1, self.panels.len());
        let cell =
            (width - 2.0 * Spacing::EDGE - Spacing::PANELS * (columns - 1) as f64) / columns as f64;
        Grid { columns, cell }
    }

    /// The contents, with one time axis for all when they share it.
    fn contents(&self, profile: &Profile, cell: f64) -> Result<Vec<Content>, Error> {
        let mut contents: Vec<Content> =
            self.panels.iter().map(|panel| panel.content.prepared()).collect::<Result<_, _>>()?;
        if self.shared_time {
            share_time(&mut contents, profile, cell)?;
        }
        if self.shared_values {
            share_values(&mut contents, profile, cell)?;
        }
        Ok(contents)
    }
}

/// Title, description, caption and facts of the whole, from those of the panels.
fn describe(figure: &mut Figure, profile: &Profile, contents: &[Content], panels: &[Panel]) {
    let (mut description, mut titles, mut facts) = (Vec::new(), Vec::new(), Vec::<Facts>::new());
    let mut captions: Vec<(String, Vec<Sentence>)> = Vec::new();
    for (content, panel) in contents.iter().zip(panels) {
        let mut one = Figure::new(Scene::new(figure.scene.width, figure.scene.height), None);
        content.describe(&mut one, profile, panel);
        let name = panel.title.clone().unwrap_or_else(|| one.scene.title.clone());
        let letter = panel.letter.clone().map_or(String::new(), |letter| format!("{letter}, "));
        titles.push(format!("{letter}{name}"));
        description.push(format!("{letter}{name}: {}", one.scene.description));
        captions.push((panel.letter.clone().unwrap_or_default(), one.caption));
        for warning in one.warnings {
            if !figure.warnings.contains(&warning) {
                figure.warnings.push(warning);
            }
        }
        facts.push(one.scene.facts);
    }
    figure.caption = joined(&captions);
    let scene = &mut figure.scene;
    scene.facts = Facts {
        p_value: facts.iter().any(|one| one.p_value),
        effect: facts.iter().all(|one| one.effect),
        ..facts[0].clone()
    };
    scene.facts.panels = facts;
    scene.title = titles.join("; ");
    scene.description = description.join(" ");
}

fn tables(contents: &[Content], panels: &[Panel]) -> Vec<DataTable> {
    let mut tables = Vec::new();
    for (content, panel) in contents.iter().zip(panels) {
        for mut table in content.tables(panel) {
            table.name = format!("{}_{}", letter("a", panel.index), table.name);
            tables.push(table);
        }
    }
    tables
}

struct Grid {
    columns: usize,
    cell: f64,
}

impl PanelContent {
    /// Checked, and masked where that was asked for.
    fn prepared(&self) -> Result<Content, Error> {
        Ok(match self {
            PanelContent::Km(figure) => Content::Steps(figure.curves()?.prepared()?),
            PanelContent::Cif(figure) => Content::Steps(figure.curves()?.prepared()?),
            PanelContent::Plot(figure) => Content::Plot(figure.clone()),
        })
    }
}

impl Content {
    fn panel(&self, profile: &Profile, width: f64) -> Result<Panel, Error> {
        match self {
            Content::Steps(curves) => curves.panel(profile, width),
            Content::Plot(figure) => figure.panel(profile),
        }
    }

    /// The options of curves of patients.
    fn options(&self) -> Option<&FigureOptions> {
        match self {
            Content::Steps(curves) => Some(&curves.options),
            Content::Plot(_) => None,
        }
    }

    fn options_mut(&mut self) -> Option<&mut FigureOptions> {
        match self {
            Content::Steps(curves) => Some(&mut curves.options),
            Content::Plot(_) => None,
        }
    }

    /// What is plotted against time, incidences of either kind alike; `None` where no patients are.
    fn estimate(&self) -> Option<Estimate> {
        match self {
            Content::Steps(curves) if curves.estimate.is_incidence() => Some(Estimate::Incidence),
            Content::Steps(curves) => Some(curves.estimate),
            Content::Plot(_) => None,
        }
    }

    fn describe(&self, figure: &mut Figure, profile: &Profile, panel: &Panel) {
        match self {
            Content::Steps(curves) => curves.describe(figure, profile, panel),
            Content::Plot(plot) => plot.describe(figure, profile),
        }
    }

    fn tables(&self, panel: &Panel) -> Vec<DataTable> {
        match self {
            Content::Steps(curves) => curves.tables(panel),
            Content::Plot(figure) => figure.tables(),
        }
    }
}

/// Gives all panels over time the longest range and the widest step of their ticks.
fn share_time(contents: &mut [Content], profile: &Profile, cell: f64) -> Result<(), Error> {
    let (mut from, mut to) = (f64::INFINITY, 0.0_f64);
    let mut step: f64 = 0.0;
    let mut log = false;
    let mut ticks = Vec::new();
    for content in contents.iter() {
        let panel = content.panel(profile, cell)?;
        if content.options().is_some() {
            (from, to) = (from.min(panel.x.from), to.max(panel.x.to));
            log |= panel.x.log;
            step = panel.x.ticks.windows(2).map(|t| t[1].0 - t[0].0).fold(step, f64::max);
        }
    }
    if log {
        // Equal ratios have no equal steps to share.
        return Ok(());
    }
    if step > 0.0 {
        ticks = axis::labelled(profile, &axis::multiples(from, to, step));
    }
    for content in contents.iter_mut() {
        if let Content::Plot(figure) = content
            && figure.time
            && !ticks.is_empty()
        {
            figure.x_limits.get_or_insert((from, to));
            figure.x_labels.clone_from(&ticks);
        }
    }
    for options in contents.iter_mut().filter_map(Content::options_mut) {
        if options.x_limits.is_none() {
            options.x_limits = Some((from, to));
        }
        if options.break_time.is_none() && step > 0.0 {
            options.break_time = Some(step);
        }
    }
    Ok(())
}

/// Gives panels of the same quantity one range of values, as wide as the widest needs.
fn share_values(contents: &mut [Content], profile: &Profile, cell: f64) -> Result<(), Error> {
    let mut ranges = Vec::with_capacity(contents.len());
    for content in contents.iter() {
        let y = content.panel(profile, cell)?.y;
        let quantity = content.estimate();
        ranges.push((quantity, y.from, y.to));
    }
    for content in contents {
        let Some(quantity) = content.estimate() else { continue };
        let alike = || ranges.iter().filter(|range| range.0 == Some(quantity));
        let from = alike().map(|range| range.1).fold(f64::INFINITY, f64::min);
        let to = alike().map(|range| range.2).fold(f64::NEG_INFINITY, f64::max);
        if let Some(options) = content.options_mut()
            && alike().count() > 1
        {
            options.y_limits.get_or_insert((from, to));
        }
    }
    Ok(())
}

/// The sentences of all panels: first what all say, or what has no letter, then what each panel says
/// for itself, after its letter.
fn joined(captions: &[(String, Vec<Sentence>)]) -> Vec<Sentence> {
    let common = |letter: &str, sentence: &Sentence| {
        letter.is_empty() || captions.iter().all(|(_, other)| other.contains(sentence))
    };
    let mut sentences: Vec<Sentence> = Vec::new();
    for (letter, caption) in captions {
        for sentence in caption.iter().filter(|sentence| common(letter, sentence)) {
            if !sentences.contains(sentence) {
                sentences.push(sentence.clone());
            }
        }
    }
    for (letter, caption) in captions {
        let own = caption.iter().filter(|sentence| !common(letter, sentence));
        for (index, sentence) in own.enumerate() {
            let mut sentence = sentence.clone();
            if index == 0 {
                sentence.text = format!("{letter}: {}", sentence.text);
            }
            sentences.push(sentence);
        }
    }
    sentences
}

/// The margins with which plots line up: upright within a column, level within a row.
fn aligned(
    profile: &Profile,
    grid: &Grid,
    panels: &[Panel],
    places: &[Rect],
) -> Result<Vec<Margins>, Error> {
    let mut own = Vec::with_capacity(panels.len());
    for (panel, place) in panels.iter().zip(places) {
        let plot = frame(panel, profile, *place, Margins::default())?.plot;
        own.push(Margins {
            left: plot.left - place.left,
            right: place.right - plot.right,
            top: plot.top - place.top,
            bottom: place.bottom - plot.bottom,
        });
    }
    let most = |wanted: &dyn Fn(usize) -> bool, side: &dyn Fn(&Margins) -> f64| {
        let chosen = own.iter().enumerate().filter(|(index, _)| wanted(*index));
        chosen.map(|(_, margins)| side(margins)).fold(0.0, f64::max)
    };
    let margins = |index: usize| {
        let in_column = move |other: usize| other % grid.columns == index % grid.columns;
        let in_row = move |other: usize| other / grid.columns == index / grid.columns;
        Margins {
            left: most(&in_column, &|margins| margins.left),
            right: most(&in_column, &|margins| margins.right),
            top: most(&in_row, &|margins| margins.top),
            bottom: most(&in_row, &|margins| margins.bottom),
        }
    };
    Ok((0..panels.len()).map(margins).collect())
}

/// Whether all panels name the same groups in the same look, so that one legend serves all.
fn shares_legend(panels: &[Panel]) -> bool {
    let names = |panel: &Panel| -> Vec<(String, Colour)> {
        panel.series.iter().map(|series| (series.name.clone(), series.colour)).collect()
    };
    let first = names(&panels[0]);
    panels.len() > 1 && first.len() > 1 && panels.iter().all(|panel| names(panel) == first)
}

/// The letter of a panel: A, B, ... or a, b, ...
fn letter(first: &str, index: usize) -> String {
    let first = first.chars().next().unwrap_or('A');
    char::from_u32(first as u32 + index as u32).unwrap_or('?').to_string()
}
