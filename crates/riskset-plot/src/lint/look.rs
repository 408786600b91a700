//! The look: size, type, lines, colours, collisions, and what the file carries.

use super::finding::{Checked, Finding, Status, judged, not_applicable};
use crate::colour::{Colour, Eye};
use crate::geometry::{Point, Rect};
use crate::profile::Profile;
use crate::scene::{Role, Scene, Shape};
use riskset::Remedy;
use std::collections::{BTreeMap, BTreeSet};

/// The thinnest line that print keeps, in points.
const THIN: f64 = 0.5;
/// Colours closer than this are one, in CIE L*a*b*.
const CLOSE: f64 = 10.0;

pub(super) fn findings(figure: Checked<'_>) -> Vec<Finding> {
    let scene = figure.scene;
    vec![
        width(scene),
        smallest_type(scene),
        thinnest_line(scene),
        inside_page(scene),
        collisions(scene),
        clear_of_curves(scene),
        clear_of_bands(scene),
        contrast(scene),
        told_apart(scene),
        bands(scene),
        few_bands(scene),
        alternative(scene),
        data(figure),
    ]
}

fn width(scene: &Scene) -> Finding {
    let check = "final width is that of one or two columns";
    let Ok(profile) = Profile::named(&scene.facts.profile) else {
        return not_applicable(check, "the profile is not a built-in one");
    };
    let page = &profile.page;
    let (one, two) = (page.single_column, page.double_column);
    let fits = [one, two].iter().any(|column| (scene.width - column).abs() <= 0.05 * column)
        || (scene.width > one && scene.width < two);
    let wrong =
        (!fits).then(|| format!("{:.0} mm wide; columns are {one} and {two} mm", scene.width));
    judged(check, wrong, Status::Warn, "it is", Remedy::set("width"))
}

fn smallest_type(scene: &Scene) -> Finding {
    let size = scene.texts().map(|(_, text)| text.size).fold(f64::INFINITY, f64::min);
    let limit = scene.facts.smallest_type;
    let wrong = (size < limit).then(|| format!("the smallest type is {size} pt"));
    let right = "no type is smaller than the profile allows";
    judged(
        "type large enough",
        wrong,
        Status::Fail,
        right,
        Remedy::to("choose a profile with larger type"),
    )
}

fn thinnest_line(scene: &Scene) -> Finding {
    let widths = scene.items.iter().filter_map(|item| match (&item.role, &item.shape) {
        (Role::Leader(_), _) => None,
        (_, Shape::Line(_, stroke)) => Some(stroke.width),
        _ => None,
    });
    let thin = widths.fold(f64::INFINITY, f64::min);
    let wrong = (thin < THIN - 1e-9).then(|| format!("the thinnest line is {thin:.2} pt"));
    judged(
        "lines thick enough",
        wrong,
        Status::Warn,
        "at least 0.5 pt",
        Remedy::to("choose thicker lines"),
    )
}

fn inside_page(scene: &Scene) -> Finding {
    let page = scene.page();
    let outside = scene.items.iter().find(|item| !page.contains(&item.bounds()));
    let wrong = outside.map(|item| format!("{:?} leaves the page", item.role));
    judged(
        "nothing is cut off",
        wrong,
        Status::Fail,
        "all is on the page",
        Remedy::to("make the figure larger"),
    )
}

fn collisions(scene: &Scene) -> Finding {
    let texts: Vec<_> = scene.texts().map(|(_, text)| (text, text.bounds().grown(-0.1))).collect();
    let mut wrong = None;
    for (index, (text, place)) in texts.iter().enumerate() {
        if let Some((other, _)) = texts[..index].iter().find(|other| other.1.overlaps(place)) {
            wrong = Some(format!("`{}` covers `{}`", text.letters(), other.letters()));
            break;
        }
    }
    let right = "no text covers another";
    judged(
        "no collisions",
        wrong,
        Status::Fail,
        right,
        Remedy::to("make the figure larger or the labels shorter"),
    )
}

