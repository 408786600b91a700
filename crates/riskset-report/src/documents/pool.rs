//! The answer of `riskset pool`.

use super::cox::{CoefficientEntry, named_coefficients, test_entry, test_sentence};
use super::meta_hr::MetaHrDocument;
use super::pool_table::PooledTableEntry;
use super::{AnyDocument, Document, Head, Test, Warning};
use crate::format::{NOT_ESTIMABLE, Style};
use crate::table::{Align, Table};
use riskset_analysis::Voice;
use riskset_analysis::federated::{Pooled, PooledAnswer, PooledCox, Rules};
use schemars::JsonSchema;
use serde::Serialize;

/// What several places answered together.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PoolDocument {
    /// What every document starts with; `n` is the number of places.
    #[serde(flatten)]
    pub head: Head,
    /// The places.
    pub sites: Vec<String>,
    /// The round that was pooled, from 1.
    pub round: usize,
    /// The unit of the times.
    pub unit: String,
    /// Whether a regression needs another round.
    pub another_round: bool,
    /// What is known by now, in the order of the plan; a figure is a file of its own.
    pub questions: Vec<QuestionEntry>,
}

/// One question with its answer.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct QuestionEntry {
    /// Its name in the plan.
    pub name: String,
    /// The answer.
    #[serde(flatten)]
    pub answer: QuestionAnswer,
}

/// An answer: the document of the analysis, made from counts; or a regression.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each variant is the document of its name")]
pub enum QuestionAnswer {
    Answer(CountedEntry),
    Cox(PooledCoxEntry),
    Table(PooledTableEntry),
}

/// What was made from counts.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CountedEntry {
    /// How far times moved on average before they were told, in the plan's unit.
    pub mean_shift: f64,
    /// The document of the analysis.
    pub document: Box<AnyDocument>,
}

/// A Cox model with a baseline hazard for each place.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PooledCoxEntry {
    /// Rows of all places.
    pub n: usize,
    /// Events of all places.
    pub events: usize,
    /// Rounds answered.
    pub rounds: usize,
    /// The level of the intervals.
    pub conf_level: f64,
    /// The log likelihood without and with covariates.
    pub log_likelihood: [f64; 2],
    /// One entry per column of the design.
    pub coefficients: Vec<CoefficientEntry>,
    /// Their covariance.
    pub variance: Vec<Vec<Option<f64>>>,
    /// The tests that all coefficients are zero.
    pub tests: Vec<Test>,
    /// Rows and events of each place, in the order of the places.
    pub by_site: Vec<(usize, usize)>,
    /// Each place's estimate and their meta-analysis beside the exact model, one entry per term; empty
    /// with one baseline hazard for all places.
    pub two_stage: Vec<TwoStageEntry>,
    /// With one baseline hazard for all places: how far times moved on average to the grid, in the
    /// plan's unit; `null` with a baseline hazard for each place.
    pub mean_shift: Option<f64>,
}

/// The two stages of a term.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct TwoStageEntry {
    /// The term.
    pub term: String,
    /// The places' hazard ratios and the pooled ones.
    pub pooled: Box<MetaHrDocument>,
}

impl PoolDocument {
    /// The document of what was pooled; figures are left to be drawn.
    pub fn of(pooled: Pooled, rules: &Rules, voice: &dyn Voice) -> PoolDocument {
        let title = &rules.title;
        let n = pooled.sites.len();
        let asked = format!("{title}: {n} places, round {}", pooled.round);
        let entry = |(name, answer): (String, PooledAnswer)| {
            let answer = match answer {
                PooledAnswer::Counts(answer, mean_shift) => {
                    let document = Box::new(AnyDocument::of(*answer, voice)?);
                    QuestionAnswer::Answer(CountedEntry { mean_shift, document })
                }
                PooledAnswer::Cox(cox) => QuestionAnswer::Cox(PooledCoxEntry::of(&cox, voice)),
                PooledAnswer::Table(table) => QuestionAnswer::Table(PooledTableEntry::of(table)),
            };
            Some(QuestionEntry { name, answer })
        };
        let unit = rules.unit.name();
        let mut head = Head::new("pool", n, 0, asked);
        head.warnings =
            pooled.answers.iter().filter_map(|(name, answer)| moved(name, answer, unit)).collect();
        PoolDocument {
            head,
            sites: pooled.sites,
            round: pooled.round,
            unit: unit.to_owned(),
            another_round: pooled.next.is_some(),
            questions: pooled.answers.into_iter().filter_map(entry).collect(),
        }
    }
}

/// Times that were moved before they were told.
fn moved(name: &str, answer: &PooledAnswer, unit: &str) -> Option<Warning> {
    let shift = match answer {
        PooledAnswer::Counts(_, shift) => shift,
        PooledAnswer::Cox(cox) => cox.shift.as_ref()?,
        PooledAnswer::Table(_) => return None,
    };
    let message = format!(
        "{name}: times had moved by {} {unit} on average to the plan's grid and to keep small counts \
         where they are, so the answer approximates that of all rows",
        Style::default().number(*shift, 1)
    );
    (*shift > 0.0).then(|| Warning { code: "times_moved", about: Some(name.to_owned()), message })
}

