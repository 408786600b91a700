//! Several endpoints or populations in one figure.

use super::rename::Words;
use super::{CurvesKind, FigureAnswer, PageRequest, PlotCifRequest, PlotCurvesRequest};
use crate::{About, Data, Problem, RowsRequest};
use riskset::Remedy;
use riskset_plot::{PanelContent, PanelInput, Panels, Profile};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Panels of one figure.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct PanelRequest {
    /// One for each panel: `TITLE: CONDITION` for some of the rows, or `TITLE: FORMULA` for another
    /// endpoint.
    pub panel: Vec<String>,
    /// Each panel has the axes that its own data need.
    pub free_axes: bool,
}

/// Survival curves and their relatives, a panel each.
pub(super) fn curves(
    request: &PlotCurvesRequest,
    kind: CurvesKind,
    data: &Data,
    profile: &Profile,
    words: &Words,
) -> Result<FigureAnswer, Problem> {
    let frame = Frame { page: &request.page, height: request.look.height, panels: &request.panels };
    refuse_title(request.look.title.as_ref())?;
    frame.draw(&request.rows, profile, words, |rows| {
        let (about, figure) = request.figure(kind, rows, data, words)?;
        Ok((about, PanelContent::Km(figure)))
    })
}

/// Incidences, a panel each.
pub(super) fn incidences(
    request: &PlotCifRequest,
    data: &Data,
    profile: &Profile,
    words: &Words,
) -> Result<FigureAnswer, Problem> {
    let frame = Frame { page: &request.page, height: request.look.height, panels: &request.panels };
    refuse_title(request.look.title.as_ref())?;
    frame.draw(&request.rows, profile, words, |rows| {
        let (about, figure) = request.figure(rows, data, words)?;
        Ok((about, PanelContent::Cif(figure)))
    })
}

fn refuse_title(title: Option<&String>) -> Result<(), Problem> {
    match title {
        None => Ok(()),
        Some(_) => Err(Problem::request(
            "a title names one plot, and a figure of panels names each panel",
            Remedy::Unset("title".into()),
        )),
    }
}

/// The page that holds the panels.
struct Frame<'a> {
    page: &'a PageRequest,
    height: Option<f64>,
    panels: &'a PanelRequest,
}

impl Frame<'_> {
    /// Lays out one panel for every entry, with one legend where the groups are the same.
    fn draw(
        &self,
        rows: &RowsRequest,
        profile: &Profile,
        words: &Words,
        content: impl Fn(&RowsRequest) -> Result<(About, PanelContent), Problem>,
    ) -> Result<FigureAnswer, Problem> {
        let (mut inputs, mut all) = (Vec::new(), None::<About>);
        for panel in &self.panels.panel {
            let (title, rows) = asked("panel", panel, rows)?;
            let (about, content) = content(&rows)?;
            inputs.push(PanelInput { title: Some(title), content });
            match &mut all {
                None => all = Some(about),
                Some(all) => {
                    let new = about.doubts.into_iter().filter(|doubt| !all.doubts.contains(doubt));
                    let new: Vec<_> = new.collect();
                    all.doubts.extend(new);
                }
            }
        }
        words.check_used()?;
        let shared = !self.panels.free_axes;
        let panels = Panels {
            panels: inputs,
            width: self.page.width,
            height: self.height,
            embed: !self.page.no_embed,
            shared_time: shared,
            shared_values: shared,
            ..Panels::default()
        };
        Ok(FigureAnswer { about: all, figure: panels.draw(profile)? })
    }
}

/// The title of a part of a figure (a panel, a section) and what it analyses: a formula when there is
/// a `~`, else a condition that is added to the subset.
pub(super) fn asked(
    part: &'static str,
    panel: &str,
    rows: &RowsRequest,
) -> Result<(String, RowsRequest), Problem> {
    let parts = panel.split_once(':').map(|(title, rest)| (title.trim(), rest.trim()));
    let Some((title, rest)) = parts.filter(|(title, rest)| !title.is_empty() && !rest.is_empty())
    else {
        return Err(Problem::request(
            format!(
                "the {part} {panel:?} is not a title, a colon, and which rows or which formula it \
                 shows"
            ),
            Remedy::set_to(part, "Women: sex == 2"),
        ));
    };
    let mut rows = rows.clone();
    if rest.contains('~') {
        rows.formula = rest.to_owned();
    } else {
        rows.subset = Some(match &rows.subset {
            Some(subset) => format!("({subset}) & ({rest})"),
            None => rest.to_owned(),
        });
    }
    Ok((title.to_owned(), rows))
}
