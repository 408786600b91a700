//! Options of `plot`. Each kind of figure is a command of its own, built from shared groups of
//! options, so that an option that does not apply does not exist there.

use super::adjust::{DrawsArgs, HowArgs};
use super::estimate::ProportionArgs;
use super::figure::{
    AxisArgs, EstimateArgs, FigureArgs, FigureOutputArgs, LookArgs, MarkArgs, PageArgs, PanelArgs,
    RenameArgs, TimeArgs, further, length,
};
use super::{LevelArgs, choice};
use clap::{Args, Subcommand};
use riskset::{ConfType, IncidenceVariance, Ties, ZphTransform};
use riskset_analysis::CauseRequest;
use riskset_analysis::figure::{Explained, FurtherEvent, PlottedResidual};

/// `riskset plot`
#[derive(Debug, Args)]
#[command(after_help = "Each kind has its own options: `riskset plot km --help`.\n\n\
                  Example:\n  riskset plot km @lung \"Surv(time, status == 2) ~ sex\" --output lung.pdf")]
pub struct PlotArgs {
    /// What is drawn.
    #[command(subcommand)]
    pub command: PlotCommand,
}

/// The kinds of figures.
#[derive(Debug, Subcommand)]
pub enum PlotCommand {
    /// Kaplan-Meier curves by group
    #[command(
        after_help = "Counts under a tick are taken just before its time: whoever fails or is censored at t is still at risk at t.\n\nExamples:\n  riskset plot km @colon \"Surv(time, status) ~ rx\" --subset \"etype == 2\" \\\n      --unit years --per 365.25 \\\n      --output colon.pdf\n\n  riskset plot km @colon \"Surv(time, status) ~ rx\" --panel \"Recurrence: etype == 1\" \\\n      --panel \"Death: etype == 2\" --unit years --per 365.25 \\\n      --output panels.pdf"
    )]
    Km(PlotKmArgs),
    /// Cumulative incidence with competing causes
    #[command(
        after_help = "Example:\n  riskset plot cif @mgus2 \"Surv(etime, event) ~ sex\" --cause pcm --censor censor \\\n      --output incidence.pdf"
    )]
    Cif(PlotCifArgs),
    /// Hazard ratios of a Cox model on a log axis
    #[command(
        after_help = "Example:\n  riskset plot forest @lung \"Surv(time, status == 2) ~ age + factor(sex)\" \\\n      --output forest.pdf"
    )]
    Forest(PlotForestArgs),
    /// Prognostic factors: hazard ratios alone and together, side by side
    #[command(
        after_help = "Example:\n  riskset plot factors @lung \"Surv(time, status == 2) ~ age + factor(sex)\" \\\n      --output factors.pdf"
    )]
    Factors(PlotFactorsArgs),
    /// Predictions of Cox models: calibration, discrimination over time, net benefit
    #[command(
        after_help = "Example:\n  riskset plot performance @lung \"Surv(time, status == 2) ~ age + sex + ph.ecog\" \\\n      --times 365 --output calibration.pdf"
    )]
    Performance(super::performance::PlotPerformanceArgs),
    /// Kaplan-Meier curves of groups by what a Cox model predicts, at given cut-offs
    #[command(
        after_help = "Example:\n  riskset plot risk-groups @lung \"Surv(time, status == 2) ~ age + sex + ph.ecog\" \\\n      --groups 0.5,0.7 --at 365 --output risk-groups.pdf"
    )]
    RiskGroups(super::risk_groups::PlotRiskGroupsArgs),
    /// A Cox model as a nomogram: points for each value, their sum, survival at times
    #[command(
        after_help = "Example:\n  riskset plot nomogram @lung \"Surv(time, status == 2) ~ age + factor(sex)\" \\\n      --times 180,365 --unit days --output nomogram.pdf"
    )]
    Nomogram(PlotNomogramArgs),
    /// Cumulative hazard by group
    #[command(
        after_help = "Counts under a tick are taken just before its time: whoever fails or is censored at t is still at risk at t.\n\n\
                  Example:\n  riskset plot cumhaz @lung \"Surv(time, status == 2) ~ sex\" --output hazard.pdf"
    )]
    Cumhaz(PlotCurvesArgs),
    /// log(-log S(t)) against log time, by group
    #[command(
        after_help = "Example:\n  riskset plot loglog @lung \"Surv(time, status == 2) ~ sex\" --output loglog.pdf"
    )]
    Loglog(PlotLoglogArgs),
    /// How alike two groups are in each covariate, before and after weighting
    #[command(
        after_help = "Example:\n  riskset plot love @lung \"Surv(time, status == 2) ~ sex\" --adjust \"age + ph.ecog + wt.loss\" \\\n      --output love.pdf"
    )]
    Love(PlotBalanceArgs),
    /// How the propensities of two groups overlap
    #[command(
        after_help = "Example:\n  riskset plot overlap @lung \"Surv(time, status == 2) ~ sex\" --adjust \"age + ph.ecog + wt.loss\" \\\n      --output overlap.pdf"
    )]
    Overlap(PlotBalanceArgs),
    /// The hazard ratio over what might have become of those lost to follow-up
    #[command(
        after_help = "Example:\n  riskset plot tipping @lung \"Surv(time, status == 2) ~ sex\" --lost \"time < 365\" \\\n      --imputations 20 --output tipping.pdf"
    )]
    Tipping(super::tipping::PlotTippingArgs),
    /// Hazard ratios over a covariate: the curves of rcs(), ns() and poly(); or over time: the functions
    /// of tv(), and by period
    #[command(
        after_help = "Examples:\n  riskset plot effect @pbc \"Surv(time, status == 2) ~ rcs(age, 4) + edema\" --reference-values age=50 \\\n      --output age.pdf\n\n  riskset plot effect @veteran \"Surv(time, status) ~ trt + tv(karno, log(t))\" --periods 60,180 \\\n      --output effect.pdf"
    )]
    Effect(super::contrast::PlotEffectArgs),
    /// The path of an elastic net, and its cross-validated deviance
    #[command(
        after_help = "Example:\n  riskset plot elastic-net @pbc \"Surv(time, status == 2) ~ age + edema + bili + albumin\" \\\n      --output net.pdf"
    )]
    ElasticNet(super::net::PlotElasticNetArgs),
    /// The log-rank statistic of every cut-point of a column
    #[command(
        after_help = "Example:\n  riskset plot cutpoint @lung \"Surv(time, status == 2) ~ age\" --output cutpoint.pdf"
    )]
    Cutpoint(super::contrast::PlotCutpointArgs),
    /// Scaled Schoenfeld residuals of each term, with smooth and band
    #[command(
        after_help = "Example:\n  riskset plot schoenfeld @lung \"Surv(time, status == 2) ~ sex\" \\\n      --output schoenfeld.pdf"
    )]
    Schoenfeld(PlotSchoenfeldArgs),
    /// Martingale or deviance residuals or dfbeta of a Cox model
    #[command(
        after_help = "Example:\n  riskset plot residuals @lung \"Surv(time, status == 2) ~ sex\" --output residuals.pdf"
    )]
    Residuals(PlotResidualsArgs),
    /// Potential follow-up (reverse Kaplan-Meier) by group
    #[command(
        after_help = "Counts under a tick are taken just before its time: whoever fails or is censored at t is still at risk at t.\n\n\
                  Example:\n  riskset plot follow-up @lung \"Surv(time, status == 2) ~ sex\" --output follow-up.pdf"
    )]
    FollowUp(PlotCurvesArgs),
    /// Kaplan-Meier curves of two groups with their difference below
    #[command(
        after_help = "Example:\n  riskset plot difference @lung \"Surv(time, status == 2) ~ sex\" \\\n      --output difference.pdf"
    )]
    Difference(PlotDifferenceArgs),
    /// Treatment effect (Cox) by subgroup, with the P value of the interaction
    #[command(
        after_help = "Example:\n  riskset plot subgroups @colon \"Surv(time, status) ~ rx\" --by sex,node4 \\\n      --subset 'etype == 2 & rx != \"Lev\"' \\\n      --output subgroups.pdf"
    )]
    Subgroups(PlotSubgroupsArgs),
    /// Proportions of clustered observations, against a threshold
    #[command(
        after_help = "Example:\n  riskset plot npv @dream_lesions \"nonviable ~ 1\" --cluster patient --by management \\\n      --subset 'kind == \"cDLM\" & evaluable == 1' --threshold 0.85 \\\n      --output npv.pdf"
    )]
    Npv(PlotNpvArgs),
    /// A bar for each patient, with the events; rows of one patient by --id
    #[command(
        after_help = "Example:\n  riskset plot swimmer @myeloid \"Surv(futime, death) ~ trt\" --subset \"id <= 20\" --id id \\\n      --endpoint Death --also crtime=Response --also rltime=Relapse \\\n      --unit months --per 30.4375 --output swimmer.pdf"
    )]
    Swimmer(PlotSwimmerArgs),
    /// How a curve, a log-rank test or a coefficient comes about: who is at risk at each time and what
    /// is computed there, one figure a step; the log likelihood over a coefficient
    #[command(
        after_help = "Examples:\n  riskset plot explain @aml \"Surv(time, status) ~ x\" --frames --theme slides \\\n      --output aml.png --dpi 150\n\n  riskset plot explain @aml \"Surv(time, status) ~ x\" --kind likelihood \\\n      --output likelihood.pdf"
    )]
    Explain(PlotExplainArgs),
    /// The flow of the patients (CONSORT), from a TOML file of counts
    Flow(PlotFlowArgs),
}

