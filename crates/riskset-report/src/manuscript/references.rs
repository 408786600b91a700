//! The publications that the text of a manuscript cites.
//!
//! They were typed from memory, and then title, journal, year, volume and pages were looked up in what
//! others cite: reference lists of manuals and of R packages. All were found there but these, which nobody
//! has confirmed yet: volume and pages of `lausen1992` (its DOI was found), the whole of `punt2007`, and the
//! pages of `donner2000` (the book was found). Of `peto1972` some lists end at page 206; most say 207.

use serde::Serialize;

/// One publication.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reference {
    /// What the text cites it by, and its key in BibTeX.
    pub key: &'static str,
    /// `Kaplan EL`, in order.
    pub authors: &'static [&'static str],
    /// The title, in sentence case.
    pub title: &'static str,
    /// The journal's abbreviation; for software or a book the publisher or the address.
    pub journal: &'static str,
    /// The year; `0` is none.
    pub year: u16,
    /// Volume and issue; may be empty.
    pub volume: &'static str,
    /// The pages, or the number of the article; may be empty.
    pub pages: &'static str,
    /// The identifier of the publication; may be empty.
    pub doi: &'static str,
}

impl Reference {
    /// The reference as a list prints it: authors, title, journal, year, volume, pages.
    pub fn text(&self) -> String {
        let mut text = format!("{}. {}. {}.", self.authors.join(", "), self.title, self.journal);
        if self.year > 0 {
            text.push_str(&format!(" {}", self.year));
        }
        if !self.volume.is_empty() {
            text.push_str(&format!(";{}", self.volume));
        }
        if !self.pages.is_empty() {
            text.push_str(&format!(":{}", self.pages));
        }
        if self.year > 0 {
            text.push('.');
        }
        if !self.doi.is_empty() {
            text.push_str(&format!(" doi:{}", self.doi));
        }
        text
    }
}

/// The publication of a key.
///
/// # Panics
///
/// When there is none: a text that cites what does not exist is a bug, which a test looks for.
pub fn reference(key: &str) -> &'static Reference {
    match REFERENCES.iter().find(|one| one.key == key) {
        Some(found) => found,
        None => panic!("nothing is cited by {key}"),
    }
}

macro_rules! references {
    ($($key:literal: [$($author:literal),*], $title:expr, $journal:literal, $year:literal,
       $volume:literal, $pages:literal, $doi:literal;)*) => {
        /// Every publication, by its key.
        pub const REFERENCES: &[Reference] = &[$(Reference {
            key: $key,
            authors: &[$($author),*],
            title: $title,
            journal: $journal,
            year: $year,
            volume: $volume,
            pages: $pages,
            doi: $doi,
        }),*];
    };
}

