//! The rows by increasing time, with what does not change between iterations.

use super::CensoringTies;
use crate::{CompetingRisks, DesignMatrix, Groups, Response};
use std::ops::Range;

/// How a row ends, for the cause in question.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Censored,
    Event,
    Competing,
}

/// The rows at one distinct time, as places in the sorted order.
pub(super) struct Tied {
    pub rows: Range<usize>,
    /// How many event times there are up to and including this one.
    pub events_before_next: usize,
}

/// One time with an event of the cause.
pub(super) struct EventTime {
    pub time: f64,
    pub rows: Range<usize>,
    pub events: f64,
}

/// What is known of censoring in one censoring group at one distinct time.
#[derive(Clone, Copy)]
pub(super) struct Censoring {
    /// Censored at the time, and at risk of it.
    pub censored: f64,
    pub at_risk: f64,
}

pub(super) struct Rows {
    pub n: usize,
    pub p: usize,
    /// The data row of each sorted place.
    pub order: Vec<u32>,
    pub end: Vec<End>,
    /// Covariates, centred and scaled, one sorted row after the other.
    pub z: Vec<f64>,
    pub centers: Vec<f64>,
    pub scales: Vec<f64>,
    pub tied: Vec<Tied>,
    pub events: Vec<EventTime>,
    /// The place in `tied` of each sorted place.
    pub tied_of: Vec<u32>,
    /// The censoring group of each sorted place, and how many there are.
    pub group: Vec<u32>,
    pub groups: usize,
    /// G(T-) of each sorted place, its own group's curve just before its time.
    pub own_weight: Vec<f64>,
    /// G(t-) of each event time in each group: `event * groups + group`.
    pub event_weight: Vec<f64>,
    /// By distinct time and group: `tied * groups + group`.
    pub censoring: Vec<Censoring>,
}

impl Rows {
    pub fn new(
        response: &CompetingRisks,
        cause: u32,
        design: &DesignMatrix,
        censoring_groups: Option<&Groups>,
        ties: CensoringTies,
    ) -> Rows {
        let observations = response.observations();
        let order = observations.order().to_vec();
        let end_of = |&row: &u32| match response.cause()[row as usize] {
            0 => End::Censored,
            found if found == cause => End::Event,
            _ => End::Competing,
        };
        let mut rows = Rows {
            n: order.len(),
            p: design.columns(),
            end: order.iter().map(end_of).collect(),
            z: Vec::new(),
            centers: Vec::new(),
            scales: Vec::new(),
            tied: Vec::new(),
            events: Vec::new(),
            tied_of: Vec::with_capacity(order.len()),
            group: order
                .iter()
                .map(|&row| censoring_groups.map_or(0, |groups| groups.index()[row as usize]))
                .collect(),
            groups: censoring_groups.map_or(1, Groups::count),
            own_weight: vec![1.0; order.len()],
            event_weight: Vec::new(),
            censoring: Vec::new(),
            order,
        };
        rows.find_ties(observations.time());
        rows.weigh(ties);
        (rows.centers, rows.scales) = rows.centers_and_scales(design);
        rows.z = sorted_covariates(design, &rows.order, &rows.centers, &rows.scales);
        rows
    }

    /// The sorted places that are at risk at some event time. Whoever is censored before the first
    /// is not, and may have any covariates.
    pub fn counted(&self) -> impl Iterator<Item = usize> + '_ {
        let first = self.events.first().map_or(self.n, |event| event.rows.start);
        let competing = (0..first).filter(|&place| self.end[place] == End::Competing);
        competing.chain(first..self.n)
    }

    /// The mean of each column among those who have the event, and the root mean square distance from
    /// it of those who count, 1 for a constant column.
    fn centers_and_scales(&self, design: &DesignMatrix) -> (Vec<f64>, Vec<f64>) {
        let events: Vec<usize> =
            (0..self.n).filter(|&place| self.end[place] == End::Event).collect();
        let counted: Vec<usize> = self.counted().collect();
        let of = |column: usize| {
            let value = |&place: &usize| design.column(column)[self.order[place] as usize];
            // From the first value, so that a constant column is exactly 0 when centred.
            let first = events.first().map_or(0.0, value);
            let sum: f64 = events.iter().map(|place| value(place) - first).sum();
            let mean = first + sum / events.len().max(1) as f64;
            let square = counted.iter().map(|place| (value(place) - mean).powi(2)).sum::<f64>()
                / counted.len().max(1) as f64;
            (mean, if square > 0.0 { square.sqrt() } else { 1.0 })
        };
        (0..design.columns()).map(of).unzip()
    }

    /// The covariates of a sorted place.
    pub fn row(&self, place: usize) -> &[f64] {
        &self.z[place * self.p..(place + 1) * self.p]
    }

    /// How many event times lie at or before the time of a sorted place.
    pub fn events_up_to(&self, place: usize) -> usize {
        self.tied[self.tied_of[place] as usize].events_before_next
    }

    fn find_ties(&mut self, time: &[f64]) {
        let mut from = 0;
        for tied in self.order.chunk_by(|&a, &b| time[a as usize] == time[b as usize]) {
            let rows = from..from + tied.len();
            from = rows.end;
            let events = self.end[rows.clone()].iter().filter(|&&end| end == End::Event).count();
            self.tied_of.extend(rows.clone().map(|_| self.tied.len() as u32));
            if events > 0 {
                let time = time[tied[0] as usize];
                self.events.push(EventTime { time, rows: rows.clone(), events: events as f64 });
            }
            self.tied.push(Tied { rows, events_before_next: self.events.len() });
        }
    }

    /// The Kaplan-Meier curve of censoring in each group, forwards through time.
    fn weigh(&mut self, ties: CensoringTies) {
        let mut left = vec![0.0; self.groups];
        self.group.iter().for_each(|&group| left[group as usize] += 1.0);
        let mut curve = vec![1.0; self.groups]; // G just before the time
        for tied in &self.tied {
            let mut now = vec![Censoring { censored: 0.0, at_risk: 0.0 }; self.groups];
            let mut gone = vec![0.0; self.groups]; // with an event at this time
            for place in tied.rows.clone() {
                let group = self.group[place] as usize;
                self.own_weight[place] = curve[group];
                match self.end[place] {
                    End::Censored => now[group].censored += 1.0,
                    End::Event | End::Competing => gone[group] += 1.0,
                }
            }
            if self.end[tied.rows.clone()].contains(&End::Event) {
                self.event_weight.extend_from_slice(&curve);
            }
            for group in 0..self.groups {
                let late = if ties == CensoringTies::AfterEvents { gone[group] } else { 0.0 };
                let now = &mut now[group];
                now.at_risk = left[group] - late;
                if now.censored > 0.0 {
                    curve[group] *= (now.at_risk - now.censored) / now.at_risk;
                }
                left[group] -= gone[group] + now.censored;
            }
            self.censoring.extend(now);
        }
    }
}

fn sorted_covariates(
    design: &DesignMatrix,
    order: &[u32],
    centers: &[f64],
    scales: &[f64],
) -> Vec<f64> {
    let p = design.columns();
    let mut z = vec![0.0; order.len() * p];
    for j in 0..p {
        let column = design.column(j);
        for (place, &row) in order.iter().enumerate() {
            z[place * p + j] = (column[row as usize] - centers[j]) / scales[j];
        }
    }
    z
}