/// Whether names and notes stand clear of curves, as they should where there is room.
fn clear_of_curves(scene: &Scene) -> Finding {
    let check = "no text on a curve";
    let mut curves = scene.items.iter().filter_map(|item| match (&item.role, &item.shape) {
        (Role::Curve(_) | Role::Tail(_), Shape::Line(points, _)) => Some(points),
        _ => None,
    });
    if curves.clone().next().is_none() {
        return not_applicable(check, "there are no curves");
    }
    let texts: Vec<_> = scene
        .texts()
        .filter(|(role, _)| {
            matches!(role, Role::LegendLabel(_) | Role::DirectLabel(_) | Role::Annotation)
        })
        .map(|(_, text)| (text, text.bounds().grown(-0.1)))
        .collect();
    let wrong = curves.find_map(|points| {
        points.windows(2).find_map(|pair| {
            let stroke = Rect {
                left: pair[0].x.min(pair[1].x),
                right: pair[0].x.max(pair[1].x),
                top: pair[0].y.min(pair[1].y),
                bottom: pair[0].y.max(pair[1].y),
            };
            // Steps are level or upright, so their bounds are the strokes themselves.
            let met = |place: &Rect| {
                place.left < stroke.right
                    && stroke.left < place.right
                    && place.top < stroke.bottom
                    && stroke.top < place.bottom
            };
            texts
                .iter()
                .find(|(_, place)| met(place))
                .map(|(text, _)| format!("`{}` stands on a curve", text.letters()))
        })
    });
    let right = "names and notes stand clear of the curves";
    let remedy =
        Remedy::AnyOf(vec![Remedy::to("make the figure larger"), Remedy::set_to("legend", "top")]);
    judged(check, wrong, Status::Warn, right, remedy)
}

/// Whether names and notes stand clear of bands and bars of intervals.
fn clear_of_bands(scene: &Scene) -> Finding {
    let check = "no text on an interval";
    let mut borders = scene.items.iter().filter_map(|item| match (&item.role, &item.shape) {
        (Role::Band(_), Shape::Area(points, _)) => Some((item.panel, points)),
        (Role::PointInterval(..), Shape::Line(points, _)) => Some((item.panel, points)),
        _ => None,
    });
    if borders.clone().next().is_none() {
        return not_applicable(check, "no intervals are drawn");
    }
    let texts: Vec<_> = scene
        .texts()
        .filter(|(role, _)| matches!(role, Role::LegendLabel(_) | Role::Annotation))
        .map(|(_, text)| (text, text.bounds().grown(-0.1)))
        .collect();
    let wrong = borders.find_map(|(_, border)| {
        let over = texts.iter().find(|(_, place)| covers(border, place));
        over.map(|(text, _)| format!("`{}` stands on an interval", text.letters()))
    });
    let right = "names and notes stand clear of bands and bars";
    let remedy =
        Remedy::AnyOf(vec![Remedy::to("make the figure larger"), Remedy::set_to("legend", "top")]);
    judged(check, wrong, Status::Warn, right, remedy)
}

/// Whether an area or a line shares a point with a box: its border crosses the box, or the box lies
/// within.
fn covers(border: &[Point], place: &Rect) -> bool {
    if border.windows(2).any(|pair| place.crossed_by(pair[0], pair[1])) {
        return true;
    }
    let (x, y) = ((place.left + place.right) / 2.0, (place.top + place.bottom) / 2.0);
    let to_the_right = border.windows(2).filter(|pair| {
        let (a, b) = (pair[0], pair[1]);
        (a.y > y) != (b.y > y) && x < a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x)
    });
    border.len() > 2 && to_the_right.count() % 2 == 1
}

/// More bands than this in one plot mix to mud.
const MOST_BANDS: usize = 2;

