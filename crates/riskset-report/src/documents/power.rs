//! The answers of `riskset power`.

use super::{Document, Head};
use crate::format::{NOT_ESTIMABLE, Style};
use crate::table::{Align, Table};
use riskset::{EventFormula, PatientCount};
use riskset_analysis::{LogrankPlan, PowerLogrankAnswer, PowerNpvAnswer};
use serde::Serialize;
use serde_json::{Map, Value};

/// A plan: what was assumed and what follows, as named numbers in order of reading.
#[derive(Clone, Debug, Serialize)]
pub struct PowerDocument {
    /// What every document starts with; `n` is the number of patients (or of observations to be
    /// evaluated) that the plan needs or has.
    #[serde(flatten)]
    pub head: Head,
    /// The formula used.
    pub method: &'static str,
    /// What was assumed, by key.
    pub assumptions: Map<String, Value>,
    /// What follows, by key; `null` is what does not exist.
    pub results: Map<String, Value>,
    /// The same for people, in order of reading.
    #[serde(skip)]
    lines: Vec<Line>,
}

/// One number of a plan.
#[derive(Clone, Debug)]
struct Line {
    words: String,
    value: Option<f64>,
    decimals: usize,
    assumed: bool,
}

impl PowerDocument {
    /// The document of a plan for one proportion.
    pub fn npv(answer: &PowerNpvAnswer) -> PowerDocument {
        let (request, plan) = (&answer.request, &answer.count);
        let title =
            "Sample size: one proportion of clustered observations against a threshold, one-sided";
        let mut document = PowerDocument::new(
            Head::new("power-npv", plan.units as usize, 0, title),
            "one-sample test of a proportion, normal approximation, times the design effect 1 + (m - 1) icc",
        );
        for (key, words, value, decimals) in [
            ("p0", "Threshold", answer.p0, 3),
            ("p1", "Proportion expected", answer.p1, 3),
            ("alpha", "One-sided alpha", request.alpha, 3),
            ("power", "Power", request.power, 2),
            ("icc", "Intracluster correlation", request.icc, 2),
            ("cluster_size", "Observations per cluster", request.cluster_size, 1),
        ] {
            document.assume(key, words, Some(value), decimals);
        }
        document.assume("evaluable", "Share of observations evaluable", request.evaluable, 3);
        document.assume("carriers", "Share of patients with observations", request.carriers, 3);
        document.assume("loss", "Share of patients lost", request.loss, 3);
        let independent = Some(plan.independent_units);
        document.result("independent_units", "Observations if independent", independent, 1);
        document.result("design_effect", "Design effect", Some(plan.design_effect), 2);
        document.result("units", "Observations to be evaluated", Some(plan.units as f64), 0);
        document.result("clusters", "Clusters that hold them", Some(plan.clusters as f64), 0);
        document.result("power", "Power with that number", Some(plan.power), 3);
        if request.plans_patients() {
            let words = "Patients expected to yield them";
            document.result("patients", words, Some(plan.expected_patients), 0);
            document.result("enrolled", "Patients to enrol", Some(plan.enrolled as f64), 0);
        }
        document
    }

    /// The document of a plan for a log-rank test.
    pub fn logrank(answer: &PowerLogrankAnswer) -> PowerDocument {
        let request = &answer.request;
        let method = match request.method {
            EventFormula::Schoenfeld => "Schoenfeld (1981, 1983), exponential survival",
            EventFormula::Freedman => "Freedman (1982), exponential survival",
        };
        let patients = match &answer.plan {
            LogrankPlan::Patients(count) => count.patients() as usize,
            LogrankPlan::Events(_) => 0,
            _ => request.n.unwrap_or(0.0) as usize,
        };
        let head = Head::new("power-logrank", patients, 0, "Log-rank test of two groups");
        let mut document = PowerDocument::new(head, method);
        document.assumptions_of(answer);
        match &answer.plan {
            LogrankPlan::Events(count) => {
                document.result("events", "Events needed", Some(count.events as f64), 0);
                document.result("power", "Power with that number", Some(count.power), 3);
            }
            LogrankPlan::Patients(count) => document.patients(count),
            LogrankPlan::Power(power) => document.result("power", "Power", Some(*power), 3),
            LogrankPlan::HazardRatio(_, ratio) => {
                let words = "Hazard ratio detectable, at most";
                document.result("hazard_ratio_below", words, ratio.below, 2);
                document.result("hazard_ratio_above", "or at least", ratio.above, 2);
            }
        }
        document
    }

