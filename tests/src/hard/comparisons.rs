//! What compares groups when the simple comparison does not hold, on small data: no panic, no number
//! that is not finite, no probability outside [0, 1], no refusal without words.

use super::estimators::{accepted, answer, design, finite, groups, probability, response};
use super::rows::Rows;
use riskset::Choice;
use riskset::{
    AverageHazardRatio, BandKind, Better, CurveAdjustment, CutPointSearch, DeltaImputation,
    DesignMatrix, EffectsByPeriod, Estimand, FewPatients, Groups, HazardScale, KaplanMeier,
    LostCase, MaxCombo, MeanMethod, Observations, PermutationLogRank, Permutations, Population,
    Propensity, Standardised, StratumShare, SurvivalCurve, TimeWeight, Towards, WeightedComparison,
    balance, bootstrap_contrast, bootstrap_curves, bootstrap_standardised, censoring_weights,
    conditional_survival, cut_effect, landmark, lost_case, margin_test, mean_regression, milestone,
    pseudo_values, split_at_events, split_rows, stratified, switching_groups,
};

/// Asks every comparison: of the rows as they are, and without late entries and case weights, which
/// some refuse.
///
/// # Panics
///
/// When an answer breaks a promise: the sentence says which.
pub fn check(rows: &Rows) {
    let (entry, weight) = (vec![0.0; rows.len()], vec![1.0; rows.len()]);
    let plain = Rows { entry, weight, ..rows.clone() };
    for rows in [rows, &plain] {
        let event = |cause: u32| cause == 1;
        let Some(response) = accepted("the response", response(rows, event)) else { continue };
        let halves: Vec<u32> = rows.group.iter().map(|group| group % 2).collect();
        let data = Asked {
            two: groups(&halves),
            strata: groups(&rows.stratum),
            cluster: groups(&rows.cluster),
            covariates: design(rows, 2),
            middle: middle(&rows.time),
            rows,
            response,
        };
        data.tests();
        data.cuts();
        data.curves();
        data.adjusted();
        data.means();
        data.over_time();
        data.lost();
        data.pieces();
    }
}

/// The rows and how they are divided.
struct Asked<'a> {
    rows: &'a Rows,
    response: Observations,
    two: Groups,
    strata: Groups,
    cluster: Groups,
    covariates: DesignMatrix,
    middle: f64,
}

fn middle(times: &[f64]) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

const LEVEL: f64 = 0.95;
/// Few draws are enough to run every path.
const DRAWS: (usize, u64) = (5, 1);

