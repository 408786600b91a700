//! What became of the rows on which a model is judged: an event, or one of several.

use super::model::Predicted;
use crate::incidence::competing;
use crate::{CauseRequest, Problem};
use riskset::{
    AucCurve, Brier, BrierScore, Calibration, CalibrationAt, CompetingRisks, Concordance,
    ConcordanceDifference, ConcordanceIndex, CoxModel, DesignMatrix, DynamicAuc, Error, FineGray,
    NetBenefit, NetBenefitDifference, Observations, Reclassification, ReclassifiedAt, Response,
    net_benefit, net_benefit_difference, net_benefit_difference_of_incidence,
    net_benefit_of_incidence,
};
use riskset_data::{FrameOptions, ModelFrame};

/// The rows with how they end.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// One event.
    Survival(Observations),
    /// The cause with this code, and others that make it impossible.
    Incidence(CompetingRisks, u32),
}

/// The options of a frame that tells causes apart, where causes were given.
pub fn with_causes(
    causes: Option<&CauseRequest>,
    options: FrameOptions,
) -> Result<FrameOptions, Problem> {
    let competing = causes.map(CauseRequest::competing).transpose()?;
    Ok(FrameOptions { competing, ..options })
}

impl Outcome {
    pub fn of(frame: &ModelFrame) -> Result<Outcome, Problem> {
        if frame.competing.is_none() {
            return Ok(Outcome::Survival(frame.observations()?.clone()));
        }
        let (response, events) = competing(frame)?;
        let cause = events.cause.expect("the options of the frame name a cause of interest");
        Ok(Outcome::Incidence(response, cause))
    }

    pub fn rows(&self) -> &Observations {
        match self {
            Outcome::Survival(rows) => rows,
            Outcome::Incidence(response, _) => response.observations(),
        }
    }

    pub fn len(&self) -> usize {
        self.rows().len()
    }

    /// Whether a row ends with the event of interest.
    pub fn had(&self, row: usize) -> bool {
        match self {
            Outcome::Survival(rows) => rows.event()[row],
            Outcome::Incidence(response, cause) => response.cause()[row] == *cause,
        }
    }

    /// Rows with the event of interest, as the response counts them.
    pub fn n_events(&self) -> usize {
        match self {
            Outcome::Survival(rows) => rows.n_events(),
            Outcome::Incidence(response, cause) => response.n_events(*cause),
        }
    }

    /// Rows with another event; 0 without competing risks.
    pub fn n_competing(&self) -> usize {
        match self {
            Outcome::Survival(_) => 0,
            Outcome::Incidence(response, cause) => {
                response.observations().n_events() - response.n_events(*cause)
            }
        }
    }

    pub fn select(&self, rows: &[usize]) -> Result<Outcome, Error> {
        Ok(match self {
            Outcome::Survival(all) => Outcome::Survival(all.select(rows)?),
            Outcome::Incidence(all, cause) => Outcome::Incidence(all.select(rows)?, *cause),
        })
    }

    pub fn concordance(
        &self,
        index: ConcordanceIndex<'_>,
        scores: &[f64],
    ) -> Result<Concordance, Error> {
        match self {
            Outcome::Survival(rows) => index.estimate(rows, scores),
            Outcome::Incidence(response, cause) => index.of_incidence(response, *cause, scores),
        }
    }

    /// The second index less the first.
    pub fn difference(
        &self,
        index: ConcordanceIndex<'_>,
        (first, second): (&[f64], &[f64]),
        level: f64,
    ) -> Result<ConcordanceDifference, Error> {
        match self {
            Outcome::Survival(rows) => index.difference(rows, first, second, level),
            Outcome::Incidence(response, cause) => {
                index.difference_of_incidence(response, *cause, first, second, level)
            }
        }
    }

    /// The areas at the times, which are those of the predictions.
    pub fn areas(
        &self,
        area: DynamicAuc,
        times: &[f64],
        predicted: &Predicted,
    ) -> Result<AucCurve, Error> {
        match (self, &predicted.scores) {
            (Outcome::Survival(rows), _) => area.estimate(rows, times, &predicted.predictor),
            (Outcome::Incidence(response, cause), Some(scores)) => {
                area.incidence(response, *cause, times, scores)
            }
            (Outcome::Incidence(response, cause), None) => {
                let scores = predicted.predictor.repeat(times.len());
                area.incidence(response, *cause, times, &scores)
            }
        }
    }

