//! The log likelihood of a Cox model over its one coefficient, drawn.

use super::PlotExplainRequest;
use crate::cox::doubt_fit;
use crate::figure::FigureAnswer;
use crate::figure::rename::Words;
use crate::figure::residuals::draw;
use crate::{Data, Problem};
use riskset::{CoxModel, DesignMatrix, Remedy, Ties};
use riskset_plot::{Layer, PlotFigure};

impl PlotExplainRequest {
    /// Draws the likelihood.
    pub(super) fn likelihood(&self, data: &Data) -> Result<FigureAnswer, Problem> {
        let profile = self.page.profile(data)?;
        if self.step.is_some() || !self.labels.is_empty() {
            let what = "a likelihood has no steps and no groups";
            return Err(Problem::request(what, Remedy::Unset("step".into())));
        }
        if self.ties == Ties::Exact {
            let what = "the likelihood of exact ties is not drawn";
            return Err(Problem::request(what, Remedy::set_to("ties", "efron")));
        }
        let mut rows = self.rows.rows(data, "plot")?;
        rows.doubt_competing();
        let frame = &rows.frame;
        let design = frame.design()?;
        let matrix = DesignMatrix::from_shared(design.values.clone(), design.n_rows)?;
        let model = CoxModel::default()
            .ties(self.ties)
            .strata(frame.strata.as_ref().map(|strata| &strata.groups))
            .offset(frame.offset.as_deref());
        let fit = model.fit(frame.observations()?, &matrix)?;
        let [coefficient] = fit.coefficients() else {
            let what =
                format!("a curve shows one coefficient, and there are {}", design.names.len());
            return Err(Problem::analysis(what, Remedy::to("name one covariate with two levels")));
        };
        let (beta, error) = match coefficient.estimate() {
            Some(riskset::Coefficient { estimate, std_error: Some(error), .. }) => {
                (*estimate, *error)
            }
            _ => {
                let what = "the coefficient has no finite estimate, so the curve has no top";
                return Err(Problem::analysis(what, Remedy::to("name another covariate")));
            }
        };
        let words = Words::new(&self.rename);
        let name = words.term(&design.names[0]);
        words.check_used()?;
        let observations = frame.observations()?;
        let value = |beta: f64| model.step(observations, &matrix, &[beta]);
        let top = value(beta)?.log_likelihood;
        let mut curve = Vec::new();
        for point in -POINTS..=POINTS {
            let at = beta + f64::from(point) * REACH / f64::from(POINTS) * error;
            curve.push((at, value(at)?.log_likelihood - top));
        }
        let parabola = curve.iter().map(|&(x, _)| (x, -0.5 * ((x - beta) / error).powi(2)));
        let parabola: Vec<(f64, f64)> = parabola.collect();
        let cut = -0.5 * riskset::normal::two_sided_quantile(0.95)?.powi(2);
        let figure = PlotFigure {
            kind: "likelihood".to_owned(),
            name: format!("Log likelihood over the coefficient of {name}"),
            layers: vec![
                Layer { label: "Log likelihood".to_owned(), line: curve, ..Layer::default() },
                Layer {
                    label: "Parabola of Wald's interval".to_owned(),
                    line: parabola,
                    ..Layer::default()
                },
            ],
            x_title: format!("Coefficient of {name} (log hazard ratio)"),
            y_title: "Log likelihood less its top".to_owned(),
            levels: vec![(cut, String::new())],
            caption: vec![format!(
                "The top is at {beta:.3}, a hazard ratio of {:.3}. Values above the dashed level are \
                     not rejected by a likelihood-ratio test at 5%; Wald's interval takes the curve for \
                     the parabola.",
                beta.exp()
            )],
            ..PlotFigure::default()
        };
        let mut about = rows.about;
        doubt_fit(&mut about, &fit, &design);
        draw(vec![figure], &self.page, None, &profile, about)
    }
}

/// Points of the curve on either side of its top.
const POINTS: i32 = 60;
/// How many standard errors the curve goes to either side.
const REACH: f64 = 3.0;