impl Asked<'_> {
    fn tests(&self) {
        for strata in [None, Some(&self.strata)] {
            let combined = MaxCombo::default().strata(strata).test(&self.response, &self.two);
            if let Some(test) = answer("a combination", combined) {
                probability("a combination", test.p_value);
            }
            let weights = [TimeWeight::ModestlyWeighted { until: self.middle }];
            let modest = MaxCombo::default().weights(&weights);
            answer("modest weights", modest.strata(strata).test(&self.response, &self.two));
            let ways = [
                Permutations::All { at_most: 10_000 },
                Permutations::Random { draws: 20, seed: 1 },
            ];
            for way in ways {
                let test = PermutationLogRank::default().permutations(way);
                let found = test.strata(strata).test(&self.response, &self.two);
                if let Some(test) = answer("permutations", found) {
                    probability("permutations", test.p_value);
                }
            }
        }
    }

    fn cuts(&self) {
        for values in &self.rows.x {
            let search = CutPointSearch::default().permutations(20, 1);
            let Some(test) = answer("a cut-point", search.search(&self.response, values)) else {
                continue;
            };
            let all = [Some(test.p_normal), Some(test.p_bound), test.p_lausen_schumacher];
            let more = [test.p_exact, test.p_permutation];
            all.into_iter().chain(more).flatten().for_each(|p| probability("of a cut", p));
            let best = test.best_cut();
            answer("a cut", cut_effect(&self.response, values, best.cut, LEVEL));
            answer("folds", search.validate(&self.response, values, (3, 2), 1, best.z));
        }
    }

    fn curves(&self) {
        let Some(curves) =
            accepted("curves", KaplanMeier::default().fit_groups(&self.response, &self.two))
        else {
            return;
        };
        let last = &curves[curves.len() - 1];
        answer("a milestone", milestone(last, &curves[0], self.middle));
        for estimand in self.estimands() {
            for share in [StratumShare::Patients, StratumShare::InverseVariance] {
                let pair = [(last, &curves[0])];
                answer("a contrast over strata", stratified(&pair, estimand, share));
            }
        }
        for curve in &curves {
            self.one_curve(curve);
        }
    }

    fn one_curve(&self, curve: &SurvivalCurve) {
        for &(kind, name, _) in BandKind::ALL {
            let (from, to) = (curve.time()[0], curve.last_time());
            if let Some(Some(band)) = answer(name, kind.survival(curve, from, to)) {
                let limits = band.interval.iter().flat_map(|limits| [limits.lower, limits.upper]);
                limits.flatten().for_each(|limit| probability("a limit of a band", limit));
            }
            for scale in [HazardScale::Plain, HazardScale::Log] {
                answer(name, kind.cumulative_hazard(curve, scale, from, to));
            }
        }
        for &(way, name, _) in FewPatients::ALL {
            if let Some(Some(limits)) = answer(name, way.at(curve, self.middle)) {
                let limits = [limits.lower, limits.upper].into_iter().flatten();
                limits.for_each(|limit| probability(name, limit));
            }
            answer(name, way.quantile(curve, 0.5));
        }
        let further = 0.5 * self.middle;
        answer("conditional survival", conditional_survival(curve, self.middle, further));
    }

    fn estimands(&self) -> [Estimand; 2] {
        [Estimand::Survival(self.middle), Estimand::RestrictedMean(self.middle)]
    }

    fn adjusted(&self) {
        let (response, two, covariates) = (&self.response, &self.two, &self.covariates);
        for &(population, name, _) in Population::ALL {
            let propensity = Propensity::default().population(population);
            let Some(found) = answer(name, propensity.fit(two, covariates)) else { continue };
            answer("a balance", balance(two, covariates, &found.weights));
            let Some(weighted) = accepted("weights", response.clone().with_weights(&found.weights))
            else {
                continue;
            };
            for estimand in self.estimands() {
                for cluster in [None, Some(&self.cluster)] {
                    let found = WeightedComparison::new(estimand)
                        .cluster(cluster)
                        .conf_level(LEVEL)
                        .compare(&weighted, two);
                    answer("a weighted contrast", found);
                }
                let drawn = bootstrap_contrast(
                    response,
                    two,
                    covariates,
                    &propensity,
                    estimand,
                    LEVEL,
                    DRAWS,
                );
                answer("a bootstrap", drawn);
            }
            self.drawn(CurveAdjustment::Weights(&propensity));
        }
        if let Some(fit) = accepted("a model", Standardised::fit(response, two, covariates)) {
            for estimand in self.estimands() {
                answer("a standardised curve", fit.at(0, estimand));
                answer("a standardised contrast", fit.contrast(1, 0, estimand, LEVEL));
                let drawn =
                    bootstrap_standardised(response, two, covariates, estimand, LEVEL, DRAWS);
                answer("a bootstrap of a model", drawn);
            }
        }
        self.drawn(CurveAdjustment::Standardise);
    }

    fn drawn(&self, how: CurveAdjustment) {
        let times = [&self.rows.time[..], &self.rows.time[..]];
        let (two, covariates) = (&self.two, &self.covariates);
        let found = bootstrap_curves(&self.response, two, covariates, how, times, LEVEL, DRAWS);
        let Some(found) = answer("a bootstrap of curves", found) else { return };
        for limits in found.limits.iter().flatten().flatten() {
            let limits = [limits.lower, limits.upper].into_iter().flatten();
            limits.for_each(|limit| probability("a limit of a drawn curve", limit));
        }
    }

    fn means(&self) {
        answer("weights", censoring_weights(&self.response, self.middle, Some(&self.two)));
        for estimand in self.estimands() {
            answer("pseudo-values", pseudo_values(&self.response, estimand));
        }
        for &(method, name, _) in MeanMethod::ALL {
            let (two, covariates) = (&self.two, &self.covariates);
            let found =
                mean_regression(&self.response, two, covariates, self.middle, method, LEVEL);
            if let Some(Some(found)) = answer(name, found) {
                found.p_value.iter().for_each(|&p| probability(name, p));
                let limits = [found.lower, found.upper, found.estimate];
                let margin = found.estimate - 1.0;
                let better = Better::Higher;
                finite("limits", &limits);
                let error = found.std_error;
                answer("a margin", margin_test(found.estimate, error, margin, better, 0.025));
            }
        }
    }

    fn over_time(&self) {
        let (response, covariates) = (&self.response, &self.covariates);
        for strata in [None, Some(&self.strata)] {
            let cuts = [self.middle];
            answer(
                "periods",
                EffectsByPeriod::new(&cuts)
                    .strata(strata)
                    .conf_level(LEVEL)
                    .fit(response, covariates),
            );
            let found = AverageHazardRatio::default()
                .strata(strata)
                .conf_level(LEVEL)
                .fit(response, covariates);
            if let Some(fit) = accepted("average hazard ratios", found) {
                finite("average hazard ratios", &fit.coefficients());
            }
        }
    }

    fn lost(&self) {
        let lost: Vec<bool> = self.rows.cluster.iter().map(|cluster| cluster % 2 == 0).collect();
        let cases = [
            LostCase::Observed,
            LostCase::WorstForSecond,
            LostCase::BestForSecond,
            LostCase::AllEvents,
            LostCase::NoEvents,
        ];
        for case in cases {
            answer("a case", lost_case(&self.response, &self.two, &lost, case, LEVEL));
        }
        let method = DeltaImputation::default().imputations(3).seed(1);
        answer("an imputation", method.at(&self.response, &self.two, &lost, [1.0, 2.0]));
        for towards in [Towards::More, Towards::Fewer] {
            answer("a turn", method.turns(&self.response, &self.two, &lost, 1, towards));
        }
    }

    fn pieces(&self) {
        answer("a landmark", landmark(&self.response, self.middle).map(|found| found.rows.len()));
        let changes: Vec<Option<f64>> = self.rows.x[0].iter().map(|&x| Some(x.abs())).collect();
        if let Some(found) = accepted("groups", switching_groups(&self.response, &changes)) {
            let curves = KaplanMeier::default().fit_groups(&found.response, &found.groups);
            accepted("curves of groups that change", curves);
        }
        answer("events", split_at_events(&self.response).map(|split| split.pieces));
        let cuts = vec![vec![self.middle]; self.rows.len()];
        let Some(split) = accepted("pieces", split_rows(&self.response, &cuts)) else { return };
        let events = split.pieces.iter().filter(|piece| piece.event).count();
        let own = self.response.event().iter().filter(|event| **event).count();
        assert_eq!(events, own, "a cut takes no event and makes none");
    }
}
