//! What each program takes by default, and where that is written.

use super::Software;
use riskset::Choice;

/// A choice that is an option here, with what each program takes.
#[derive(Debug)]
pub struct Convention {
    /// The option, as a request has it.
    pub option: &'static str,
    /// In words, for the page.
    pub what: &'static str,
    /// The numbers that it moves.
    pub moves: &'static str,
    /// The value without a program to match.
    pub default: &'static str,
    /// The analyses that take it, where not every one does that has a field of this name.
    pub only: &'static [&'static str],
    /// Analyses with such numbers and without the option, in which it is said that it was not followed.
    pub also: &'static [&'static str],
    /// In the order of [`Software::ALL`]: its value and where that is written; `None` where the program
    /// has no such number.
    by_software: [(Option<&'static str>, &'static str); 6],
}

impl Convention {
    /// The value of a program and its source.
    pub fn of(&self, software: Software) -> (Option<&'static str>, &'static str) {
        self.by_software[software.place()]
    }

    /// Whether this analysis, which has these fields, takes the option.
    pub fn is_option_of(&self, analysis: &str, known: &[String]) -> bool {
        let has = known.iter().any(|field| field == self.option);
        has && (self.only.is_empty() || self.only.contains(&analysis))
    }
}

const R: &str = "R survival, help of survfit.formula and quantile.survfit";
const CAMIS: &str = "SAS/STAT, LIFETEST procedure, CONFTYPE=; \
    https://psiaims.github.io/CAMIS/Comp/r-sas_survival.html";
const STS: &str = "Stata [ST] sts, Methods and formulas: the variance of ln(-ln S(t))";
const PRISM_CURVES: &str = "https://www.graphpad.com/help/Prism5/stat_analysis_choices_for_survival.htm \
    (asymmetrical by default; the transformation from general knowledge)";
const LIFELINES: &str = "lifelines 0.30, whose answers are in tests/golden/match.json";
const GENERAL: &str = "from general knowledge";

/// Every choice that is an option.
pub const CONVENTIONS: &[Convention] = &[
    Convention {
        option: "conf_type",
        what: "Scale of the interval of S(t)",
        moves: "limits of S(t), of incidences and of quantiles",
        default: "log",
        only: &[],
        also: &[],
        by_software: [
            (Some("log"), R),
            (Some("log-log"), CAMIS),
            (Some("log-log"), STS),
            (
                Some("plain"),
                "from general knowledge: KM prints S(t) with its standard error, no limits",
            ),
            (Some("log-log"), PRISM_CURVES),
            (Some("log-log"), LIFELINES),
        ],
    },
    Convention {
        option: "flat",
        what: "Median where the curve is flat at one half",
        moves: "quantiles where the curve is flat at their level",
        default: "middle",
        only: &[],
        also: &["adjust", "plot-difference"],
        by_software: [
            (Some("middle"), R),
            (
                Some("ended"),
                "SAS/STAT, LIFETEST procedure, Product-Limit Method; \
                 https://psiaims.github.io/CAMIS/Comp/r-sas_survival.html (NE for a flat to the end)",
            ),
            (
                Some("start"),
                "Stata [ST] stci; http://www.stata.com/statalist/archive/2002-11/msg00284.html",
            ),
            (Some("start"), GENERAL),
            (Some("middle"), "http://graphpad.com/support/faqid/1800"),
            (
                Some("start"),
                "lifelines, qth_survival_time: the first time with S(t) at or below the level",
            ),
        ],
    },
    Convention {
        option: "ties",
        what: "Tied event times in a Cox model",
        moves: "hazard ratios with their limits and P, where events are tied",
        default: "efron",
        only: &[],
        also: &[
            "adjust",
            "cutpoint",
            "plot-effect",
            "plot-subgroups",
            "plot-residuals",
            "plot-schoenfeld",
        ],
        by_software: [
            (Some("efron"), "R survival, help of coxph"),
            (
                Some("breslow"),
                "SAS/STAT, PHREG procedure, TIES=; \
                 https://psiaims.github.io/CAMIS/Comp/r-sas_survival.html",
            ),
            (Some("breslow"), "https://www.stata.com/help.cgi?stcox"),
            (Some("breslow"), GENERAL),
            (
                Some("efron"),
                "https://www.graphpad.com/guides/prism/latest/statistics/\
                 stat_cox_math_coefficients_tied_data.htm (for few ties it is exact)",
            ),
            (Some("efron"), LIFELINES),
        ],
    },
    Convention {
        option: "reference_level",
        what: "Level that the others are compared with",
        moves: "which level hazard ratios are against",
        default: "first",
        only: &["cox", "factors", "plot-factors", "fine-gray", "plot-forest", "compare"],
        also: &["adjust", "plot-km", "plot-subgroups"],
        by_software: [
            (Some("first"), "R, contr.treatment"),
            (Some("last"), "SAS/STAT, PHREG procedure, CLASS statement, REF=LAST"),
            (Some("first"), "Stata [U] 11.4.3 Factor variables: the smallest value"),
            (
                Some("last"),
                "from general knowledge: COXREG, CATEGORICAL with Indicator, last category",
            ),
            (Some("first"), GENERAL),
            (Some("first"), "lifelines, formulas: treatment coding against the first level"),
        ],
    },
    Convention {
        option: "incidence_variance",
        what: "Variance of a cumulative incidence",
        moves: "standard errors and limits of incidences",
        default: "multinomial",
        only: &[],
        also: &[],
        by_software: [
            (Some("multinomial"), "R survival, survfit of a response with several states"),
            (
                Some("aalen"),
                "SAS/STAT, LIFETEST procedure, ERROR=AALEN; \
                 https://psiaims.github.io/CAMIS/Comp/r-sas_survival_cif.html",
            ),
            (None, "Stata has no nonparametric incidence of its own"),
            (None, GENERAL),
            (None, GENERAL),
            (None, "lifelines moves tied times apart at random"),
        ],
    },
    Convention {
        option: "quartiles",
        what: "Quartiles in a table of patients",
        moves: "medians and quartiles of patients' values",
        default: "type-7",
        only: &["table-one"],
        also: &[],
        by_software: [
            (Some("type-7"), "R, help of quantile"),
            (
                Some("type-2"),
                "SAS, UNIVARIATE procedure, PCTLDEF=5 (Hyndman and Fan 1996, definition 2)",
            ),
            (Some("type-2"), "Stata [R] summarize, Methods and formulas (from general knowledge)"),
            (
                Some("type-6"),
                "from general knowledge: HAVERAGE (Hyndman and Fan 1996, definition 6)",
            ),
            (Some("type-6"), "from general knowledge (Hyndman and Fan 1996, definition 6)"),
            (Some("type-7"), "pandas, DataFrame.quantile: linear"),
        ],
    },
];

