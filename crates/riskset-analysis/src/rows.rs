//! Which rows an analysis is made of: the part of a request that every estimating analysis has.

mod switching;

pub(crate) use switching::times_in;

use crate::about::Landmark;
use crate::{About, Data, Doubt, Problem, Software};
use riskset::{Groups, Observations, Remedy, choices};
use riskset_data::endpoint::RuleSpec;
use riskset_data::{
    Competing, CountsOf, Expr, Formula, FrameOptions, Grouping, ModelFrame, ReadOptions, Table,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// The data, the model and the rows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct RowsRequest {
    /// A file, `-` for standard input, or a bundled set such as `@lung`.
    pub data: String,
    /// What the reader of the data is told; what is not told is seen from the file.
    #[serde(skip_serializing_if = "is_default")]
    #[schemars(with = "serde_json::Map<String, serde_json::Value>")]
    pub reading: ReadOptions,
    /// The model: `Surv(time, status == 2) ~ sex`.
    pub formula: String,
    /// Endpoints that are derived from dates while the data are read, each as `[endpoints]` of a
    /// study has it: `{"rule": "dfs", "unit": "months", ...}` gives the columns `dfs_months`,
    /// `dfs_event` and `dfs_cause`, which the formula may name; `dfs ~ arm` is short for
    /// `Surv(dfs_months, dfs_event) ~ arm`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<serde_json::Map<String, serde_json::Value>>")]
    pub derive: Vec<RuleSpec>,
    /// Only the rows where this holds: `age >= 60 & sex == 2`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subset: Option<String>,
    /// Where the table counts people instead of having a row for each: the columns of the counts. One
    /// says how many people a row stands for; several say how many ended with each event, the last how
    /// many were censored, and the formula then has `event`: `counts = ["deaths", "censored"]` with
    /// `Surv(time, event) ~ arm`. A count may be a difference: `["deaths", "n - deaths"]`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub counts: Vec<String>,
    /// The column of case weights.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weights: Option<String>,
    /// The column that names the patient, where a patient may have several rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The levels of the one column right of `~`, in their order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub order: Vec<String>,
    /// The level of the one column right of `~` that the others are compared with; it comes first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Which level of a category the others are compared with in a model, where neither the formula nor
    /// `reference` nor `order` says it.
    #[serde(with = "crate::choice", skip_serializing_if = "ReferenceLevel::is_first")]
    #[schemars(schema_with = "crate::choice::schema::<ReferenceLevel>")]
    pub reference_level: ReferenceLevel,
    /// The program whose defaults the request takes in all that it does not say: scales of intervals,
    /// ties, quantiles and what else programs differ in.
    #[serde(rename = "match", with = "crate::choice::optional")]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "crate::choice::optional::schema::<Software>")]
    pub matched: Option<Software>,
    /// A landmark T: who has the event or is censored at or before T is left out, and time is counted
    /// from T.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub landmark: Option<f64>,
    /// The column with the time at which a patient's group becomes known; until then the patients of
    /// the second group count in the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub known_at: Option<String>,
}

/// Which level of a category the others are compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum ReferenceLevel {
    /// The first in the order of the levels.
    #[default]
    First,
    /// The last, as programs do that code categories against it.
    Last,
}

choices!(
    ReferenceLevel,
    "level to compare with",
    [
        (ReferenceLevel::First, "first", "The first level in its order"),
        (ReferenceLevel::Last, "last", "The last level, as SAS and SPSS"),
    ]
);

impl ReferenceLevel {
    fn is_first(&self) -> bool {
        *self == ReferenceLevel::First
    }
}

/// Nothing was told.
pub(crate) fn is_default(reading: &ReadOptions) -> bool {
    *reading == ReadOptions::default()
}

/// The checked rows of an analysis.
#[derive(Clone, Debug)]
pub struct Rows {
    /// The response, groups, strata, clusters and covariates.
    pub frame: ModelFrame,
    /// What the answer says of them.
    pub about: About,
}

impl RowsRequest {
    /// All rows of the data.
    pub fn new(data: impl Into<String>, formula: impl Into<String>) -> RowsRequest {
        RowsRequest { data: data.into(), formula: formula.into(), ..RowsRequest::default() }
    }

    /// The options of the frame.
    pub(crate) fn options(&self) -> Result<FrameOptions, Problem> {
        let parse = |text: &String| Expr::parse(text).map_err(riskset_data::Error::from);
        Ok(FrameOptions {
            subset: self.subset.as_ref().map(parse).transpose()?,
            weights: self.weights.clone(),
            id: self.id.clone(),
            landmark: self.landmark,
            ..FrameOptions::default()
        })
    }

