//! The plan that all places agree on before anybody looks at data.

use crate::{AdjustFor, FurtherTests, Problem, Request};
use riskset::{ProportionVariance, Remedy};
use riskset_data::endpoint::TimeUnit;
use riskset_data::{Curve, Formula, Variable};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// What is asked of every place, and what may leave one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Plan {
    /// The rules.
    pub rules: Rules,
    /// The questions, in the order of the plan.
    pub questions: Vec<Question>,
    /// The tables of who was studied.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tables: Vec<BaselineTable>,
}

/// A table of who was studied: `[[table]]` of the plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BaselineTable {
    /// Its name, which nothing else of the plan has.
    pub name: String,
    /// The column whose levels are the groups; all rows are one where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Columns whose levels are counted; neighbouring levels are joined where a count would be small.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub levels: Vec<String>,
    /// Columns of numbers whose mean and standard deviation are told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub means: Vec<String>,
    /// Only the rows where this holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subset: Option<String>,
    /// Where the places' tables count people instead of having a row for each: the columns of the
    /// counts, as the questions have them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub counts: Vec<String>,
}

/// What may leave a place. A rule that would let more out than a default needs no reason; the
/// bounds that protect patients have a floor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// What the study is called.
    pub title: String,
    /// The unit of the times.
    pub unit: TimeUnit,
    /// The width of the grid of times, in that unit: at least a week, unless the plan says why.
    pub grid: f64,
    /// Why a grid finer than a week is needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fine_grid_because: Option<String>,
    /// How many places must answer; at least 3, the default.
    #[serde(default = "three")]
    pub min_sites: usize,
    /// No count from 1 to one less than this leaves a place; at least 3, by default 5.
    #[serde(default = "five")]
    pub min_cell: u64,
    /// The most rounds of a regression; at most 30, by default 12.
    #[serde(default = "twelve")]
    pub max_rounds: usize,
}

fn three() -> usize {
    3
}

fn five() -> u64 {
    5
}

fn twelve() -> usize {
    12
}

/// One question of a plan.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Question {
    /// Its name, which no other question of the plan has.
    pub name: String,
    /// The request, without data.
    pub request: Request,
    /// Of a regression: one baseline hazard for all places, from sums on the grid, instead of one for
    /// each, which needs no grid and loses nothing.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub common_baseline: bool,
}

/// The plan as its file has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlanFile {
    plan: Rules,
    #[serde(default, rename = "question")]
    questions: Vec<Map<String, Value>>,
    #[serde(default, rename = "table")]
    tables: Vec<BaselineTable>,
}

impl Plan {
    /// Reads a plan: a table `[plan]` with the [`Rules`], and a `[[question]]` for each request, with
    /// a `name` and the request's own fields.
    ///
    /// # Errors
    ///
    /// A [`Problem`] for text that is no TOML, a key that does not exist, a rule below its floor, a
    /// question without a name or with that of another, and one that cannot be answered from sums.
    pub fn from_toml(text: &str) -> Result<Plan, Problem> {
        let file: PlanFile = toml::from_str(text).map_err(|error| {
            let at = error.span().map(|span| span.start);
            let why = riskset::toml_refusal(&error.to_string(), text, at);
            Problem::request(format!("the plan cannot be read: {why}"), None)
        })?;
        Plan::of(file)
    }

    /// Reads a plan, as TOML or as JSON with the same tables, whose rules somebody else says as well:
    /// what the plan does not say is taken from `rules`, and a contradiction is refused. A grid may be
    /// a text with its unit there: `30d`, `4w`, `1m`, `1y`.
    ///
    /// # Errors
    ///
    /// As [`from_toml`](Self::from_toml).
    pub fn with_rules(text: &str, rules: &Map<String, Value>) -> Result<Plan, Problem> {
        let refuse =
            |why: String| Problem::request(format!("the plan cannot be read: {why}"), None);
        let is_json = text.trim_start().starts_with('{');
        if rules.is_empty() && !is_json {
            return Plan::from_toml(text);
        }
        let mut value: Value = match is_json {
            true => serde_json::from_str(text).map_err(|error| refuse(error.to_string()))?,
            false => toml::from_str(text).map_err(|error| refuse(error.to_string()))?,
        };
        let no_rules = || refuse("it has no table [plan]".to_owned());
        let own = value.get_mut("plan").and_then(Value::as_object_mut).ok_or_else(no_rules)?;
        for (name, rule) in rules {
            let rule = if name == "grid" { grid_of(rule, own.get("unit"))? } else { rule.clone() };
            match own.get(name).filter(|known| known.as_f64() != rule.as_f64() || known.is_string())
            {
                Some(known) if *known != rule => {
                    let what =
                        format!("the plan says `{name}` is {known}, and it was called {rule}");
                    return Err(Problem::request(what, Remedy::to("say it once")));
                }
                _ => drop(own.insert(name.clone(), rule)),
            }
        }
        Plan::of(serde_json::from_value(value).map_err(|error| refuse(error.to_string()))?)
    }

