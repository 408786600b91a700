//! The moves of the search, what each touches, and what no cohort may hold.

use super::super::anneal::accepted_up_to;
use super::cost::{self, DFS_RATIO, FOLLOW_UP, OS_LEVEL, OS_RATIO, PARTS};
use super::{
    ALL_REMOVED, CONFIRMED, EARLY_MONTHS, LEFT_BEHIND, NO_CONFIRMED, OPERATED, SURVIVAL_SET,
    Search, days,
};

/// The parts of the targets that a move touches.
#[derive(Clone, Copy, Default)]
struct Touched([bool; PARTS]);

impl Touched {
    /// Disease-free survival of a patient.
    fn dfs(mut self, patient: usize) -> Self {
        if CONFIRMED.contains(&patient) {
            self.0[usize::from(LEFT_BEHIND.contains(&patient))] = true;
            self.0[2] = true;
            self.0[DFS_RATIO] = true;
        } else if NO_CONFIRMED.contains(&patient) {
            self.0[3] = true;
        }
        self
    }

    /// Overall survival or follow-up of a patient.
    fn os(mut self, patient: usize) -> Self {
        self.0[FOLLOW_UP] = true;
        self.0[OS_LEVEL] |= SURVIVAL_SET.contains(&patient);
        self.0[OS_RATIO] |= CONFIRMED.contains(&patient);
        self
    }
}

/// A proposed change: the new (disease-free, overall) days of one or two patients.
struct Move {
    changes: Vec<(usize, i32, i32)>,
    touched: Touched,
}

impl Search {
    /// Proposes one move and keeps it if it is allowed and accepted.
    pub(super) fn step(&mut self, temperature: f64) {
        let Some(mut proposed) = self.propose() else { return };
        self.apply(&mut proposed.changes);
        let allowed = proposed.changes.iter().all(|change| self.is_possible(change.0));
        if !(allowed && self.accept(proposed.touched, temperature)) {
            self.apply(&mut proposed.changes);
        }
    }

    /// Relapses move in 45 of 100 proposals, are exchanged between the two groups with confirmed
    /// lesions in 10, deaths move in 17, last visits in 18, and two follow-ups are exchanged in 10.
    fn propose(&mut self) -> Option<Move> {
        match self.random.unit() {
            kind if kind < 0.45 => self.move_relapse(),
            kind if kind < 0.55 => self.exchange_relapses(),
            kind if kind < 0.72 => self.move_end(true, [3, 15, 60, 200]),
            kind if kind < 0.90 => self.move_end(false, [2, 8, 30, 150]),
            _ => self.exchange_follow_up(),
        }
    }

    /// Event days stay distinct, so that all tie methods agree.
    fn move_relapse(&mut self) -> Option<Move> {
        let patient = self.random.below(SURVIVAL_SET.end);
        if !self.survival.relapsed[patient] {
            return None;
        }
        let day = self.survival.dfs_day[patient] + self.random.jump([2, 6, 20, 80]);
        let taken = SURVIVAL_SET
            .into_iter()
            .any(|p| self.survival.relapsed[p] && self.survival.dfs_day[p] == day);
        let os_day = self.survival.os_day[patient];
        (!taken).then(|| Move {
            changes: vec![(patient, day, os_day)],
            touched: Touched::default().dfs(patient),
        })
    }

    fn exchange_relapses(&mut self) -> Option<Move> {
        let a = ALL_REMOVED.start + self.random.below(ALL_REMOVED.len());
        let b = LEFT_BEHIND.start + self.random.below(LEFT_BEHIND.len());
        let survival = &self.survival;
        (survival.relapsed[a] && survival.relapsed[b]).then(|| Move {
            changes: vec![
                (a, survival.dfs_day[b], survival.os_day[a]),
                (b, survival.dfs_day[a], survival.os_day[b]),
            ],
            touched: Touched::default().dfs(a).dfs(b),
        })
    }

    /// Moves a death, or the last visit of someone alive.
    fn move_end(&mut self, died: bool, widths: [usize; 4]) -> Option<Move> {
        let patient = self.random.below(OPERATED);
        if self.survival.died[patient] != died {
            return None;
        }
        let day = self.survival.os_day[patient] + self.random.jump(widths);
        let (change, touched) = self.end_at(patient, day, Touched::default());
        Some(Move { changes: vec![change], touched })
    }

    fn exchange_follow_up(&mut self) -> Option<Move> {
        let (a, b) = (self.random.below(OPERATED), self.random.below(OPERATED));
        if self.survival.died[a] || self.survival.died[b] || group_of(a) == group_of(b) {
            return None;
        }
        let (day_a, day_b) = (self.survival.os_day[a], self.survival.os_day[b]);
        let (change_a, touched) = self.end_at(a, day_b, Touched::default());
        let (change_b, touched) = self.end_at(b, day_a, touched);
        Some(Move { changes: vec![change_a, change_b], touched })
    }

    /// Follow-up ends on another day; who has not relapsed is then disease-free until that day.
    fn end_at(&self, patient: usize, day: i32, touched: Touched) -> ((usize, i32, i32), Touched) {
        let touched = touched.os(patient);
        if self.survival.relapsed[patient] {
            ((patient, self.survival.dfs_day[patient], day), touched)
        } else {
            ((patient, day, day), touched.dfs(patient))
        }
    }

    /// Puts the changed days in place and keeps the former ones, so that a second call undoes it.
    fn apply(&mut self, changes: &mut [(usize, i32, i32)]) {
        for (patient, dfs_day, os_day) in changes {
            std::mem::swap(&mut self.survival.dfs_day[*patient], dfs_day);
            std::mem::swap(&mut self.survival.os_day[*patient], os_day);
        }
    }

    /// No relapse before day 40, no postoperative death, at most 62 months, a death at least 20
    /// days after its relapse, and the same patients lost early as at the start.
    fn is_possible(&self, patient: usize) -> bool {
        let survival = &self.survival;
        let (dfs_day, os_day) = (survival.dfs_day[patient], survival.os_day[patient]);
        let died = survival.died[patient];
        let early = !died && f64::from(os_day) < days(EARLY_MONTHS);
        let in_order = if survival.relapsed[patient] {
            dfs_day < os_day - if died { 20 } else { 0 }
        } else {
            dfs_day == os_day
        };
        dfs_day >= 40
            && os_day >= 100
            && f64::from(os_day) <= days(62.0)
            && early == self.lost_early[patient]
            && in_order
    }

    /// Recomputes the touched parts, and stops as soon as their sum is too large.
    fn accept(&mut self, touched: Touched, temperature: f64) -> bool {
        let parts = || (0..PARTS).filter(|&part| touched.0[part]);
        let present: f64 = parts().map(|part| self.misfit[part]).sum();
        let limit = accepted_up_to(present, temperature, &mut self.random);
        let (mut new, mut total) = (self.misfit, 0.0);
        for part in parts() {
            new[part] = cost::misfit(&self.survival, part);
            total += new[part];
            if total > limit {
                return false;
            }
        }
        self.misfit = new;
        true
    }
}

/// Which of the four groups of patients: 0 all removed, 1 left behind, 2 none confirmed, 3 outside.
fn group_of(patient: usize) -> usize {
    [ALL_REMOVED, LEFT_BEHIND, NO_CONFIRMED]
        .iter()
        .position(|group| group.contains(&patient))
        .unwrap_or(3)
}