impl PlotArgs {
    /// The files that are read: the data or the counts, and the profile.
    pub fn files(&self) -> Vec<&str> {
        let figure = match &self.command {
            PlotCommand::Km(args) => &args.curves.figure,
            PlotCommand::Cumhaz(args) | PlotCommand::FollowUp(args) => &args.figure,
            PlotCommand::Cif(args) => &args.figure,
            PlotCommand::Forest(args) => &args.figure,
            PlotCommand::Love(args) | PlotCommand::Overlap(args) => &args.figure,
            PlotCommand::Cutpoint(args) => &args.figure,
            PlotCommand::ElasticNet(args) => &args.figure,
            PlotCommand::Effect(args) => &args.figure,
            PlotCommand::Tipping(args) => &args.figure,
            PlotCommand::Factors(args) => &args.figure,
            PlotCommand::Performance(args) => {
                let rows = &args.figure.rows.data;
                let named = [rows.as_str(), args.figure.page.theme.as_str()].into_iter();
                return named.chain(args.judging.validate.as_deref()).collect();
            }
            PlotCommand::RiskGroups(args) => {
                let rows = &args.figure.rows.data;
                let named = [rows.as_str(), args.figure.page.theme.as_str()].into_iter();
                return named.chain(args.groups.validate.as_deref()).collect();
            }
            PlotCommand::Nomogram(args) => &args.figure,
            PlotCommand::Loglog(args) => &args.figure,
            PlotCommand::Schoenfeld(args) => &args.figure,
            PlotCommand::Residuals(args) => &args.figure,
            PlotCommand::Difference(args) => &args.figure,
            PlotCommand::Subgroups(args) => &args.figure,
            PlotCommand::Swimmer(args) => &args.figure,
            PlotCommand::Explain(args) => &args.figure,
            PlotCommand::Npv(args) => return vec![&args.proportion.data, &args.page.theme],
            PlotCommand::Flow(args) => return vec![&args.data, &args.page.theme],
        };
        vec![&figure.rows.data, &figure.page.theme]
    }
}

