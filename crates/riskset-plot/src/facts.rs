//! What a figure rests on beyond its drawing: groups, sizes, tests, units.

use serde::{Deserialize, Serialize};

/// Below this P value the hazards are not taken as proportional.
pub(crate) const PROPORTIONAL: f64 = 0.05;

/// What the checks need to know beyond the drawing. `None` and empty mean that it was not said or
/// does not apply to this kind of figure.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Facts {
    /// The kind of figure: `km`, `cif`, `forest`, ...
    pub kind: String,
    /// The name of the profile.
    pub profile: String,
    /// The smallest type that the profile allows, in points.
    pub smallest_type: f64,
    /// Names of the groups, in order.
    pub groups: Vec<String>,
    /// Patients analysed in each group.
    pub group_sizes: Vec<f64>,
    /// The confidence level, as a fraction.
    pub conf_level: Option<f64>,
    /// The scale of the interval: `log`, `log-log`, ...
    pub conf_type: Option<String>,
    /// The test behind a P value, in words.
    pub test: Option<String>,
    /// Whether an effect with its interval is shown.
    pub effect: bool,
    /// Whether some group's effect is shown as not estimable.
    pub not_estimable: bool,
    /// Whether a P value is shown.
    pub p_value: bool,
    /// The unit of time, in words.
    pub unit: Option<String>,
    /// The origin of time, in words: "randomisation".
    pub origin: Option<String>,
    /// The endpoint, in words.
    pub endpoint: Option<String>,
    /// Whether censoring marks are shown; `None` when there is nobody censored.
    pub censor_marks: Option<bool>,
    /// Whether the last part of each curve, where few remain, is marked or cut.
    pub tail_marked: Option<bool>,
    /// The median of each group, in axis units, `None` where it is not reached; empty when no
    /// medians are shown.
    #[serde(default)]
    pub group_medians: Vec<Option<f64>>,
    /// The P value of the test of proportional hazards behind the effect.
    #[serde(default)]
    pub proportional: Option<f64>,
    /// A landmark, in axis units.
    #[serde(default)]
    pub landmark: Option<f64>,
    /// Whether curves are weighted.
    #[serde(default)]
    pub weighted: bool,
    /// Whether the time axis is logarithmic, and so has no 0.
    pub log_time: bool,
    /// Whether patients enter late.
    pub late_entry: bool,
    /// Whether counts below a limit were masked, and the limit.
    pub min_cell: Option<f64>,
    /// Last time of each group, in axis units.
    pub last_times: Vec<f64>,
    /// The facts of each panel, when there are several; those of a panel without groups of patients,
    /// such as a difference of curves, name no groups.
    pub panels: Vec<Facts>,
}

impl Facts {
    /// The facts of one panel.
    pub(crate) fn of(&self, panel: usize) -> &Facts {
        self.panels.get(panel).unwrap_or(self)
    }
}
