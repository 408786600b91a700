//! How the partial likelihood of a Cox model comes about, told at each time: the factor of an event
//! time is the risk of those who have the event over the sum of the risks of all at risk.

use super::{Tale, corners, shown};
use crate::Problem;
use riskset::{CoxModel, DesignMatrix, LikelihoodStep, Observations, Remedy, Ties};

/// The factors at the estimate.
pub(super) struct Factors {
    ties: Ties,
    steps: Vec<LikelihoodStep>,
    last: f64,
    /// The risk exp(x'beta) of each row.
    pub(super) risks: Vec<f64>,
}

impl Factors {
    pub(super) fn new(
        rows: &Observations,
        matrix: &DesignMatrix,
        ties: Ties,
    ) -> Result<Factors, Problem> {
        if ties == Ties::Exact {
            let what = "exact ties have no factors of this form";
            return Err(Problem::request(what, Remedy::set_to("ties", "efron")));
        }
        let model = CoxModel::default().ties(ties);
        let fit = model.fit(rows, matrix)?;
        let estimates = fit.coefficients().iter().map(|one| Some(one.estimate()?.estimate));
        let Some(beta) = estimates.collect::<Option<Vec<f64>>>().filter(|beta| !beta.is_empty())
        else {
            let what = "not every column has a finite estimate, so there are no risks to compare";
            return Err(Problem::analysis(what, Remedy::to("name other covariates")));
        };
        let (steps, _) = model.likelihood_steps(rows, matrix, &beta, (rows.len(), 0))?;
        let risk = |row: usize| {
            let terms = beta.iter().enumerate().map(|(j, beta)| beta * matrix.column(j)[row]);
            terms.sum::<f64>().exp()
        };
        let risks = (0..rows.len()).map(risk).collect();
        let last = rows.time().iter().copied().fold(0.0, f64::max);
        Ok(Factors { ties, steps, last, risks })
    }

    fn log(&self, step: &LikelihoodStep) -> f64 {
        if self.ties == Ties::Breslow { step.breslow } else { step.efron }
    }
}

impl Tale for Factors {
    fn lines(&self, time: f64) -> Vec<String> {
        let Some(place) = self.steps.iter().position(|step| step.time == time) else {
            return vec!["Nobody has the event: no factor, and the likelihood stays.".to_owned()];
        };
        let step = &self.steps[place];
        let (n, all, own) = (step.n_risk, step.risk, step.failing_risk);
        let factor = match step.deaths {
            1 => format!(
                "{n} at risk, whose risks add up to {all:.4}. The one with the event has {own:.4}: the \
                 factor is {own:.4} / {all:.4} = {:.4}.",
                self.log(step).exp()
            ),
            deaths => format!(
                "{n} at risk, whose risks add up to {all:.4}; {deaths} with the event have {own:.4} \
                 together. The factor is {:.4} by Efron's rule for ties and {:.4} by Breslow's.",
                step.efron.exp(),
                step.breslow.exp()
            ),
        };
        let sum: f64 = self.steps[..=place].iter().map(|step| self.log(step)).sum();
        let of = shown((place + 1) as f64);
        let sum = format!("{sum:.4}").replace('-', "\u{2212}");
        vec![factor, format!("The logarithms of {of} factors so far add up to {sum}.")]
    }

    /// The factor of the last event time, which is 1 before the first.
    fn curves_to(&self, time: f64, scale: f64) -> Vec<Vec<(f64, f64)>> {
        let end = self.steps.last().map_or(1.0, |step| self.log(step).exp());
        let points = self.steps.iter().map(|step| (step.time, self.log(step).exp()));
        let points = points.chain([(self.last, end)]);
        vec![corners(1.0, points, time, scale)]
    }

    fn title(&self) -> &'static str {
        "Factor"
    }
}