/// Bands of several groups lie over each other, and no reader sees which is whose.
fn few_bands(scene: &Scene) -> Finding {
    let check = "few bands";
    let panels = scene.items.iter().map(|item| item.panel).max().unwrap_or(0);
    let in_panel = |panel: usize| {
        let groups: BTreeSet<usize> = scene
            .items
            .iter()
            .filter(|item| item.panel == panel)
            .filter_map(|item| match item.role {
                Role::Band(group) => Some(group),
                _ => None,
            })
            .collect();
        groups.len()
    };
    let most = (0..=panels).map(in_panel).max().unwrap_or(0);
    if most == 0 {
        return not_applicable(check, "there are no bands");
    }
    let wrong = (most > MOST_BANDS).then(|| format!("{most} bands lie over each other"));
    let remedy = Remedy::set_to("intervals", "bars");
    judged(check, wrong, Status::Warn, "at most two in a plot", remedy)
}

/// The colour and line type of each group's curve, in its first panel.
fn looks(scene: &Scene) -> BTreeMap<usize, (Colour, Vec<f64>)> {
    let mut looks = BTreeMap::new();
    for item in scene.items.iter().filter(|item| item.panel == 0) {
        if let (
            Role::LegendKey(group) | Role::RowKey(group) | Role::Curve(group),
            Shape::Line(_, stroke),
        ) = (&item.role, &item.shape)
        {
            looks.entry(*group).or_insert_with(|| (stroke.colour, stroke.dashes.clone()));
        }
    }
    looks
}

fn contrast(scene: &Scene) -> Finding {
    let weak = looks(scene).into_iter().find(|(_, look)| look.0.contrast(Colour::WHITE) < 3.0);
    let wrong = weak.map(|(group, look)| {
        let contrast = look.0.contrast(Colour::WHITE);
        format!("group {} has a contrast of {contrast:.1} to 1", group + 1)
    });
    judged(
        "contrast of 3 to 1",
        wrong,
        Status::Fail,
        "all colours have it",
        Remedy::to("choose darker colours"),
    )
}

fn told_apart(scene: &Scene) -> Finding {
    let check = "groups can be told apart without colour";
    let looks: Vec<_> = looks(scene).into_values().collect();
    if looks.len() < 2 {
        return not_applicable(check, "there is one group");
    }
    let labelled = scene.find(|role| matches!(role, Role::DirectLabel(_))).count() > 0;
    let eyes = [Eye::Protan, Eye::Deutan, Eye::Tritan];
    let mut wrong = None;
    for (index, one) in looks.iter().enumerate() {
        for other in &looks[..index] {
            let close =
                eyes.iter().any(|&eye| one.0.as_seen(eye).distance(other.0.as_seen(eye)) < CLOSE);
            if one.1 == other.1 && (close || !labelled) {
                wrong = Some("two groups share a line type".to_owned());
            }
        }
    }
    judged(
        check,
        wrong,
        Status::Warn,
        "line types or labels differ",
        Remedy::to("use a profile with more line types"),
    )
}

fn bands(scene: &Scene) -> Finding {
    let check = "bands are transparent";
    let mut opacities = scene.items.iter().filter_map(|item| match (&item.role, &item.shape) {
        (Role::Band(_), Shape::Area(_, fill)) => Some(fill.opacity),
        _ => None,
    });
    let wrong =
        opacities.find(|&opacity| opacity > 0.4).map(|opacity| format!("opacity {opacity}"));
    judged(
        check,
        wrong,
        Status::Warn,
        "curves stay visible beneath them",
        Remedy::to("choose lighter bands"),
    )
}

fn alternative(scene: &Scene) -> Finding {
    let wrong = scene.description.is_empty().then(|| "there is no reading in words".to_owned());
    let right = "title and description are in the file";
    judged(
        "text for readers who cannot see it",
        wrong,
        Status::Warn,
        right,
        Remedy::to("name the endpoint"),
    )
}

fn data(figure: Checked<'_>) -> Finding {
    let wrong = (!figure.told.values).then(|| "the file carries no values".to_owned());
    let right = "the plotted values travel with the figure";
    judged(
        "values behind the figure",
        wrong,
        Status::Warn,
        right,
        Remedy::AnyOf(vec![Remedy::Unset("no_embed".into()), Remedy::to("supply a table")]),
    )
}
