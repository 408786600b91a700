//! What is asked: one struct for each analysis, and the file that holds it.

use crate::figure::{
    PageRequest, PlotBalanceRequest, PlotCifRequest, PlotCurvesRequest, PlotCutpointRequest,
    PlotDifferenceRequest, PlotEffectRequest, PlotElasticNetRequest, PlotExplainRequest,
    PlotFactorsRequest, PlotFlowRequest, PlotForestRequest, PlotMetaHrRequest, PlotMetaRequest,
    PlotNomogramRequest, PlotNpvRequest, PlotPerformanceRequest, PlotResidualsRequest,
    PlotRiskGroupsRequest, PlotSchoenfeldRequest, PlotSubgroupsRequest, PlotSwimmerRequest,
    PlotTippingRequest,
};
use crate::matching::{self, Software};
use crate::{
    AdjustRequest, CaseCohortRequest, CifRequest, ClogitRequest, CompareRequest, CoxRequest,
    CutpointRequest, ElasticNetRequest, EndpointRequest, FactorsRequest, FineGrayRequest,
    KmRequest, LogrankRequest, LookRequest, MetaHrRequest, MetaProportionRequest, NpvRequest,
    PerformanceRequest, PowerLogrankRequest, PowerNpvRequest, PredictRequest, Problem,
    RiskGroupsRequest, RowsRequest, SimulateRequest, SplitRequest, TableCifRequest,
    TableOneRequest, TableSurvivalRequest, TippingRequest,
};
use riskset::Remedy;
use riskset_data::ReadOptions;
use schemars::{JsonSchema, Schema};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A question. As JSON: `{"analysis": "km", "data": "@lung", "formula": "...", ...}`; what is left
/// out has its default, what is unknown is refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "analysis", rename_all = "kebab-case")]
pub enum Request {
    /// Survival curves.
    Km(KmRequest),
    /// A comparison of curves.
    Logrank(LogrankRequest),
    /// Groups compared for one endpoint.
    Compare(CompareRequest),
    /// Groups compared with and without adjustment.
    Adjust(AdjustRequest),
    /// The search for a cut-point.
    Cutpoint(CutpointRequest),
    /// A Cox regression.
    Cox(CoxRequest),
    /// A Cox regression of a case-cohort sample.
    CaseCohort(CaseCohortRequest),
    /// A conditional logistic regression.
    Clogit(ClogitRequest),
    /// The elastic net of a Cox model.
    ElasticNet(ElasticNetRequest),
    /// Prognostic factors, one by one and together.
    Factors(FactorsRequest),
    /// What the predictions of Cox models are worth.
    Performance(PerformanceRequest),
    /// Groups by what a model predicts.
    RiskGroups(RiskGroupsRequest),
    /// What a saved model predicts.
    Predict(PredictRequest),
    /// Cumulative incidences.
    Cif(CifRequest),
    /// A Fine-Gray regression.
    FineGray(FineGrayRequest),
    /// Proportions of clustered observations.
    Npv(NpvRequest),
    /// A pooled proportion.
    MetaProportion(MetaProportionRequest),
    /// A pooled hazard ratio.
    MetaHr(MetaHrRequest),
    /// Times and events from dates.
    Endpoint(EndpointRequest),
    /// How much hangs on those who were lost.
    Tipping(TippingRequest),
    /// Rows of (start, stop].
    Split(SplitRequest),
    /// What is in a file.
    Look(LookRequest),
    /// The patients by group, as a table.
    TableOne(TableOneRequest),
    /// Survival at given times, as a table.
    TableSurvival(TableSurvivalRequest),
    /// Cumulative incidences at given times, as a table.
    TableCif(TableCifRequest),
    /// The size of a study of one proportion.
    PowerNpv(PowerNpvRequest),
    /// A plan for a log-rank test.
    PowerLogrank(PowerLogrankRequest),
    /// Patients with a known truth.
    Simulate(SimulateRequest),
    /// Survival curves, drawn.
    PlotKm(PlotCurvesRequest),
    /// Potential follow-up, drawn.
    PlotFollowUp(PlotCurvesRequest),
    /// Cumulative hazards, drawn.
    PlotCumhaz(PlotCurvesRequest),
    /// log(-log S(t)) against log time.
    PlotLoglog(PlotCurvesRequest),
    /// Two curves with their difference.
    PlotDifference(PlotDifferenceRequest),
    /// Cumulative incidences, drawn.
    PlotCif(PlotCifRequest),
    /// Hazard ratios of a Cox model, drawn.
    PlotForest(PlotForestRequest),
    /// Prognostic factors, one by one and together, drawn.
    PlotFactors(PlotFactorsRequest),
    /// What the predictions of Cox models are worth, drawn.
    PlotPerformance(PlotPerformanceRequest),
    /// Curves of groups by what a model predicts.
    PlotRiskGroups(PlotRiskGroupsRequest),
    /// A Cox model as a nomogram.
    PlotNomogram(PlotNomogramRequest),
    /// Hazard ratios by subgroup, drawn.
    PlotSubgroups(PlotSubgroupsRequest),
    /// Scaled Schoenfeld residuals, drawn.
    PlotSchoenfeld(PlotSchoenfeldRequest),
    /// Residuals of a Cox model, drawn.
    PlotResiduals(PlotResidualsRequest),
    /// Proportions of clustered observations, drawn.
    PlotNpv(PlotNpvRequest),
    /// A forest plot of a meta-analysis.
    PlotMeta(PlotMetaRequest),
    /// A forest plot of a meta-analysis of hazard ratios.
    PlotMetaHr(PlotMetaHrRequest),
    /// A bar for each patient.
    PlotSwimmer(PlotSwimmerRequest),
    /// The steps of a curve, a test or a likelihood, drawn.
    PlotExplain(PlotExplainRequest),
    /// How alike the groups are before and after weighting, drawn.
    PlotLove(PlotBalanceRequest),
    /// How the propensities of the groups overlap, drawn.
    PlotOverlap(PlotBalanceRequest),
    /// The hazard ratio over what might have become of those who were lost, drawn.
    PlotTipping(PlotTippingRequest),
    /// Hazard ratios over time, drawn.
    PlotEffect(PlotEffectRequest),
    /// The path of an elastic net and its cross-validation.
    PlotElasticNet(PlotElasticNetRequest),
    /// The statistic of every cut-point, drawn.
    PlotCutpoint(PlotCutpointRequest),
    /// The flow of the patients.
    PlotFlow(PlotFlowRequest),
}

