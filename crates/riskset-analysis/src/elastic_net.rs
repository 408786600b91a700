//! The elastic net: which of many columns predict, by a penalised path and cross-validation.

use crate::{About, Data, Doubt, Problem, RowsRequest};
use riskset::{CrossValidated, DesignMatrix, ElasticNet, NetPath, Remedy, Ties, folds};
use riskset_data::ModelFrame;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The elastic net of a Cox model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ElasticNetRequest {
    /// Data, model and rows.
    #[serde(flatten)]
    pub rows: RowsRequest,
    /// The mixture: 1 for the lasso, 0 for ridge regression.
    pub alpha: f64,
    /// The lambdas; made where none are given.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lambdas: Vec<f64>,
    /// How many lambdas are made.
    pub n_lambdas: usize,
    /// The last lambda as a part of the first; 0.0001 where none is given, or 0.01 with fewer rows than
    /// columns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub least: Option<f64>,
    /// Whether columns are divided by their standard deviation.
    pub standardise: bool,
    /// How tied event times enter the likelihood.
    #[serde(with = "crate::choice")]
    #[schemars(schema_with = "crate::choice::schema::<Ties>")]
    pub ties: Ties,
    /// The parts into which the patients are divided to choose lambda; 0 for none.
    pub folds: usize,
    /// The seed of the division.
    pub seed: u64,
}

impl Default for ElasticNetRequest {
    fn default() -> ElasticNetRequest {
        ElasticNetRequest {
            rows: RowsRequest::default(),
            alpha: 1.0,
            lambdas: Vec::new(),
            n_lambdas: 100,
            least: None,
            standardise: true,
            ties: Ties::Breslow,
            folds: 10,
            seed: 1,
        }
    }
}

/// The elastic net of a Cox model.
#[derive(Clone, Debug)]
pub struct ElasticNetAnswer {
    /// Rows and doubts.
    pub about: About,
    /// What was asked.
    pub request: ElasticNetRequest,
    /// The columns.
    pub names: Vec<String>,
    /// The path, of all rows.
    pub path: NetPath,
    /// The cross-validation, when asked for.
    pub validation: Option<NetValidation>,
}

/// Which lambda.
#[derive(Clone, Debug, PartialEq)]
pub struct NetValidation {
    /// The mean deviance per event at each lambda of the path, in patients who did not help.
    pub deviance: Vec<f64>,
    /// Its standard error.
    pub std_error: Vec<f64>,
    /// The place of the lambda with the least deviance.
    pub best: usize,
    /// The place of the greatest lambda within one standard error of it.
    pub within_one_error: usize,
}

impl ElasticNetRequest {
    /// Fits the path, and divides the patients.
    pub(crate) fn run(&self, data: &Data) -> Result<ElasticNetAnswer, Problem> {
        let mut rows = self.rows.rows(data, "elastic-net")?;
        rows.doubt_competing();
        let frame = &rows.frame;
        refuse_clusters(frame)?;
        let design = frame.design()?;
        if design.n_columns() == 0 {
            return Err(Problem::request(
                "the formula names no columns to choose from",
                Remedy::to(
                    "write columns right of ~, such as Surv(time, event) ~ age + cea + stage",
                ),
            ));
        }
        let matrix = DesignMatrix::from_shared(design.values.clone(), design.n_rows)?;
        let response = frame.observations()?;
        let net = self.net(frame);
        let (path, validation) = match self.folds {
            0 => (net.path(response, &matrix)?, None),
            count => {
                let fold = folds(response.len(), count, self.seed);
                let CrossValidated { path, deviance, std_error, best, within_one_error } =
                    net.cross_validated(response, &matrix, &fold)?;
                (path, Some(NetValidation { deviance, std_error, best, within_one_error }))
            }
        };
        let mut about = rows.about;
        for (column, name) in design.names.iter().enumerate() {
            let values = design.column(column);
            if values.iter().all(|value| *value == values[0]) {
                about.doubt(Doubt::Collinear { term: name.clone(), equals: Vec::new() });
            }
        }
        Ok(ElasticNetAnswer { about, request: self.clone(), names: design.names, path, validation })
    }

    fn net<'a>(&self, frame: &'a ModelFrame) -> ElasticNet<'a> {
        ElasticNet::default()
            .alpha(self.alpha)
            .lambdas(self.lambdas.clone())
            .count(self.n_lambdas)
            .least(self.least)
            .standardise(self.standardise)
            .ties(self.ties)
            .strata(frame.strata.as_ref().map(|strata| &strata.groups))
            .offset(frame.offset.as_deref())
    }
}

/// Coefficients without a standard error have no robust one.
fn refuse_clusters(frame: &ModelFrame) -> Result<(), Problem> {
    match frame.cluster.is_some() {
        false => Ok(()),
        true => Err(Problem::request(
            "an elastic net has no standard errors, and so no use for cluster()",
            Remedy::to("leave cluster() out, or give each patient one row"),
        )),
    }
}