    /// The plan as JSON that [`with_rules`](Self::with_rules) reads.
    pub fn to_json(&self) -> String {
        let question = |question: &Question| {
            let mut fields = question.request.to_value();
            fields["name"] = question.name.clone().into();
            if question.common_baseline {
                fields["common_baseline"] = true.into();
            }
            if let Some(fields) = fields.as_object_mut() {
                fields.remove("data");
            }
            fields
        };
        let questions: Vec<Value> = self.questions.iter().map(question).collect();
        let plan = serde_json::json!({
            "plan": self.rules, "question": questions, "table": self.tables,
        });
        serde_json::to_string_pretty(&plan).expect("a plan is always JSON") + "\n"
    }

    fn of(file: PlanFile) -> Result<Plan, Problem> {
        file.plan.check()?;
        if file.questions.is_empty() && file.tables.is_empty() {
            let remedy = Remedy::Write("[[question]]".to_owned());
            return Err(Problem::request("the plan asks no question", remedy));
        }
        let mut questions: Vec<Question> = Vec::new();
        for fields in file.questions {
            let question = Question::read(fields)?;
            if questions.iter().any(|other| other.name == question.name) {
                let what = format!("two questions of the plan are called {:?}", question.name);
                return Err(Problem::request(what, Remedy::to("give each a name of its own")));
            }
            questions.push(question);
        }
        for (at, table) in file.tables.iter().enumerate() {
            let twice = file.tables[..at].iter().any(|other| other.name == table.name)
                || questions.iter().any(|question| question.name == table.name);
            table.check(twice)?;
        }
        let plan = Plan { rules: file.plan, questions, tables: file.tables };
        plan.check_counts()?;
        Ok(plan)
    }

    /// A place has one file: all of the plan is of people who are counted in it, or all is of rows.
    fn check_counts(&self) -> Result<(), Problem> {
        let of_questions = self.questions.iter().map(|question| {
            let counts = question.request.rows().is_some_and(|rows| !rows.counts.is_empty());
            (&question.name, counts)
        });
        let of_tables = self.tables.iter().map(|table| (&table.name, !table.counts.is_empty()));
        let parts: Vec<(&String, bool)> = of_questions.chain(of_tables).collect();
        let counted = parts.iter().find(|(_, counts)| *counts);
        let of_rows = parts.iter().find(|(_, counts)| !counts);
        let (Some((counted, _)), Some((of_rows, _))) = (counted, of_rows) else { return Ok(()) };
        let what = format!(
            "{counted} takes the rows of a place for counts of people, and {of_rows} takes each for a \
             patient"
        );
        Err(Problem::request(what, Remedy::to("give all parts of the plan the same `counts`")))
    }

    /// What tells this plan from another: the same for the same rules and questions, however the
    /// file is laid out.
    pub fn fingerprint(&self) -> String {
        let text = serde_json::to_string(self).expect("a plan is always JSON");
        hex(text.as_bytes())
    }
}

/// A grid that may be a text with its unit, in the unit of the plan.
fn grid_of(grid: &Value, unit: Option<&Value>) -> Result<Value, Problem> {
    let Value::String(text) = grid else { return Ok(grid.clone()) };
    let no_grid = || {
        let what = format!("`{text}` is no grid of times");
        Problem::request(what, Remedy::to("write a number in the unit of the plan, or such as 30d"))
    };
    let unit = unit.cloned().unwrap_or_default();
    let unit: TimeUnit = serde_json::from_value(unit).map_err(|_| no_grid())?;
    let letter = text.chars().next_back().ok_or_else(no_grid)?;
    let of = match letter {
        'd' => 1.0,
        'w' => 7.0,
        'm' => TimeUnit::Months.days(),
        'y' => TimeUnit::Years.days(),
        _ => return Err(no_grid()),
    };
    let number: f64 = text[..text.len() - 1].trim().parse().map_err(|_| no_grid())?;
    Ok((number * of / unit.days()).into())
}

