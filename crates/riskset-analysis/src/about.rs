//! What every answer says of the rows it was made of.

use crate::explain::Steps;
use crate::{Doubt, Matching, RowsRequest, VoiceOf};
use riskset::Voice;
use riskset_data::{Balance, Grouping, ReadNote};

/// The question in the user's own words, the rows, and the doubts.
#[derive(Clone, Debug, PartialEq)]
pub struct About {
    /// The analysis, as the commands are named: `km`.
    pub analysis: &'static str,
    /// The analysis as its request names it, such as `plot-km`; empty where no request was answered.
    pub request: String,
    /// The data as they were named.
    pub data: String,
    /// The formula as it was written; empty where there is none.
    pub formula: String,
    /// The condition on the rows.
    pub subset: Option<String>,
    /// Rows analysed.
    pub n: usize,
    /// Rows of the subset that were left out because a column used is missing.
    pub n_missing: usize,
    /// What the reader chose about the data.
    pub notes: Vec<ReadNote>,
    /// The landmark from which time is counted; `None` where it is counted from time zero.
    pub landmark: Option<Landmark>,
    /// The column with the time at which a patient's group becomes known; until then the patient counts
    /// in the reference.
    pub known_at: Option<String>,
    /// What matching another program changed; `None` where the request names none.
    pub matching: Option<Matching>,
    /// Which values of the response count as the event and which as censored; `None` where there is
    /// no response.
    pub balance: Option<Balance>,
    /// What is doubtful about the answer, in the order in which it was found.
    pub doubts: Vec<Doubt>,
    /// How the answer comes about, one table after the other; empty unless asked for.
    pub steps: Vec<Steps>,
}

impl About {
    /// What is known of rows that were summed elsewhere: how many there are.
    pub(crate) fn of_sums(analysis: &'static str, rows: &RowsRequest, n: usize) -> About {
        About {
            analysis,
            request: String::new(),
            data: "pooled sums".to_owned(),
            formula: rows.formula.clone(),
            subset: rows.subset.clone(),
            n,
            n_missing: 0,
            notes: Vec::new(),
            landmark: None,
            known_at: None,
            matching: None,
            balance: None,
            doubts: Vec::new(),
            steps: Vec::new(),
        }
    }

    /// A front end's words, without the fields that this analysis does not take.
    pub fn words<'a>(&self, voice: &'a dyn Voice) -> VoiceOf<'a> {
        VoiceOf::new(voice, &self.request)
    }

    /// Adds a doubt.
    pub fn doubt(&mut self, doubt: Doubt) {
        self.doubts.push(doubt);
    }
}

/// A time as people are told it: a horizon that follows from the data, or a month made of days, has
/// fifteen decimals, of which two say enough.
pub fn told_time(time: f64) -> f64 {
    (time * 100.0).round() / 100.0
}

/// A time at which an analysis starts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Landmark {
    /// The time, in the unit of the data.
    pub time: f64,
    /// The complete rows that had the event or were censored by then, and were left out.
    pub left_out: usize,
}

/// A group by its levels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupName {
    /// `sex=1, ph.ecog=0`; `None` where all rows are one group.
    pub label: Option<String>,
    /// The columns and their levels, in the order of the formula.
    pub levels: Vec<(String, String)>,
}

impl GroupName {
    /// The name of every group, in the order of the groups; one without a label for all rows.
    pub fn all(grouping: Option<&Grouping>) -> Vec<GroupName> {
        let Some(grouping) = grouping else {
            return vec![GroupName { label: None, levels: Vec::new() }];
        };
        let named = grouping.labels.iter().zip(&grouping.levels);
        named
            .map(|(label, levels)| GroupName { label: Some(label.clone()), levels: levels.clone() })
            .collect()
    }

    /// The label, or `all rows`.
    pub fn name(&self) -> &str {
        self.label.as_deref().unwrap_or("all rows")
    }
}
