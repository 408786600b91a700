//! Options of the estimating commands.

use super::contrast::{OverTimeArgs, ReferenceValueArgs};
use super::{
    DataArgs, LevelArgs, OutputArgs, ReadingArgs, choice, fraction, not_negative, number, positive,
};
use clap::Args;
use riskset::{
    Adjustment, BandKind, BaselineAt, ConcordanceWeight, ConfType, FewPatients, FlatRule,
    IncidenceVariance, LogRankWeight, ProportionInterval, ProportionVariance, SurvivalEstimator,
    Ties, ZphTransform,
};
use riskset_analysis::{
    CauseRequest, FactorsRequest, FurtherTests, Margin, NpvRequest, PermutationRequest,
    ResidualKind, RowsRequest, USUAL_COMBINATION,
};
use std::path::PathBuf;

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

    /// What is said of each curve.
    #[command(flatten)]
    pub summary: SummaryArgs,

    /// Restricted mean survival time to TAU, per group and between two groups
    #[arg(long, value_name = "TAU", value_parser = positive)]
    pub rmst: Option<f64>,

    /// With --rmst: difference and ratio of each pair of groups, with this adjustment of the p values
    #[arg(long, value_parser = choice::<Adjustment>(), value_name = "ADJUST")]
    pub pairwise: Option<Adjustment>,

    /// How the curve is estimated
    #[arg(long, value_parser = choice::<SurvivalEstimator>(), value_name = "ESTIMATOR", default_value = "kaplan-meier")]
    pub estimator: SurvivalEstimator,

    /// Exchange events and censorings: the potential follow-up (reverse Kaplan-Meier)
    #[arg(long)]
    pub reverse: bool,

    /// Print the whole curve in the text output as well (JSON always has it)
    #[arg(long)]
    pub curve: bool,

    /// Robust standard errors, as fractional weights and cluster(id) in the formula have anyway
    #[arg(long)]
    pub robust: bool,

    /// Limits of the median and at --times that hold for few patients
    #[arg(long, value_parser = choice::<FewPatients>(), value_name = "METHOD")]
    pub few_patients: Option<FewPatients>,

    /// A band that holds the whole curve with the confidence level
    #[arg(long, value_parser = choice::<BandKind>(), value_name = "BAND")]
    pub band: Option<BandKind>,

    /// Survival at --times of those who have come to this time
    #[arg(long, value_name = "S", value_parser = not_negative)]
    pub given: Option<f64>,

    /// How the answer comes about as well: the arithmetic, one row a step, and why
    #[arg(long)]
    pub explain: bool,

    /// Format and file.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// What is said of each curve.
#[derive(Clone, Debug, Args)]
pub struct SummaryArgs {
    /// Scale on which the interval of S(t) is symmetric
    #[arg(long, value_parser = choice::<ConfType>(), value_name = "TYPE", default_value = "log")]
    pub conf_type: ConfType,

    /// Which time is a quantile where a curve is flat at its level
    #[arg(long, value_parser = choice::<FlatRule>(), value_name = "RULE", default_value = "middle")]
    pub flat: FlatRule,

    /// Survival at these times, in the unit of the data
    #[arg(long, value_name = "T,...", value_delimiter = ',', value_parser = number)]
    pub times: Vec<f64>,

    /// Quantiles of the time to the event; 0.5 is the median
    #[arg(long, value_name = "P,...", value_delimiter = ',', value_parser = fraction)]
    pub quantiles: Vec<f64>,
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
    #[arg(long, value_parser = choice::<LogRankWeight>(), value_name = "TEST", default_value = "logrank")]
    pub test: LogRankWeight,

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
    #[arg(long, value_parser = choice::<Adjustment>(), value_name = "ADJUST")]
    pub pairwise: Option<Adjustment>,

    /// With --pairwise: compare only against this group, named by its level or label
    #[arg(long, value_name = "LEVEL", requires = "pairwise")]
    pub control: Option<String>,

    /// Tests beside this one.
    #[command(flatten)]
    pub further: FurtherArgs,

    /// How the answer comes about as well: the arithmetic, one row a step, and why
    #[arg(long)]
    pub explain: bool,

    /// Format and file.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Tests beside the log-rank test.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Further tests")]
pub struct FurtherArgs {
    /// The permutation test: exact for all permutations, or so many at random
    #[arg(long, value_name = "exact|N")]
    pub permutation: Option<PermutationRequest>,

    /// The seed of random permutations
    #[arg(long, value_name = "SEED", default_value_t = 1)]
    pub seed: u64,

