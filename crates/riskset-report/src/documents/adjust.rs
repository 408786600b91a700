//! The answer of `riskset adjust`.

mod entries;

pub use entries::{
    AdjustedBandEntry, BalanceRow, BootstrapEntry, ContrastEntry, ContrastNumbers, CurveEntry,
    Draws, GroupEntry, RatioEntry, Truncation, TwoGroups, WithError,
};

use super::{Document, Estimate, Head};
use crate::format::{NOT_ESTIMABLE, NOT_REACHED, Style, told_time};
use crate::table::{Align, Table};
use entries::{balance, contrast, group, ratio};
use riskset_analysis::{AdjustAnswer, AdjustMethod, Voice};
use schemars::JsonSchema;
use serde::Serialize;

/// Two groups compared with and without adjustment.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AdjustDocument {
    /// What every document starts with.
    #[serde(flatten)]
    pub head: Head,
    /// The covariates.
    pub adjust: String,
    /// `iptw` or `standardise`.
    pub method: &'static str,
    /// Whom weighted groups look like; `null` for a standardisation.
    pub target: Option<&'static str>,
    /// Whether weights are stabilised.
    pub stabilised: bool,
    /// The tail that was cut from the weights, and the weights that it cut.
    pub truncation: Option<Truncation>,
    /// The level of the intervals.
    pub conf_level: f64,
    /// The scale of the intervals of S(t).
    pub conf_type: &'static str,
    /// The group that the other is compared with.
    pub reference: String,
    /// The other.
    pub compared: String,
    /// The two groups, the reference first.
    pub groups: Vec<GroupEntry>,
    /// The hazard ratio of the patients as they are.
    pub crude_hazard_ratio: RatioEntry,
    /// The hazard ratio of the weighted patients, its variance robust; `null` for a standardisation.
    pub adjusted_hazard_ratio: Option<RatioEntry>,
    /// Survival at the times asked for, then the restricted mean.
    pub contrasts: Vec<ContrastEntry>,
    /// How alike the groups are, one entry per column of the covariates.
    pub balance: Vec<BalanceRow>,
    /// The difference of restricted means by a regression on group and covariates; `null` when it was
    /// not asked for.
    pub mean_regression: Option<MeanRegressionEntry>,
    /// The draws of the bootstrap and their seed; `null` without one. Limits of the adjusted curves are
    /// then those of the draws.
    pub bootstrap: Option<Draws>,
    /// The seed of the band, for its sentence.
    #[serde(skip)]
    pub band_seed: u64,
}

/// A difference of restricted means by regression.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct MeanRegressionEntry {
    /// `pseudo-values` or `censoring-weights`.
    pub method: &'static str,
    /// The horizon.
    pub tau: f64,
    /// The other less the reference, at the same covariates; `null` is not estimable.
    pub difference: Option<ContrastNumbers>,
}

impl AdjustDocument {
    /// The document of an answer.
    pub fn of(answer: AdjustAnswer, voice: &dyn Voice) -> AdjustDocument {
        let (request, how) = (&answer.request, &answer.request.adjust_for);
        let weighted = how.method == AdjustMethod::Iptw;
        let found = answer.propensity.as_ref();
        let cut =
            found.and_then(|found| Some((how.truncate?, found.truncated_at?, found.truncated)));
        AdjustDocument {
            head: Head::of(&answer.about, voice),
            adjust: how.adjust.clone(),
            method: how.method.name(),
            target: weighted.then(|| how.target.name()),
            stabilised: how.stabilised,
            truncation: cut.map(|(tail, (lower, upper), n)| Truncation { tail, lower, upper, n }),
            conf_level: request.conf_level,
            conf_type: request.conf_type.name(),
            reference: answer.groups[0].name.name().to_owned(),
            compared: answer.groups[1].name.name().to_owned(),
            groups: answer.groups.iter().map(group).collect(),
            crude_hazard_ratio: ratio(answer.ratios.0),
            adjusted_hazard_ratio: answer.ratios.1.map(ratio),
            contrasts: answer.contrasts.iter().map(contrast).collect(),
            balance: answer
                .balance
                .iter()
                .map(|(name, one)| balance(name, one, weighted))
                .collect(),
            mean_regression: request.mean_regression.map(|method| MeanRegressionEntry {
                method: method.name(),
                tau: answer.tau,
                difference: answer.regressed.map(ContrastNumbers::from),
            }),
            bootstrap: how.bootstrap.map(|draws| Draws { draws, seed: how.seed }),
            band_seed: how.seed,
        }
    }
}

