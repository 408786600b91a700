//! Distances that several figures share, in millimetres, each with its name.

/// Distances of a figure, in millimetres.
pub(crate) struct Spacing;

impl Spacing {
    /// Between the figure and the edge of its page.
    pub const EDGE: f64 = 0.8;
    /// Between panels.
    pub const PANELS: f64 = 4.0;
    /// Between the end of a tick and its label: above for the x axis.
    pub const BELOW_TICK: f64 = 0.7;
    /// Between the end of a tick and its label: beside for the y axis.
    pub const BESIDE_TICK: f64 = 0.8;
    /// Between tick labels and the title of their axis: below for the x axis.
    pub const TITLE_BELOW: f64 = 0.7;
    /// Between tick labels and the title of their axis: beside for the y axis.
    pub const TITLE_BESIDE: f64 = 1.4;
    /// Between the key of a group and its name.
    pub const AFTER_KEY: f64 = 1.0;
    /// Between the entries of a legend in a row.
    pub const LEGEND_ENTRIES: f64 = 3.0;
    /// Between one thing above the plot and the next.
    pub const ABOVE: f64 = 0.6;
    /// Between the plot and the labels beside it.
    pub const DIRECT: f64 = 1.6;
    /// Around notes in the plot, so that nothing touches them.
    pub const AROUND: f64 = 0.8;
    /// Between a note in the plot and the upright axis.
    pub const NOTE_LEFT: f64 = 1.8;
    /// Between a note in the plot and the level axis.
    pub const NOTE_BOTTOM: f64 = 1.4;
    /// Between the letter of a panel and its title.
    pub const AFTER_LETTER: f64 = 1.8;
    /// Below the heading of a panel.
    pub const BELOW_HEADING: f64 = 0.4;
    /// Between the counts and what stands above them.
    pub const COUNTS: f64 = 0.6;
}
