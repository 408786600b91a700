//! A request answered.

use crate::figure::{CurvesKind, FigureAnswer};
use crate::voice::Fields;
use crate::{
    About, AdjustAnswer, CaseCohortAnswer, CifAnswer, ClogitAnswer, CompareAnswer, CoxAnswer,
    CutpointAnswer, Data, ElasticNetAnswer, EndpointAnswer, FactorsAnswer, FineGrayAnswer,
    KmAnswer, LogrankAnswer, LookAnswer, Matching, MetaHrAnswer, MetaProportionAnswer, NpvAnswer,
    PerformanceAnswer, PowerLogrankAnswer, PowerNpvAnswer, PredictAnswer, Problem, Request,
    RiskGroupsAnswer, SimulateAnswer, SplitAnswer, TableCifAnswer, TableOneAnswer,
    TableSurvivalAnswer, TippingAnswer,
};

/// The typed answer to a request.
#[derive(Debug)]
pub enum Answer {
    /// Survival curves.
    Km(Box<KmAnswer>),
    /// A comparison of curves.
    Logrank(Box<LogrankAnswer>),
    /// Groups compared for one endpoint.
    Compare(Box<CompareAnswer>),
    /// Groups compared with and without adjustment.
    Adjust(Box<AdjustAnswer>),
    /// The search for a cut-point.
    Cutpoint(Box<CutpointAnswer>),
    /// A Cox regression.
    Cox(Box<CoxAnswer>),
    /// The elastic net of a Cox model.
    ElasticNet(Box<ElasticNetAnswer>),
    /// Prognostic factors, one by one and together.
    Factors(Box<FactorsAnswer>),
    /// What the predictions of Cox models are worth.
    Performance(Box<PerformanceAnswer>),
    /// Groups by what a model predicts.
    RiskGroups(Box<RiskGroupsAnswer>),
    /// A Cox regression of a case-cohort sample.
    CaseCohort(Box<CaseCohortAnswer>),
    /// A conditional logistic regression.
    Clogit(Box<ClogitAnswer>),
    /// What a saved model predicts.
    Predict(Box<PredictAnswer>),
    /// Cumulative incidences.
    Cif(Box<CifAnswer>),
    /// A Fine-Gray regression.
    FineGray(Box<FineGrayAnswer>),
    /// Proportions of clustered observations.
    Npv(Box<NpvAnswer>),
    /// A pooled proportion.
    MetaProportion(Box<MetaProportionAnswer>),
    /// A pooled hazard ratio.
    MetaHr(Box<MetaHrAnswer>),
    /// Times and events from dates.
    Endpoint(Box<EndpointAnswer>),
    /// How much hangs on those who were lost.
    Tipping(Box<TippingAnswer>),
    /// Rows of (start, stop].
    Split(Box<SplitAnswer>),
    /// What is in a file.
    Look(Box<LookAnswer>),
    /// The patients by group, as a table.
    TableOne(Box<TableOneAnswer>),
    /// Survival at given times, as a table.
    TableSurvival(Box<TableSurvivalAnswer>),
    /// Cumulative incidences at given times, as a table.
    TableCif(Box<TableCifAnswer>),
    /// The size of a study of one proportion.
    PowerNpv(Box<PowerNpvAnswer>),
    /// A plan for a log-rank test.
    PowerLogrank(Box<PowerLogrankAnswer>),
    /// Patients with a known truth.
    Simulate(Box<SimulateAnswer>),
    /// A figure.
    Figure(Box<FigureAnswer>),
}

/// Answers a request.
///
/// # Errors
///
/// A [`Problem`] when the request contradicts itself or the data cannot be used for it.
pub fn run(request: &Request, data: &Data) -> Result<Answer, Problem> {
    let name = request.name();
    let mut answer = answer(request, data).map_err(|problem| problem.of(&Fields::of(&name)))?;
    if let Some(about) = answer.about_mut() {
        about.request = name;
    }
    if let Some(matching) = Matching::of(request) {
        answer.set_matching(matching);
    }
    Ok(answer)
}

