//! How risks move from one model to another, for programs and for people.

use super::PerformanceDocument;
use crate::documents::Estimate;
use crate::format::{NOT_ESTIMABLE, Style};
use crate::methods::words;
use crate::table::{Align, Table};
use riskset::{ChangeEstimate, NetChange, ReclassifiedAt};
use schemars::JsonSchema;
use serde::Serialize;

/// How the risks by one time move from the other model to the model.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ReclassifiedEntry {
    /// The time.
    pub time: f64,
    /// Rows with the event by then.
    pub n_case: usize,
    /// Rows followed beyond it, and with competing risks those with another cause by then.
    pub n_control: usize,
    /// Between the categories of the cut-offs.
    pub categories: Option<NetEntry>,
    /// By the sign of any change.
    pub continuous: NetEntry,
    /// Mean changes of risk: integrated discrimination improvement.
    pub discrimination: NetEntry,
}

/// A mean change among those with the event, among those free of it, and the net of both; positive
/// where the model is better.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct NetEntry {
    /// Up, among those with the event.
    pub events: Estimate,
    /// Down, among those free of it.
    pub free: Estimate,
    /// The sum.
    pub net: Estimate,
    /// Two-sided, of the net; `null` where nothing moves.
    pub p_value: Option<f64>,
}

impl ReclassifiedEntry {
    pub(super) fn of(found: &ReclassifiedAt) -> ReclassifiedEntry {
        ReclassifiedEntry {
            time: found.time,
            n_case: found.n_case,
            n_control: found.n_control,
            categories: found.categories.as_ref().map(net),
            continuous: net(&found.continuous),
            discrimination: net(&found.discrimination),
        }
    }
}

fn net(found: &NetChange) -> NetEntry {
    let estimate = |one: &ChangeEstimate| Estimate {
        estimate: Some(one.estimate),
        lower: one.interval.lower,
        upper: one.interval.upper,
    };
    NetEntry {
        events: estimate(&found.events),
        free: estimate(&found.free),
        net: estimate(&found.net),
        p_value: found.net.p_value,
    }
}

impl PerformanceDocument {
    fn reclassified(&self) -> &[ReclassifiedEntry] {
        self.comparison.as_ref().map_or(&[], |comparison| &comparison.reclassification)
    }

    /// One row a measure and time.
    pub(super) fn reclassification_table(&self, style: &Style) -> Option<Table> {
        let found = self.reclassified();
        let [model, other] = &self.models[..] else { return None };
        if found.is_empty() {
            return None;
        }
        let level = style.level(self.conf_level);
        let title = format!("Reclassification by ~ {}, from ~ {}", model.terms, other.terms);
        let mut table = Table::new(title)
            .column("", Align::Left)
            .column(format!("Up with the event ({level} CI)"), Align::Right)
            .column(format!("Down without ({level} CI)"), Align::Right)
            .column(format!("Net ({level} CI)"), Align::Right)
            .column("P", Align::Right);
        for at in found {
            let rows = [
                ("NRI between categories", at.categories),
                ("NRI, any change", Some(at.continuous)),
                ("IDI", Some(at.discrimination)),
            ];
            for (name, net) in rows {
                let Some(net) = net else { continue };
                table = table.row([
                    format!("{name}, by {}", at.time),
                    net.events.text(style, 3, NOT_ESTIMABLE),
                    net.free.text(style, 3, NOT_ESTIMABLE),
                    net.net.text(style, 3, NOT_ESTIMABLE),
                    style.p_value(net.p_value),
                ]);
            }
        }
        let cause = self.incidence.as_ref().map(|found| found.cause.as_str());
        Some(table.footnote(words::reclassified(cause)))
    }

    /// What a reader must know of these numbers.
    pub(super) fn reclassification_sentence(&self) -> Option<String> {
        let told = !self.reclassified().is_empty();
        told.then(|| words::RECLASSIFICATION_IS_NOT_PROPER.to_owned())
    }
}
