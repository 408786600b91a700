//! The document of any answer.

use super::adjust::AdjustDocument;
use super::case_cohort::CaseCohortDocument;
use super::cif::CifDocument;
use super::clogit::ClogitDocument;
use super::compare::CompareDocument;
use super::cox::CoxDocument;
use super::cutpoint::CutpointDocument;
use super::elastic_net::ElasticNetDocument;
use super::endpoint::EndpointDocument;
use super::factors::FactorsDocument;
use super::fine_gray::FineGrayDocument;
use super::km::KmDocument;
use super::logrank::LogrankDocument;
use super::look::LookDocument;
use super::meta::MetaDocument;
use super::meta_hr::MetaHrDocument;
use super::npv::NpvDocument;
use super::performance::PerformanceDocument;
use super::power::PowerDocument;
use super::predict::PredictDocument;
use super::risk_groups::RiskGroupsDocument;
use super::simulate::SimulateDocument;
use super::split::SplitDocument;
use super::table_one::TableOneDocument;
use super::table_times::{TableCifDocument, TableSurvivalDocument};
use super::tipping::TippingDocument;
use super::{Document, Head};
use crate::format::Style;
use crate::table::Table;
use riskset_analysis::{Answer, Voice};
use schemars::JsonSchema;
use serde::Serialize;

/// The document of an answer, whatever was asked. As JSON it is the document itself.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(untagged)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each variant is the document of its name")]
pub enum AnyDocument {
    Km(Box<KmDocument>),
    Logrank(Box<LogrankDocument>),
    Compare(Box<CompareDocument>),
    Adjust(Box<AdjustDocument>),
    Cutpoint(Box<CutpointDocument>),
    /// An elastic net.
    ElasticNet(Box<ElasticNetDocument>),
    Split(Box<SplitDocument>),
    Tipping(Box<TippingDocument>),
    Cox(Box<CoxDocument>),
    Factors(Box<FactorsDocument>),
    Performance(Box<PerformanceDocument>),
    RiskGroups(Box<RiskGroupsDocument>),
    CaseCohort(Box<CaseCohortDocument>),
    Clogit(Box<ClogitDocument>),
    Predict(Box<PredictDocument>),
    Cif(Box<CifDocument>),
    FineGray(Box<FineGrayDocument>),
    Npv(Box<NpvDocument>),
    Meta(Box<MetaDocument>),
    MetaHr(Box<MetaHrDocument>),
    Endpoint(Box<EndpointDocument>),
    Look(Box<LookDocument>),
    TableOne(Box<TableOneDocument>),
    TableSurvival(Box<TableSurvivalDocument>),
    TableCif(Box<TableCifDocument>),
    Power(Box<PowerDocument>),
    Simulate(Box<SimulateDocument>),
}

/// Calls the same method of whichever document it is.
macro_rules! delegate {
    ($self:ident, $document:ident => $call:expr) => {
        match $self {
            AnyDocument::Km($document) => $call,
            AnyDocument::Logrank($document) => $call,
            AnyDocument::Compare($document) => $call,
            AnyDocument::Adjust($document) => $call,
            AnyDocument::Cutpoint($document) => $call,
            AnyDocument::ElasticNet($document) => $call,
            AnyDocument::Split($document) => $call,
            AnyDocument::Tipping($document) => $call,
            AnyDocument::Cox($document) => $call,
            AnyDocument::Factors($document) => $call,
            AnyDocument::Performance($document) => $call,
            AnyDocument::RiskGroups($document) => $call,
            AnyDocument::CaseCohort($document) => $call,
            AnyDocument::Clogit($document) => $call,
            AnyDocument::Predict($document) => $call,
            AnyDocument::Cif($document) => $call,
            AnyDocument::FineGray($document) => $call,
            AnyDocument::Npv($document) => $call,
            AnyDocument::Meta($document) => $call,
            AnyDocument::MetaHr($document) => $call,
            AnyDocument::Endpoint($document) => $call,
            AnyDocument::Look($document) => $call,
            AnyDocument::TableOne($document) => $call,
            AnyDocument::TableSurvival($document) => $call,
            AnyDocument::TableCif($document) => $call,
            AnyDocument::Power($document) => $call,
            AnyDocument::Simulate($document) => $call,
        }
    };
}

