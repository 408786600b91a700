//! Options of the estimating commands.

use super::{DataArgs, OutputArgs, fraction, not_negative, number, positive};
use clap::{Args, ValueEnum};
use riskset::ConfType;

/// The scale of the confidence interval of a survival probability.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ConfTypeArg {
    /// Symmetric for log S(t), as R does
    Log,
    /// Symmetric for log(-log S(t)), as SAS does
    LogLog,
    /// Symmetric for S(t)
    Plain,
    /// Symmetric for the log odds of S(t)
    Logit,
    /// Symmetric for the arcsine of the square root of S(t)
    Arcsin,
    /// No interval
    None,
}

impl From<ConfTypeArg> for ConfType {
    fn from(arg: ConfTypeArg) -> ConfType {
        match arg {
            ConfTypeArg::Log => ConfType::Log,
            ConfTypeArg::LogLog => ConfType::LogLog,
            ConfTypeArg::Plain => ConfType::Plain,
            ConfTypeArg::Logit => ConfType::Logit,
            ConfTypeArg::Arcsin => ConfType::Arcsin,
            ConfTypeArg::None => ConfType::None,
        }
    }
}

/// How the survival curve is estimated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum EstimatorArg {
    /// The product of (n - d) / n
    KaplanMeier,
    /// exp(-H), tied events taken one after another in H
    FlemingHarrington,
    /// exp(-H), H the Nelson-Aalen sum of d / n
    Breslow,
}

/// `riskset km`
#[derive(Debug, Args)]
#[command(
    after_help = "The groups are the levels of the columns right of ~; with ~ 1 there is one curve.\n\
                  With two or more groups the log-rank test is given as well.\n\n\
                  Example:\n  riskset km @lung \"Surv(time, status == 2) ~ sex\" --times 180,365 --rmst 365"
)]
pub struct KmArgs {
    /// Data, formula and rows.
    #[command(flatten)]
    pub data: DataArgs,

    /// Scale on which the interval of S(t) is symmetric
    #[arg(long, value_enum, value_name = "TYPE", default_value = "log")]
    pub conf_type: ConfTypeArg,

    /// Survival at these times, in the unit of the data
    #[arg(long, value_name = "T,...", value_delimiter = ',', value_parser = number)]
    pub times: Vec<f64>,

    /// Quantiles of the time to the event; 0.5 is the median
    #[arg(long, value_name = "P,...", value_delimiter = ',', value_parser = fraction)]
    pub quantiles: Vec<f64>,

    /// Restricted mean survival time to TAU, per group and between two groups
    #[arg(long, value_name = "TAU", value_parser = positive)]
    pub rmst: Option<f64>,

    /// How the curve is estimated
    #[arg(long, value_enum, value_name = "ESTIMATOR", default_value = "kaplan-meier")]
    pub estimator: EstimatorArg,

    /// Exchange events and censorings: the potential follow-up (reverse Kaplan-Meier)
    #[arg(long)]
    pub reverse: bool,

    /// Print the whole curve in the text output as well (JSON always has it)
    #[arg(long)]
    pub curve: bool,

    /// Format and file.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Which differences the test looks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TestArg {
    /// All events weigh the same
    Logrank,
    /// Weight n: early differences (Gehan 1965, Breslow 1970)
    GehanWilcoxon,
    /// Weight sqrt(n): early differences, less so (Tarone and Ware 1977)
    TaroneWare,
    /// Weight close to S(t): early differences (Peto and Peto 1972)
    PetoPeto,
    /// Weight S^rho (1 - S)^gamma (Fleming and Harrington 1991)
    FlemingHarrington,
}

/// How the p values of several comparisons are adjusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum AdjustArg {
    /// Not at all
    None,
    /// Bonferroni
    Bonferroni,
    /// Holm (1979)
    Holm,
    /// Benjamini and Hochberg (1995), false discovery rate
    Bh,
}

/// `riskset logrank`
#[derive(Debug, Args)]
#[command(
    after_help = "The groups are the levels of the columns right of ~; strata(...) compares within strata.\n\n\
                  Example:\n  riskset logrank @veteran \"Surv(time, status) ~ celltype\" --pairwise holm"
)]
pub struct LogrankArgs {
    /// Data, formula and rows.
    #[command(flatten)]
    pub data: DataArgs,

