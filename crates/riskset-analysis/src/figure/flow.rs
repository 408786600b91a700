//! The flow of the patients from a file of counts.

use super::{FigureAnswer, PageRequest};
use crate::{Data, Problem};
use riskset_plot::FlowFigure;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The flow of the patients (CONSORT).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct PlotFlowRequest {
    /// A TOML file of stages and counts.
    pub data: String,
    /// Profile and page.
    #[serde(flatten)]
    pub page: PageRequest,
}

impl PlotFlowRequest {
    /// Lays out the figure.
    pub(crate) fn run(&self, data: &Data) -> Result<FigureAnswer, Problem> {
        let profile = self.page.profile(data)?;
        let mut figure = FlowFigure::from_toml(&self.data, data.text("counts")?)?;
        figure.width = self.page.width.or(figure.width);
        figure.no_embed = self.page.no_embed;
        Ok(FigureAnswer { about: None, figure: figure.draw(&profile)? })
    }
}