    /// The largest of several Fleming-Harrington tests, by their exponents [default: 0:0,0:1,1:0,1:1]
    #[arg(long, value_name = "RHO:GAMMA,...", value_delimiter = ',', num_args = 0.., require_equals = false, value_parser = powers)]
    pub max_combo: Option<Vec<(f64, f64)>>,

    /// The modestly weighted test, whose weights stay from this time on
    #[arg(long, value_name = "T", value_parser = number)]
    pub modest: Option<f64>,
}

impl FurtherArgs {
    /// The part of a request.
    pub fn request(&self) -> FurtherTests {
        let max_combo = match &self.max_combo {
            None => Vec::new(),
            Some(powers) if powers.is_empty() => USUAL_COMBINATION.to_vec(),
            Some(powers) => powers.clone(),
        };
        FurtherTests {
            permutation: self.permutation,
            seed: self.seed,
            max_combo,
            modest: self.modest,
        }
    }
}

/// `0:1`, the exponents of S and of 1 - S.
fn powers(text: &str) -> Result<(f64, f64), String> {
    let (rho, gamma) = text
        .split_once(':')
        .ok_or_else(|| format!("`{text}` are no exponents; write RHO:GAMMA, such as 0:1"))?;
    Ok((not_negative(rho)?, not_negative(gamma)?))
}

/// `riskset compare`
#[derive(Debug, Args)]
#[command(
    after_help = "Name the estimand of the comparison beforehand, and not by its P value.\n\n\
                  Example:\n  riskset compare @colon \"Surv(time, status) ~ rx\" --subset \"etype == 2\" --reference Obs"
)]
pub struct CompareArgs {
    /// Data, formula and rows.
    #[command(flatten)]
    pub data: DataArgs,

    /// What is said of each curve.
    #[command(flatten)]
    pub summary: SummaryArgs,

    /// How tied event times are handled in hazard ratios
    #[arg(long, value_parser = choice::<Ties>(), value_name = "TIES", default_value = "efron")]
    pub ties: Ties,

    /// Horizon of the restricted means [default: the shortest follow-up of a group]
    #[arg(long, value_name = "TAU", value_parser = positive)]
    pub rmst: Option<f64>,

    /// Each pair of groups by log-rank test and restricted means, with this adjustment of the p values
    #[arg(long, value_parser = choice::<Adjustment>(), value_name = "ADJUST")]
    pub pairwise: Option<Adjustment>,

    /// Differences and ratios of survival at these times, in the unit of the data
    #[arg(long, visible_alias = "milestone", value_name = "T,...", value_delimiter = ',', value_parser = number)]
    pub milestones: Vec<f64>,

    /// Tests beside the log-rank test.
    #[command(flatten)]
    pub further: FurtherArgs,

    /// Effects over time.
    #[command(flatten)]
    pub over_time: OverTimeArgs,

    /// Non-inferiority: the margin of an estimate, such as hr=1.3, survival=-0.1 or rmst=-30
    #[arg(long, value_name = "OF=VALUE,...", value_delimiter = ',')]
    pub margin: Vec<Margin>,

    /// The one-sided level of the margins
    #[arg(long, value_name = "LEVEL", default_value_t = 0.025, value_parser = fraction)]
    pub one_sided: f64,

    /// Format and file.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// `riskset cox`
#[derive(Debug, Args)]
#[command(
    after_help = "Terms: columns, factor(x, ref = \"level\"), a:b, a*b, log(x), I(x / 10), strata(a), cluster(id), offset(x), tv(x, log(t)).\n\n\
                  Example:\n  riskset cox @lung \"Surv(time, status == 2) ~ age + sex + ph.ecog\" --zph km"
)]
pub struct CoxArgs {
    /// Data, formula and rows.
    #[command(flatten)]
    pub data: DataArgs,

    /// How tied event times are handled
    #[arg(long, value_parser = choice::<Ties>(), value_name = "TIES", default_value = "efron")]
    pub ties: Ties,

    /// Robust (sandwich) variance; cluster(id) in the formula asks for it by cluster
    #[arg(long)]
    pub robust: bool,

    /// Firth's penalised likelihood, for coefficients that would run to infinity
    #[arg(long)]
    pub firth: bool,

    /// Test of proportional hazards with this transform of time
    #[arg(long, value_parser = choice::<ZphTransform>(), value_name = "TRANSFORM")]
    pub zph: Option<ZphTransform>,

    /// Give the baseline cumulative hazard
    #[arg(long)]
    pub baseline: bool,