fn answer(request: &Request, data: &Data) -> Result<Answer, Problem> {
    let figure = |mut answer: FigureAnswer| {
        // The figure's file carries its request, so that it can be drawn again.
        answer.figure.settings = request.to_value();
        Answer::Figure(Box::new(answer))
    };
    Ok(match request {
        Request::Km(request) => Answer::Km(Box::new(request.run(data)?)),
        Request::Logrank(request) => Answer::Logrank(Box::new(request.run(data)?)),
        Request::Compare(request) => Answer::Compare(Box::new(request.run(data)?)),
        Request::Adjust(request) => Answer::Adjust(Box::new(request.run(data)?)),
        Request::Tipping(request) => Answer::Tipping(Box::new(request.run(data)?)),
        Request::PlotTipping(request) => figure(request.run(data)?),
        Request::Split(request) => Answer::Split(Box::new(request.run(data)?)),
        Request::Cutpoint(request) => Answer::Cutpoint(Box::new(request.run(data)?)),
        Request::Cox(request) => Answer::Cox(Box::new(request.run(data)?)),
        Request::ElasticNet(request) => Answer::ElasticNet(Box::new(request.run(data)?)),
        Request::Factors(request) => Answer::Factors(Box::new(request.run(data)?)),
        Request::Performance(request) => Answer::Performance(Box::new(request.run(data)?)),
        Request::RiskGroups(request) => Answer::RiskGroups(Box::new(request.run(data)?)),
        Request::CaseCohort(request) => Answer::CaseCohort(Box::new(request.run(data)?)),
        Request::Clogit(request) => Answer::Clogit(Box::new(request.run(data)?)),
        Request::Predict(request) => Answer::Predict(Box::new(request.run(data)?)),
        Request::Cif(request) => Answer::Cif(Box::new(request.run(data)?)),
        Request::FineGray(request) => Answer::FineGray(Box::new(request.run(data)?)),
        Request::Npv(request) => Answer::Npv(Box::new(request.run(data)?)),
        Request::MetaProportion(request) => Answer::MetaProportion(Box::new(request.run(data)?)),
        Request::MetaHr(request) => Answer::MetaHr(Box::new(request.run(data)?)),
        Request::Endpoint(request) => Answer::Endpoint(Box::new(request.run(data)?)),
        Request::Look(request) => Answer::Look(Box::new(request.run(data)?)),
        Request::TableOne(request) => Answer::TableOne(Box::new(request.run(data)?)),
        Request::TableSurvival(request) => Answer::TableSurvival(Box::new(request.run(data)?)),
        Request::TableCif(request) => Answer::TableCif(Box::new(request.run(data)?)),
        Request::PowerNpv(request) => Answer::PowerNpv(Box::new(request.run()?)),
        Request::PowerLogrank(request) => Answer::PowerLogrank(Box::new(request.run()?)),
        Request::Simulate(request) => Answer::Simulate(Box::new(request.run(data)?)),
        Request::PlotKm(request) => figure(request.run(CurvesKind::Km, data)?),
        Request::PlotFollowUp(request) => figure(request.run(CurvesKind::FollowUp, data)?),
        Request::PlotCumhaz(request) => figure(request.run(CurvesKind::Cumhaz, data)?),
        Request::PlotLoglog(request) => figure(request.run(CurvesKind::Loglog, data)?),
        Request::PlotDifference(request) => figure(request.run(data)?),
        Request::PlotCif(request) => figure(request.run(data)?),
        Request::PlotForest(request) => figure(request.run(data)?),
        Request::PlotFactors(request) => figure(request.run(data)?),
        Request::PlotPerformance(request) => figure(request.run(data)?),
        Request::PlotRiskGroups(request) => figure(request.run(data)?),
        Request::PlotNomogram(request) => figure(request.run(data)?),
        Request::PlotSubgroups(request) => figure(request.run(data)?),
        Request::PlotSchoenfeld(request) => figure(request.run(data)?),
        Request::PlotResiduals(request) => figure(request.run(data)?),
        Request::PlotNpv(request) => figure(request.run(data)?),
        Request::PlotMeta(request) => figure(request.run(data)?),
        Request::PlotMetaHr(request) => figure(request.run(data)?),
        Request::PlotSwimmer(request) => figure(request.run(data)?),
        Request::PlotExplain(request) => figure(request.run(data)?),
        Request::PlotLove(request) => figure(request.love(data)?),
        Request::PlotOverlap(request) => figure(request.overlap(data)?),
        Request::PlotCutpoint(request) => figure(request.run(data)?),
        Request::PlotEffect(request) => figure(request.run(data)?),
        Request::PlotElasticNet(request) => figure(request.run(data)?),
        Request::PlotFlow(request) => figure(request.run(data)?),
    })
}