    /// The weights of the test
    #[arg(long, value_enum, value_name = "TEST", default_value = "logrank")]
    pub test: TestArg,

    /// Exponent of S(t), for --test fleming-harrington
    #[arg(long, value_name = "RHO", value_parser = not_negative)]
    pub rho: Option<f64>,

    /// Exponent of 1 - S(t), for --test fleming-harrington
    #[arg(long, value_name = "GAMMA", value_parser = not_negative)]
    pub gamma: Option<f64>,

    /// Test for a trend over the groups in their order as well
    #[arg(long)]
    pub trend: bool,

    /// Compare each pair of groups, with this adjustment of the p values
    #[arg(long, value_enum, value_name = "ADJUST")]
    pub pairwise: Option<AdjustArg>,

    /// With --pairwise: compare only against this group, named by its level or label
    #[arg(long, value_name = "LEVEL", requires = "pairwise")]
    pub control: Option<String>,

    /// Format and file.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// How tied event times enter the Cox likelihood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TiesArg {
    /// Efron (1977), the default
    Efron,
    /// Breslow (1974)
    Breslow,
    /// The exact conditional likelihood (Cox 1972; Gail, Lubin and Rubinstein 1981)
    Exact,
}

/// The transform of time in the test of proportional hazards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ZphArg {
    /// Rank of the time
    Rank,
    /// 1 - Kaplan-Meier just before the time
    Km,
    /// The time itself
    Identity,
    /// Log of the time
    Log,
}

/// Where the baseline hazard is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum BaselineAtArg {
    /// All covariates 0
    Zero,
    /// All covariates at their means
    Mean,
}

/// Kinds of residuals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ResidualArg {
    Martingale,
    Deviance,
    Schoenfeld,
    ScaledSchoenfeld,
    Score,
    Dfbeta,
    Dfbetas,
}

/// Which concordance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ConcordanceArg {
    /// Harrell's C
    Harrell,
    /// Uno's C, weighted by the inverse probability of censoring
    Uno,
}

/// `riskset cox`
#[derive(Debug, Args)]
#[command(
    after_help = "Terms: columns, factor(x, ref = \"level\"), a:b, a*b, log(x), I(x / 10), strata(a), cluster(id), offset(x).\n\n\
                  Example:\n  riskset cox @lung \"Surv(time, status == 2) ~ age + sex + ph.ecog\" --zph km"
)]
pub struct CoxArgs {
    /// Data, formula and rows.
    #[command(flatten)]
    pub data: DataArgs,

    /// How tied event times are handled
    #[arg(long, value_enum, value_name = "TIES", default_value = "efron")]
    pub ties: TiesArg,

    /// Robust (sandwich) variance; cluster(id) in the formula asks for it by cluster
    #[arg(long)]
    pub robust: bool,

    /// Firth's penalised likelihood, for coefficients that would run to infinity
    #[arg(long)]
    pub firth: bool,

    /// Test of proportional hazards with this transform of time
    #[arg(long, value_enum, value_name = "TRANSFORM")]
    pub zph: Option<ZphArg>,

    /// Give the baseline cumulative hazard
    #[arg(long)]
    pub baseline: bool,

    /// Where the baseline is taken
    #[arg(long, value_enum, value_name = "AT", default_value = "zero", requires = "baseline")]
    pub baseline_at: BaselineAtArg,

    /// Residuals to give, one or more
    #[arg(long, value_enum, value_name = "KIND,...", value_delimiter = ',')]
    pub residuals: Vec<ResidualArg>,

    /// Which concordance
    #[arg(long, value_enum, value_name = "KIND", default_value = "harrell")]
    pub concordance: ConcordanceArg,

    /// Predict for the rows of this table: linear predictor, hazard ratio, survival
    #[arg(long, value_name = "DATA")]
    pub predict: Option<String>,