impl Request {
    /// The analysis, as a request names it: `km`.
    pub fn name(&self) -> String {
        self.to_value()["analysis"].as_str().unwrap_or_default().to_owned()
    }

    /// Reads a request.
    ///
    /// # Errors
    ///
    /// A [`Problem`] for text that is no JSON object, an analysis or a field that does not exist
    /// (the nearest name is offered), and a value of another kind.
    pub fn from_json(text: &str) -> Result<Request, Problem> {
        let value: Value = serde_json::from_str(text)
            .map_err(|error| Problem::request(format!("the request is no JSON: {error}"), None))?;
        let Value::Object(fields) = value else {
            return Err(Problem::request("the request is no JSON object", None));
        };
        Request::from_fields(fields)
    }

    /// Reads the fields of a request, `analysis` among them.
    ///
    /// # Errors
    ///
    /// As [`from_json`](Self::from_json).
    pub fn from_fields(fields: Map<String, Value>) -> Result<Request, Problem> {
        refuse_unknown(&fields)?;
        let mut fields = fields;
        if let Some(name) = fields.get("match").and_then(Value::as_str) {
            let software: Software =
                name.parse().map_err(|error| Problem::request(error, Remedy::set("match")))?;
            let given: Vec<String> = fields.keys().cloned().collect();
            matching::settle(&mut fields, software, &|field| given.iter().any(|one| one == field))?;
        }
        serde_json::from_value(Value::Object(fields))
            .map_err(|error| Problem::request(format!("the request cannot be read: {error}"), None))
    }

