//! The Kaplan-Meier figure, and what is a function of it: incidence upwards, cumulative hazard,
//! log(-log).

use crate::curve::CurveInput;
use crate::error::Error;
use crate::figure::Figure;
use crate::options::{FigureOptions, check_count};
use crate::profile::Profile;
use crate::steps::curve::{CountedGroup, Estimate, StepCurve, StepCurves};

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
/// let figure = figure.draw(&Profile::plain())?;
/// assert!(figure.svg().contains("Number at risk"));
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
    pub fn draw(&self, profile: &Profile) -> Result<Figure, Error> {
        self.curves()?.prepared()?.figure(profile)
    }

    /// The curves of what is plotted, checked.
    pub(crate) fn curves(&self) -> Result<StepCurves, Error> {
        if self.groups.is_empty() {
            return Err(Error::Nothing { what: "groups" });
        }
        self.groups.iter().try_for_each(CurveInput::check)?;
        self.options.check()?;
        self.options.check_annotations(self.groups.len())?;
        check_count(self.groups.len())?;
        let estimate = Estimate::from(self.options.quantity);
        let groups = self.groups.iter().enumerate();
        let curves: Vec<StepCurve> =
            groups.map(|(place, curve)| StepCurve::of_survival(curve, estimate, place)).collect();
        let places = curves.iter().enumerate();
        let counted = places.map(|(place, curve)| CountedGroup::of_curve(place, curve)).collect();
        Ok(StepCurves { estimate, curves, counted, options: self.options.clone() })
    }
}
