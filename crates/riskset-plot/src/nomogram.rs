//! A nomogram: a regression model as axes that add up.
//!
//! Each covariate has an axis of its own against one axis of points; the points of a patient add up to
//! a total, and below the axis of totals stand what the model says of each total. Labels stand below
//! their axis, above it where two would touch, and are left out where neither has room.

use crate::axis::{labelled, multiples, nice_step};
use crate::caption::Sentence;
use crate::data::{DataTable, Datum};
use crate::error::Error;
use crate::facts::Facts;
use crate::figure::Figure;
use crate::font;
use crate::geometry::Point;
use crate::profile::Profile;
use crate::scene::{Anchor, Axis, Role, Scene, Shape, Stroke, Text};
use crate::spacing::Spacing;

/// A model as axes that add up.
#[derive(Clone, Debug)]
pub struct NomogramFigure {
    /// What is shown, in words, for a reader who cannot see it.
    pub name: String,
    /// The axis of points, from 0 to the most that a covariate gives.
    pub points: NomogramAxis,
    /// An axis for each covariate, its places in points.
    pub covariates: Vec<NomogramAxis>,
    /// The axis of totals.
    pub total: NomogramAxis,
    /// What the model says of each total: places in total points.
    pub outcomes: Vec<NomogramAxis>,
    /// Sentences for the caption.
    pub caption: Vec<String>,
    /// Width in millimetres; `None` takes two columns of the profile.
    pub width: Option<f64>,
    /// Whether the numbers behind the figure travel inside the file.
    pub embed: bool,
}

/// One axis of a nomogram.
#[derive(Clone, Debug, PartialEq)]
pub struct NomogramAxis {
    /// What it measures.
    pub title: String,
    /// Places of its ticks, in points, with their labels, in the order of the values.
    pub ticks: Vec<(f64, String)>,
    /// Whether every label must be read: those of categories, which no neighbour explains.
    pub every: bool,
}

impl NomogramAxis {
    /// Ticks at multiples of a round step from one number to another, at most `most` steps; their
    /// places are the numbers themselves. The ends are ticks only where they are such multiples.
    pub fn ticks(profile: &Profile, from: f64, to: f64, most: usize) -> Vec<(f64, String)> {
        if to <= from {
            return Vec::new();
        }
        NomogramAxis::labels(profile, &multiples(from, to, nice_step(to - from, most)))
    }

    /// Numbers with labels that have as many decimals as the finest of them needs.
    pub fn labels(profile: &Profile, values: &[f64]) -> Vec<(f64, String)> {
        labelled(profile, values)
    }
}

/// Between an axis and the next, in millimetres.
const BETWEEN: f64 = 1.6;
/// Between the covariates and the totals.
const BLOCKS: f64 = 2.6;
/// Between the titles and the axes.
const AFTER_TITLES: f64 = 3.0;
/// Between two labels of one line.
const LABELS: f64 = 1.0;
/// The titles take at most this part of the width.
const TITLES: f64 = 0.34;

/// How many steps of 5 mm a wider nomogram is looked for.
const WIDER: u32 = 40;

/// A side of an axis on which labels stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Below,
    Above,
}

/// An axis with its labels in their places.
struct Row<'a> {
    axis: &'a NomogramAxis,
    /// The lines of its title.
    title: Vec<String>,
    /// The side of each label; `None` for one that is left out.
    sides: Vec<Option<Side>>,
    /// The most points of its scale.
    most: f64,
}

impl NomogramFigure {
    /// Lays the figure out. Its height follows from its axes.
    ///
    /// # Errors
    ///
    /// [`Error::Nothing`] without a covariate or an outcome, [`Error::Value`] for a place that is not
    /// finite, [`Error::Narrow`] when the titles leave no room for the axes or the levels of a category
    /// have no room.
    pub fn draw(&self, profile: &Profile) -> Result<Figure, Error> {
        self.check()?;
        let width = self.width.unwrap_or(profile.page.double_column);
        let scene = self.scene(profile, width)?;
        let mut figure = Figure::new(scene, self.embed.then(|| vec![self.table()]));
        figure.caption = self.caption.iter().cloned().map(Sentence::from).collect();
        Ok(figure)
    }

    fn axes(&self) -> impl Iterator<Item = &NomogramAxis> {
        let start = std::iter::once(&self.points).chain(&self.covariates);
        start.chain(std::iter::once(&self.total)).chain(&self.outcomes)
    }