    /// The same request with the defaults of a program in all that was not `given` explicitly, by the
    /// names of its fields.
    ///
    /// # Errors
    ///
    /// A [`Problem`] for an analysis in which no program does anything else.
    pub fn matched(
        &self,
        software: Software,
        given: &dyn Fn(&str) -> bool,
    ) -> Result<Request, Problem> {
        let Value::Object(mut fields) = self.to_value() else { return Ok(self.clone()) };
        matching::settle(&mut fields, software, given)?;
        serde_json::from_value(Value::Object(fields))
            .map_err(|error| Problem::request(format!("the request cannot be read: {error}"), None))
    }

    /// The request as a file: every field with the value that it has, the defaults too.
    pub fn to_json(&self) -> String {
        let text =
            serde_json::to_string_pretty(&self.to_value()).expect("a request is always JSON");
        text + "\n"
    }

    /// The request as a JSON value.
    pub fn to_value(&self) -> Value {
        let mut value = serde_json::to_value(self).expect("a request is always JSON");
        if let Value::Object(fields) = &mut value {
            matching::complete(fields);
        }
        value
    }

    /// The JSON Schema of all requests.
    pub fn schema() -> Schema {
        schemars::schema_for!(Request)
    }

    /// The fields that an analysis takes, by its name in a request; `None` for a name that is none.
    pub fn fields_of(analysis: &str) -> Option<Vec<String>> {
        known_fields().into_iter().find(|(name, _)| name == analysis).map(|(_, fields)| fields)
    }

    /// The main table as it was named; `None` for a plan, which has no data, and for a flow, whose
    /// counts are no table.
    pub fn data(&self) -> Option<&str> {
        self.source().map(|(data, _)| data)
    }

    /// What the reader of the main table is told.
    pub fn reading(&self) -> ReadOptions {
        self.source().map_or_else(ReadOptions::default, |(_, reading)| reading.clone())
    }

    fn source(&self) -> Option<(&str, &ReadOptions)> {
        match self {
            Request::MetaProportion(request) => Some((&request.data, &request.reading)),
            Request::MetaHr(request) => Some((&request.data, &request.reading)),
            Request::PlotMetaHr(request) => Some((&request.pooled.data, &request.pooled.reading)),
            Request::Endpoint(request) => Some((&request.data, &request.reading)),
            Request::Look(request) => Some((&request.data, &request.reading)),
            Request::TableOne(request) => Some((&request.data, &request.reading)),
            Request::Predict(request) => Some((&request.data, &request.reading)),
            Request::PlotMeta(request) => Some((&request.pooled.data, &request.pooled.reading)),
            _ => self.rows().map(|rows| (rows.data.as_str(), &rows.reading)),
        }
    }

    /// The part of the request that says which rows are analysed; `None` where there is no formula.
    pub(crate) fn rows(&self) -> Option<&RowsRequest> {
        Some(match self {
            Request::Km(request) => &request.rows,
            Request::TableSurvival(request) => &request.curves.rows,
            Request::TableCif(request) => &request.incidences.rows,
            Request::Logrank(request) => &request.rows,
            Request::Compare(request) => &request.rows,
            Request::Adjust(request) => &request.rows,
            Request::Cutpoint(request) => &request.rows,
            Request::Split(request) => &request.rows,
            Request::Tipping(request) => &request.rows,
            Request::PlotTipping(request) => &request.tipping.rows,
            Request::PlotCutpoint(request) => &request.cutpoint.rows,
            Request::PlotEffect(request) => &request.rows,
            Request::ElasticNet(request) => &request.rows,
            Request::PlotElasticNet(request) => &request.net.rows,
            Request::Cox(request) => &request.rows,
            Request::Factors(request) => &request.rows,
            Request::Performance(request) => &request.rows,
            Request::CaseCohort(request) => &request.rows,
            Request::Clogit(request) => &request.rows,
            Request::RiskGroups(request) => &request.rows,
            Request::PlotRiskGroups(request) => &request.risk_groups.rows,
            Request::PlotPerformance(request) => &request.performance.rows,
            Request::Cif(request) => &request.rows,
            Request::FineGray(request) => &request.rows,
            Request::Npv(request) => &request.rows,
            Request::PlotKm(request)
            | Request::PlotFollowUp(request)
            | Request::PlotCumhaz(request)
            | Request::PlotLoglog(request) => &request.rows,
            Request::PlotDifference(request) => &request.rows,
            Request::PlotCif(request) => &request.rows,
            Request::PlotForest(request) => &request.rows,
            Request::PlotFactors(request) => &request.factors.rows,
            Request::PlotNomogram(request) => &request.rows,
            Request::PlotSubgroups(request) => &request.rows,
            Request::PlotSchoenfeld(request) => &request.rows,
            Request::PlotResiduals(request) => &request.rows,
            Request::PlotLove(request) | Request::PlotOverlap(request) => &request.rows,
            Request::PlotNpv(request) => &request.npv.rows,
            Request::PlotSwimmer(request) => &request.rows,
            Request::PlotExplain(request) => &request.rows,
            Request::MetaProportion(_)
            | Request::MetaHr(_)
            | Request::PlotMetaHr(_)
            | Request::Endpoint(_)
            | Request::Look(_)
            | Request::TableOne(_)
            | Request::Predict(_)
            | Request::PlotMeta(_)
            | Request::PlotFlow(_)
            | Request::Simulate(_)
            | Request::PowerNpv(_)
            | Request::PowerLogrank(_) => return None,
        })
    }

