//! The plan that all places agree on before anybody looks at data.

use crate::{AdjustFor, FurtherTests, Problem, Request};
use riskset::Remedy;
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
}

/// The plan as its file has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlanFile {
    plan: Rules,
    #[serde(default, rename = "question")]
    questions: Vec<Map<String, Value>>,
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
        file.plan.check()?;
        if file.questions.is_empty() {
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
        Ok(Plan { rules: file.plan, questions })
    }

    /// What tells this plan from another: the same for the same rules and questions, however the
    /// file is laid out.
    pub fn fingerprint(&self) -> String {
        let text = serde_json::to_string(self).expect("a plan is always JSON");
        hex(text.as_bytes())
    }
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
        for field in ["data", "reading"] {
            if fields.contains_key(field) {
                let what = format!("`{field}` is each place's own and has no place in a plan");
                return Err(of(Problem::request(what, Remedy::Unset(field.into()))));
            }
        }
        let request = Request::from_fields(fields).map_err(of)?;
        check(&request).map_err(of)?;
        Ok(Question { name: name.clone(), request })
    }

    /// Whether the question is a regression, which takes rounds.
    pub fn is_regression(&self) -> bool {
        matches!(self.request, Request::Cox(_))
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
                    "ask km, logrank, cif, cox, or plot-km, plot-cumhaz, plot-loglog, \
                     plot-follow-up, plot-difference, plot-cif",
                ),
            );
        }
    };
    if rows.known_at.is_some() || asks_for_more(request) {
        return refuse(
            "adjusted curves, further tests, bands, limits for few patients, conditional survival and \
             groups known later need the rows",
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
        Request::Km(km) => km.few_patients.is_some() || km.band.is_some() || km.given.is_some(),
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
            ("~ sex", "~ sex + cluster(inst)", "not pooled"),
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
