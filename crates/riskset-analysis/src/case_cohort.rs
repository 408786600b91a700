//! Cox regression of a case-cohort sample.

use crate::{About, Data, Problem, RowsRequest};
use riskset::{
    CaseCohort, CaseCohortFit, CaseCohortMethod, DesignMatrix, Groups, Observations, Remedy,
};
use riskset_data::{Design, Expr, FrameOptions, MISSING, ModelFrame, Table};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
    /// The column by whose values the subcohort was drawn, each with a chance of its own; for `borgan-1`
    /// and `borgan-2`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stratum: Option<String>,
    /// How many of the cohort each stratum is, by its value. Left out, the rows are counted, those that are
    /// neither a case nor drawn among them.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub cohort_sizes: BTreeMap<String, usize>,
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
            stratum: None,
            cohort_sizes: BTreeMap::new(),
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
    /// The strata of the draw; empty for a subcohort that was drawn of all.
    pub strata: Vec<DrawnStratum>,
}

/// A stratum of the cohort, from which so many were drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrawnStratum {
    /// Its value.
    pub level: String,
    /// How many of the cohort it is.
    pub cohort: usize,
    /// Rows that were drawn.
    pub drawn: usize,
    /// Cases.
    pub cases: usize,
}

/// The stratum of each row of the frame, and the values that some row has.
struct Strata {
    index: Vec<u32>,
    levels: Vec<String>,
}

impl Strata {
    /// How many of these rows belong to a stratum.
    fn count(&self, stratum: usize, rows: &[usize]) -> usize {
        rows.iter().filter(|&&row| self.index[row] as usize == stratum).count()
    }

    fn told(&self, sizes: &[usize], drawn: &[usize], cases: &[usize]) -> Vec<DrawnStratum> {
        let one = |(stratum, (level, &cohort)): (usize, (&String, &usize))| DrawnStratum {
            level: level.clone(),
            cohort,
            drawn: self.count(stratum, drawn),
            cases: self.count(stratum, cases),
        };
        self.levels.iter().zip(sizes).enumerate().map(one).collect()
    }
}