impl ContrastEntry {
    /// `Survival at 365, %`, with what its numbers are multiplied by and their decimals.
    fn words(&self) -> (String, f64, usize) {
        match self.estimand {
            "survival" => (format!("Survival at {}, %", self.time), 100.0, 1),
            _ => {
                let time = told_time(self.time);
                (format!("Restricted mean to {time}"), 1.0, if time >= 100.0 { 1 } else { 2 })
            }
        }
    }
}

impl AdjustDocument {
    fn comparison(&self, style: &Style) -> Table {
        let level = style.level(self.conf_level);
        let mut table = Table::new("Crude and adjusted comparison")
            .column("Estimand", Align::Left)
            .column(self.reference.clone(), Align::Right)
            .column(self.compared.clone(), Align::Right)
            .column(format!("Difference ({level} CI)"), Align::Right)
            .column(format!("Ratio ({level} CI)"), Align::Right)
            .column("P", Align::Right);
        for entry in &self.contrasts {
            let (words, scale, decimals) = entry.words();
            table = table.group(words);
            for (name, found) in [("crude", entry.crude), ("adjusted", entry.adjusted)] {
                table = table.indented(cells(name, found, style, scale, decimals));
            }
            if let Some(found) = entry.bootstrap {
                let limits = |lower: Option<f64>, upper: Option<f64>, scale: f64, decimals| {
                    let scaled = |limit: Option<f64>| limit.map(|limit| limit * scale);
                    style.range(scaled(lower), scaled(upper), decimals, NOT_ESTIMABLE)
                };
                let (low, high) = (found.difference_lower, found.difference_upper);
                table = table.indented([
                    "adjusted, bootstrap".to_owned(),
                    String::new(),
                    String::new(),
                    limits(Some(low), Some(high), scale, decimals),
                    limits(found.ratio_lower, found.ratio_upper, 1.0, 2),
                    String::new(),
                ]);
            }
        }
        if let Some(found) = self.mean_regression {
            let (words, decimals) =
                ("by regression".to_owned(), if found.tau >= 100.0 { 1 } else { 2 });
            let text = found.difference.map_or_else(
                || NOT_ESTIMABLE.to_owned(),
                |one| {
                    let [estimate, lower, upper] = [one.estimate, one.lower, one.upper].map(Some);
                    style.interval(estimate, lower, upper, decimals, NOT_ESTIMABLE)
                },
            );
            let p = style.p_value(found.difference.and_then(|one| one.p_value));
            let empty = String::new;
            table = table.indented([words, empty(), empty(), text, empty(), p]);
        }
        table = table.group("Hazard ratio");
        let crude = Some(self.crude_hazard_ratio);
        for (name, found) in [("crude", crude), ("adjusted", self.adjusted_hazard_ratio)] {
            let Some(found) = found else { continue };
            let empty = || String::new();
            let text = found.ratio.text(style, 2, NOT_ESTIMABLE);
            let p = style.p_value(found.p_value);
            table = table.indented([name.to_owned(), empty(), empty(), empty(), text, p]);
        }
        table
    }