    /// With --predict: survival at these times [default: the whole curve]
    #[arg(long, value_name = "T,...", value_delimiter = ',', value_parser = number, requires = "predict")]
    pub times: Vec<f64>,

    /// Format and file.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// The competing-risks coding.
#[derive(Clone, Debug, Args)]
pub struct CauseArgs {
    /// The cause of interest, as the event column has it
    #[arg(long, value_name = "VALUE")]
    pub cause: String,

    /// The value of the event column that means censored
    #[arg(long, value_name = "VALUE")]
    pub censor: String,
}

/// `riskset cif`
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  riskset cif @mgus2 \"Surv(etime, event) ~ sex\" --cause pcm --censor censor --gray"
)]
pub struct CifArgs {
    /// Data, formula and rows.
    #[command(flatten)]
    pub data: DataArgs,

    /// Causes.
    #[command(flatten)]
    pub cause: CauseArgs,

    /// Gray's test for each cause
    #[arg(long)]
    pub gray: bool,

    /// Incidence at these times, in the unit of the data
    #[arg(long, value_name = "T,...", value_delimiter = ',', value_parser = number)]
    pub times: Vec<f64>,

    /// Format and file.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// `riskset fine-gray`
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  riskset fine-gray @mgus2 \"Surv(etime, event) ~ age + sex\" --cause pcm --censor censor"
)]
pub struct FineGrayArgs {
    /// Data, formula and rows.
    #[command(flatten)]
    pub data: DataArgs,

    /// Causes.
    #[command(flatten)]
    pub cause: CauseArgs,

    /// Format and file.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// How the variance of a clustered proportion is estimated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum VarianceArg {
    /// Design effect from the analysis-of-variance intracluster correlation (Donner and Donald)
    Donner,
    /// Generalised estimating equations, exchangeable correlation
    Gee,
    /// Ratio estimator of survey sampling (Rao and Scott)
    Ratio,
    /// Binomial, as if observations were independent
    Binomial,
}

/// The form of the interval of a proportion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum IntervalArg {
    /// Estimate plus and minus z standard errors
    Wald,
    /// The same on the scale of the log odds
    Logit,
    /// Wilson's score interval with the effective sample size
    Wilson,
    /// Clopper and Pearson's exact interval with the effective sample size
    Exact,
}

/// `riskset npv`
#[derive(Debug, Args)]
#[command(
    after_help = "The left side of ~ is a 0/1 or true/false column or a comparison; rows of one cluster are correlated.\n\n\
                  Example:\n  riskset npv @dream_lesions \"nonviable ~ 1\" --cluster patient --by management \\\n      --subset 'kind == \"cDLM\" & evaluable == 1' --conf-level 0.90 --threshold 0.85"
)]
pub struct NpvArgs {
    /// A file (.csv, .tsv, .xlsx), `-` for CSV on standard input, or a bundled set such as @dream_lesions
    pub data: String,

    /// The proportion, such as "nonviable ~ 1"
    pub formula: String,

    /// Column that names the cluster (patient) of each row
    #[arg(long, value_name = "COLUMN")]
    pub cluster: String,

    /// Columns whose levels make the groups
    #[arg(long, value_name = "COLUMN,...", value_delimiter = ',')]
    pub by: Vec<String>,

    /// Analyse only the rows where this holds
    #[arg(long, value_name = "EXPR")]
    pub subset: Option<String>,

    /// Level of the two-sided confidence intervals, as a fraction
    #[arg(long, value_name = "LEVEL", default_value_t = 0.95, value_parser = fraction)]
    pub conf_level: f64,

    /// How the variance allows for clusters
    #[arg(long, value_enum, value_name = "VARIANCE", default_value = "donner")]
    pub variance: VarianceArg,

    /// The form of the interval [default: wald; logit for gee; exact for binomial]
    #[arg(long, value_enum, value_name = "INTERVAL")]
    pub interval: Option<IntervalArg>,

    /// Test one-sided whether the proportion exceeds this
    #[arg(long, value_name = "P", value_parser = fraction)]
    pub threshold: Option<f64>,

    /// Format and file.
    #[command(flatten)]
    pub output: OutputArgs,
}