/// `riskset plot km`
#[derive(Debug, Args)]
pub struct PlotKmArgs {
    /// The curves.
    #[command(flatten)]
    pub curves: PlotCurvesArgs,
    /// Draw the incidence upwards instead of survival downwards
    #[arg(long)]
    pub incidence: bool,

    /// Draw the curves adjusted for these covariates, such as "age + cea"
    #[arg(long, value_name = "TERMS")]
    pub adjust: Option<String>,

    /// How they are adjusted.
    #[command(flatten)]
    pub adjust_for: HowArgs,

    /// Draws.
    #[command(flatten)]
    pub draws: DrawsArgs,
}

/// `riskset plot love` and `riskset plot overlap`
#[derive(Debug, Args)]
pub struct PlotBalanceArgs {
    /// Data, page and files.
    #[command(flatten)]
    pub figure: FigureArgs,

    /// The covariates to adjust for, such as "age + cea"
    #[arg(long, value_name = "TERMS")]
    pub adjust: String,

    /// How they are adjusted.
    #[command(flatten)]
    pub adjust_for: HowArgs,

    /// Words for codes.
    #[command(flatten)]
    pub rename: RenameArgs,
}

/// `riskset plot cumhaz` and `riskset plot follow-up`
#[derive(Debug, Args)]
pub struct PlotCurvesArgs {
    /// Data, page and files.
    #[command(flatten)]
    pub figure: FigureArgs,
    /// The time axis.
    #[command(flatten)]
    pub time: TimeArgs,
    /// The look of the curves.
    #[command(flatten)]
    pub look: LookArgs,
    /// Bands and marks.
    #[command(flatten)]
    pub marks: MarkArgs,
    /// Panels.
    #[command(flatten)]
    pub panels: PanelArgs,
    /// Estimates.
    #[command(flatten)]
    pub estimates: EstimateArgs,
}

