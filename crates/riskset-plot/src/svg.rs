//! Scene -> SVG.
//!
//! plotters draws the primitives on a canvas of 100 units to the millimetre, so that its whole
//! numbers are as fine as print needs. What its backend cannot say (line types, weights below one
//! unit, italic runs, roles) is written into the element that it made.

use crate::colour::Colour;
use crate::embed;
use crate::font::{self, Cut, FAMILY};
use crate::geometry::{MM_PER_PT, Point};
use crate::scene::{Anchor, Fill, Item, Role, Run, Scene, Shape, Stroke, Text};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use std::fmt::Write;

/// Canvas units in a millimetre.
const UNITS: f64 = 100.0;

/// The whole SVG document, with what the file is to carry.
pub(crate) fn document(scene: &Scene, payload: Option<&str>) -> String {
    let (width, height) = (units(scene.width), units(scene.height));
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}mm\" height=\"{}mm\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\" \
         font-family=\"'{FAMILY}', Arimo, Arial, Helvetica, sans-serif\" stroke-linejoin=\"miter\">\n\
         <title>{}</title>\n<desc>{}</desc>\n",
        short(scene.width),
        short(scene.height),
        escape(&scene.title),
        escape(&scene.description)
    );
    if let Some(payload) = payload {
        let text = escape(payload);
        let _ = writeln!(svg, "<metadata id=\"{}\">{text}</metadata>", embed::MARK);
    }
    let _ = writeln!(svg, "<rect width=\"{width}\" height=\"{height}\" fill=\"#FFFFFF\"/>");
    for item in &scene.items {
        svg.push_str(&element(item));
    }
    svg.push_str("</svg>\n");
    svg
}

/// One item as one element.
fn element(item: &Item) -> String {
    let mut element = match &item.shape {
        Shape::Line(points, stroke) => line(points, stroke),
        Shape::Area(points, fill) => area(points, *fill),
        Shape::Disc(centre, radius, fill) => disc(*centre, *radius, *fill),
        Shape::Text(text) => letters(text),
    };
    for usual in [" opacity=\"1\"", " fill-opacity=\"1\""] {
        element = element.replacen(usual, "", 1);
    }
    let Some(class) = class(&item.role) else { return element };
    let classed = |line: &str| match line.split_once(' ') {
        Some((name, rest)) if name.starts_with('<') => format!("{name} class=\"{class}\" {rest}"),
        _ => line.to_owned(),
    };
    element.split_inclusive('\n').map(classed).collect()
}

/// A line: butt caps, so that it ends where its data end.
fn line(points: &[Point], stroke: &Stroke) -> String {
    let path = distinct(points);
    let style = colour(stroke.colour, 1.0).stroke_width(1);
    let mut element = drawn(|backend| backend.draw_path(path.iter().copied(), &style));
    set(&mut element, "stroke-width", &short(stroke.width * MM_PER_PT * UNITS));
    if !stroke.dashes.is_empty() {
        let dashes: Vec<String> = stroke.dashes.iter().map(|&mm| short(mm * UNITS)).collect();
        let end = element.rfind("/>").expect("plotters closes a polyline in itself");
        element.insert_str(end, &format!(" stroke-dasharray=\"{}\"", dashes.join(" ")));
    }
    element
}

fn area(points: &[Point], fill: Fill) -> String {
    let path = distinct(points);
    let style = colour(fill.colour, fill.opacity).filled();
    filled(drawn(|backend| backend.fill_polygon(path.iter().copied(), &style)))
}

/// Opacity of the fill alone: what is not a group need not be composed as one.
fn filled(element: String) -> String {
    element.replacen(" opacity=", " fill-opacity=", 1)
}

fn disc(centre: Point, radius: f64, fill: Fill) -> String {
    let style = colour(fill.colour, fill.opacity).filled();
    let centre = (units(centre.x) as i32, units(centre.y) as i32);
    filled(drawn(|backend| backend.draw_circle(centre, units(radius) as u32, &style, true)))
}

/// A text: each run as an element of its own where there are several. Spans within one text are
/// placed differently by different readers when the text is flush right.
fn letters(text: &Text) -> String {
    match &text.runs[..] {
        [] => String::new(),
        [run] => run_of(text, run, text.at, text.anchor),
        runs => {
            let mut at = text.start();
            let mut elements = String::new();
            for run in runs {
                let width = |letters: &str| font::width(letters, run.cut, text.size);
                // Readers drop blanks at the ends of a text: they are moved over instead.
                let blank = run.text.len() - run.text.trim_start().len();
                let trimmed = Run { text: run.text.trim().to_owned(), cut: run.cut };
                let from = text.along(at, width(&run.text[..blank]));
                if !trimmed.text.is_empty() {
                    elements.push_str(&run_of(text, &trimmed, from, Anchor::Start));
                }
                at = text.along(at, width(&run.text));
            }
            elements
        }
    }
}

