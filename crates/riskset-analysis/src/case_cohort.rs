//! Cox regression of a case-cohort sample.

use crate::{About, Data, Problem, RowsRequest};
use riskset::{CaseCohort, CaseCohortFit, CaseCohortMethod, DesignMatrix, Observations, Remedy};
use riskset_data::{Design, Expr, FrameOptions, ModelFrame, Table};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A Cox regression of all cases of a cohort and of a part of it that was drawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct CaseCohortRequest {
    /// Data, model and rows.
    #[serde(flatten)]
    pub rows: RowsRequest,
    /// Level of the confidence intervals, as a fraction.
    pub conf_level: f64,
    /// Who was drawn: a column of 0 and 1 or a comparison, `in.subcohort` or `arm == "random"`.
    pub subcohort: String,
    /// How many the cohort is. Left out, it is all rows, those that are neither a case nor drawn among
    /// them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cohort_size: Option<usize>,
    /// Who stands for those at risk.
    #[serde(with = "crate::choice")]
    #[schemars(schema_with = "crate::choice::schema::<CaseCohortMethod>")]
    pub method: CaseCohortMethod,
}

impl Default for CaseCohortRequest {
    fn default() -> CaseCohortRequest {
        CaseCohortRequest {
            rows: RowsRequest::default(),
            conf_level: 0.95,
            subcohort: String::new(),
            cohort_size: None,
            method: CaseCohortMethod::default(),
        }
    }
}

/// A Cox regression of a case-cohort sample.
#[derive(Debug)]
pub struct CaseCohortAnswer {
    /// Rows and doubts; the rows are all that were read, also those outside the sample.
    pub about: About,
    /// What was asked.
    pub request: CaseCohortRequest,
    /// The fit.
    pub fit: CaseCohortFit,
    /// The names of its columns and their terms.
    pub design: Design,
    /// The cohort.
    pub cohort: usize,
    /// Rows that were drawn.
    pub drawn: usize,
    /// Cases.
    pub cases: usize,
    /// Cases that were drawn.
    pub cases_drawn: usize,
    /// Rows that are neither: they stand in the number of the cohort alone.
    pub outside: usize,
}

impl CaseCohortRequest {
    /// Fits the model.
    pub(crate) fn run(&self, data: &Data) -> Result<CaseCohortAnswer, Problem> {
        let condition = self.condition()?;
        let formula = self.rows.parsed()?;
        let options = FrameOptions { also: condition.columns(), ..self.rows.options()? };
        let (mut rows, table) =
            self.rows.rows_and_table(data, "case-cohort", &formula, &options)?;
        rows.doubt_competing();
        rows.refuse_model_terms()?;
        let frame = &rows.frame;
        refuse(frame)?;
        let drawn = self.drawn(&condition, &table, frame)?;
        let observations = frame.observations()?;
        let event = observations.event();
        let sample: Vec<usize> = (0..frame.n).filter(|&row| drawn[row] || event[row]).collect();
        let outside = frame.n - sample.len();
        let count = |of: &dyn Fn(usize) -> bool| sample.iter().filter(|&&row| of(row)).count();
        let (n_drawn, cases) = (count(&|row| drawn[row]), count(&|row| event[row]));
        let cohort = self.cohort(frame.n, outside)?;
        // The levels of the model are counted in the sample.
        let places: Vec<u32> = sample.iter().map(|&row| frame.rows[row]).collect();
        let used = Data::rows_of(&table, &places, Vec::new())?.read(None)?;
        let options = FrameOptions { subset: None, ..options };
        let own = self.rows.rows_of(&used, "case-cohort", &formula, &options)?.frame;
        let design = own.design()?;
        let drawn_of: Vec<bool> = sample.iter().map(|&row| drawn[row]).collect();
        let fit = self.fit(cohort, own.observations()?, &design, &drawn_of)?;
        Ok(CaseCohortAnswer {
            cases_drawn: count(&|row| drawn[row] && event[row]),
            about: rows.about,
            request: self.clone(),
            drawn: n_drawn,
            fit,
            design,
            cohort,
            cases,
            outside,
        })
    }

    fn fit(
        &self,
        cohort: usize,
        observations: &Observations,
        design: &Design,
        drawn: &[bool],
    ) -> Result<CaseCohortFit, Problem> {
        if design.names.is_empty() {
            return Err(Problem::analysis(
                "the formula names no covariates",
                Remedy::to("name at least one column right of ~"),
            ));
        }
        let matrix = DesignMatrix::from_shared(design.values.clone(), design.n_rows)?;
        let model = CaseCohort::new(cohort).method(self.method).conf_level(self.conf_level);
        let fit = model.fit(observations, drawn, &matrix)?;
        let infinite = fit.coefficients().iter().position(|one| one.infinite().is_some());
        match infinite {
            Some(column) => Err(Problem::analysis(
                format!(
                    "{} separates the cases from the others, so that its coefficient runs to infinity",
                    design.names[column]
                ),
                Remedy::to("combine levels, or leave the term out"),
            )),
            None => Ok(fit),
        }
    }

    fn condition(&self) -> Result<Expr, Problem> {
        if self.subcohort.trim().is_empty() {
            return Err(Problem::request(
                "nothing says which rows were drawn for the subcohort",
                Remedy::set("subcohort"),
            ));
        }
        Ok(Expr::parse(&self.subcohort).map_err(riskset_data::Error::from)?)
    }

    /// Which rows of the frame were drawn.
    fn drawn(
        &self,
        condition: &Expr,
        table: &Table,
        frame: &ModelFrame,
    ) -> Result<Vec<bool>, Problem> {
        let flags = table.flags(condition)?;
        let unknown = frame.rows.iter().filter(|&&row| flags[row as usize].is_none()).count();
        if unknown > 0 {
            return Err(Problem::analysis(
                format!(
                    "of {unknown} rows it is not known whether they were drawn for the subcohort"
                ),
                Remedy::to(format!("complete `{}`, or leave the rows out", self.subcohort)),
            ));
        }
        Ok(frame.rows.iter().map(|&row| flags[row as usize] == Some(true)).collect())
    }

    fn cohort(&self, rows: usize, outside: usize) -> Result<usize, Problem> {
        match self.cohort_size {
            Some(size) if size < rows => Err(Problem::request(
                format!("the cohort is said to be {size}, and the data have {rows} rows of it"),
                Remedy::set("cohort_size"),
            )),
            Some(size) => Ok(size),
            None if outside == 0 => Err(Problem::request(
                "all rows are cases or were drawn, so the data do not say how many the cohort was",
                Remedy::set("cohort_size"),
            )),
            None => Ok(rows),
        }
    }
}

fn refuse(frame: &ModelFrame) -> Result<(), Problem> {
    if frame.strata.is_some() {
        return Err(Problem::analysis(
            "strata() in the formula: a subcohort drawn by stratum, or a baseline for each, is not \
             fitted",
            Remedy::to("take the column as a term"),
        ));
    }
    match frame.weights {
        Some(_) => Err(Problem::request(
            "the estimators weight the rows themselves, and take no case weights",
            Remedy::Unset("weights".into()),
        )),
        None => Ok(()),
    }
}