/// `riskset plot loglog`
#[derive(Debug, Args)]
pub struct PlotLoglogArgs {
    /// Data, page and files.
    #[command(flatten)]
    pub figure: FigureArgs,
    /// The time axis.
    #[command(flatten)]
    pub time: TimeArgs,
    /// The look of the curves.
    #[command(flatten)]
    pub look: LookArgs,
    /// Panels.
    #[command(flatten)]
    pub panels: PanelArgs,
    /// Estimates.
    #[command(flatten)]
    pub estimates: EstimateArgs,
}

/// `riskset plot difference`
#[derive(Debug, Args)]
pub struct PlotDifferenceArgs {
    /// Data, page and files.
    #[command(flatten)]
    pub figure: FigureArgs,
    /// The time axis.
    #[command(flatten)]
    pub time: TimeArgs,
    /// The look of the curves.
    #[command(flatten)]
    pub look: LookArgs,
    /// Bands and marks.
    #[command(flatten)]
    pub marks: MarkArgs,
    /// Estimates.
    #[command(flatten)]
    pub estimates: EstimateArgs,

    /// A margin of non-inferiority of the difference, as a fraction such as -0.1: a line
    #[arg(long, value_name = "MARGIN", value_parser = super::number, allow_negative_numbers = true)]
    pub margin: Option<f64>,
}

/// The competing-risks coding of a figure.
#[derive(Debug, Args)]
pub struct PlotCauseArgs {
    /// The cause of interest, as the event column has it; again for a further cause to draw
    #[arg(long, value_name = "VALUE", required = true)]
    pub cause: Vec<String>,

    /// The value of the event column that means censored, several with commas, or none
    #[arg(long, value_name = "VALUE")]
    pub censor: String,
}

impl PlotCauseArgs {
    /// The part of a request.
    pub fn request(&self) -> CauseRequest {
        let cause = self.cause.first().cloned().unwrap_or_default();
        CauseRequest { cause, censor: self.censor.clone() }
    }

    /// The further causes.
    pub fn more(&self) -> Vec<String> {
        self.cause.iter().skip(1).cloned().collect()
    }
}

/// `riskset plot cif`
#[derive(Debug, Args)]
pub struct PlotCifArgs {
    /// Data, page and files.
    #[command(flatten)]
    pub figure: FigureArgs,
    /// Level of the intervals.
    #[command(flatten)]
    pub level: LevelArgs,
    /// Causes.
    #[command(flatten)]
    pub cause: PlotCauseArgs,
    /// Scale on which the interval of an incidence is symmetric
    #[arg(long, value_parser = choice::<ConfType>(), value_name = "TYPE", default_value = "log")]
    pub conf_type: ConfType,
    /// How the variance of an incidence is estimated from the counts
    #[arg(long, value_parser = choice::<IncidenceVariance>(), value_name = "VARIANCE", default_value = "multinomial")]
    pub incidence_variance: IncidenceVariance,
    /// Robust standard errors, as fractional weights and cluster(id) in the formula have anyway
    #[arg(long)]
    pub robust: bool,
    /// Write the P value of Gray's test of each cause shown
    #[arg(long)]
    pub gray: bool,
    /// The time axis.
    #[command(flatten)]
    pub time: TimeArgs,
    /// The look of the curves.
    #[command(flatten)]
    pub look: LookArgs,
    /// Bands and marks.
    #[command(flatten)]
    pub marks: MarkArgs,
    /// Panels.
    #[command(flatten)]
    pub panels: PanelArgs,
}

