//! Patients who were sampled from a cohort: a case-cohort sample, and cases with their matched controls.
//! Curves of such a table are curves of nobody, so that its model is all that is asked.

use crate::ask::{Asked, Fields, missing, strata};
use crate::plan::{Endpoint, SampledAs};
use riskset_analysis::{Problem, Request};
use serde_json::json;

impl Asked<'_> {
    /// The model of a sample, as it was drawn.
    ///
    /// # Errors
    ///
    /// What is not chosen yet, and what the request refuses.
    pub fn of_sample(&self, endpoint: &Endpoint) -> Result<Request, Problem> {
        let sampled = &self.plan.sampled;
        let terms = self.terms()?.join(" + ");
        let mut fields = Fields::new();
        match sampled.drawn {
            Some(SampledAs::CaseCohort) => {
                let drawn = sampled.subcohort.as_ref();
                let drawn = drawn.ok_or_else(|| missing("who belongs to the subcohort"))?;
                fields.insert("subcohort".into(), json!(self.condition(drawn)?));
                if let Some(size) = sampled.cohort_size {
                    fields.insert("cohort_size".into(), json!(size));
                }
                if let Some(method) = &sampled.method {
                    fields.insert("method".into(), json!(method));
                }
                self.rows("case-cohort", endpoint, &terms, fields)
            }
            _ => {
                let sets = sampled.sets.as_ref();
                let sets = sets.ok_or_else(|| missing("the column of the matched sets"))?;
                let case = endpoint.event.as_ref().ok_or_else(|| missing("who is a case"))?;
                let case = self.condition(case)?;
                fields.insert(
                    "formula".into(),
                    json!(format!("{case} ~ {terms} + {}", strata(sets))),
                );
                self.rows("clogit", endpoint, &terms, fields)
            }
        }
    }
}