    /// The options of the frame of an analysis that takes a row for many people, where the request
    /// `takes` them so; otherwise a row is written out for each.
    pub(crate) fn counting_options(&self, takes: bool) -> Result<FrameOptions, Problem> {
        let counts = takes && !self.counts.is_empty();
        // Clusters are of single rows.
        let counts = counts && self.parsed()?.cluster().is_none();
        let people = counts.then(CountsOf::people_column);
        Ok(FrameOptions { people, ..self.options()? })
    }

    /// Order and reference belong to the one column right of `~`.
    fn ordered(
        &self,
        mut options: FrameOptions,
        formula: &Formula,
    ) -> Result<FrameOptions, Problem> {
        options.last_reference = self.reference_level == ReferenceLevel::Last;
        if self.order.is_empty() && self.reference.is_none() {
            return Ok(options);
        }
        let [variable] = formula.variables() else {
            return Err(Problem::request(
                "an order or a reference was given, and the formula has not exactly one column right \
                 of ~ that it could belong to",
                Remedy::Write("factor(x, levels = c(\"a\", \"b\"), ref = \"a\")".to_owned()),
            ));
        };
        let columns = variable.expr.columns();
        let column = columns.first().cloned().unwrap_or_default();
        if !self.order.is_empty() {
            options.order.insert(column.clone(), self.order.clone());
        }
        if let Some(reference) = &self.reference {
            options.reference.insert(column, reference.clone());
        }
        Ok(options)
    }

    /// Reads the columns that the formula uses, and checks the rows.
    pub(crate) fn rows(&self, data: &Data, analysis: &'static str) -> Result<Rows, Problem> {
        self.rows_with(data, analysis, self.options()?)
    }

    /// The same with competing causes; `takes_counts` as in
    /// [`counting_options`](Self::counting_options).
    pub(crate) fn competing(
        &self,
        data: &Data,
        analysis: &'static str,
        competing: Competing,
        takes_counts: bool,
    ) -> Result<Rows, Problem> {
        let options = self.counting_options(takes_counts)?;
        let options = FrameOptions { competing: Some(competing), ..options };
        self.rows_with(data, analysis, options)
    }

    /// The same with options of an analysis.
    pub(crate) fn rows_with(
        &self,
        data: &Data,
        analysis: &'static str,
        options: FrameOptions,
    ) -> Result<Rows, Problem> {
        let formula = self.parsed_for(options.competing.is_some())?;
        Ok(self.rows_and_table(data, analysis, &formula, &options)?.0)
    }

    /// The rows, and the table that they were taken from.
    pub(crate) fn rows_and_table(
        &self,
        data: &Data,
        analysis: &'static str,
        formula: &Formula,
        options: &FrameOptions,
    ) -> Result<(Rows, Table), Problem> {
        if self.known_at.is_some() {
            return Err(no_known(analysis));
        }
        let read = self.read(data, formula, options)?;
        let mut rows = self.rows_of(&read.table, analysis, formula, options)?;
        rows.about.doubts.extend(read.doubts);
        Ok((rows, read.table))
    }

    /// The rows of a table that was read already.
    pub(crate) fn rows_of(
        &self,
        table: &Table,
        analysis: &'static str,
        formula: &Formula,
        options: &FrameOptions,
    ) -> Result<Rows, Problem> {
        let options = self.ordered(options.clone(), formula)?;
        let frame = ModelFrame::build(table, formula, &options)?;
        let about = self.about(analysis, formula, &frame, table);
        Ok(Rows { frame, about })
    }

    /// The formula.
    pub(crate) fn parsed(&self) -> Result<Formula, Problem> {
        self.parsed_for(false)
    }

    /// The formula; of competing causes, the one that names them.
    pub(crate) fn parsed_for(&self, competing: bool) -> Result<Formula, Problem> {
        let text = self.written(competing)?;
        Ok(Formula::parse(&text).map_err(riskset_data::Error::from)?)
    }

    fn about(
        &self,
        analysis: &'static str,
        formula: &Formula,
        frame: &ModelFrame,
        table: &Table,
    ) -> About {
        let mut about = About {
            analysis,
            request: String::new(),
            data: self.data.clone(),
            formula: formula.text().to_owned(),
            subset: self.subset.clone(),
            n: frame.people,
            n_missing: frame.n_missing,
            notes: table.notes().to_vec(),
            landmark: self
                .landmark
                .map(|time| Landmark { time, left_out: frame.n_before_landmark }),
            known_at: self.known_at.clone(),
            matching: None,
            balance: Some(frame.balance.clone()),
            steps: Vec::new(),
            doubts: frame.doubts.iter().cloned().map(Doubt::Frame).collect(),
        };
        let merged = frame.observations().map_or(0, Observations::times_merged);
        if merged > 0 {
            about.doubt(Doubt::TimesMerged { times: merged });
        }
        about
    }
}