    /// The page of a figure; `None` for an answer in numbers.
    pub fn page(&self) -> Option<&PageRequest> {
        Some(match self {
            Request::PlotKm(request)
            | Request::PlotFollowUp(request)
            | Request::PlotCumhaz(request)
            | Request::PlotLoglog(request) => &request.page,
            Request::PlotDifference(request) => &request.page,
            Request::PlotCif(request) => &request.page,
            Request::PlotForest(request) => &request.page,
            Request::PlotFactors(request) => &request.page,
            Request::PlotPerformance(request) => &request.page,
            Request::PlotRiskGroups(request) => &request.page,
            Request::PlotNomogram(request) => &request.page,
            Request::PlotSubgroups(request) => &request.page,
            Request::PlotSchoenfeld(request) => &request.page,
            Request::PlotResiduals(request) => &request.page,
            Request::PlotNpv(request) => &request.page,
            Request::PlotMeta(request) => &request.page,
            Request::PlotMetaHr(request) => &request.page,
            Request::PlotSwimmer(request) => &request.page,
            Request::PlotExplain(request) => &request.page,
            Request::PlotLove(request) | Request::PlotOverlap(request) => &request.page,
            Request::PlotCutpoint(request) => &request.page,
            Request::PlotEffect(request) => &request.page,
            Request::PlotElasticNet(request) => &request.page,
            Request::PlotTipping(request) => &request.page,
            Request::PlotFlow(request) => &request.page,
            _ => return None,
        })
    }

    /// Files of text as they were named, each with its role: a journal profile, the counts of a flow.
    pub fn text_files(&self) -> Vec<(&'static str, &str)> {
        let theme = self.page().and_then(PageRequest::file).map(|file| ("theme", file));
        let mut files: Vec<(&'static str, &str)> = theme.into_iter().collect();
        match self {
            Request::PlotFlow(request) => files.push(("counts", &request.data)),
            Request::Predict(request) if !request.model.is_empty() => {
                files.push(("model", &request.model));
            }
            Request::Simulate(request) => {
                let model = Some(("model", request.model.as_str()));
                let ask = request.ask.as_deref().map(|ask| ("ask", ask));
                files.extend(model.into_iter().filter(|(_, name)| !name.is_empty()).chain(ask));
            }
            _ => {}
        }
        files
    }

    /// Further tables as they were named, each with its role.
    pub fn further_data(&self) -> Vec<(&'static str, &str)> {
        match self {
            Request::Cox(request) => {
                request.predict.iter().map(|name| ("predict", name.as_str())).collect()
            }
            Request::Performance(request)
            | Request::PlotPerformance(PlotPerformanceRequest { performance: request, .. }) => {
                request.validate.iter().map(|name| ("validate", name.as_str())).collect()
            }
            Request::RiskGroups(request)
            | Request::PlotRiskGroups(PlotRiskGroupsRequest { risk_groups: request, .. }) => {
                request.validate.iter().map(|name| ("validate", name.as_str())).collect()
            }
            Request::Split(request) => {
                request.with.iter().map(|name| ("with", name.as_str())).collect()
            }
            Request::FineGray(request) => {
                request.predict.iter().map(|name| ("predict", name.as_str())).collect()
            }
            _ => Vec::new(),
        }
    }
}

impl Request {
    /// Every file as it was named, the main table first.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        let further = self.further_data().into_iter().chain(self.text_files());
        self.data().into_iter().chain(further.map(|(_, name)| name))
    }
}