/// What no option follows: said in the answers of these analyses.
#[derive(Debug)]
pub struct Departure {
    /// The program.
    pub software: Software,
    /// The analyses with such numbers.
    pub analyses: &'static [&'static str],
    /// The number.
    pub what: &'static str,
    /// What the program does.
    pub theirs: &'static str,
    /// What is done here.
    pub ours: &'static str,
}

const MEDIANS: &[&str] =
    &["km", "table-survival", "compare", "factors", "plot-factors", "plot-km", "risk-groups"];
const INCIDENCES: &[&str] = &["cif", "table-cif", "plot-cif"];
const MODELS: &[&str] =
    &["cox", "factors", "plot-factors", "plot-forest", "compare", "plot-km", "performance"];

/// What no option follows.
pub const DEPARTURES: &[Departure] = &[
    Departure {
        software: Software::Spss,
        analyses: MEDIANS,
        what: "limits of the median",
        theirs: "the median and its standard error from the density",
        ours: "the limits of S(t) at one half (Brookmeyer and Crowley)",
    },
    Departure {
        software: Software::Spss,
        analyses: &["cox"],
        what: "P of the whole model",
        theirs: "the score test",
        ours: "likelihood ratio, Wald and score tests, each by its name",
    },
    Departure {
        software: Software::Prism,
        analyses: &["compare", "plot-km"],
        what: "hazard ratio of two curves",
        theirs: "by Mantel and Haenszel, and from the log-rank test",
        ours: "of a Cox model",
    },
    Departure {
        software: Software::Prism,
        analyses: MODELS,
        what: "likelihood with few tied events",
        theirs: "exact",
        ours: "ties efron, which Prism takes with many",
    },
    Departure {
        software: Software::Lifelines,
        analyses: MEDIANS,
        what: "upper limit of a median where the curve ends at 0",
        theirs: "the time at which it does",
        ours: "not reached",
    },
    Departure {
        software: Software::Lifelines,
        analyses: INCIDENCES,
        what: "incidences of tied times",
        theirs: "moved apart at random",
        ours: "taken together",
    },
    Departure {
        software: Software::Stata,
        analyses: INCIDENCES,
        what: "incidences and their standard errors",
        theirs: "none without stcompet, which others wrote",
        ours: "Aalen and Johansen",
    },
    Departure {
        software: Software::Spss,
        analyses: INCIDENCES,
        what: "incidences and their standard errors",
        theirs: "none in KM",
        ours: "Aalen and Johansen",
    },
    Departure {
        software: Software::Prism,
        analyses: INCIDENCES,
        what: "incidences and their standard errors",
        theirs: "none",
        ours: "Aalen and Johansen",
    },
    Departure {
        software: Software::Sas,
        analyses: &["logrank"],
        what: "which tests are printed",
        theirs: "log-rank, Wilcoxon and the likelihood ratio of exponential curves",
        ours: "the test asked for",
    },
];

/// The tables in Markdown, for the guide.
pub fn conventions_page() -> String {
    let names: Vec<&str> = Software::ALL.iter().map(|(software, ..)| software.title()).collect();
    let mut text = format!("| | option | {} |\n|---|---|{}\n", names.join(" | "), "---|".repeat(6));
    for convention in CONVENTIONS {
        let values = convention.by_software.iter().map(|(value, _)| match value {
            Some(value) => format!("`{value}`"),
            None => "none".to_owned(),
        });
        let values: Vec<String> = values.collect();
        let (what, option) = (convention.what, convention.option);
        text.push_str(&format!("| {what} | `{option}` | {} |\n", values.join(" | ")));
    }
    text.push_str("\nWhere each is written:\n\n");
    for convention in CONVENTIONS {
        text.push_str(&format!("- {} (`{}`)\n", convention.what, convention.option));
        for (name, (_, source)) in names.iter().zip(&convention.by_software) {
            text.push_str(&format!("  - {name}: {}\n", linked(source)));
        }
    }
    text.push_str("\nWhat no option follows, and every answer with such a number says:\n\n");
    text.push_str("| program | number | there | here |\n|---|---|---|---|\n");
    for departure in DEPARTURES {
        let Departure { software, what, theirs, ours, .. } = departure;
        text.push_str(&format!("| {} | {what} | {theirs} | {ours} |\n", software.title()));
    }
    text
}

/// Addresses as links.
fn linked(source: &str) -> String {
    let words = source.split(' ').map(|word| match word.strip_prefix("http") {
        Some(rest) => match rest.strip_suffix(';') {
            Some(rest) => format!("<http{rest}>;"),
            None => format!("<http{rest}>"),
        },
        None => word.to_owned(),
    });
    words.collect::<Vec<String>>().join(" ")
}
