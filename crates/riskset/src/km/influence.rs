//! The robust variance of a curve: what each row, or each cluster of rows, moves it by.
//!
//! At the time of place j, with n at risk and d events (sums of weights), let g_j be what the time
//! adds to the model-based variance of log S. Moving the weight of row i moves log S(t) at the rate
//!
//! u_i(t) = sum over j with t_j <= t of g_j (Y_ij - dN_ij n_j / d_j),
//!
//! where Y says that the row is at risk and dN that it has its event. The variance of log S(t) is the
//! sum over clusters of the square of the sum of w_i u_i(t) within the cluster. One form serves all
//! estimators, because each has d log S / dn = g and d log S / dd = -g n / d. Derivation:
//! docs/methods/nonparametric.md.
//!
//! Sources: Jaeckel (1972), The infinitesimal jackknife, Bell Laboratories Memorandum MM 72-1215-11;
//! Efron (1982), The Jackknife, the Bootstrap and Other Resampling Plans, chapter 6; Lin and Wei
//! (1989), J Am Stat Assoc 84:1074-1078 (clusters). Reference program: `survfit(robust = TRUE)`.

use crate::{Groups, Observations, RiskSets};
use std::collections::HashMap;

/// How the variance of a curve was estimated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CurveVariance {
    /// From the counts at risk, a weight being so many patients: Greenwood's for Kaplan-Meier.
    Greenwood,
    /// By the infinitesimal jackknife.
    Robust {
        /// The clusters of this curve, whose rows move together; `None` when each row stands for
        /// itself.
        clusters: Option<usize>,
    },
}

/// The rows of one curve, kept so that the variance of anything read off it can be told: 24 bytes a
/// row.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Influence {
    /// By increasing time.
    rows: Vec<Row>,
    /// How many clusters there are; by row, as many as rows.
    count: usize,
    by_row: bool,
    /// The largest weight, of which the weights of the rows are shares: no square overflows.
    unit: f64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Row {
    pub weight: f64,
    /// The first place of the curve at which the row is at risk, and the one at which it leaves.
    pub first: u32,
    pub last: u32,
    pub cluster: u32,
    /// The cause of its event; 0 without one.
    pub mark: u32,
}

/// What one time adds to the influence of a row of weight 1.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    /// By being at risk.
    at_risk: f64,
    /// By having the event, taken off.
    event: f64,
}

impl Step {
    /// The step at one time from what it adds to the model-based variance.
    pub fn new(variance: f64, n: f64, d: f64) -> Step {
        let event = if d > 0.0 { variance * (n / d) } else { 0.0 };
        Step { at_risk: variance, event }
    }

    /// The step of a sum in which this time has a factor.
    pub fn times(self, factor: f64) -> Step {
        // A curve that has come to 0 has infinite steps, and nothing after it that they could move.
        if factor == 0.0 {
            return Step { at_risk: 0.0, event: 0.0 };
        }
        Step { at_risk: self.at_risk * factor, event: self.event * factor }
    }
}

impl Influence {
    /// The rows of each group, in group order, with the mark of each row: 0 without an event.
    pub fn of_groups(
        rows: &Observations,
        groups: &Groups,
        sets: &[RiskSets],
        clusters: Option<&Groups>,
        mark: impl Fn(usize) -> u32,
    ) -> Vec<Influence> {
        let sizes = groups.sizes();
        let mut all: Vec<Vec<Row>> = sizes.iter().map(|&n| Vec::with_capacity(n)).collect();
        let mut numbers: Vec<HashMap<u32, u32>> = vec![HashMap::new(); groups.count()];
        let mut places = vec![0; groups.count()];
        for (&row, &time) in rows.order().iter().zip(rows.sorted_time()) {
            let row = row as usize;
            let group = groups.index()[row] as usize;
            let (times, own) = (&sets[group].time, &mut all[group]);
            while times[places[group]] < time {
                places[group] += 1;
            }
            let entered =
                rows.entry().map_or(0, |entry| times.partition_point(|&t| t <= entry[row]));
            let next = numbers[group].len() as u32;
            let cluster = match clusters {
                Some(clusters) => *numbers[group].entry(clusters.index()[row]).or_insert(next),
                None => own.len() as u32,
            };
            own.push(Row {
                weight: rows.weight(row),
                first: entered as u32,
                last: places[group] as u32,
                cluster,
                mark: mark(row),
            });
        }
        let counts = numbers.iter().map(HashMap::len);
        all.into_iter()
            .zip(counts)
            .map(|(rows, count)| Influence::new(rows, clusters.map(|_| count)))
            .collect()
    }

    fn new(mut rows: Vec<Row>, clusters: Option<usize>) -> Influence {
        let unit = rows.iter().fold(0.0, |unit: f64, row| unit.max(row.weight));
        if unit > 0.0 {
            rows.iter_mut().for_each(|row| row.weight /= unit);
        }
        let count = clusters.unwrap_or(rows.len());
        Influence { count, by_row: clusters.is_none(), rows, unit }
    }