/// Refuses a field that the analysis does not have, with the nearest one.
fn refuse_unknown(fields: &Map<String, Value>) -> Result<(), Problem> {
    let known = known_fields();
    let names: Vec<&str> = known.iter().map(|(name, _)| name.as_str()).collect();
    let analysis = match fields.get("analysis").and_then(Value::as_str) {
        Some(analysis) => analysis,
        None => {
            let what = format!("the request names no analysis; there are {}", names.join(", "));
            return Err(Problem::request(what, Remedy::set("analysis")));
        }
    };
    let Some((_, allowed)) = known.iter().find(|(name, _)| name == analysis) else {
        return Err(unknown("analysis", analysis, &names));
    };
    let allowed: Vec<&str> = allowed.iter().map(String::as_str).collect();
    match fields.keys().find(|field| !allowed.contains(&field.as_str())) {
        Some(field) => Err(unknown("field", field, &allowed)),
        None => Ok(()),
    }
}

fn unknown(what: &str, name: &str, known: &[&str]) -> Problem {
    let nearest = riskset_data::nearest(name, known.iter().copied());
    let message = match nearest {
        Some(nearest) => format!("there is no {what} `{name}`; the nearest is `{nearest}`"),
        None => format!("there is no {what} `{name}`; there are {}", known.join(", ")),
    };
    Problem::request(message, None)
}

/// Every analysis with its fields, as the schema has them.
fn known_fields() -> Vec<(String, Vec<String>)> {
    let schema = Request::schema().to_value();
    let variants = schema["oneOf"].as_array().into_iter().flatten();
    variants.map(|variant| fields_of(variant, &schema)).collect()
}

fn fields_of(variant: &Value, schema: &Value) -> (String, Vec<String>) {
    let mut fields = Vec::new();
    let mut open = vec![variant];
    while let Some(part) = open.pop() {
        let properties = part["properties"].as_object().into_iter().flatten();
        fields.extend(properties.map(|(name, _)| name.clone()));
        let reference = part["$ref"].as_str().and_then(|name| name.rsplit('/').next());
        open.extend(reference.map(|name| &schema["$defs"][name]));
        open.extend(part["allOf"].as_array().into_iter().flatten());
    }
    let name = variant["properties"]["analysis"]["const"].as_str().unwrap_or_default();
    (name.to_owned(), fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        Request::from_json(text).unwrap_err().to_string()
    }

    #[test]
    fn a_request_is_read_and_written() {
        let text = r#"{"analysis": "km", "data": "@lung", "formula": "Surv(time, status == 2) ~ 1",
            "times": [180, 365.25], "conf_type": "log-log"}"#;
        let request = Request::from_json(text).unwrap();
        let Request::Km(km) = &request else { panic!("{request:?}") };
        assert_eq!((&km.times[..], km.conf_level), (&[180.0, 365.25][..], 0.95));
        assert_eq!(km.conf_type, riskset::ConfType::LogLog);
        assert_eq!(Request::from_json(&request.to_json()).unwrap(), request);
    }

    #[test]
    fn what_does_not_exist_is_refused_with_the_nearest() {
        assert!(refusal(r#"{"analysis": "km", "tims": [1]}"#).contains("the nearest is `times`"));
        assert!(refusal(r#"{"analysis": "logrnk"}"#).contains("the nearest is `logrank`"));
        assert!(refusal(r#"{"data": "@lung"}"#).contains("names no analysis"));
        assert!(refusal(r#"{"analysis": "km", "conf_type": "logg"}"#).contains("log-log"));
        assert!(refusal("[1]").contains("no JSON object"));
    }
}