    fn check(&self) -> Result<(), Error> {
        if self.covariates.is_empty() {
            return Err(Error::Nothing { what: "covariates" });
        }
        if self.outcomes.is_empty() {
            return Err(Error::Nothing { what: "outcomes" });
        }
        for axis in self.axes() {
            let wrong = axis.ticks.iter().find(|(place, _)| !place.is_finite());
            if let Some((value, _)) = wrong {
                let place = format!("a place on the axis `{}`", axis.title);
                return Err(Error::Value { place, value: *value, must: "finite" });
            }
        }
        Ok(())
    }

    /// The axes with their labels in their places, and where axes begin and end; or what has no room in
    /// this width.
    fn rows(&self, size: f64, width: f64) -> Result<(Vec<Row<'_>>, (f64, f64)), String> {
        let titles: Vec<Vec<String>> = self
            .axes()
            .map(|axis| font::wrap(&axis.title, font::Cut::Regular, size, TITLES * width, 3))
            .collect();
        let widest = titles.iter().flatten().map(|line| letters(line, size)).fold(0.0, f64::max);
        // Half of a label stands beyond each end of its axis.
        let half = self.axes().flat_map(|axis| &axis.ticks);
        let half = half.map(|(_, label)| letters(label, size) / 2.0).fold(2.0, f64::max);
        let left = Spacing::EDGE + widest + AFTER_TITLES + half.min(0.1 * width);
        let right = width - Spacing::EDGE - half.min(0.1 * width);
        if right - left < 0.35 * width {
            return Err("the axes beside their titles".to_owned());
        }
        // An outcome may stand beyond the last tick of the totals.
        let totals = std::iter::once(&self.total).chain(&self.outcomes);
        let total = totals.flat_map(|axis| &axis.ticks).map(|tick| tick.0).fold(0.0, f64::max);
        let points = self.points.ticks.iter().map(|tick| tick.0).fold(0.0, f64::max);
        let mut rows = Vec::with_capacity(titles.len());
        for (index, (axis, title)) in self.axes().zip(titles).enumerate() {
            let most = if index < self.first_total() { points } else { total };
            let place = |value: f64| left + value / most * (right - left);
            let sides = sides(axis, size, place);
            if axis.every && sides.iter().any(Option::is_none) {
                return Err(format!("the levels of `{}`", axis.title));
            }
            rows.push(Row { axis, title, sides, most });
        }
        Ok((rows, (left, right)))
    }

    /// The place of the first axis of totals, after those of points and covariates.
    fn first_total(&self) -> usize {
        1 + self.covariates.len()
    }

    fn scene(&self, profile: &Profile, width: f64) -> Result<Scene, Error> {
        let size = profile.type_size.small;
        let (rows, (left, right)) = self.rows(size, width).map_err(|what| {
            let wider = (1..=WIDER).map(|step| width + 5.0 * f64::from(step));
            let least = wider.into_iter().find(|&width| self.rows(size, width).is_ok());
            Error::Narrow { width, least, what }
        })?;
        let first_total = self.first_total();
        let line = font::line_height(size);
        let heights: Vec<f64> = rows.iter().map(|row| row.height(line, profile)).collect();
        let height = 2.0 * Spacing::EDGE
            + heights.iter().sum::<f64>()
            + BETWEEN * (rows.len() - 1) as f64
            + BLOCKS;
        let mut scene = Scene::new(width, height);
        let mut top = Spacing::EDGE;
        for (index, (row, height)) in rows.iter().zip(&heights).enumerate() {
            if index == first_total {
                top += BLOCKS;
            }
            row.draw(&mut scene, profile, index, top, (left, right));
            top += height + BETWEEN;
        }
        scene.title.clone_from(&self.name);
        scene.description = self.reading();
        scene.facts = Facts {
            kind: "nomogram".to_owned(),
            profile: profile.name.clone(),
            smallest_type: profile.type_size.smallest,
            ..Facts::default()
        };
        Ok(scene)
    }

    /// The axes read out: where each begins and ends.
    fn reading(&self) -> String {
        let ends = |axis: &NomogramAxis, unit: &str| {
            let place = |tick: &(f64, String)| format!("{} at {:.0} {unit}", tick.1, tick.0);
            let ticks: Vec<String> = match axis.every {
                true => axis.ticks.iter().map(place).collect(),
                false => [axis.ticks.first(), axis.ticks.last()]
                    .into_iter()
                    .flatten()
                    .map(place)
                    .collect(),
            };
            format!("{}: {}.", axis.title, ticks.join(", "))
        };
        let covariates = self.covariates.iter().map(|axis| ends(axis, "points"));
        let outcomes = self.outcomes.iter().map(|axis| ends(axis, "total points"));
        covariates.chain(outcomes).collect::<Vec<String>>().join(" ")
    }

