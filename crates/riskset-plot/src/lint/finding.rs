//! One finding of the checklist, and what the checks know beyond the scene.

use crate::caption::Tells;
use crate::scene::Scene;
use riskset::{Remedy, Voice};
use serde::{Deserialize, Serialize};

/// What one check found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The check, in a few words.
    pub check: String,
    /// Its outcome.
    pub status: Status,
    /// Why.
    pub reason: String,
    /// What mends it; `None` when nothing is to be mended.
    pub remedy: Option<Remedy>,
}

/// The outcome of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Nothing to check in this figure.
    NotApplicable,
    /// As it should be.
    Pass,
    /// A reviewer may ask.
    Warn,
    /// A reviewer will object.
    Fail,
}

/// What the checks know of a figure beyond its scene.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// What the sentences of the caption tell.
    pub tells: Vec<Tells>,
    /// Whether the plotted values travel with the figure.
    pub values: bool,
}

/// A figure as the checks see it.
#[derive(Clone, Copy)]
pub(super) struct Checked<'a> {
    pub scene: &'a Scene,
    pub told: &'a Told,
}

impl Checked<'_> {
    /// Whether the caption tells this.
    pub fn tells(&self, what: Tells) -> bool {
        self.told.tells.contains(&what)
    }

    /// Whether the figure shows curves over time with groups of patients.
    pub fn over_time(&self) -> bool {
        over_time(self.scene)
    }
}

/// Whether the figure shows curves over time with groups of patients.
pub(super) fn over_time(scene: &Scene) -> bool {
    ["km", "cif", "cumhaz"].contains(&scene.facts.kind.as_str())
}

impl Finding {
    /// The remedy as a front end words it; empty when nothing is to be mended.
    pub fn remedy_words(&self, voice: &dyn Voice) -> String {
        self.remedy.as_ref().and_then(|remedy| remedy.words(voice)).unwrap_or_default()
    }
}

pub(crate) fn finding(check: &str, status: Status, reason: String, remedy: Remedy) -> Finding {
    let mended = matches!(status, Status::Pass | Status::NotApplicable);
    Finding { check: check.to_owned(), status, reason, remedy: (!mended).then_some(remedy) }
}

/// A check that found nothing wrong.
pub(super) fn pass(check: &str, reason: &str) -> Finding {
    let (check, reason) = (check.to_owned(), reason.to_owned());
    Finding { check, status: Status::Pass, reason, remedy: None }
}

/// A check that passes, or fails with a reason.
pub(crate) fn judged(
    check: &str,
    wrong: Option<String>,
    status: Status,
    right: &str,
    remedy: Remedy,
) -> Finding {
    match wrong {
        None => pass(check, right),
        Some(reason) => finding(check, status, reason, remedy),
    }
}

/// A check that does not concern this figure.
pub(super) fn not_applicable(check: &str, reason: &str) -> Finding {
    let (check, reason) = (check.to_owned(), reason.to_owned());
    Finding { check, status: Status::NotApplicable, reason, remedy: None }
}

/// The caption that the figure carries is to be printed with it.
pub(super) fn print_caption() -> Remedy {
    Remedy::to("print the caption that the figure carries")
}