/// `riskset plot factors`
#[derive(Debug, Args)]
pub struct PlotFactorsArgs {
    /// Data, page and files.
    #[command(flatten)]
    pub figure: FigureArgs,
    /// Level of the intervals.
    #[command(flatten)]
    pub level: LevelArgs,
    /// What is fitted.
    #[command(flatten)]
    pub models: PlottedModelArgs,
    /// Words for codes.
    #[command(flatten)]
    pub rename: RenameArgs,
    /// The axis.
    #[command(flatten)]
    pub axis: AxisArgs,
    /// The endpoint in words, such as "Overall survival"
    #[arg(long, value_name = "WORDS")]
    pub endpoint: Option<String>,
}

/// The models of factors that are drawn.
#[derive(Clone, Debug, Args)]
pub struct PlottedModelArgs {
    /// Univariable models of the rows in which all factors are known
    #[arg(long)]
    pub same_rows: bool,

    /// How tied event times are handled
    #[arg(long, value_parser = choice::<Ties>(), value_name = "TIES", default_value = "efron")]
    pub ties: Ties,
}

/// `riskset plot forest`
#[derive(Debug, Args)]
pub struct PlotForestArgs {
    /// Data, page and files.
    #[command(flatten)]
    pub figure: FigureArgs,
    /// Level of the intervals.
    #[command(flatten)]
    pub level: LevelArgs,
    /// Words for codes.
    #[command(flatten)]
    pub rename: RenameArgs,
    /// The axis.
    #[command(flatten)]
    pub axis: AxisArgs,
    /// How tied event times are handled
    #[arg(long, value_parser = choice::<Ties>(), value_name = "TIES", default_value = "efron")]
    pub ties: Ties,
    /// The endpoint in words, such as "Overall survival"
    #[arg(long, value_name = "WORDS")]
    pub endpoint: Option<String>,
}

/// `riskset plot subgroups`
#[derive(Debug, Args)]
pub struct PlotSubgroupsArgs {
    /// Data, page and files.
    #[command(flatten)]
    pub figure: FigureArgs,
    /// Level of the intervals.
    #[command(flatten)]
    pub level: LevelArgs,
    /// Words for codes.
    #[command(flatten)]
    pub rename: RenameArgs,
    /// The axis.
    #[command(flatten)]
    pub axis: AxisArgs,
    /// Columns whose levels are the subgroups, each column by itself
    #[arg(long, value_name = "COLUMN,...", value_delimiter = ',', required = true)]
    pub by: Vec<String>,

    /// Names of the two arms by their levels, such as A=Control,B=Treatment, or in their order
    #[arg(long, value_name = "LEVEL=NAME,...", value_delimiter = ',')]
    pub labels: Vec<String>,

    /// The endpoint in words, such as "Overall survival"
    #[arg(long, value_name = "WORDS")]
    pub endpoint: Option<String>,
}

/// `riskset plot nomogram`
#[derive(Debug, Args)]
pub struct PlotNomogramArgs {
    /// Data, page and files.
    #[command(flatten)]
    pub figure: FigureArgs,

    /// Times of the predicted survival, in the unit of the data
    #[arg(long, value_name = "T,...", value_delimiter = ',', value_parser = super::number, required = true)]
    pub times: Vec<f64>,

    /// The unit of the times in words, such as months
    #[arg(long, value_name = "UNIT")]
    pub unit: Option<String>,

    /// The endpoint in words, such as "Overall survival"
    #[arg(long, value_name = "WORDS")]
    pub endpoint: Option<String>,

    /// How tied event times are handled
    #[arg(long, value_parser = super::choice::<Ties>(), value_name = "TIES", default_value = "efron")]
    pub ties: Ties,

    /// Words for codes.
    #[command(flatten)]
    pub rename: RenameArgs,
}

/// `riskset plot schoenfeld`
#[derive(Debug, Args)]
pub struct PlotSchoenfeldArgs {
    /// Data, page and files.
    #[command(flatten)]
    pub figure: FigureArgs,
    /// Level of the intervals.
    #[command(flatten)]
    pub level: LevelArgs,
    /// Words for codes.
    #[command(flatten)]
    pub rename: RenameArgs,
    /// Height, such as 60mm
    #[arg(long, value_name = "LENGTH", value_parser = length)]
    pub height: Option<f64>,

    /// The unit of the time axis in words, such as months
    #[arg(long, value_name = "UNIT")]
    pub unit: Option<String>,