fn run_of(text: &Text, run: &Run, at: Point, anchor: Anchor) -> String {
    let horizontal = match anchor {
        Anchor::Start => HPos::Left,
        Anchor::Middle => HPos::Center,
        Anchor::End => HPos::Right,
    };
    let font = FontDesc::new(FontFamily::Name(FAMILY), 10.0, font_style(run.cut));
    let font = if text.upwards { font.transform(FontTransform::Rotate270) } else { font };
    let ink = colour(text.colour, 1.0);
    let style = font.color(&ink).pos(Pos::new(horizontal, VPos::Top));
    let at = (units(at.x) as i32, units(at.y) as i32);
    let mut element = drawn(|backend| backend.draw_text("", &style, at));
    // The baseline stands at the point; family and weight of the whole figure stand at its root.
    remove(&mut element, "dy");
    remove(&mut element, "font-family");
    set(&mut element, "font-size", &short(text.size * MM_PER_PT * UNITS));
    let from = element.find('>').expect("plotters opens a text element") + 1;
    let to = element.rfind("</text>").expect("plotters closes the text element");
    element.replace_range(from..to, &escape(&run.text));
    element
}

fn font_style(cut: Cut) -> FontStyle {
    match cut {
        Cut::Regular => FontStyle::Normal,
        Cut::Bold => FontStyle::Bold,
        Cut::Italic => FontStyle::Italic,
    }
}

/// What plotters writes for one primitive, without the document around it.
fn drawn<E>(draw: impl FnOnce(&mut SVGBackend<'_>) -> Result<(), E>) -> String {
    let mut buffer = String::new();
    {
        let mut backend = SVGBackend::with_string(&mut buffer, (1, 1));
        // Writing into a String cannot fail, and a dropped backend only closes the document.
        let _ = draw(&mut backend);
        let _ = backend.present();
    }
    let from = buffer.find('\n').map_or(0, |end| end + 1);
    let to = buffer.rfind("</svg>").unwrap_or(buffer.len());
    buffer[from..to].to_owned()
}

fn colour(colour: Colour, opacity: f64) -> RGBAColor {
    RGBAColor(colour.0, colour.1, colour.2, opacity)
}

fn units(mm: f64) -> i64 {
    (mm * UNITS).round() as i64
}

/// The points on the canvas, without repetitions: a curve of a million steps keeps only those that
/// can be seen.
fn distinct(points: &[Point]) -> Vec<(i32, i32)> {
    let mut path: Vec<(i32, i32)> = Vec::with_capacity(points.len().min(1 << 16));
    for point in points {
        let next = (units(point.x) as i32, units(point.y) as i32);
        if path.last() == Some(&next) {
            continue;
        }
        // Three points in a row on one upright or level line, going on: the middle one says nothing.
        if let [.., before, last] = path[..] {
            let level = before.1 == last.1 && last.1 == next.1;
            let upright = before.0 == last.0 && last.0 == next.0;
            let onwards = (last.0 - before.0) as i64 * (next.0 - last.0) as i64
                + (last.1 - before.1) as i64 * (next.1 - last.1) as i64;
            if (level || upright) && onwards > 0 {
                path.pop();
            }
        }
        path.push(next);
    }
    path
}

/// A number with at most two decimals and no trailing zeros.
fn short(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Text that XML takes: markup escaped, control characters left out.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            // What XML does not take, wherever a name may have come from.
            c if (c.is_control() && c != '\n') || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => escaped.push(c),
        }
    }
    escaped
}

/// The value of an attribute, from after its opening quote to its closing quote.
fn value_of(element: &str, name: &str) -> Option<(usize, usize)> {
    let from = element.find(&format!(" {name}=\""))? + name.len() + 3;
    Some((from, from + element[from..].find('"')?))
}

fn set(element: &mut String, name: &str, value: &str) {
    if let Some((from, to)) = value_of(element, name) {
        element.replace_range(from..to, value);
    }
}

fn remove(element: &mut String, name: &str) {
    if let Some((from, to)) = value_of(element, name) {
        element.replace_range(from - name.len() - 3..=to, "");
    }
}

/// The class of an element, for those who style or test the SVG; `None` for mere ground.
fn class(role: &Role) -> Option<String> {
    let class = match role {
        Role::Curve(group) => format!("curve g{group}"),
        Role::Tail(group) => format!("tail g{group}"),
        Role::Band(group) => format!("band g{group}"),
        Role::Censor(group, _) => format!("censor g{group}"),
        Role::Count { group, .. } => format!("count g{group}"),
        Role::RowLabel(group) => format!("row g{group}"),
        Role::LegendLabel(group) | Role::DirectLabel(group) => format!("label g{group}"),
        Role::Annotation => "annotation".to_owned(),
        Role::TickLabel(..) => "tick".to_owned(),
        Role::AxisTitle(_) => "axis".to_owned(),
        Role::Estimate(row) => format!("estimate r{row}"),
        Role::Interval(row) => format!("interval r{row}"),
        _ => return None,
    };
    Some(class)
}
