//! Restricted means and survival at times over strata: the mean of what each stratum says, by its share
//! of the patients.

use riskset::{
    Error, Estimand, Groups, KaplanMeier, Observations, StratifiedContrast, StratumShare,
    SurvivalCurve, stratified,
};

/// A contrast put together over strata.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OverStrata {
    /// The group, in level order.
    pub group: usize,
    /// What is compared with the reference.
    pub estimand: Estimand,
    /// The contrast; `None` where a stratum has no such estimand of one of the groups.
    pub found: Option<StratifiedContrast>,
}

/// A curve of each group within each stratum; `None` where nobody is in both.
struct Cells {
    curves: Vec<SurvivalCurve>,
    places: Vec<Vec<Option<usize>>>,
}

impl Cells {
    fn of(
        response: &Observations,
        groups: &Groups,
        strata: &Groups,
        model: &KaplanMeier,
    ) -> Result<Cells, Error> {
        let mut places = vec![vec![None; groups.count()]; strata.count()];
        let mut count = 0;
        let pairs = strata.index().iter().zip(groups.index());
        let cell = |(&stratum, &group): (&u32, &u32)| {
            let place = &mut places[stratum as usize][group as usize];
            *place.get_or_insert_with(|| {
                count += 1;
                count - 1
            }) as u32
        };
        let index: Vec<u32> = pairs.map(cell).collect();
        let curves = model.fit_groups(response, &Groups::new(index, count)?)?;
        Ok(Cells { curves, places })
    }

    fn last(&self) -> f64 {
        self.curves.iter().map(SurvivalCurve::last_time).fold(f64::INFINITY, f64::min)
    }

    fn contrast(
        &self,
        group: usize,
        reference: usize,
        estimand: Estimand,
    ) -> Result<Option<StratifiedContrast>, Error> {
        let pair = |places: &Vec<Option<usize>>| {
            Some((&self.curves[places[group]?], &self.curves[places[reference]?]))
        };
        match self.places.iter().map(pair).collect::<Option<Vec<_>>>() {
            Some(pairs) => stratified(&pairs, estimand, StratumShare::Patients),
            None => Ok(None),
        }
    }
}

/// The contrasts of every group with the reference: the restricted mean to `tau`, or to the shortest
/// follow-up of a group within a stratum when none was asked for, then survival at the times.
pub(super) fn over_strata(
    response: &Observations,
    groups: &Groups,
    strata: &Groups,
    model: &KaplanMeier,
    reference: usize,
    (tau, times): (Option<f64>, &[f64]),
) -> Result<Vec<OverStrata>, Error> {
    let cells = Cells::of(response, groups, strata, model)?;
    let mean = Estimand::RestrictedMean(tau.unwrap_or_else(|| cells.last()));
    let survival = times.iter().map(|&time| Estimand::Survival(time));
    let estimands: Vec<Estimand> = [mean].into_iter().chain(survival).collect();
    let mut all = Vec::new();
    for group in (0..groups.count()).filter(|&group| group != reference) {
        for &estimand in &estimands {
            let found = cells.contrast(group, reference, estimand)?;
            all.push(OverStrata { group, estimand, found });
        }
    }
    Ok(all)
}