    /// The rows by increasing time, their weights as shares of [`unit`](Self::unit).
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The largest weight.
    pub fn unit(&self) -> f64 {
        self.unit
    }

    /// How many clusters there are.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The places of the rows in the order in which they enter.
    pub fn entering(&self) -> Vec<u32> {
        let mut entering: Vec<u32> = (0..self.rows.len() as u32).collect();
        entering.sort_by_key(|&row| self.rows[row as usize].first);
        entering
    }

    /// By row, or by how many clusters.
    pub fn variance(&self) -> CurveVariance {
        CurveVariance::Robust { clusters: (!self.by_row).then_some(self.count) }
    }

    /// The variance of the sum of all `steps`, one per time of the curve.
    ///
    /// Infinite where it cannot be told: a step is, or there is only one cluster, whose influences
    /// add up to 0 whatever they are.
    pub fn total(&self, steps: &[Step]) -> f64 {
        let mut sums = Vec::with_capacity(steps.len() + 1);
        sums.push(0.0);
        for step in steps {
            sums.push(sums[sums.len() - 1] + step.at_risk * self.unit);
        }
        let mut moved = vec![0.0; self.count];
        for row in &self.rows {
            let (first, last) = (row.first as usize, row.last as usize);
            let event = if row.mark > 0 { steps[last].event * self.unit } else { 0.0 };
            moved[row.cluster as usize] += row.weight * (sums[last + 1] - sums[first] - event);
        }
        let variance: f64 = moved.iter().map(|moved| moved * moved).sum();
        self.told(variance, sums[steps.len()])
    }

    /// The variance after each of `steps`, one per time of the curve, in one pass: the sum of squares
    /// is carried along, and a cluster is looked at only when one of its rows enters or leaves.
    pub fn running(&self, steps: &[Step]) -> Vec<f64> {
        let (mut entering, mut leaving) = (self.entering().into_iter().peekable(), 0);
        let mut sums = Sums { clusters: vec![Cluster::default(); self.count], ..Sums::default() };
        let mut variances = Vec::with_capacity(steps.len());
        for (place, step) in steps.iter().enumerate() {
            let enters = |row: &u32| self.rows[*row as usize].first as usize <= place;
            while let Some(row) = entering.next_if(enters) {
                let row = &self.rows[row as usize];
                sums.change(row.cluster, row.weight, 1, 0.0);
            }
            sums.step(step.at_risk * self.unit);
            while let Some(row) = self.rows.get(leaving).filter(|row| row.last as usize == place) {
                let event = if row.mark > 0 { step.event * self.unit } else { 0.0 };
                sums.change(row.cluster, -row.weight, -1, -row.weight * event);
                leaving += 1;
            }
            variances.push(self.told(sums.squares, sums.total));
        }
        variances
    }

    /// A variance that can be told; `total` is that of the steps.
    fn told(&self, variance: f64, total: f64) -> f64 {
        match (total > 0.0, self.count) {
            (false, _) if total == 0.0 => 0.0,
            (true, 2..) if variance.is_finite() => variance.max(0.0),
            _ => f64::INFINITY,
        }
    }
}

/// The influences of all clusters, moving through time.
#[derive(Default)]
struct Sums {
    clusters: Vec<Cluster>,
    /// The sum of the steps so far.
    total: f64,
    /// The sum of the squares of the influences.
    squares: f64,
    /// The sum of weight at risk times influence.
    products: f64,
    /// The sum of the squares of the weights at risk.
    weights: f64,
}

#[derive(Clone, Copy, Default)]
struct Cluster {
    weight: f64,
    rows: i32,
    /// The influence when the total was `seen`; it has grown since by the weight at risk.
    influence: f64,
    seen: f64,
}

impl Sums {
    /// Each cluster moves by its weight at risk.
    fn step(&mut self, size: f64) {
        self.squares += size * (2.0 * self.products + size * self.weights);
        self.products += size * self.weights;
        self.total += size;
    }

    /// A row enters or leaves, with or without an event.
    fn change(&mut self, cluster: u32, weight: f64, rows: i32, influence: f64) {
        let own = &mut self.clusters[cluster as usize];
        let before = (own.weight, own.influence + own.weight * (self.total - own.seen));
        own.rows += rows;
        // Nobody left weighs nothing, whatever the rounding.
        own.weight = if own.rows == 0 { 0.0 } else { own.weight + weight };
        (own.influence, own.seen) = (before.1 + influence, self.total);
        self.squares += (own.influence - before.1) * (own.influence + before.1);
        self.products += own.weight * own.influence - before.0 * before.1;
        self.weights += own.weight * own.weight - before.0 * before.0;
    }
}