    /// Where the baseline is taken
    #[arg(long, value_parser = choice::<BaselineAt>(), value_name = "AT", default_value = "zero", requires = "baseline")]
    pub baseline_at: BaselineAt,

    /// Residuals to give, one or more
    #[arg(long, value_parser = choice::<ResidualKind>(), value_name = "KIND,...", value_delimiter = ',')]
    pub residuals: Vec<ResidualKind>,

    /// Which concordance
    #[arg(long, value_parser = choice::<ConcordanceWeight>(), value_name = "KIND", default_value = "harrell")]
    pub concordance: ConcordanceWeight,

    /// Likelihood-ratio test against this smaller model of the same rows, such as "age + sex"; 1 for
    /// no covariates
    #[arg(long, value_name = "TERMS")]
    pub against: Option<String>,

    /// Predict for the rows of this table: linear predictor, hazard ratio, survival
    #[arg(long, value_name = "DATA")]
    pub predict: Option<String>,

    /// With --predict: survival at these times [default: the whole curve]; with tv(): the hazard ratio
    #[arg(long, value_name = "T,...", value_delimiter = ',', value_parser = number)]
    pub times: Vec<f64>,

    /// With --predict: restricted means up to this time
    #[arg(long, value_name = "TAU", value_parser = positive, requires = "predict")]
    pub tau: Option<f64>,

    /// Write the model to this file, from which `riskset predict` predicts without the data
    #[arg(long, value_name = "FILE.json")]
    pub save_model: Option<PathBuf>,

    /// The values that curves are compared with.
    #[command(flatten)]
    pub references: ReferenceValueArgs,

    /// Effects over time.
    #[command(flatten)]
    pub over_time: OverTimeArgs,

    /// How the answer comes about as well: the arithmetic, one row a step, and why
    #[arg(long)]
    pub explain: bool,

    /// Format and file.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// `riskset factors`
#[derive(Debug, Args)]
#[command(
    after_help = "A number has a hazard ratio per unit; for levels write factor(x), or cut(x, c(50, 70)) for groups of a number.\n\n\
                  Example:\n  riskset factors @lung \"Surv(time, status == 2) ~ age + factor(sex) + factor(ph.ecog)\" --times 365 --subset \"ph.ecog < 3\""
)]
pub struct FactorsArgs {
    /// Data, formula and rows.
    #[command(flatten)]
    pub data: DataArgs,

    /// What is fitted.
    #[command(flatten)]
    pub models: FactorModelArgs,

    /// Format and file.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// The models of factors.
#[derive(Clone, Debug, Args)]
pub struct FactorModelArgs {
    /// Survival at these times by level, in the unit of the data
    #[arg(long, value_name = "T,...", value_delimiter = ',', value_parser = number)]
    pub times: Vec<f64>,

    /// Univariable models of the rows in which all factors are known
    #[arg(long)]
    pub same_rows: bool,

    /// How tied event times are handled
    #[arg(long, value_parser = choice::<Ties>(), value_name = "TIES", default_value = "efron")]
    pub ties: Ties,

    /// Scale on which the intervals of medians and survival are symmetric
    #[arg(long, value_parser = choice::<ConfType>(), value_name = "TYPE", default_value = "log")]
    pub conf_type: ConfType,

    /// Which time is a quantile where a curve is flat at its level
    #[arg(long, value_parser = choice::<FlatRule>(), value_name = "RULE", default_value = "middle")]
    pub flat: FlatRule,
}

impl FactorModelArgs {
    /// The request with these models.
    pub fn request(&self, rows: RowsRequest, conf_level: f64) -> FactorsRequest {
        FactorsRequest {
            rows,
            conf_level,
            conf_type: self.conf_type,
            flat: self.flat,
            ties: self.ties,
            times: self.times.clone(),
            same_rows: self.same_rows,
        }
    }
}

/// The competing-risks coding.
#[derive(Clone, Debug, Args)]
pub struct CauseArgs {
    /// The cause of interest, as the event column has it
    #[arg(long, value_name = "VALUE")]
    pub cause: String,

    /// The value of the event column that means censored, several with commas, or none
    #[arg(long, value_name = "VALUE")]
    pub censor: String,
}

impl CauseArgs {
    /// The part of a request.
    pub fn request(&self) -> CauseRequest {
        CauseRequest { cause: self.cause.clone(), censor: self.censor.clone() }
    }
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

    /// Scale on which the interval of an incidence is symmetric
    #[arg(long, value_parser = choice::<ConfType>(), value_name = "TYPE", default_value = "log")]
    pub conf_type: ConfType,

