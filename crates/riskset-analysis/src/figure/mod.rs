//! Figures: from a request to what is drawn.

mod adjusted;
mod balance;
mod cif;
mod curves;
mod cutpoint;
mod difference;
mod effect;
mod elastic_net;
mod explain;
mod factors;
mod flow;
mod forest;
mod look;
mod meta;
pub(crate) mod meta_hr;
mod nomogram;
mod npv;
mod panels;
mod performance;
mod rename;
mod residuals;
mod risk_groups;
mod subgroups;
mod swimmer;
mod tipping;

pub use balance::PlotBalanceRequest;
pub use cif::PlotCifRequest;
pub use curves::{Annotate, CurveEstimates, CurvesKind, PlotCurvesRequest};
pub use cutpoint::{PlotCutpointRequest, cutpoint_figure};
pub use difference::PlotDifferenceRequest;
pub use effect::PlotEffectRequest;
pub use elastic_net::PlotElasticNetRequest;
pub use explain::{Explained, PlotExplainRequest};
pub use factors::PlotFactorsRequest;
pub use flow::PlotFlowRequest;
pub use forest::PlotForestRequest;
pub use look::{CurveLook, PageRequest, TimeAxis};
pub use meta::PlotMetaRequest;
pub use meta_hr::PlotMetaHrRequest;
pub use nomogram::PlotNomogramRequest;
pub use npv::PlotNpvRequest;
pub use panels::PanelRequest;
pub use performance::{PerformanceFigure, PlotPerformanceRequest};
pub use rename::Rename;
pub use residuals::{PlotResidualsRequest, PlotSchoenfeldRequest, PlottedResidual};
pub use risk_groups::PlotRiskGroupsRequest;
pub use subgroups::PlotSubgroupsRequest;
pub use swimmer::{FurtherEvent, PlotSwimmerRequest};
pub use tipping::PlotTippingRequest;

use crate::{About, Problem, VoiceOf};
use riskset::Voice;
use riskset_plot::Figure;

/// The kind of figure that shows an answer of this kind; `None` where none does. It is asked with the
/// fields that the two requests share.
pub fn of_analysis(analysis: &str) -> Option<&'static str> {
    Some(match analysis {
        "km" | "logrank" | "compare" | "table-survival" => "plot-km",
        "cox" => "plot-forest",
        "cif" | "fine-gray" | "table-cif" => "plot-cif",
        "npv" => "plot-npv",
        "meta-proportion" => "plot-meta",
        "cutpoint" => "plot-cutpoint",
        "risk-groups" => "plot-risk-groups",
        "elastic-net" => "plot-elastic-net",
        "tipping" => "plot-tipping",
        _ => return None,
    })
}

/// A figure.
#[derive(Clone, Debug)]
pub struct FigureAnswer {
    /// Rows and doubts; `None` for a figure of counts, which has no rows.
    pub about: Option<About>,
    /// What is drawn, with its caption, the numbers behind it and the request that drew it.
    pub figure: Figure,
}

impl FigureAnswer {
    /// A front end's words, without the fields that this figure does not take.
    pub fn words<'a>(&self, voice: &'a dyn Voice) -> VoiceOf<'a> {
        VoiceOf::new(voice, self.figure.settings["analysis"].as_str().unwrap_or_default())
    }

    pub(crate) fn new(
        about: About,
        figure: Result<Figure, riskset_plot::Error>,
    ) -> Result<Self, Problem> {
        let mut figure = figure?;
        if let Some(landmark) = about.landmark {
            let left_out = match landmark.left_out {
                1 => "1 patient with the event or censored by then is left out".to_owned(),
                n => format!("{n} patients with the event or censored by then are left out"),
            };
            let sentence =
                format!("Landmark analysis: time is counted from the landmark; {left_out}.");
            figure.caption.push(sentence.as_str().into());
        }
        if let Some(column) = &about.known_at {
            let sentence = format!(
                "A patient counts in the second group from the time in {column} on, and in the first \
                 until then (Simon and Makuch)."
            );
            figure.caption.push(sentence.as_str().into());
        }
        Ok(FigureAnswer { about: Some(about), figure })
    }
}