/// The SHA-256 hash of bytes, in hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Rules {
    fn check(&self) -> Result<(), Problem> {
        let floor = |what: &str, least: u64, found: u64| {
            let what = format!("`{what}` is {found}; at least {least} protects patients");
            Problem::request(what, Remedy::to(format!("write {least} or more")))
        };
        if self.min_sites < 3 {
            return Err(floor("min_sites", 3, self.min_sites as u64));
        }
        if self.min_cell < 3 {
            return Err(floor("min_cell", 3, self.min_cell));
        }
        if !(1..=30).contains(&self.max_rounds) {
            let what = format!("`max_rounds` is {}; each round tells more", self.max_rounds);
            return Err(Problem::request(what, Remedy::to("write a number from 1 to 30")));
        }
        if !(self.grid.is_finite() && self.grid > 0.0) {
            let what = format!("`grid` is {}, and is the width of an interval", self.grid);
            return Err(Problem::request(what, Remedy::to("write a number above 0")));
        }
        let days = self.grid * self.unit.days();
        let said = self.fine_grid_because.as_deref().is_some_and(|why| !why.trim().is_empty());
        if days < 7.0 * (1.0 - 1e-9) && !said {
            let what = format!(
                "the grid is {days} days wide; times that fine may point at a person, and the plan \
                 does not say why they are needed"
            );
            let remedy = Remedy::AnyOf(vec![
                Remedy::to("widen `grid` to a week or more"),
                Remedy::set("fine_grid_because"),
            ]);
            return Err(Problem::request(what, remedy));
        }
        Ok(())
    }
}

impl Question {
    fn read(mut fields: Map<String, Value>) -> Result<Question, Problem> {
        let name = match fields.remove("name") {
            Some(Value::String(name)) if is_name(&name) => name,
            _ => {
                let what = "a question of the plan has no name of letters, digits, - and _";
                return Err(Problem::request(what, Remedy::set("name")));
            }
        };
        let of = |problem: Problem| Problem {
            what: format!("question {name}: {}", problem.what),
            ..problem
        };
        let common_baseline = match fields.remove("common_baseline") {
            None => false,
            Some(Value::Bool(common)) => common,
            Some(other) => {
                let what = format!("`common_baseline` is {other}, and is true or false");
                return Err(of(Problem::request(what, Remedy::set("common_baseline"))));
            }
        };
        for field in ["data", "reading"] {
            if fields.contains_key(field) {
                let what = format!("`{field}` is each place's own and has no place in a plan");
                return Err(of(Problem::request(what, Remedy::Unset(field.into()))));
            }
        }
        let request = Request::from_fields(fields).map_err(of)?;
        check(&request).map_err(of)?;
        if common_baseline {
            check_common(&request).map_err(of)?;
        }
        Ok(Question { name: name.clone(), request, common_baseline })
    }

    /// Whether the question is a regression, which takes rounds.
    pub fn is_regression(&self) -> bool {
        matches!(self.request, Request::Cox(_))
    }
}

impl BaselineTable {
    fn check(&self, twice: bool) -> Result<(), Problem> {
        let refuse = |what: String, remedy: Remedy| Err(Problem::request(what, remedy));
        let name = &self.name;
        if !is_name(name) {
            let what = "a table of the plan has no name of letters, digits, - and _";
            return refuse(what.to_owned(), Remedy::set("name"));
        }
        if twice {
            let what = format!("the plan has two parts called {name}");
            return refuse(what, Remedy::to("give each a name of its own"));
        }
        if self.levels.is_empty() && self.means.is_empty() {
            let what = format!("table {name} names no column");
            return refuse(what, Remedy::AnyOf(vec![Remedy::set("levels"), Remedy::set("means")]));
        }
        Ok(())
    }
}