impl PooledCoxEntry {
    fn of(cox: &PooledCox, voice: &dyn Voice) -> PooledCoxEntry {
        let fit = &cox.fit;
        let columns = 0..cox.columns.len();
        let tests = [
            ("likelihood_ratio", cox.likelihood_ratio_test()),
            ("wald", fit.wald_test()),
            ("score", cox.score_test),
        ];
        PooledCoxEntry {
            n: fit.n(),
            events: fit.n_events(),
            rounds: cox.rounds,
            conf_level: fit.conf_level(),
            log_likelihood: [fit.log_likelihood_null(), fit.log_likelihood()],
            coefficients: named_coefficients(fit.coefficients(), &cox.columns),
            variance: columns
                .clone()
                .map(|a| columns.clone().map(|b| fit.variance(a, b)).collect())
                .collect(),
            tests: tests.into_iter().filter_map(|(n, test)| Some(test_entry(n, test?))).collect(),
            by_site: cox.by_site.clone(),
            two_stage: (cox.two_stage.iter())
                .map(|stage| TwoStageEntry {
                    term: stage.column.clone(),
                    pooled: Box::new(MetaHrDocument::of(&stage.pooled, voice)),
                })
                .collect(),
            mean_shift: cox.shift,
        }
    }

    fn table(&self, name: &str, style: &Style) -> Table {
        let level = style.level(self.conf_level);
        let baseline = match self.mean_shift {
            Some(_) => "one baseline hazard for all places",
            None => "a baseline hazard for each place",
        };
        let title = format!("{name}: Cox regression, {baseline}");
        let mut table = Table::new(title)
            .column("Term", Align::Left)
            .column(format!("Hazard ratio ({level} CI)"), Align::Right)
            .column("P", Align::Right);
        for entry in &self.coefficients {
            let ratio = entry.hazard_ratio.text(style, 2, NOT_ESTIMABLE);
            table = table.row([entry.term.clone(), ratio, style.p_value(entry.p_value)]);
        }
        table
    }

    /// What each place estimates, and the usual pooling of estimates, term by term.
    fn two_stages(&self, name: &str, style: &Style) -> Vec<Table> {
        let mut tables = Vec::new();
        for stage in &self.two_stage {
            for mut table in stage.pooled.tables(style) {
                table.title = format!("{name}: {}, estimates of the places pooled", stage.term);
                tables.push(table);
            }
        }
        tables
    }

    fn notes(&self, name: &str, style: &Style) -> Vec<String> {
        let model = match self.mean_shift {
            Some(_) => {
                "sums over risk sets on the grid in {} rounds, the answer of the model without strata \
                 on times of the grid"
            }
            None => "sums of likelihoods in {} rounds, the answer of the model stratified by place",
        };
        let model = model.replace("{}", &self.rounds.to_string());
        let mut notes =
            vec![format!("{name}: {} patients, {} events; {model}.", self.n, self.events)];
        notes.extend(self.two_stage.iter().map(|stage| {
            let test = &stage.pooled.heterogeneity;
            format!(
                "{name}: places differ in {} by I squared {}%, {}; the exact model takes one hazard \
                 ratio for all.",
                stage.term,
                style.number(100.0 * stage.pooled.i_squared, 0),
                style.p_equation(Some(test.p_value))
            )
        }));
        notes.extend(
            self.tests.iter().map(|test| format!("{name}: {}", test_sentence(test, style))),
        );
        notes
    }
}

impl Document for PoolDocument {
    fn head(&self) -> &Head {
        &self.head
    }

    fn title(&self) -> String {
        format!("{}\nPlaces: {}", self.head.asked, self.sites.join(", "))
    }

    fn tables(&self, style: &Style) -> Vec<Table> {
        let mut tables = Vec::new();
        for QuestionEntry { name, answer } in &self.questions {
            match answer {
                QuestionAnswer::Cox(cox) => {
                    tables.push(cox.table(name, style));
                    tables.extend(cox.two_stages(name, style));
                }
                QuestionAnswer::Table(table) => tables.push(table.table(name, style)),
                QuestionAnswer::Answer(CountedEntry { document, .. }) => {
                    tables.extend(document.tables(style).into_iter().map(|mut table| {
                        table.title = format!("{name}: {}", table.title);
                        table
                    }));
                }
            }
        }
        tables
    }

    fn notes(&self, style: &Style) -> Vec<String> {
        let mut notes = Vec::new();
        for QuestionEntry { name, answer } in &self.questions {
            match answer {
                QuestionAnswer::Cox(cox) => notes.extend(cox.notes(name, style)),
                QuestionAnswer::Table(_) => {}
                QuestionAnswer::Answer(CountedEntry { document, .. }) => {
                    let of = document.notes(style).into_iter();
                    notes.extend(of.map(|note| format!("{name}: {note}")));
                }
            }
        }
        if self.another_round {
            notes.push(format!(
                "A regression needs round {}: every place answers the file of the next round.",
                self.round + 1
            ));
        }
        notes
    }
}