impl AnyDocument {
    /// The document of an answer, its doubts in the words of a front end.
    ///
    /// `None` for a figure, which is drawn.
    pub fn of(answer: Answer, voice: &dyn Voice) -> Option<AnyDocument> {
        Some(match answer {
            Answer::Km(answer) => AnyDocument::Km(Box::new(KmDocument::of(*answer, voice))),
            Answer::Logrank(answer) => {
                AnyDocument::Logrank(Box::new(LogrankDocument::of(*answer, voice)))
            }
            Answer::Compare(answer) => {
                AnyDocument::Compare(Box::new(CompareDocument::of(*answer, voice)))
            }
            Answer::Adjust(answer) => {
                AnyDocument::Adjust(Box::new(AdjustDocument::of(*answer, voice)))
            }
            Answer::Tipping(answer) => {
                AnyDocument::Tipping(Box::new(TippingDocument::of(*answer, voice)))
            }
            Answer::Split(answer) => {
                AnyDocument::Split(Box::new(SplitDocument::of(*answer, voice)))
            }
            Answer::Cutpoint(answer) => {
                AnyDocument::Cutpoint(Box::new(CutpointDocument::of(*answer, voice)))
            }
            Answer::Cox(answer) => AnyDocument::Cox(Box::new(CoxDocument::of(&answer, voice))),
            Answer::ElasticNet(answer) => {
                AnyDocument::ElasticNet(Box::new(ElasticNetDocument::of(&answer, voice)))
            }
            Answer::Factors(answer) => {
                AnyDocument::Factors(Box::new(FactorsDocument::of(&answer, voice)))
            }
            Answer::Performance(answer) => {
                AnyDocument::Performance(Box::new(PerformanceDocument::of(&answer, voice)))
            }
            Answer::CaseCohort(answer) => {
                AnyDocument::CaseCohort(Box::new(CaseCohortDocument::of(&answer, voice)))
            }
            Answer::Clogit(answer) => {
                AnyDocument::Clogit(Box::new(ClogitDocument::of(&answer, voice)))
            }
            Answer::RiskGroups(answer) => {
                AnyDocument::RiskGroups(Box::new(RiskGroupsDocument::of(&answer, voice)))
            }
            Answer::Predict(answer) => {
                AnyDocument::Predict(Box::new(PredictDocument::of(&answer, voice)))
            }
            Answer::Cif(answer) => AnyDocument::Cif(Box::new(CifDocument::of(*answer, voice))),
            Answer::FineGray(answer) => {
                AnyDocument::FineGray(Box::new(FineGrayDocument::of(&answer, voice)))
            }
            Answer::Npv(answer) => AnyDocument::Npv(Box::new(NpvDocument::of(*answer, voice))),
            Answer::MetaProportion(answer) => {
                AnyDocument::Meta(Box::new(MetaDocument::of(*answer, voice)))
            }
            Answer::MetaHr(answer) => {
                AnyDocument::MetaHr(Box::new(MetaHrDocument::of(&answer, voice)))
            }
            Answer::Endpoint(answer) => {
                AnyDocument::Endpoint(Box::new(EndpointDocument::of(&answer, voice)))
            }
            Answer::Look(answer) => AnyDocument::Look(Box::new(LookDocument::of(*answer, voice))),
            Answer::TableOne(answer) => {
                AnyDocument::TableOne(Box::new(TableOneDocument::of(*answer, voice)))
            }
            Answer::TableSurvival(answer) => {
                AnyDocument::TableSurvival(Box::new(TableSurvivalDocument::of(*answer, voice)))
            }
            Answer::TableCif(answer) => {
                AnyDocument::TableCif(Box::new(TableCifDocument::of(*answer, voice)))
            }
            Answer::PowerNpv(answer) => AnyDocument::Power(Box::new(PowerDocument::npv(&answer))),
            Answer::PowerLogrank(answer) => {
                AnyDocument::Power(Box::new(PowerDocument::logrank(&answer)))
            }
            Answer::Simulate(answer) => {
                AnyDocument::Simulate(Box::new(SimulateDocument::of(&answer)))
            }
            Answer::Figure(_) => return None,
        })
    }
}

impl Document for AnyDocument {
    fn head(&self) -> &Head {
        delegate!(self, document => document.head())
    }

    fn title(&self) -> String {
        delegate!(self, document => document.title())
    }

    fn tables(&self, style: &Style) -> Vec<Table> {
        delegate!(self, document => document.tables(style))
    }

    fn notes(&self, style: &Style) -> Vec<String> {
        delegate!(self, document => document.notes(style))
    }

    fn data(&self) -> Option<Table> {
        delegate!(self, document => document.data())
    }
}
