//! The names of the choices about a figure.

use crate::options::{Intervals, RiskTable, Tail};
use crate::panel::spec::Legend;

riskset::choices!(
    RiskTable,
    "kind of counts",
    [
        (RiskTable::None, "none", "None"),
        (RiskTable::AtRisk, "at-risk", "At risk just before the time of the tick"),
        (
            RiskTable::AtRiskCensored,
            "censored",
            "At risk, and in brackets the number censored before"
        ),
        (RiskTable::KmUnicate, "kmunicate", "At risk, events before, censored before (KMunicate)"),
    ]
);

riskset::choices!(
    Legend,
    "place of the names",
    [
        (Legend::Auto, "auto", "At the curves' ends where they fit, otherwise in a legend"),
        (Legend::Direct, "direct", "At the curves' ends"),
        (Legend::Inside, "inside", "In a legend inside the plot"),
        (Legend::Top, "top", "In a legend above the plot"),
        (Legend::None, "none", "Nowhere but in the table of counts"),
    ]
);

riskset::choices!(
    Intervals,
    "way to draw intervals",
    [
        (Intervals::Auto, "auto", "Bands for one or two curves, bars for more"),
        (Intervals::Bands, "bands", "Bands"),
        (Intervals::Bars, "bars", "Bars at the labelled times, side by side"),
    ]
);

riskset::choices!(
    Tail,
    "tail",
    [
        (
            Tail::Lighter { count: 10.0, share: 0.1 },
            "lighter",
            "Drawn lighter where few are at risk"
        ),
        (Tail::Cut { count: 10.0, share: 0.1 }, "cut", "Not drawn there"),
        (Tail::Full, "full", "Drawn like the rest"),
    ]
);