/// One baseline hazard for all places is of a regression without strata.
fn check_common(request: &Request) -> Result<(), Problem> {
    let Request::Cox(cox) = request else {
        let what = "a common baseline hazard is that of a regression";
        return Err(Problem::request(what, Remedy::Unset("common_baseline".into())));
    };
    let formula = Formula::parse(&cox.rows.formula).map_err(riskset_data::Error::from)?;
    match formula.strata().is_empty() {
        true => Ok(()),
        false => {
            let what =
                "strata() in the formula and one baseline hazard for all contradict each other";
            Err(Problem::request(what, Remedy::Unset("common_baseline".into())))
        }
    }
}

fn is_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    !name.is_empty() && name.len() <= 60 && name.chars().all(plain)
}

/// Sums answer the question.
fn check(request: &Request) -> Result<(), Problem> {
    let refuse = |what: &str, remedy: Remedy| Err(Problem::request(what, remedy));
    let rows = match request {
        Request::Cox(request) => {
            let plain = riskset::Ties::Exact != request.ties
                && !request.robust
                && !request.firth
                && request.zph.is_none()
                && !request.baseline
                && request.residuals.is_empty()
                && request.against.is_none()
                && request.predict.is_none()
                && request.times.is_empty();
            if !plain {
                return refuse(
                    "a pooled Cox model gives coefficients, limits and tests; what else was asked \
                     needs the rows",
                    Remedy::to("ask for the model alone, with Efron's or Breslow's ties"),
                );
            }
            &request.rows
        }
        Request::Km(request) => &request.rows,
        Request::Logrank(request) => &request.rows,
        Request::Cif(request) => &request.rows,
        Request::Npv(request) if request.variance == ProportionVariance::Gee => {
            return refuse(
                "generalised estimating equations weigh each cluster by its size, and need the rows",
                Remedy::to("take the variance donner or ratio"),
            );
        }
        Request::Npv(request) => &request.rows,
        Request::PlotKm(request)
        | Request::PlotCumhaz(request)
        | Request::PlotLoglog(request)
        | Request::PlotFollowUp(request) => &request.rows,
        Request::PlotDifference(request) => &request.rows,
        Request::PlotCif(request) => &request.rows,
        _ => {
            return refuse(
                "this analysis is not answered from sums",
                Remedy::to(
                    "ask km, logrank, cif, npv, cox, or plot-km, plot-cumhaz, plot-loglog, \
                     plot-follow-up, plot-difference, plot-cif",
                ),
            );
        }
    };
    if rows.known_at.is_some() || asks_for_more(request) {
        return refuse(
            "adjusted curves, further tests, bands, limits for few patients, conditional survival, pairs of \
             restricted means and groups known later need the rows",
            Remedy::to("leave them out"),
        );
    }
    if rows.landmark.is_some() || rows.weights.is_some() || rows.id.is_some() {
        return refuse(
            "a landmark, weights and repeated rows of a patient are not pooled",
            Remedy::to("leave them out, or let each place make the column it needs"),
        );
    }
    let formula = Formula::parse(&rows.formula).map_err(riskset_data::Error::from)?;
    if formula.cluster().is_some() || !formula.offsets().is_empty() {
        return refuse("cluster() and offset() are not pooled", Remedy::to("leave them out"));
    }
    let of_rows = |variable: &Variable| variable.curve.as_ref().is_some_and(Curve::depends_on_rows);
    if formula.variables().iter().any(of_rows) {
        return refuse(
            "knots at quantiles would be others in each place, and so would the columns",
            Remedy::Write("rcs(x, c(40, 55, 70)) or poly(x, 2, raw = TRUE)".to_owned()),
        );
    }
    Ok(())
}

