//! Two models of the same rows.

use super::fits::Fit;
use super::measures::uno;
use super::outcome::Outcome;
use super::{ModelPerformance, PerformanceRequest};
use crate::Problem;
use riskset::{
    AucDifference, BrierEstimate, ConcordanceDifference, ConcordanceIndex, CoxTest,
    NetBenefitDifference, Reclassification, ReclassifiedAt,
};
use riskset_data::Formula;

/// The model less the other, on the same patients; every difference is positive where the model is
/// better.
#[derive(Clone, Debug)]
pub struct ModelComparison {
    /// Harrell's concordance.
    pub harrell: ConcordanceDifference,
    /// Uno's.
    pub uno: ConcordanceDifference,
    /// The area under the ROC curve at each time.
    pub auc: Vec<AucDifference>,
    /// By how much the model's Brier score is less, at each time and, for several, integrated.
    pub brier: Vec<BrierEstimate>,
    /// How risks move from the other model to the model, at each time; empty unless cut-offs were given,
    /// and without a time by which nobody has the event.
    pub reclassified: Vec<ReclassifiedAt>,
    /// The net benefit at the thresholds asked for, at the first time.
    pub net_benefit: Vec<NetBenefitDifference>,
    /// The likelihood-ratio test of the rows that made them, where the terms of the other model are
    /// all in the model.
    pub nested: Option<CoxTest>,
}

pub fn compare(
    request: &PerformanceRequest,
    rows: &Outcome,
    (model, other): (&ModelPerformance, &ModelPerformance),
    (fit, smaller): (&Fit, &Fit),
) -> Result<ModelComparison, Problem> {
    let level = request.conf_level;
    let difference = |index: ConcordanceIndex| {
        rows.difference(index, (&other.predictor, &model.predictor), level)
    };
    let first = |of: &'_ ModelPerformance| of.risks[..rows.len()].to_vec();
    let (before, after) = (first(other), first(model));
    let of_same_rows = "both models are judged on the same rows at the same times";
    Ok(ModelComparison {
        harrell: difference(ConcordanceIndex::default())?,
        uno: difference(uno(request))?,
        auc: model.measures.auc.less(&other.measures.auc).expect(of_same_rows),
        brier: model.measures.brier.gain_over(&other.measures.brier).expect(of_same_rows),
        reclassified: reclassified(request, rows, model, other)?,
        net_benefit: rows.net_benefit_difference(
            request.times[0],
            (&before, &after),
            &request.thresholds,
            level,
        )?,
        nested: match nested(&model.terms, &other.terms) {
            true => fit.likelihood_ratio_test_against(smaller),
            false => None,
        },
    })
}

fn reclassified(
    request: &PerformanceRequest,
    rows: &Outcome,
    model: &ModelPerformance,
    other: &ModelPerformance,
) -> Result<Vec<ReclassifiedAt>, Problem> {
    if request.reclassify.is_empty() {
        return Ok(Vec::new());
    }
    let asked =
        Reclassification::default().conf_level(request.conf_level).cuts(&request.reclassify);
    let risks = other.risks.chunks(rows.len()).zip(model.risks.chunks(rows.len()));
    let of_times = request.times.iter().zip(risks);
    let found =
        of_times.map(|(&time, (before, after))| rows.reclassified(&asked, time, (before, after)));
    Ok(found.collect::<Result<Vec<_>, riskset::Error>>()?.into_iter().flatten().collect())
}

/// Whether every term of the other model is one of the model, and the model has more.
fn nested(model: &str, other: &str) -> bool {
    let terms = |right: &str| {
        let formula = Formula::parse(&format!("y ~ {right}")).ok()?;
        let mut names = formula.term_names();
        names.sort();
        Some(names)
    };
    let (Some(model), Some(other)) = (terms(model), terms(other)) else { return false };
    other.len() < model.len() && other.iter().all(|term| model.contains(term))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_holds_the_terms_of_a_smaller_one() {
        assert!(nested("age + sex*stage", "sex + age"));
        assert!(!nested("age + sex", "age + sex"));
        assert!(!nested("age + sex", "log(age)"));
    }
}
