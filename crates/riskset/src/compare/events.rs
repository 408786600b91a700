//! Who is at risk and who has the event, group by group, at each event time of each stratum.

use crate::{Error, Groups, Observations};

/// One event time of one stratum: at risk just before it and events at it, by group.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct EventTime {
    pub time: f64,
    pub at_risk: Vec<f64>,
    pub events: Vec<f64>,
}

impl EventTime {
    /// At risk in all groups.
    pub fn n(&self) -> f64 {
        self.at_risk.iter().sum()
    }

    /// Events in all groups.
    pub fn d(&self) -> f64 {
        self.events.iter().sum()
    }
}

/// The event times of each stratum, increasing, in stratum order; one stratum when there are none.
pub(crate) fn event_times(
    rows: &Observations,
    groups: &Groups,
    strata: Option<&Groups>,
) -> Result<Vec<Vec<EventTime>>, Error> {
    check(rows, groups, strata)?;
    let members = match strata {
        None => vec![(0..rows.len()).collect()],
        Some(strata) => strata.rows(),
    };
    members.iter().map(|members| stratum(&rows.select(members)?, groups, members)).collect()
}

/// Checks that the rows of groups and strata are those of the response.
pub(crate) fn check(
    rows: &Observations,
    groups: &Groups,
    strata: Option<&Groups>,
) -> Result<(), Error> {
    groups.check_rows("groups", rows.len())?;
    strata.map_or(Ok(()), |strata| strata.check_rows("strata", rows.len()))
}

/// The event times of the rows of one stratum. A group without rows there is never at risk.
fn stratum(
    rows: &Observations,
    groups: &Groups,
    members: &[usize],
) -> Result<Vec<EventTime>, Error> {
    let (present, slot) = present(groups, members)?;
    let sets = rows.risk_sets(&present);
    let mut times: Vec<f64> = (0..rows.len())
        .filter(|&row| rows.event()[row] && rows.weight(row) > 0.0)
        .map(|row| rows.time()[row])
        .collect();
    times.sort_unstable_by(f64::total_cmp);
    times.dedup();
    let of_group = |value: &dyn Fn(&crate::RiskSets) -> f64| -> Vec<f64> {
        slot.iter().map(|slot| slot.map_or(0.0, |slot| value(&sets[slot]))).collect()
    };
    let event_time = |&time: &f64| EventTime {
        time,
        at_risk: of_group(&|sets| sets.n_risk_at(time)),
        events: of_group(&|sets| {
            let place = sets.time.binary_search_by(|at| at.total_cmp(&time));
            place.map_or(0.0, |place| sets.n_event[place])
        }),
    };
    Ok(times.iter().map(event_time).collect())
}

/// The groups that have rows among the members, numbered anew, and the new number of each group.
fn present(groups: &Groups, members: &[usize]) -> Result<(Groups, Vec<Option<usize>>), Error> {
    let mut slot = vec![None; groups.count()];
    members.iter().for_each(|&row| slot[groups.index()[row] as usize] = Some(0));
    let mut count = 0;
    for slot in slot.iter_mut().flatten() {
        *slot = count;
        count += 1;
    }
    let index = members
        .iter()
        .filter_map(|&row| slot[groups.index()[row] as usize])
        .map(|slot| slot as u32)
        .collect();
    Ok((Groups::new(index, count)?, slot))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CountingProcess, Response, RightCensored};

    /// Times 1 (event, group 0), 2 (censored, group 1), 2 (event, group 1), 3 (event, group 0);
    /// in two strata, of which the second is the third row alone.
    #[test]
    fn four_rows_by_hand() {
        let rows = RightCensored::new(&[1.0, 2.0, 2.0, 3.0], &[true, false, true, true]).unwrap();
        let groups = Groups::new(vec![0, 1, 1, 0], 2).unwrap();
        let table = event_times(rows.observations(), &groups, None).unwrap();
        let read = |at: &EventTime| (at.time, at.at_risk.clone(), at.events.clone());
        let found: Vec<_> = table[0].iter().map(read).collect();
        assert_eq!(found[0], (1.0, vec![2.0, 2.0], vec![1.0, 0.0]));
        assert_eq!(found[1], (2.0, vec![1.0, 2.0], vec![0.0, 1.0]));
        assert_eq!(found[2], (3.0, vec![1.0, 0.0], vec![1.0, 0.0]));
        let strata = Groups::new(vec![0, 0, 1, 0], 2).unwrap();
        let table = event_times(rows.observations(), &groups, Some(&strata)).unwrap();
        assert_eq!(read(&table[1][0]), (2.0, vec![0.0, 1.0], vec![0.0, 1.0]));
        assert_eq!(read(&table[0][1]), (3.0, vec![1.0, 0.0], vec![1.0, 0.0]));
    }

    /// Who enters at the time of an event is not at risk for it.
    #[test]
    fn late_entries_are_not_at_risk_at_their_entry() {
        let rows = CountingProcess::new(&[0.0, 1.0], &[1.0, 2.0], &[true, true]).unwrap();
        let groups = Groups::new(vec![0, 1], 2).unwrap();
        let table = event_times(rows.observations(), &groups, None).unwrap();
        assert_eq!(table[0][0].at_risk, [1.0, 0.0]);
        assert_eq!(table[0][1].at_risk, [0.0, 1.0]);
    }
}