    fn table(&self) -> DataTable {
        let mut table = DataTable::new("axes", &["axis", "label", "points"]);
        for axis in self.axes() {
            for (place, label) in &axis.ticks {
                let row =
                    [axis.title.as_str().into(), label.as_str().into(), Datum::Number(*place)];
                table.row(row.map(Some));
            }
        }
        table
    }
}

impl Row<'_> {
    fn has(&self, side: Side) -> bool {
        self.sides.contains(&Some(side))
    }

    /// From the labels above to those below; the title stands in the middle of the axis.
    fn height(&self, line: f64, profile: &Profile) -> f64 {
        let side = profile.line.tick_length + Spacing::BELOW_TICK + line;
        let above = if self.has(Side::Above) { side } else { 0.5 * line };
        let title = self.title.len() as f64 * line;
        (above + side).max(title)
    }

    fn draw(
        &self,
        scene: &mut Scene,
        profile: &Profile,
        panel: usize,
        top: f64,
        (left, right): (f64, f64),
    ) {
        let (size, ink) = (profile.type_size.small, profile.colour.ink);
        let line = font::line_height(size);
        let (tick, gap) = (profile.line.tick_length, Spacing::BELOW_TICK);
        let above = if self.has(Side::Above) { tick + gap + line } else { 0.5 * line };
        let y = top + above;
        let place = |value: f64| left + value / self.most * (right - left);
        let stroke = Stroke { colour: ink, width: profile.line.axis, dashes: Vec::new() };
        let places = self.axis.ticks.iter().map(|tick| tick.0);
        let from = places.clone().fold(f64::INFINITY, f64::min);
        let to = places.fold(f64::NEG_INFINITY, f64::max);
        let (start, end) = (Point::new(place(from), y), Point::new(place(to), y));
        scene.line(panel, Role::AxisLine(Axis::X), start, end, &stroke);
        for ((value, label), side) in self.axis.ticks.iter().zip(&self.sides) {
            let x = place(*value);
            let up = *side == Some(Side::Above);
            let end = if up { y - tick } else { y + tick };
            let role = Role::Tick(Axis::X, *value);
            scene.line(panel, role, Point::new(x, y), Point::new(x, end), &stroke);
            if side.is_none() {
                continue;
            }
            let base = match up {
                true => end - gap - font::descent(size),
                false => end + gap + font::ascent(size),
            };
            let text = Text::plain(label, Point::new(x, base), Anchor::Middle, size, ink);
            scene.push(panel, Role::TickLabel(Axis::X, *value), Shape::Text(text));
        }
        // The title reads on the height of its axis, a second line below the first.
        let block = self.title.len() as f64 * line;
        let first = y - block / 2.0 + font::ascent(size);
        for (index, words) in self.title.iter().enumerate() {
            let at = Point::new(Spacing::EDGE, first + index as f64 * line);
            let text = Text::plain(words, at, Anchor::Start, size, ink);
            scene.push(panel, Role::AxisTitle(Axis::X), Shape::Text(text));
        }
    }
}

fn letters(text: &str, size: f64) -> f64 {
    font::width(text, font::Cut::Regular, size)
}