    pub fn brier(&self, brier: Brier, times: &[f64], risks: &[f64]) -> Result<BrierScore, Error> {
        match self {
            Outcome::Survival(rows) => brier.survival(rows, times, risks),
            Outcome::Incidence(response, cause) => brier.incidence(response, *cause, times, risks),
        }
    }

    /// Calibration at a time, whose place among those of the predictions is given.
    pub fn calibration(
        &self,
        calibration: Calibration,
        (place, time): (usize, f64),
        predicted: &Predicted,
    ) -> Result<CalibrationAt, Error> {
        let n = self.len();
        let risks = &predicted.risks[place * n..(place + 1) * n];
        match self {
            Outcome::Survival(rows) => {
                let links = predicted.links(place);
                calibration.at_with_links(rows, time, risks, &links)
            }
            Outcome::Incidence(response, cause) => {
                calibration.incidence(response, *cause, time, risks)
            }
        }
    }

    /// The mean distance of the smooth curve of calibration, as [`calibration`](Self::calibration).
    pub fn ici(&self, (place, time): (usize, f64), predicted: &Predicted) -> Option<f64> {
        let n = self.len();
        let risks = &predicted.risks[place * n..(place + 1) * n];
        let calibration = Calibration::default();
        let smooth = match self {
            Outcome::Survival(rows) => {
                calibration.smoothed(rows, time, risks, &predicted.links(place))
            }
            Outcome::Incidence(response, cause) => {
                calibration.smoothed_incidence(response, *cause, time, risks)
            }
        };
        smooth.map(|smooth| smooth.ici)
    }

    /// The coefficient of the links of the predictions in these rows.
    pub fn slope(&self, predicted: &Predicted) -> Option<f64> {
        match self {
            Outcome::Survival(rows) => {
                let links = predicted.predictor.clone();
                let design = DesignMatrix::from_columns(links, rows.len()).ok()?;
                let fit = CoxModel::default().fit(rows, &design).ok()?;
                Some(fit.coefficients()[0].estimate()?.estimate)
            }
            Outcome::Incidence(response, cause) => {
                let links = predicted.risks[..self.len()].iter();
                let links = links.map(|risk| (-(-risk).ln_1p()).ln()).collect();
                let design = DesignMatrix::from_columns(links, self.len()).ok()?;
                let fit = FineGray::default().fit(response, *cause, &design).ok()?;
                Some(fit.coefficients()[0].estimate()?.estimate)
            }
        }
    }

    /// How risks move from the first to the second of a pair.
    pub fn reclassified(
        &self,
        asked: &Reclassification,
        time: f64,
        (before, after): (&[f64], &[f64]),
    ) -> Result<Option<ReclassifiedAt>, Error> {
        match self {
            Outcome::Survival(rows) => asked.estimate(rows, time, before, after),
            Outcome::Incidence(response, cause) => {
                asked.of_incidence(response, *cause, time, before, after)
            }
        }
    }

    /// The net benefit of the second of a pair less that of the first; none where rows enter late, for
    /// which it is not derived.
    pub fn net_benefit_difference(
        &self,
        time: f64,
        pair: (&[f64], &[f64]),
        thresholds: &[f64],
        level: f64,
    ) -> Result<Vec<NetBenefitDifference>, Error> {
        match self {
            Outcome::Survival(rows) if rows.entry().is_some() => Ok(Vec::new()),
            Outcome::Survival(rows) => net_benefit_difference(rows, time, pair, thresholds, level),
            Outcome::Incidence(response, cause) => {
                net_benefit_difference_of_incidence(response, *cause, time, pair, thresholds, level)
            }
        }
    }

    pub fn net_benefit(
        &self,
        time: f64,
        risks: &[f64],
        thresholds: &[f64],
        level: f64,
    ) -> Result<Vec<NetBenefit>, Error> {
        match self {
            Outcome::Survival(rows) => net_benefit(rows, time, risks, thresholds, level),
            Outcome::Incidence(response, cause) => {
                net_benefit_of_incidence(response, *cause, time, risks, thresholds, level)
            }
        }
    }
}