impl CaseCohortRequest {
    /// Fits the model.
    pub(crate) fn run(&self, data: &Data) -> Result<CaseCohortAnswer, Problem> {
        let condition = self.condition()?;
        let formula = self.rows.parsed()?;
        let also = condition.columns().into_iter().chain(self.stratum.clone()).collect();
        let options = FrameOptions { also, ..self.rows.options()? };
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
        let strata = self.strata(&table, frame)?;
        let sizes = strata.as_ref().map(|strata| self.sizes(strata, outside)).transpose()?;
        let cohort = match &sizes {
            Some(sizes) => sizes.iter().sum(),
            None => self.cohort(frame.n, outside)?,
        };
        // The levels of the model are counted in the sample.
        let places: Vec<u32> = sample.iter().map(|&row| frame.rows[row]).collect();
        let used = Data::rows_of(&table, &places, Vec::new())?.read(None)?;
        let options = FrameOptions { subset: None, ..options };
        let own = self.rows.rows_of(&used, "case-cohort", &formula, &options)?.frame;
        let design = own.design()?;
        let drawn_of: Vec<bool> = sample.iter().map(|&row| drawn[row]).collect();
        let of_sample = strata.as_ref().zip(sizes.as_deref()).map(|(strata, sizes)| {
            let index = sample.iter().map(|&row| strata.index[row]).collect();
            Ok::<_, riskset::Error>((Groups::new(index, strata.levels.len())?, sizes))
        });
        let of_sample = of_sample.transpose()?;
        let by_stratum = of_sample.as_ref().map(|(strata, sizes)| (strata, *sizes));
        let fit = self.fit(cohort, own.observations()?, &design, &drawn_of, by_stratum)?;
        let told = strata.as_ref().zip(sizes.as_deref());
        let told = told.map_or(Vec::new(), |(strata, sizes)| {
            let rows = |which: &dyn Fn(usize) -> bool| -> Vec<usize> {
                sample.iter().copied().filter(|&row| which(row)).collect()
            };
            strata.told(sizes, &rows(&|row| drawn[row]), &rows(&|row| event[row]))
        });
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
            strata: told,
        })
    }

    fn fit(
        &self,
        cohort: usize,
        observations: &Observations,
        design: &Design,
        drawn: &[bool],
        strata: Option<(&Groups, &[usize])>,
    ) -> Result<CaseCohortFit, Problem> {
        if design.names.is_empty() {
            return Err(Problem::analysis(
                "the formula names no covariates",
                Remedy::to("name at least one column right of ~"),
            ));
        }
        let matrix = DesignMatrix::from_shared(design.values.clone(), design.n_rows)?;
        let model = CaseCohort::new(cohort).method(self.method).conf_level(self.conf_level);
        let fit = match strata {
            None => model.fit(observations, drawn, &matrix)?,
            Some(strata) => model.fit_stratified(observations, drawn, strata, &matrix)?,
        };
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

    /// The strata of the draw, when it was by stratum.
    fn strata(&self, table: &Table, frame: &ModelFrame) -> Result<Option<Strata>, Problem> {
        let by_stratum =
            matches!(self.method, CaseCohortMethod::BorganI | CaseCohortMethod::BorganII);
        let Some(name) = &self.stratum else {
            return match (by_stratum, self.cohort_sizes.is_empty()) {
                (false, true) => Ok(None),
                _ => Err(Problem::request(
                    "a draw by stratum was meant, and no column of its strata was given",
                    Remedy::set("stratum"),
                )),
            };
        };
        if !by_stratum {
            return Err(Problem::request(
                format!(
                    "the estimator {} takes the subcohort for drawn of all, and strata of the draw were \
                     given",
                    self.method.name()
                ),
                Remedy::AnyOf(vec![
                    Remedy::set_to("method", "borgan-2"),
                    Remedy::Unset("stratum".into()),
                ]),
            ));
        }
        let factor = table.factor(name)?;
        let codes: Vec<u32> = frame.rows.iter().map(|&row| factor.codes[row as usize]).collect();
        let unknown = codes.iter().filter(|&&code| code == MISSING).count();
        if unknown > 0 {
            return Err(Problem::analysis(
                format!("of {unknown} rows the stratum is not known in which they could be drawn"),
                Remedy::to(format!("complete `{name}`, or leave the rows out")),
            ));
        }
        let used: Vec<u32> =
            (0..factor.levels.len() as u32).filter(|code| codes.contains(code)).collect();
        let place = |code: &u32| used.iter().position(|found| found == code).unwrap_or(0) as u32;
        Ok(Some(Strata {
            index: codes.iter().map(place).collect(),
            levels: used.iter().map(|&code| factor.levels[code as usize].clone()).collect(),
        }))
    }

    /// How many of the cohort each stratum is.
    fn sizes(&self, strata: &Strata, outside: usize) -> Result<Vec<usize>, Problem> {
        if self.cohort_size.is_some() {
            return Err(Problem::request(
                "of a draw by stratum the number of the whole cohort is not enough",
                Remedy::AnyOf(vec![
                    Remedy::set("cohort_sizes"),
                    Remedy::Unset("cohort_size".into()),
                ]),
            ));
        }
        let counted = |stratum: usize| {
            strata.index.iter().filter(|&&index| index as usize == stratum).count()
        };
        if self.cohort_sizes.is_empty() {
            return match outside {
                0 => Err(Problem::request(
                    "all rows are cases or were drawn, so the data do not say how many each stratum was",
                    Remedy::set("cohort_sizes"),
                )),
                _ => Ok((0..strata.levels.len()).map(counted).collect()),
            };
        }
        if let Some(name) = self.cohort_sizes.keys().find(|name| !strata.levels.contains(name)) {
            return Err(Problem::request(
                format!(
                    "a size was given of the stratum {name:?}, and the strata are {}",
                    strata.levels.join(", ")
                ),
                Remedy::set("cohort_sizes"),
            ));
        }
        let size = |(stratum, level): (usize, &String)| match self.cohort_sizes.get(level) {
            None => Err(Problem::request(
                format!("no size was given of the stratum {level:?}"),
                Remedy::set("cohort_sizes"),
            )),
            Some(&size) if size < counted(stratum) => Err(Problem::request(
                format!(
                    "the stratum {level:?} is said to be {size}, and the data have {} rows of it",
                    counted(stratum)
                ),
                Remedy::set("cohort_sizes"),
            )),
            Some(&size) => Ok(size),
        };
        strata.levels.iter().enumerate().map(size).collect()
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
            "strata() in the formula is a baseline for each stratum, which is not fitted",
            Remedy::AnyOf(vec![Remedy::to("take the column as a term"), Remedy::set("stratum")]),
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
