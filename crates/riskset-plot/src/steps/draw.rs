//! From step curves to a figure of one panel.

use super::curve::StepCurves;
use super::mask;
use crate::error::Error;
use crate::figure::Figure;
use crate::geometry::Rect;
use crate::panel::draw;
use crate::panel::layout::{Margins, figure_height};
use crate::profile::Profile;
use crate::scene::Scene;
use crate::spacing::Spacing;

impl StepCurves {
    /// The curves, masked when that was asked for.
    pub(crate) fn prepared(self) -> Result<StepCurves, Error> {
        match self.options.min_cell {
            Some(limit) => mask::masked(&self, f64::from(limit)),
            None => Ok(self),
        }
    }

    /// The figure of one panel.
    pub(crate) fn figure(&self, profile: &Profile) -> Result<Figure, Error> {
        let width = self.options.width.unwrap_or(profile.page.single_column);
        let panel = self.panel(profile, width)?;
        let height = self.options.height.unwrap_or_else(|| figure_height(&panel, profile, width));
        let mut scene = Scene::new(width, height);
        let place = Rect::new(0.0, 0.0, width, height).grown(-Spacing::EDGE);
        draw::place(&panel, &mut scene, profile, place, Margins::default())?;
        let data = self.options.embed.then(|| self.tables(&panel));
        let mut figure = Figure::new(scene, data);
        self.describe(&mut figure, profile, &panel);
        Ok(figure)
    }
}