/// The rows of curves: the response with its groups and strata, and nothing else of the frame, whose
/// other columns curves of many rows have no use for.
pub(crate) struct CurveRows {
    pub response: Observations,
    /// The groups, one curve each. With `strata()` alone right of `~`, the strata.
    pub grouping: Option<Grouping>,
    /// The strata within which groups are compared.
    pub strata: Option<Grouping>,
    /// The groups are strata, which are not compared.
    pub only_strata: bool,
    /// The clusters of `cluster()`, whose rows move a curve together.
    pub cluster: Option<Grouping>,
    pub about: About,
}

impl CurveRows {
    /// The groups, or all rows in one.
    pub fn groups(&self) -> Cow<'_, Groups> {
        match &self.grouping {
            Some(grouping) => Cow::Borrowed(&grouping.groups),
            None => Cow::Owned(Groups::single(self.response.len())),
        }
    }

    /// The groups that a test compares: two or more, and no strata.
    pub fn compared(&self) -> Option<&Grouping> {
        self.grouping.as_ref().filter(|grouping| grouping.count() > 1 && !self.only_strata)
    }

    /// Settles how standard errors are made: robust where it was asked for, and where nothing was,
    /// with clusters and with weights that are not whole, which are no counts of patients.
    pub fn settle_variance(&mut self, asked: Option<bool>) -> Result<bool, Problem> {
        settle(asked, self.cluster.is_some(), self.response.weights(), &mut self.about)
    }

    /// The clusters as the core takes them.
    pub fn clusters(&self) -> Option<&Groups> {
        self.cluster.as_ref().map(|cluster| &cluster.groups)
    }

    /// What compares groups without clusters refuses them.
    pub fn refuse_cluster(&self, who: &str) -> Result<(), Problem> {
        match self.cluster {
            Some(_) => Err(no_use("cluster()", who)),
            None => Ok(()),
        }
    }

    /// The columns whose levels are the strata within which groups are compared.
    pub fn strata_names(&self) -> Vec<String> {
        column_names(self.strata.as_ref())
    }
}

/// The columns of a partition.
pub(crate) fn column_names(grouping: Option<&Grouping>) -> Vec<String> {
    let levels = grouping.and_then(|grouping| grouping.levels.first());
    levels.map_or_else(Vec::new, |levels| levels.iter().map(|(name, _)| name.clone()).collect())
}

impl RowsRequest {
    /// The rows of curves; with events and censorings exchanged for a curve of follow-up.
    /// `takes_counts` as in [`counting_options`](Self::counting_options).
    pub(crate) fn curve_rows(
        &self,
        data: &Data,
        analysis: &'static str,
        reverse: bool,
        takes_counts: bool,
    ) -> Result<CurveRows, Problem> {
        let (mut rows, known) = self.rows_known(data, analysis, takes_counts)?;
        rows.refuse_offset()?;
        if !reverse {
            rows.doubt_competing();
        }
        if let Some(known) = known {
            return rows.switched(&known, self.known_at.as_deref().unwrap_or_default(), reverse);
        }
        let Rows { mut frame, about } = rows;
        let (strata, cluster) = (frame.strata.take(), frame.cluster.take());
        let (response, groups) = frame.into_curves()?;
        let response = if reverse { response.reversed() } else { response };
        Ok(match groups {
            Some(groups) => {
                let grouping = Some(groups);
                CurveRows { response, grouping, strata, only_strata: false, cluster, about }
            }
            None => CurveRows {
                only_strata: strata.is_some(),
                grouping: strata,
                strata: None,
                cluster,
                response,
                about,
            },
        })
    }
}

/// Since when the group of each row is known; `None` where it never was.
type KnownSince = Vec<Option<f64>>;