impl Answer {
    /// What the answer says of its rows; `None` for a plan, which has none.
    pub fn about(&self) -> Option<&About> {
        Some(match self {
            Answer::Km(answer) => &answer.about,
            Answer::Logrank(answer) => &answer.about,
            Answer::Compare(answer) => &answer.about,
            Answer::Adjust(answer) => &answer.about,
            Answer::Cutpoint(answer) => &answer.about,
            Answer::Split(answer) => &answer.about,
            Answer::Tipping(answer) => &answer.about,
            Answer::Cox(answer) => &answer.about,
            Answer::ElasticNet(answer) => &answer.about,
            Answer::Factors(answer) => &answer.about,
            Answer::Performance(answer) => &answer.about,
            Answer::RiskGroups(answer) => &answer.about,
            Answer::CaseCohort(answer) => &answer.about,
            Answer::Clogit(answer) => &answer.about,
            Answer::Predict(answer) => &answer.about,
            Answer::Cif(answer) => &answer.about,
            Answer::FineGray(answer) => &answer.about,
            Answer::Npv(answer) => &answer.about,
            Answer::MetaProportion(answer) => &answer.about,
            Answer::MetaHr(answer) => &answer.about,
            Answer::Endpoint(answer) => &answer.about,
            Answer::Look(answer) => &answer.about,
            Answer::TableOne(answer) => &answer.about,
            Answer::TableSurvival(answer) => &answer.curves.about,
            Answer::TableCif(answer) => &answer.incidences.about,
            Answer::Figure(answer) => return answer.about.as_ref(),
            Answer::Simulate(_) | Answer::PowerNpv(_) | Answer::PowerLogrank(_) => return None,
        })
    }

    fn set_matching(&mut self, matching: Matching) {
        if let Some(about) = self.about_mut() {
            about.matching = Some(matching);
        }
    }

    fn about_mut(&mut self) -> Option<&mut About> {
        Some(match self {
            Answer::Km(answer) => &mut answer.about,
            Answer::Logrank(answer) => &mut answer.about,
            Answer::Compare(answer) => &mut answer.about,
            Answer::Adjust(answer) => &mut answer.about,
            Answer::Cutpoint(answer) => &mut answer.about,
            Answer::Split(answer) => &mut answer.about,
            Answer::Tipping(answer) => &mut answer.about,
            Answer::Cox(answer) => &mut answer.about,
            Answer::ElasticNet(answer) => &mut answer.about,
            Answer::Factors(answer) => &mut answer.about,
            Answer::Performance(answer) => &mut answer.about,
            Answer::RiskGroups(answer) => &mut answer.about,
            Answer::CaseCohort(answer) => &mut answer.about,
            Answer::Clogit(answer) => &mut answer.about,
            Answer::Predict(answer) => &mut answer.about,
            Answer::Cif(answer) => &mut answer.about,
            Answer::FineGray(answer) => &mut answer.about,
            Answer::Npv(answer) => &mut answer.about,
            Answer::MetaProportion(answer) => &mut answer.about,
            Answer::MetaHr(answer) => &mut answer.about,
            Answer::Endpoint(answer) => &mut answer.about,
            Answer::Look(answer) => &mut answer.about,
            Answer::TableOne(answer) => &mut answer.about,
            Answer::TableSurvival(answer) => &mut answer.curves.about,
            Answer::TableCif(answer) => &mut answer.incidences.about,
            Answer::Figure(answer) => return answer.about.as_mut(),
            Answer::Simulate(_) | Answer::PowerNpv(_) | Answer::PowerLogrank(_) => return None,
        })
    }
}