    fn balance_table(&self, style: &Style) -> Table {
        let weighted = self.method == "iptw";
        let mut table = Table::new("Balance of the covariates")
            .column("Covariate", Align::Left)
            .column(format!("Mean, {}", self.reference), Align::Right)
            .column(format!("Mean, {}", self.compared), Align::Right)
            .column("Standardised difference", Align::Right);
        if weighted {
            table = table
                .column(format!("Weighted mean, {}", self.reference), Align::Right)
                .column(format!("Weighted mean, {}", self.compared), Align::Right)
                .column("Standardised difference, weighted", Align::Right);
        }
        for row in &self.balance {
            let own = [Some(row.mean_reference), Some(row.mean_compared), row.before];
            let after = [row.weighted_mean_reference, row.weighted_mean_compared, row.after];
            let numbers = own.into_iter().chain(after.into_iter().filter(|_| weighted));
            let numbers = numbers.map(|number| style.optional(number, 2, NOT_ESTIMABLE));
            table = table.row(std::iter::once(row.column.clone()).chain(numbers));
        }
        table
    }

    fn groups_table(&self, style: &Style) -> Table {
        let level = style.level(self.conf_level);
        let weighted = self.method == "iptw";
        let mut table = Table::new("Groups")
            .column("Group", Align::Left)
            .column("n", Align::Right)
            .column("Events", Align::Right)
            .column(format!("Median ({level} CI)"), Align::Right);
        if weighted {
            table = table
                .column("Effective n", Align::Right)
                .column("Largest weight", Align::Right)
                .column(format!("Weighted median ({level} CI)"), Align::Right);
        }
        for group in &self.groups {
            let median = |median: Estimate| median.text(style, 1, NOT_REACHED);
            let mut cells = vec![
                group.label.clone(),
                group.n.to_string(),
                group.events.to_string(),
                median(group.crude_median),
            ];
            if weighted {
                cells.push(style.optional(group.effective, 1, NOT_ESTIMABLE));
                cells.push(style.optional(group.largest_weight, 2, NOT_ESTIMABLE));
                cells.push(group.adjusted_median.map_or_else(String::new, median));
            }
            table = table.row(cells);
        }
        table
    }

    /// The bands, where there are some.
    fn bands(&self, style: &Style) -> Option<Table> {
        self.groups.iter().find(|group| group.curve.band.is_some())?;
        let level = style.level(self.conf_level);
        let mut table = Table::new(format!("Simultaneous {level} band (equal-precision)"))
            .column("Group", Align::Left)
            .column("From", Align::Right)
            .column("To", Align::Right)
            .column("Critical value", Align::Right);
        for group in &self.groups {
            let Some(band) = &group.curve.band else { continue };
            let numbers = [(band.from, 1), (band.to, 1), (band.critical, 2)];
            let numbers = numbers.map(|(number, decimals)| style.number(number, decimals));
            table = table.row([group.label.clone()].into_iter().chain(numbers));
        }
        Some(table)
    }

    /// What the bands are and rest on.
    fn band_sentence(&self, style: &Style) -> Option<String> {
        let band = self.groups.iter().find_map(|group| group.curve.band.as_ref())?;
        let of = match (self.bootstrap, self.method) {
            (Some(_), "iptw") => "of the patients, the propensities fitted anew in each",
            (Some(_), _) => "of the patients, the model fitted anew in each",
            (None, "iptw") => {
                "of random multipliers of what each patient adds to the curve, the weights taken as known"
            }
            (None, _) => "of the baseline and the coefficients, the patients taken as they are",
        };
        Some(format!(
            "The band holds the whole adjusted curve of a group between its times with {} confidence; its \
             limits stand in the JSON and in the figure. Its width is that of the largest error in {} \
             draws {of} (seed {}).",
            style.level(self.conf_level),
            band.draws,
            self.band_seed,
        ))
    }

