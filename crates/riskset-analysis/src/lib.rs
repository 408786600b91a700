//! From a request to a typed answer: the one layer between the estimators and the front ends.
//!
//! A [`Request`] says what is asked, with every default in one place; [`Data`] is the table it is
//! asked of; [`run`] fits, compares, tests and doubts, and gives an [`Answer`]. The command line, a
//! study file, Python and the page translate what a person said into a request and write the answer
//! down. They decide nothing: a default stands once, in the request's `Default`; a guard stands
//! once, in `run`, and so is said by every front end.
//!
//! A fact is a type. What is doubtful is a [`Doubt`] with its facts, what is refused is a
//! [`Problem`] whose [`Remedy`] each front end words in its own terms.
//!
//! ```
//! use riskset_analysis::{Answer, Data, KmRequest, Request, RowsRequest, run};
//!
//! let rows = RowsRequest::new("@lung", "Surv(time, status == 2) ~ sex");
//! let request = Request::Km(KmRequest { rows, times: vec![180.0], ..KmRequest::default() });
//! let Answer::Km(answer) = run(&request, &Data::of(&request)?)? else { unreachable!() };
//! assert_eq!(answer.groups[0].curve.median().estimate, Some(270.0));
//! assert!(answer.test.expect("there are two groups").p_value() < Some(0.01));
//! # Ok::<(), riskset_analysis::Problem>(())
//! ```

mod about;
mod adjust;
mod answer;
mod case_cohort;
mod choice;
mod clogit;
mod compare;
mod comparison;
mod contrast;
mod cox;
mod curve;
mod curves;
mod cutpoint;
mod data;
mod derive;
mod doubt;
mod elastic_net;
mod endpoint;
mod expected;
mod explain;
mod factors;
pub mod federated;
pub mod figure;
mod further;
mod incidence;
mod look;
mod margin;
mod matching;
mod over_time;
mod performance;
mod planning;
mod pooling;
mod pooling_ratio;
mod predict;
mod problem;
mod proportion;
mod request;
mod rows;
mod saved;
mod simulation;
mod split;
mod tables;
mod tipping;
mod voice;

pub use about::{About, GroupName, Landmark, told_time};
pub use adjust::{
    AdjustAnswer, AdjustContrast, AdjustFor, AdjustGroup, AdjustMethod, AdjustRequest,
    AdjustedCurve, CurveBand,
};
pub use answer::{Answer, run};
pub use case_cohort::{CaseCohortAnswer, CaseCohortRequest, DrawnStratum};
pub use clogit::{ClogitAnswer, ClogitRequest, MatchedSets};
pub use compare::{CompareAnswer, CompareRequest, MarginResult, OverStrata};
pub use comparison::{LogrankAnswer, LogrankRequest, PairwiseRequest};
pub use contrast::{HazardRatios, Ratio};
pub use cox::{
    CoxAnswer, CoxPrediction, CoxRequest, EffectOverTime, EffectPoint, FrailtyAnswer, Nested,
    Penalised, PredictedPoint, ResidualKind, Residuals,
};
pub use curve::{Course, CurveOver, Quartiles, told};
pub use curves::{FewPatientsLimits, KmAnswer, KmGroup, KmRequest, MoreOfCurve};
pub use cutpoint::{CutpointAnswer, CutpointRequest, Side};
pub use data::{Data, Given, NewColumn};
pub use doubt::{ContrastDoubt, Doubt};
pub use elastic_net::{ElasticNetAnswer, ElasticNetRequest, NetValidation};
pub use endpoint::{EndpointAnswer, EndpointRequest};
pub use expected::IncidencePrediction;
pub use explain::{StepColumn, StepKind, Steps};
pub use factors::{Factor, FactorLine, FactorsAnswer, FactorsRequest};
pub use further::{Exact, Further, FurtherTests, PermutationRequest, USUAL_COMBINATION};
pub use incidence::{
    CauseRequest, CifAnswer, CifGroup, CifRequest, FineGrayAnswer, FineGrayRequest,
};
pub use look::{LookAnswer, LookRequest};
pub use margin::{Margin, MarginOf};
pub use matching::{
    CONVENTIONS, Convention, DEPARTURES, Departure, Matching, Moved, NotMatched, Software,
    conventions_page,
};
pub use over_time::{OverTime, OverTimeRequest};
pub use performance::{
    Corrected, IncidenceModel, Judged, Measures, ModelComparison, ModelPerformance,
    PerformanceAnswer, PerformanceRequest, RiskGroup, RiskGroupsAnswer, RiskGroupsRequest,
    Validation,
};
pub use planning::{
    LogrankPlan, PowerLogrankAnswer, PowerLogrankRequest, PowerNpvAnswer, PowerNpvRequest,
};
pub use pooling::{MetaProportionAnswer, MetaProportionRequest};
pub use pooling_ratio::{MetaHrAnswer, MetaHrRequest, RatioSource};
pub use predict::{PredictAnswer, PredictRequest, Predictions};
pub use problem::{Problem, ProblemKind};
pub use proportion::{NpvAnswer, NpvRequest};
pub use request::Request;
pub use riskset::{Remedy, Voice};
pub use rows::{ReferenceLevel, Rows, RowsRequest};
pub use saved::{
    SavedBasis, SavedCoefficient, SavedCovariate, SavedIncidence, SavedMeasure, SavedModel,
    SavedStratum, SavedValidation,
};
pub use simulation::{Measure, Repeated, SimulateAnswer, SimulateRequest};
pub use split::{SplitAnswer, SplitAudit, SplitRequest};
pub use tables::{
    ColumnSummary, Described, DescribedAs, FewAtRisk, GroupComparison, NumberSummary, Summary,
    TableCifAnswer, TableCifRequest, TableColumn, TableOneAnswer, TableOneRequest,
    TableSurvivalAnswer, TableSurvivalRequest, TestKind,
};
pub use tipping::{LostGroup, TippingAnswer, TippingRequest};
pub use voice::{RequestWords, VoiceOf};