    fn assumptions_of(&mut self, answer: &PowerLogrankAnswer) {
        let request = &answer.request;
        let alpha = if request.one_sided { "One-sided alpha" } else { "Two-sided alpha" };
        let power = match &answer.plan {
            LogrankPlan::HazardRatio(power, _) => Some(*power),
            _ => request.power,
        };
        for (key, words, value, decimals) in [
            ("alpha", alpha, Some(request.alpha), 3),
            (
                "allocation",
                "Experimental patients per control patient",
                Some(request.allocation_ratio()),
                2,
            ),
            ("hazard_ratio", "Hazard ratio", request.hazard_ratio, 2),
            ("power", "Power", power, 2),
            ("margin", "Non-inferiority margin", request.margin, 2),
            ("events", "Events", request.events, 0),
            ("n", "Patients", request.n, 0),
            ("median", "Median survival, control", request.median, 1),
            ("accrual", "Accrual", request.accrual, 1),
            ("follow_up", "Follow-up after the last patient", request.follow_up, 1),
            ("loss_rate", "Share lost per unit of time", request.loss_rate, 3),
        ] {
            self.assume(key, words, value, decimals);
        }
    }

    fn patients(&mut self, count: &PatientCount) {
        self.result("events", "Events needed", Some(count.events as f64), 0);
        self.result("patients", "Patients", Some(count.patients() as f64), 0);
        self.result("control", "of them control", Some(count.control as f64), 0);
        self.result("experimental", "of them experimental", Some(count.experimental as f64), 0);
        let control = Some(count.control_event_probability);
        self.result("control_event_probability", "Share of control events seen", control, 3);
        let experimental = Some(count.experimental_event_probability);
        let words = "Share of experimental events seen";
        self.result("experimental_event_probability", words, experimental, 3);
        self.result("power", "Power with that number", Some(count.power), 3);
    }

    /// A plan without numbers yet.
    fn new(head: Head, method: &'static str) -> PowerDocument {
        PowerDocument {
            head,
            method,
            assumptions: Map::new(),
            results: Map::new(),
            lines: Vec::new(),
        }
    }

    /// Adds an assumption that was made: its key, its words, its value and the decimals that people
    /// see.
    fn assume(&mut self, key: &'static str, words: &str, value: Option<f64>, decimals: usize) {
        if value.is_none() {
            return;
        }
        self.assumptions.insert(key.to_string(), value.into());
        let words = words.to_string();
        self.lines.push(Line { words, value, decimals, assumed: true });
    }

    /// Adds a result in the same way; `None` is what does not exist.
    fn result(&mut self, key: &'static str, words: &str, value: Option<f64>, decimals: usize) {
        self.results.insert(key.to_string(), value.into());
        let words = words.to_string();
        self.lines.push(Line { words, value, decimals, assumed: false });
    }

    fn table(&self, title: &str, assumed: bool, style: &Style) -> Table {
        let mut table =
            Table::new(title).column("Quantity", Align::Left).column("Value", Align::Right);
        for line in self.lines.iter().filter(|line| line.assumed == assumed) {
            let value = style.optional(line.value, line.decimals, NOT_ESTIMABLE);
            table = table.row([line.words.clone(), value]);
        }
        table
    }
}

impl Document for PowerDocument {
    fn head(&self) -> &Head {
        &self.head
    }

    fn title(&self) -> String {
        self.head.asked.clone()
    }

    fn tables(&self, style: &Style) -> Vec<Table> {
        vec![self.table("Assumed", true, style), self.table("Result", false, style)]
    }

    fn notes(&self, _: &Style) -> Vec<String> {
        vec![format!("Method: {}.", self.method)]
    }
}