    /// The transform of time
    #[arg(long, value_parser = choice::<ZphTransform>(), value_name = "TRANSFORM", default_value = "km")]
    pub transform: ZphTransform,
}

/// `riskset plot residuals`
#[derive(Debug, Args)]
pub struct PlotResidualsArgs {
    /// Data, page and files.
    #[command(flatten)]
    pub figure: FigureArgs,
    /// Words for codes.
    #[command(flatten)]
    pub rename: RenameArgs,
    /// Height, such as 60mm
    #[arg(long, value_name = "LENGTH", value_parser = length)]
    pub height: Option<f64>,

    /// Which residuals
    #[arg(long, value_parser = choice::<PlottedResidual>(), value_name = "KIND", default_value = "martingale")]
    pub residual: PlottedResidual,
}

/// `riskset plot npv`
#[derive(Debug, Args)]
pub struct PlotNpvArgs {
    /// What is estimated.
    #[command(flatten)]
    pub proportion: ProportionArgs,

    /// A section of its own: "TITLE: EXPR" for some of the rows, or "TITLE: FORMULA" for another
    /// proportion; may be repeated
    #[arg(long, value_name = "SECTION")]
    pub section: Vec<String>,

    /// Profile and page.
    #[command(flatten)]
    pub page: PageArgs,
    /// Words for codes.
    #[command(flatten)]
    pub rename: RenameArgs,
    /// The axis.
    #[command(flatten)]
    pub axis: AxisArgs,
    /// Files.
    #[command(flatten)]
    pub output: FigureOutputArgs,
}

/// `riskset plot swimmer`
#[derive(Debug, Args)]
pub struct PlotSwimmerArgs {
    /// Data, page and files.
    #[command(flatten)]
    pub figure: FigureArgs,
    /// The time axis.
    #[command(flatten)]
    pub time: TimeArgs,
    /// Words for codes.
    #[command(flatten)]
    pub rename: RenameArgs,
    /// Names of the groups by their levels, such as 1=Men,2=Women, or all of them in their order
    #[arg(long, value_name = "LEVEL=NAME,...", value_delimiter = ',')]
    pub labels: Vec<String>,

    /// The value of the event column that means censored, where it names several kinds of events
    #[arg(long, value_name = "VALUE")]
    pub censor: Option<String>,

    /// A further event: the column of its time and its words; may be repeated
    #[arg(long, value_name = "COLUMN=WORDS", value_parser = further)]
    pub also: Vec<FurtherEvent>,
}

/// `riskset plot explain`
#[derive(Debug, Args)]
pub struct PlotExplainArgs {
    /// Data, page and files.
    #[command(flatten)]
    pub figure: FigureArgs,
    /// The time axis.
    #[command(flatten)]
    pub time: TimeArgs,
    /// Words for codes.
    #[command(flatten)]
    pub rename: RenameArgs,
    /// Names of the groups, in their order, instead of the levels
    #[arg(long, value_name = "NAME,...", value_delimiter = ',')]
    pub labels: Vec<String>,

    /// What is explained
    #[arg(long, value_parser = choice::<Explained>(), value_name = "KIND", default_value = "steps")]
    pub kind: Explained,

    /// Which step, from 1 [default: the last]
    #[arg(long, value_name = "N")]
    pub step: Option<usize>,

    /// Every step as a file of its own: aml.png becomes aml-01.png, aml-02.png, ...
    #[arg(long, conflicts_with_all = ["step", "lint"])]
    pub frames: bool,

    /// The cause of interest, as the event column has it, for an incidence
    #[arg(long, value_name = "VALUE", requires = "censor")]
    pub cause: Option<String>,

    /// The value of the event column that means censored, for an incidence
    #[arg(long, value_name = "VALUE", requires = "cause")]
    pub censor: Option<String>,

    /// How tied event times are handled, for the likelihood and its factors
    #[arg(long, value_parser = choice::<Ties>(), value_name = "TIES", default_value = "efron")]
    pub ties: Ties,
}

/// `riskset plot flow`
#[derive(Debug, Args)]
pub struct PlotFlowArgs {
    /// Profile and page.
    #[command(flatten)]
    pub page: PageArgs,
    /// Files.
    #[command(flatten)]
    pub output: FigureOutputArgs,
    /// A TOML file of stages and counts
    #[arg(value_name = "COUNTS")]
    pub data: String,
}