/// The side of each label: below, above where it would touch one below, none where it would touch
/// both. First come the ends, which say how far an axis goes, then the others from the left.
fn sides(axis: &NomogramAxis, size: f64, place: impl Fn(f64) -> f64) -> Vec<Option<Side>> {
    let ticks = &axis.ticks;
    let mut order: Vec<usize> = (0..ticks.len()).collect();
    order.sort_by(|&a, &b| ticks[a].0.total_cmp(&ticks[b].0));
    if !axis.every && order.len() > 2 {
        let last = order.pop().expect("there are more than two");
        order.insert(1, last);
    }
    let mut taken: Vec<(Side, f64, f64)> = Vec::new();
    let mut sides = vec![None; ticks.len()];
    for index in order {
        let (value, label) = &ticks[index];
        let half = letters(label, size) / 2.0;
        let (from, to) = (place(*value) - half - LABELS, place(*value) + half + LABELS);
        let free = |side: Side| {
            taken
                .iter()
                .all(|&(other, a, b)| other != side || to - LABELS <= a || from + LABELS >= b)
        };
        // A number is explained by its neighbours; only categories climb above their axis.
        let tried: &[Side] = if axis.every { &[Side::Below, Side::Above] } else { &[Side::Below] };
        sides[index] = tried.iter().copied().find(|&side| free(side));
        taken.extend(sides[index].map(|side| (side, from, to)));
    }
    sides
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(title: &str, every: bool, ticks: &[(f64, &str)]) -> NomogramAxis {
        let ticks = ticks.iter().map(|(place, label)| (*place, (*label).to_owned())).collect();
        NomogramAxis { title: title.to_owned(), ticks, every }
    }

    fn figure() -> NomogramFigure {
        NomogramFigure {
            name: "A model".to_owned(),
            points: axis("Points", false, &[(0.0, "0"), (50.0, "50"), (100.0, "100")]),
            covariates: vec![
                axis("Age, years", false, &[(0.0, "40"), (50.0, "60"), (100.0, "80")]),
                axis("Sex", true, &[(30.0, "Men"), (0.0, "Women")]),
            ],
            total: axis("Total points", false, &[(0.0, "0"), (130.0, "130")]),
            outcomes: vec![axis("Survival", false, &[(10.0, "80"), (120.0, "20")])],
            caption: Vec::new(),
            width: None,
            embed: true,
        }
    }

    /// Every tick of a covariate stands exactly below its points, and no two texts touch.
    #[test]
    fn ticks_stand_below_their_points_and_labels_apart() {
        let drawn = figure().draw(&Profile::plain()).unwrap();
        let tick = |panel: usize, value: f64| {
            let found = drawn
                .scene
                .items
                .iter()
                .find(|item| item.panel == panel && item.role == Role::Tick(Axis::X, value));
            found.expect("there is such a tick").bounds()
        };
        let middle = |place: crate::geometry::Rect| (place.left + place.right) / 2.0;
        for (panel, value) in [(1, 50.0), (1, 100.0), (2, 30.0), (2, 0.0)] {
            let (left, right) = (middle(tick(0, 0.0)), middle(tick(0, 100.0)));
            let expected = left + value / 100.0 * (right - left);
            assert!((middle(tick(panel, value)) - expected).abs() < 1e-9);
        }
        // The longest axis is that of the totals, on the same length.
        assert!((middle(tick(3, 130.0)) - middle(tick(0, 100.0))).abs() < 1e-9);
        // All of the few labels have room, so each stands there.
        let labels = drawn.scene.find(|role| matches!(role, Role::TickLabel(Axis::X, _))).count();
        assert_eq!(labels, 3 + 3 + 2 + 2 + 2);
        let texts: Vec<_> = drawn.scene.texts().map(|(_, text)| text.bounds()).collect();
        for (index, one) in texts.iter().enumerate() {
            assert!(one.left >= 0.0 && one.right <= drawn.scene.width, "{one:?}");
            assert!(one.top >= 0.0 && one.bottom <= drawn.scene.height, "{one:?}");
            for other in &texts[..index] {
                let apart = one.left >= other.right
                    || other.left >= one.right
                    || one.top >= other.bottom
                    || other.top >= one.bottom;
                assert!(apart, "{one:?} {other:?}");
            }
        }
    }

    #[test]
    fn categories_climb_and_numbers_give_way() {
        let place = |value: f64| value;
        let near = [(10.0, "some level"), (12.0, "another one"), (80.0, "far")];
        let category = axis("Stage", true, &near);
        let found = sides(&category, 7.0, place);
        assert_eq!(found, [Some(Side::Below), Some(Side::Above), Some(Side::Below)]);
        let number = axis("Age", false, &near);
        assert_eq!(sides(&number, 7.0, place), [Some(Side::Below), None, Some(Side::Below)]);
    }

    #[test]
    fn what_cannot_be_drawn_is_refused() {
        let refused = |change: &dyn Fn(&mut NomogramFigure)| {
            let mut figure = figure();
            change(&mut figure);
            figure.draw(&Profile::plain()).unwrap_err().to_string()
        };
        assert!(refused(&|figure| figure.covariates.clear()).contains("covariates"));
        assert!(refused(&|figure| figure.outcomes.clear()).contains("outcomes"));
        assert!(refused(&|figure| figure.covariates[0].ticks[0].0 = f64::NAN).contains("finite"));
        let crowd = |figure: &mut NomogramFigure| {
            let levels = (0..4).map(|k| (f64::from(k), "a level with a long name".to_owned()));
            figure.covariates[1].ticks = levels.collect();
        };
        assert!(refused(&crowd).contains("the levels of `Sex`"));
        assert!(refused(&|figure| figure.width = Some(15.0)).contains("leaves no room"));
    }

    #[test]
    fn a_reader_who_cannot_see_hears_the_axes() {
        let drawn = figure().draw(&Profile::plain()).unwrap();
        let words = &drawn.scene.description;
        assert!(words.contains("Age, years: 40 at 0 points, 80 at 100 points."), "{words}");
        assert!(words.contains("Sex: Men at 30 points, Women at 0 points."), "{words}");
        assert!(words.contains("Survival: 80 at 10 total points"), "{words}");
    }
}