    /// Which time is a quantile where a curve is flat at its level
    #[arg(long, value_parser = choice::<FlatRule>(), value_name = "RULE", default_value = "middle")]
    pub flat: FlatRule,

    /// How the variance of an incidence is estimated from the counts
    #[arg(long, value_parser = choice::<IncidenceVariance>(), value_name = "VARIANCE", default_value = "multinomial")]
    pub incidence_variance: IncidenceVariance,

    /// Times by which an incidence reaches these probabilities
    #[arg(long, value_name = "P,...", value_delimiter = ',', value_parser = fraction)]
    pub quantiles: Vec<f64>,

    /// Incidence at these times, in the unit of the data
    #[arg(long, value_name = "T,...", value_delimiter = ',', value_parser = number)]
    pub times: Vec<f64>,

    /// Robust standard errors, as fractional weights and cluster(id) in the formula have anyway
    #[arg(long)]
    pub robust: bool,

    /// How the answer comes about as well: the arithmetic, one row a step, and why
    #[arg(long)]
    pub explain: bool,

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

    /// Predict the incidence for the rows of this table
    #[arg(long, value_name = "DATA")]
    pub predict: Option<String>,

    /// With --predict: incidence at these times [default: at all event times]
    #[arg(long, value_name = "T,...", value_delimiter = ',', value_parser = number, requires = "predict")]
    pub times: Vec<f64>,

    /// Write the model to this file, from which `riskset predict` predicts without the data
    #[arg(long, value_name = "FILE.json")]
    pub save_model: Option<PathBuf>,

    /// The values that curves are compared with.
    #[command(flatten)]
    pub references: ReferenceValueArgs,

    /// Format and file.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// `riskset npv`
#[derive(Debug, Args)]
#[command(
    after_help = "The left side of ~ is a 0/1 or true/false column or a comparison; rows of one cluster are correlated.\n\n\
                  Example:\n  riskset npv @dream_lesions \"nonviable ~ 1\" --cluster patient --by management \\\n      --subset 'kind == \"cDLM\" & evaluable == 1' --conf-level 0.90 --threshold 0.85"
)]
pub struct NpvArgs {
    /// What is estimated.
    #[command(flatten)]
    pub proportion: ProportionArgs,

    /// Format and file.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Proportions of clustered observations.
#[derive(Clone, Debug, Args)]
pub struct ProportionArgs {
    /// A file (.csv, .tsv, .xlsx), `-` for CSV on standard input, or a bundled set such as @dream_lesions
    pub data: String,

    /// The proportion, such as "nonviable ~ 1"
    pub formula: String,

    /// Column that names the cluster (patient) of each row
    #[arg(long, value_name = "COLUMN")]
    pub cluster: String,

    /// Columns whose levels make the groups; in a figure each column by itself
    #[arg(long, value_name = "COLUMN,...", value_delimiter = ',')]
    pub by: Vec<String>,

    /// Analyse only the rows where this holds
    #[arg(long, value_name = "EXPR")]
    pub subset: Option<String>,

    /// The table counts observations: columns of those with the property and, last, of those without,
    /// beside `event ~ 1`; or the one column of how many observations a row is
    #[arg(long, value_name = "COLUMN,...", value_delimiter = ',')]
    pub counts: Vec<String>,

    /// Level of the intervals.
    #[command(flatten)]
    pub level: LevelArgs,

    /// How the variance allows for clusters
    #[arg(long, value_parser = choice::<ProportionVariance>(), value_name = "VARIANCE", default_value = "donner")]
    pub variance: ProportionVariance,

    /// The form of the interval [default: wald; logit for gee; exact for binomial]
    #[arg(long, value_parser = choice::<ProportionInterval>(), value_name = "INTERVAL")]
    pub interval: Option<ProportionInterval>,

    /// Test one-sided whether the proportion exceeds this fraction; a figure marks it
    #[arg(long, value_name = "P", value_parser = fraction)]
    pub threshold: Option<f64>,

    /// Reading the data.
    #[command(flatten)]
    pub reading: ReadingArgs,
}

impl ProportionArgs {
    /// The request.
    pub fn request(&self) -> NpvRequest {
        NpvRequest {
            rows: RowsRequest {
                reading: self.reading.options(),
                subset: self.subset.clone(),
                counts: self.counts.clone(),
                ..RowsRequest::new(&self.data, &self.formula)
            },
            cluster: self.cluster.clone(),
            by: self.by.clone(),
            conf_level: self.level.conf_level,
            variance: self.variance,
            interval: self.interval,
            threshold: self.threshold,
        }
    }
}
