//! Several endpoints or populations in one figure, from one command.

use super::{cif, curves};
use crate::Failure;
use crate::args::DataArgs;
use crate::args::figure::{AxesArg, PlotArgs, PlotKind};
use crate::commands::frame::Asked;
use riskset_plot::{Figure, PanelContent, PanelInput, Panels, Profile};

/// Lays out one panel for every --panel, with one legend where the groups are the same.
pub fn scene(args: &PlotArgs, profile: &Profile) -> Result<Figure, Failure> {
    let panels = args.panel.iter().map(|panel| {
        let (title, data) = asked(panel, &args.data)?;
        let content = match args.kind {
            PlotKind::Cif => PanelContent::Cif(cif::figure(args, Asked::new(&data))?),
            _ => PanelContent::Km(curves::figure(args, &Asked::new(&data))?),
        };
        Ok(PanelInput { title: Some(title), content })
    });
    let shared = args.axes != Some(AxesArg::Free);
    let panels = Panels {
        panels: panels.collect::<Result<_, Failure>>()?,
        width: args.width,
        height: args.height,
        embed: !args.no_embed,
        shared_time: shared,
        shared_values: shared,
        ..Panels::default()
    };
    panels.draw(profile).map_err(Failure::analysis)
}

/// The title of a panel and what it analyses: a formula when there is a `~`, else a condition that
/// is added to --subset.
fn asked(panel: &str, data: &DataArgs) -> Result<(String, DataArgs), Failure> {
    let parts = panel.split_once(':').map(|(title, rest)| (title.trim(), rest.trim()));
    let Some((title, rest)) = parts.filter(|(title, rest)| !title.is_empty() && !rest.is_empty())
    else {
        return Err(Failure::usage(format!(
            "--panel {panel:?}: write a title, a colon, and which rows or which formula it shows, \
             such as --panel \"Women: sex == 2\""
        )));
    };
    let mut data = data.clone();
    if rest.contains('~') {
        data.formula = rest.to_owned();
    } else {
        data.subset = Some(match &data.subset {
            Some(subset) => format!("({subset}) & ({rest})"),
            None => rest.to_owned(),
        });
    }
    Ok((title.to_owned(), data))
}