    /// What was done, for people.
    fn method_sentences(&self, style: &Style) -> Vec<String> {
        if self.method != "iptw" {
            let mut sentences = vec![format!(
                "Adjusted: standardised over all {} patients by a Cox model with {} and a baseline \
                 for each group; the limits hold the uncertainty of coefficients and baselines.",
                self.head.n, self.adjust
            )];
            sentences.extend(self.bootstrap_sentence("the model"));
            return sentences;
        }
        let whom = match self.target {
            Some("att") => format!("the patients of {}", self.compared),
            Some("overlap") => "the patients who could have been in either group".to_owned(),
            _ => "all patients".to_owned(),
        };
        let cut = match self.truncation {
            None => "not truncated".to_owned(),
            Some(cut) => format!(
                "cut at {} and {}, their {}% and {}% quantiles ({} weights)",
                style.number(cut.lower, 2),
                style.number(cut.upper, 2),
                shortest(100.0 * cut.tail),
                shortest(100.0 - 100.0 * cut.tail),
                cut.n
            ),
        };
        let kind = if self.stabilised { "stabilised weights" } else { "weights" };
        let mut sentences = vec![format!(
            "Adjusted: weighted to {whom} by the inverse probability of the own group given {} \
             (logistic regression; {kind}, {cut}). Limits are robust and take the weights as known.",
            self.adjust
        )];
        sentences.extend(self.bootstrap_sentence("the propensities"));
        sentences
    }

    /// What the regression of the restricted mean is of.
    fn regression_sentence(&self) -> Option<String> {
        let found = self.mean_regression?;
        let of = match found.method {
            "censoring-weights" => {
                "the times that are known, weighted by the inverse probability not to be censored in \
                 the group"
            }
            _ => "pseudo-values",
        };
        Some(format!(
            "By regression: the difference of restricted means at the same {}, a linear regression of \
             {of} with a robust variance.",
            self.adjust
        ))
    }

    /// The draws, and what was fitted anew in each.
    fn bootstrap_sentence(&self, what: &str) -> Option<String> {
        let Draws { draws, seed } = self.bootstrap?;
        let made = self.contrasts.iter().filter_map(|one| one.bootstrap);
        let failed = made.map(|one| one.failed).max().unwrap_or(0);
        let failed = match failed {
            0 => String::new(),
            n => format!("; up to {n} of them could not be computed and are left out"),
        };
        Some(format!(
            "Bootstrap: percentile limits of {draws} draws of patients with seed {seed}, {what} fitted \
             anew in each{failed}."
        ))
    }
}

/// A number without digits that say nothing: 1, 2.5.
fn shortest(value: f64) -> String {
    ((value * 1e9).round() / 1e9).to_string()
}

fn cells(
    name: &str,
    found: Option<TwoGroups>,
    style: &Style,
    scale: f64,
    decimals: usize,
) -> [String; 6] {
    let absent = || NOT_ESTIMABLE.to_owned();
    let Some(found) = found else {
        return [name.to_owned(), absent(), absent(), absent(), absent(), String::new()];
    };
    let number = |with: WithError| style.number(with.estimate * scale, decimals);
    let of = |one: ContrastNumbers, scale: f64, decimals| {
        let [estimate, lower, upper] =
            [one.estimate, one.lower, one.upper].map(|number| Some(number * scale));
        style.interval(estimate, lower, upper, decimals, NOT_ESTIMABLE)
    };
    [
        name.to_owned(),
        number(found.reference),
        number(found.compared),
        of(found.difference, scale, decimals),
        found.ratio.map_or_else(absent, |ratio| of(ratio, 1.0, 2)),
        style.p_value(found.difference.p_value),
    ]
}

impl Document for AdjustDocument {
    fn head(&self) -> &Head {
        &self.head
    }

    fn tables(&self, style: &Style) -> Vec<Table> {
        let mut tables =
            vec![self.groups_table(style), self.balance_table(style), self.comparison(style)];
        tables.extend(self.bands(style));
        tables
    }

    fn notes(&self, style: &Style) -> Vec<String> {
        let mut notes = self.method_sentences(style);
        notes.extend(self.regression_sentence());
        notes.extend(self.band_sentence(style));
        notes.push(format!(
            "Differences are {} less {}; ratios {} over {}. P values are of the differences, and of \
             the hazard ratios.",
            self.compared, self.reference, self.compared, self.reference
        ));
        notes.push(
            "An adjustment makes up for the covariates named, not for those that are not known."
                .to_owned(),
        );
        notes
    }
}
