//! Options of regressions of samples drawn from a cohort: matched sets and case-cohort samples.

use super::{DataArgs, OutputArgs, choice};
use clap::Args;
use riskset::{CaseCohortMethod, Ties};

/// `riskset clogit`
#[derive(Debug, Args)]
#[command(
    after_help = "The left side of ~ is a 0/1 or true/false column or a comparison; strata() names the matched sets.\n\n\
                  Example:\n  riskset clogit @retinopathy \"status ~ trt + strata(id)\""
)]
pub struct ClogitArgs {
    /// Data, formula and rows.
    #[command(flatten)]
    pub data: DataArgs,

    /// How several cases of one set enter the likelihood
    #[arg(long, value_parser = choice::<Ties>(), value_name = "TIES", default_value = "exact")]
    pub ties: Ties,

    /// Format and file.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// `riskset case-cohort`
#[derive(Debug, Args)]
#[command(
    after_help = "All cases of a cohort and a part of it that was drawn when it began. Rows that are neither count in the size of the cohort alone.\n\n\
                  Example:\n  riskset case-cohort @nwtco \"Surv(edrel, rel) ~ factor(stage) + factor(histol) + age\" \\\n      --subcohort in.subcohort"
)]
pub struct CaseCohortArgs {
    /// Data, formula and rows.
    #[command(flatten)]
    pub data: DataArgs,

    /// Who was drawn: a column of 0 and 1, or a comparison
    #[arg(long, value_name = "COLUMN")]
    pub subcohort: String,

    /// How many the cohort is [default: all rows of the data]
    #[arg(long, value_name = "N")]
    pub cohort_size: Option<usize>,

    /// For borgan-1 and borgan-2: the column by whose values the subcohort was drawn
    #[arg(long, value_name = "COLUMN")]
    pub stratum: Option<String>,

    /// How many of the cohort each stratum is [default: the rows of the data are counted]
    #[arg(long, value_name = "VALUE=N,...", value_delimiter = ',', value_parser = size, requires = "stratum")]
    pub cohort_sizes: Vec<(String, usize)>,

    /// Who stands for those at risk
    #[arg(long, value_parser = choice::<CaseCohortMethod>(), value_name = "METHOD", default_value = "prentice")]
    pub method: CaseCohortMethod,

    /// Format and file.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// `favourable=3622`: how many of the cohort a stratum is.
fn size(text: &str) -> Result<(String, usize), String> {
    let parts = text.rsplit_once('=').map(|(level, size)| (level.trim(), size.trim().parse()));
    match parts {
        Some((level, Ok(size))) if !level.is_empty() => Ok((level.to_owned(), size)),
        _ => {
            Err("write the value of the stratum and its number, such as favourable=3622".to_owned())
        }
    }
}