references! {
    "aalen1978": ["Aalen OO", "Johansen S"],
        "An empirical transition matrix for non-homogeneous Markov chains based on censored observations",
        "Scand J Stat", 1978, "5(3)", "141-150", "";
    "anderson1983": ["Anderson JR", "Cain KC", "Gelber RD"],
        "Analysis of survival by tumor response",
        "J Clin Oncol", 1983, "1(11)", "710-719", "10.1200/JCO.1983.1.11.710";
    "breslow1974": ["Breslow N"],
        "Covariance analysis of censored survival data",
        "Biometrics", 1974, "30(1)", "89-99", "10.2307/2529620";
    "brookmeyer1982": ["Brookmeyer R", "Crowley J"],
        "A confidence interval for the median survival time",
        "Biometrics", 1982, "38(1)", "29-41", "10.2307/2530286";
    "cox1972": ["Cox DR"],
        "Regression models and life-tables",
        "J R Stat Soc Series B Methodol", 1972, "34(2)", "187-220", "";
    "donner2000": ["Donner A", "Klar N"],
        "Design and analysis of cluster randomization trials in health research",
        "London: Arnold", 2000, "", "7-9", "";
    "efron1977": ["Efron B"],
        "The efficiency of Cox's likelihood function for censored data",
        "J Am Stat Assoc", 1977, "72(359)", "557-565", "10.1080/01621459.1977.10480613";
    "fda2018": ["US Food and Drug Administration"],
        "Clinical trial endpoints for the approval of cancer drugs and biologics: guidance for industry",
        "Guidance document", 2018, "", "", "";
    "fine1999": ["Fine JP", "Gray RJ"],
        "A proportional hazards model for the subdistribution of a competing risk",
        "J Am Stat Assoc", 1999, "94(446)", "496-509", "10.1080/01621459.1999.10474144";
    "gehan1965": ["Gehan EA"],
        "A generalized Wilcoxon test for comparing arbitrarily singly-censored samples",
        "Biometrika", 1965, "52(1-2)", "203-223", "10.1093/biomet/52.1-2.203";
    "graf1999": ["Graf E", "Schmoor C", "Sauerbrei W", "Schumacher M"],
        "Assessment and comparison of prognostic classification schemes for survival data",
        "Stat Med", 1999, "18(17-18)", "2529-2545", "";
    "grambsch1994": ["Grambsch PM", "Therneau TM"],
        "Proportional hazards tests and diagnostics based on weighted residuals",
        "Biometrika", 1994, "81(3)", "515-526", "10.1093/biomet/81.3.515";
    "gray1988": ["Gray RJ"],
        "A class of K-sample tests for comparing the cumulative incidence of a competing risk",
        "Ann Stat", 1988, "16(3)", "1141-1154", "10.1214/aos/1176350951";
    "harrell1982": ["Harrell FE", "Califf RM", "Pryor DB", "Lee KL", "Rosati RA"],
        "Evaluating the yield of medical tests",
        "JAMA", 1982, "247(18)", "2543-2546", "10.1001/jama.1982.03320430047030";
    "harrington1982": ["Harrington DP", "Fleming TR"],
        "A class of rank test procedures for censored survival data",
        "Biometrika", 1982, "69(3)", "553-566", "10.1093/biomet/69.3.553";
    "hartung2001": ["Hartung J", "Knapp G"],
        "A refined method for the meta-analysis of controlled clinical trials with binary outcome",
        "Stat Med", 2001, "20(24)", "3875-3889", "10.1002/sim.1009";
    "heinze2001": ["Heinze G", "Schemper M"],
        "A solution to the problem of monotone likelihood in Cox regression",
        "Biometrics", 2001, "57(1)", "114-119", "10.1111/j.0006-341X.2001.00114.x";
    "kaplan1958": ["Kaplan EL", "Meier P"],
        "Nonparametric estimation from incomplete observations",
        "J Am Stat Assoc", 1958, "53(282)", "457-481", "10.1080/01621459.1958.10501452";
    "lausen1992": ["Lausen B", "Schumacher M"],
        "Maximally selected rank statistics",
        "Biometrics", 1992, "48(1)", "73-85", "10.2307/2532740";
    "li2018": ["Li F", "Morgan KL", "Zaslavsky AM"],
        "Balancing covariates via propensity score weighting",
        "J Am Stat Assoc", 2018, "113(521)", "390-400", "10.1080/01621459.2016.1260466";
    "liang1986": ["Liang KY", "Zeger SL"],
        "Longitudinal data analysis using generalized linear models",
        "Biometrika", 1986, "73(1)", "13-22", "10.1093/biomet/73.1.13";
    "mantel1966": ["Mantel N"],
        "Evaluation of survival data and two new rank order statistics arising in its consideration",
        "Cancer Chemother Rep", 1966, "50(3)", "163-170", "";
    "parmar1998": ["Parmar MKB", "Torri V", "Stewart L"],
        "Extracting summary statistics to perform meta-analyses of the published literature for survival endpoints",
        "Stat Med", 1998, "17(24)", "2815-2834", "";
    "pencina2011": ["Pencina MJ", "D'Agostino RB", "Steyerberg EW"],
        "Extensions of net reclassification improvement calculations to measure usefulness of new biomarkers",
        "Stat Med", 2011, "30(1)", "11-21", "10.1002/sim.4085";
    "peto1972": ["Peto R", "Peto J"],
        "Asymptotically efficient rank invariant test procedures",
        "J R Stat Soc Ser A", 1972, "135(2)", "185-207", "10.2307/2344317";
    "punt2007": ["Punt CJA", "Buyse M", "K\u{f6}hne CH", "et al"],
        "Endpoints in adjuvant treatment trials: a systematic review of the literature in colon cancer and proposed definitions for future trials",
        "J Natl Cancer Inst", 2007, "99(13)", "998-1003", "10.1093/jnci/djm024";
    "riskset": ["riskset"],
        concat!("riskset: survival analysis for clinical research, version ", env!("CARGO_PKG_VERSION")),
        "Computer program", 0, "", "", "";
    "rosenbaum1983": ["Rosenbaum PR", "Rubin DB"],
        "The central role of the propensity score in observational studies for causal effects",
        "Biometrika", 1983, "70(1)", "41-55", "10.1093/biomet/70.1.41";
    "royston2013": ["Royston P", "Parmar MKB"],
        "Restricted mean survival time: an alternative to the hazard ratio for the design and analysis of randomized trials with a time-to-event outcome",
        "BMC Med Res Methodol", 2013, "13", "152", "10.1186/1471-2288-13-152";
    "schemper1996": ["Schemper M", "Smith TL"],
        "A note on quantifying follow-up in studies of failure time",
        "Control Clin Trials", 1996, "17(4)", "343-346", "10.1016/0197-2456(96)00075-X";
    "simon1984": ["Simon R", "Makuch RW"],
        "A non-parametric graphical representation of the relationship between survival and the occurrence of an event: application to responder versus non-responder bias",
        "Stat Med", 1984, "3(1)", "35-44", "10.1002/sim.4780030106";
    "simon2011": ["Simon N", "Friedman J", "Hastie T", "Tibshirani R"],
        "Regularization paths for Cox's proportional hazards model via coordinate descent",
        "J Stat Softw", 2011, "39(5)", "1-13", "10.18637/jss.v039.i05";
    "tarone1977": ["Tarone RE", "Ware J"],
        "On distribution-free tests for equality of survival distributions",
        "Biometrika", 1977, "64(1)", "156-160", "10.1093/biomet/64.1.156";
    "uno2011": ["Uno H", "Cai T", "Pencina MJ", "D'Agostino RB", "Wei LJ"],
        "On the C-statistics for evaluating overall adequacy of risk prediction procedures with censored survival data",
        "Stat Med", 2011, "30(10)", "1105-1117", "10.1002/sim.4154";
    "vickers2006": ["Vickers AJ", "Elkin EB"],
        "Decision curve analysis: a novel method for evaluating prediction models",
        "Med Decis Making", 2006, "26(6)", "565-574", "10.1177/0272989X06295361";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_prints_what_leads_to_it() {
        assert_eq!(
            reference("mantel1966").text(),
            "Mantel N. Evaluation of survival data and two new rank order statistics arising in its \
             consideration. Cancer Chemother Rep. 1966;50(3):163-170."
        );
        assert!(reference("riskset").text().ends_with("Computer program."));
    }

    #[test]
    fn keys_are_used_once_and_in_order() {
        assert!(REFERENCES.windows(2).all(|pair| pair[0].key < pair[1].key));
    }
}