impl RowsRequest {
    /// The rows, and since when each one's group is known, where a column says so.
    fn rows_known(
        &self,
        data: &Data,
        analysis: &'static str,
        takes_counts: bool,
    ) -> Result<(Rows, Option<KnownSince>), Problem> {
        let Some(column) = &self.known_at else {
            let options = self.counting_options(takes_counts)?;
            return Ok((self.rows_with(data, analysis, options)?, None));
        };
        if self.landmark.is_some() {
            return Err(Problem::request(
                "a landmark and a column that says when the group is known are two ways out of one \
                 bias, and there is no use for both",
                Remedy::AnyOf(vec![
                    Remedy::Unset("landmark".into()),
                    Remedy::Unset("known_at".into()),
                ]),
            ));
        }
        let (formula, options) = (self.parsed()?, self.options()?);
        let mut columns = options.columns(&formula);
        columns.push(column.clone());
        let read = self.read_columns(data, columns, &options)?;
        let mut rows = self.rows_of(&read.table, analysis, &formula, &options)?;
        rows.about.doubts.extend(read.doubts);
        let known = times_in(&read.table, column, &rows.frame.rows, "when the group is known")?;
        Ok((rows, Some(known)))
    }
}

impl Rows {
    /// The rows cut where their group becomes known.
    fn switched(
        self,
        known: &[Option<f64>],
        column: &str,
        reverse: bool,
    ) -> Result<CurveRows, Problem> {
        let Rows { frame, about } = self;
        if frame.strata.is_some() || frame.cluster.is_some() || reverse {
            let what = "a group that becomes known later takes no strata() and no cluster(), and is \
                        no matter of follow-up";
            return Err(Problem::request(what, Remedy::Unset("known_at".into())));
        }
        let (response, groups) = frame.into_curves()?;
        let groups = groups.ok_or_else(|| {
            Problem::request("the formula names no groups", Remedy::Unset("known_at".into()))
        })?;
        let (response, grouping) = switching::switched(&response, groups, known, column)?;
        Ok(CurveRows {
            response,
            grouping: Some(grouping),
            strata: None,
            only_strata: false,
            cluster: None,
            about,
        })
    }
}

fn no_known(analysis: &str) -> Problem {
    Problem::request(
        format!("`{analysis}` cannot follow a group that becomes known later"),
        Remedy::AnyOf(vec![Remedy::set("landmark"), Remedy::Ask("compare".into())]),
    )
}

/// Whether standard errors are robust; if so, weights need not be counts.
pub(crate) fn settle(
    asked: Option<bool>,
    clustered: bool,
    weights: Option<&[f64]>,
    about: &mut About,
) -> Result<bool, Problem> {
    if asked == Some(false) && clustered {
        let what =
            "cluster() in the formula asks for robust standard errors, and the request for others";
        return Err(Problem::request(what, Remedy::Unset("robust".into())));
    }
    let whole = |weights: &[f64]| weights.iter().all(|weight| weight.fract() == 0.0);
    let robust = asked.unwrap_or(clustered || !weights.is_none_or(whole));
    if robust {
        about.doubts.retain(|doubt| doubt.code() != "weights_not_whole");
    }
    Ok(robust)
}

/// A term of the formula that an analysis cannot honour.
fn no_use(term: &str, who: &str) -> Problem {
    let remedy = Remedy::AnyOf(vec![Remedy::to("leave it out"), Remedy::Ask("cox".into())]);
    Problem::analysis(format!("{term} in the formula has no use in `{who}`"), remedy)
}

impl Rows {
    /// Incidences and tests take no offsets and no clusters: what cannot be honoured is refused.
    pub(crate) fn refuse_model_terms(&self) -> Result<(), Problem> {
        self.refuse_offset()?;
        match self.frame.cluster {
            Some(_) => Err(no_use("cluster()", self.about.analysis)),
            None => Ok(()),
        }
    }

    /// Curves take clusters, and no offsets.
    pub(crate) fn refuse_offset(&self) -> Result<(), Problem> {
        match self.frame.offset {
            Some(_) => Err(no_use("offset()", self.about.analysis)),
            None => Ok(()),
        }
    }

    /// An event that makes the one of interest impossible is no censoring.
    pub(crate) fn doubt_competing(&mut self) {
        if !self.frame.censored_values.is_empty() {
            let values = self.frame.censored_values.clone();
            self.about.doubt(Doubt::CompetingAsCensored { values });
        }
    }

    /// The groups of the right-hand side, at least two.
    pub(crate) fn compared(&self) -> Result<Grouping, Problem> {
        match self.frame.groups()? {
            Some(groups) if groups.count() > 1 => Ok(groups),
            Some(groups) => Err(Problem::analysis(
                format!(
                    "all rows are of one group ({}), so there is nothing to compare",
                    groups.labels[0]
                ),
                Remedy::to("check the subset and the missing values"),
            )),
            None => Err(Problem::analysis(
                "the formula names no groups",
                Remedy::to("write a grouping column right of ~, such as Surv(time, event) ~ arm"),
            )),
        }
    }
}