/// What sums do not answer, though they answer the rest of the question.
fn asks_for_more(request: &Request) -> bool {
    match request {
        Request::Km(km) => {
            let bands = km.few_patients.is_some() || km.band.is_some();
            bands || km.given.is_some() || km.pairwise.is_some()
        }
        Request::Logrank(test) => test.further != FurtherTests::default(),
        Request::PlotKm(plot)
        | Request::PlotCumhaz(plot)
        | Request::PlotLoglog(plot)
        | Request::PlotFollowUp(plot) => {
            plot.estimates.band.is_some() || plot.adjust_for != AdjustFor::default()
        }
        Request::PlotDifference(plot) => plot.estimates.band.is_some(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAN: &str = r#"
        [plan]
        title = "Three hospitals"
        unit = "days"
        grid = 30

        [[question]]
        name = "os"
        analysis = "km"
        formula = "Surv(time, status == 2) ~ sex"
        times = [365]
    "#;

    #[test]
    fn a_plan_is_read_with_its_defaults_and_known_again() {
        let plan = Plan::from_toml(PLAN).unwrap();
        assert_eq!((plan.rules.min_sites, plan.rules.min_cell, plan.rules.max_rounds), (3, 5, 12));
        assert_eq!(plan.questions[0].request.data(), Some(""));
        let spaced = PLAN.replace("grid = 30", "grid   =   30.0");
        assert_eq!(Plan::from_toml(&spaced).unwrap().fingerprint(), plan.fingerprint());
        let other = PLAN.replace("[365]", "[730]");
        assert_ne!(Plan::from_toml(&other).unwrap().fingerprint(), plan.fingerprint());
    }

    /// A recipe says the rules beside the questions; what both say must agree.
    #[test]
    fn rules_from_elsewhere_fill_what_the_plan_leaves_open() {
        let open = PLAN.replace("grid = 30", "");
        let rules = |text: &str| serde_json::from_str::<Map<String, Value>>(text).unwrap();
        let filled = Plan::with_rules(&open, &rules(r#"{"grid": "30d", "min_sites": 4}"#)).unwrap();
        assert_eq!((filled.rules.grid, filled.rules.min_sites), (30.0, 4));
        let same = Plan::with_rules(PLAN, &rules(r#"{"grid": "30d"}"#)).unwrap();
        assert_eq!(same.fingerprint(), Plan::from_toml(PLAN).unwrap().fingerprint());
        let read = Plan::with_rules(&filled.to_json(), &Map::new()).unwrap();
        assert_eq!(read.fingerprint(), filled.fingerprint());
        for (rule, expected) in [
            (r#"{"grid": "4w"}"#, "the plan says `grid` is 30"),
            (r#"{"grid": "soon"}"#, "no grid of times"),
            (r#"{"min_sites": 2}"#, "at least 3"),
            (r#"{"min_site": 3}"#, "unknown field"),
        ] {
            let refused = Plan::with_rules(PLAN, &rules(rule)).unwrap_err().to_string();
            assert!(refused.contains(expected), "{refused}");
        }
    }

    #[test]
    fn what_would_let_too_much_out_is_refused() {
        for (from, to, expected) in [
            ("grid = 30", "grid = 3", "may point at a person"),
            ("grid = 30", "grid = 30\nmin_sites = 2", "at least 3"),
            ("grid = 30", "grid = 30\nmin_cell = 1", "at least 3"),
            ("grid = 30", "grid = 30\nmax_rounds = 100", "each round tells more"),
            ("grid = 30", "grid = 30\ncells = 1", "unknown field"),
            ("name = \"os\"", "", "no name"),
            ("times = [365]", "times = [365]\ndata = \"x.csv\"", "each place's own"),
            ("times = [365]", "weights = \"w\"", "not pooled"),
            ("times = [365]", "band = \"hall-wellner\"", "need the rows"),
            ("times = [365]", "rmst = 365\npairwise = \"holm\"", "need the rows"),
            ("~ sex", "~ sex + cluster(inst)", "not pooled"),
            ("times = [365]", "common_baseline = true", "that of a regression"),
            ("times = [365]", "[[table]]\nname = \"os\"\nlevels = [\"sex\"]", "called os"),
            ("times = [365]", "[[table]]\nname = \"t\"", "names no column"),
        ] {
            let refused = Plan::from_toml(&PLAN.replace(from, to)).unwrap_err().to_string();
            assert!(refused.contains(expected), "{refused}");
        }
        let other = PLAN.replace("\"km\"", "\"plot-forest\"").replace("times = [365]", "");
        let refused = Plan::from_toml(&other).unwrap_err().to_string();
        assert!(refused.contains("not answered from sums"), "{refused}");
        let said =
            PLAN.replace("grid = 30", "grid = 1\nfine_grid_because = \"deaths within days\"");
        assert!(Plan::from_toml(&said).is_ok());
    }
}
