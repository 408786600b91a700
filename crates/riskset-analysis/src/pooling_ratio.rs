//! Meta-analysis of hazard ratios, from whatever a publication prints of them.

use crate::{About, Data, Doubt, Problem};
use riskset::{PublishedPoint, RatioMeta, RatioMetaFit, Remedy, normal, ratio_of_curves};
use riskset_data::{ReadOptions, Table, row_of_sums};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Hazard ratios of several studies pooled: one row a study. A study gives `hr` with `lower` and
/// `upper`, or with `std_error`; or `o_minus_e` with `variance`; or the medians and events of both
/// arms. The columns named are tried in this order, row by row. Rows that have none of them and a
/// `time` with survival and numbers at risk are points of the curves of their study.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct MetaHrRequest {
    /// A file, `-` for standard input, or a bundled set.
    pub data: String,
    /// What the reader of the data is told; what is not told is seen from the file.
    #[serde(skip_serializing_if = "crate::rows::is_default")]
    #[schemars(with = "serde_json::Map<String, serde_json::Value>")]
    pub reading: ReadOptions,
    /// The column that names the study.
    pub study: String,
    /// The column with the hazard ratio.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hr: Option<String>,
    /// The column with its lower limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lower: Option<String>,
    /// The column with its upper limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upper: Option<String>,
    /// The level of these limits, as a fraction.
    pub published_level: f64,
    /// The column with the standard error of the log hazard ratio.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub std_error: Option<String>,
    /// The column with observed less expected events of the arm of interest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub o_minus_e: Option<String>,
    /// The column with the variance of these.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variance: Option<String>,
    /// The columns with the medians: arm of interest, control.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub medians: Vec<String>,
    /// The columns with the events: arm of interest, control.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<String>,
    /// The column with the times at which published curves were read, the start among them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
    /// The columns with survival at them, as fractions: arm of interest, control.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub survival: Vec<String>,
    /// The columns with the numbers at risk printed under the curves: arm of interest, control.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub at_risk: Vec<String>,
    /// Only the rows where this holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subset: Option<String>,
    /// Level of the confidence intervals, as a fraction.
    pub conf_level: f64,
}

impl Default for MetaHrRequest {
    fn default() -> MetaHrRequest {
        MetaHrRequest {
            data: String::new(),
            reading: ReadOptions::default(),
            study: String::new(),
            hr: None,
            lower: None,
            upper: None,
            published_level: 0.95,
            std_error: None,
            o_minus_e: None,
            variance: None,
            medians: Vec::new(),
            events: Vec::new(),
            time: None,
            survival: Vec::new(),
            at_risk: Vec::new(),
            subset: None,
            conf_level: 0.95,
        }
    }
}

/// A pooled hazard ratio.
#[derive(Clone, Debug)]
pub struct MetaHrAnswer {
    /// Rows (studies) and doubts.
    pub about: About,
    /// What was asked.
    pub request: MetaHrRequest,
    /// The name of each study, in data order, as the fit has them.
    pub studies: Vec<String>,
    /// From what each study's hazard ratio was taken.
    pub sources: Vec<RatioSource>,
    /// The fit, with an entry for each study.
    pub fit: RatioMetaFit,
}

/// From what a hazard ratio was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RatioSource {
    /// The ratio and its limits.
    Limits,
    /// The ratio and the standard error of its logarithm.
    StdError,
    /// Observed less expected events and their variance (Yusuf and others 1985).
    ObservedExpected,
    /// Medians, taken for those of exponential times, and events: an approximation.
    Medians,
    /// Published curves and numbers at risk (Parmar 1998, Williamson 2002).
    Curves,
    /// One step from the maximum of all places, with the sums of a place.
    OneStep,
}

impl RatioSource {
    /// In words, for a table.
    pub fn words(self) -> &'static str {
        match self {
            RatioSource::Limits => "hazard ratio and limits",
            RatioSource::StdError => "hazard ratio and standard error",
            RatioSource::ObservedExpected => "O - E and V",
            RatioSource::Medians => "medians and events",
            RatioSource::Curves => "curves and numbers at risk",
            RatioSource::OneStep => "one step from the pooled model",
        }
    }
}

/// How far the logarithms of two limits may lie from symmetric about that of the estimate, as a
/// part of their distance: what rounding to two decimals does is less.
const ASYMMETRY: f64 = 0.15;

/// The columns of a request, read.
struct Columns {
    hr: Option<Vec<f64>>,
    limits: Option<[Vec<f64>; 2]>,
    std_error: Option<Vec<f64>>,
    peto: Option<[Vec<f64>; 2]>,
    medians: Option<[Vec<f64>; 4]>,
    curves: Option<[Vec<f64>; 5]>,
}

impl MetaHrRequest {
    /// Pools.
    pub(crate) fn run(&self, data: &Data) -> Result<MetaHrAnswer, Problem> {
        self.check()?;
        let table = data.read(None)?;
        let columns = self.columns(&table)?;
        let z = normal::two_sided_quantile(self.published_level)?;
        let rows = table.asked(self.subset.as_deref())?;
        let sums = row_of_sums(&table, rows.iter().copied(), &self.study)?;
        let names = table.texts(&self.study)?;
        let mut found = Found::default();
        for row in rows {
            let row = row as usize;
            let refuse = |what: String| {
                let what = format!("{}: {what}", table.place(row));
                Problem::analysis(what, Remedy::to("correct the row or leave it out"))
            };
            let ratio = columns.of(row, z).map_err(refuse)?;
            match (&names[row], ratio, columns.point(row)) {
                (Some(name), Some(ratio), _) => found.studies.push((name.clone(), ratio)),
                (Some(name), None, Some(point)) => found.point(name, point),
                _ => found.missing += 1,
            }
        }
        let Found { studies: of_studies, missing, .. } = found.with_curves()?;
        let (mut studies, mut sources) = (Vec::new(), Vec::new());
        let (mut logs, mut errors) = (Vec::new(), Vec::new());
        for (name, (source, log, error)) in of_studies {
            studies.push(name);
            sources.push(source);
            logs.push(log);
            errors.push(error);
        }
        let fit = RatioMeta::default().conf_level(self.conf_level).fit(&logs, &errors)?;
        let about = About {
            analysis: "meta-hr",
            request: String::new(),
            data: self.data.clone(),
            formula: format!("hazard ratios by {}", self.study),
            subset: self.subset.clone(),
            n: studies.len(),
            n_missing: missing,
            notes: table.notes().to_vec(),
            landmark: None,
            known_at: None,
            matching: None,
            balance: None,
            steps: Vec::new(),
            doubts: Doubt::of_studies(&fit.warnings, &studies, false, sums),
        };
        Ok(MetaHrAnswer { about, request: self.clone(), studies, sources, fit })
    }

    fn check(&self) -> Result<(), Problem> {
        let missing = |what: &str, field: &'static str| {
            Err(Problem::request(what.to_owned(), Remedy::set(field)))
        };
        if self.study.is_empty() {
            return missing("which column names the study was not said", "study");
        }
        match (&self.lower, &self.upper) {
            (Some(_), None) => return missing("a lower limit needs an upper one", "upper"),
            (None, Some(_)) => return missing("an upper limit needs a lower one", "lower"),
            _ => {}
        }
        match (&self.o_minus_e, &self.variance) {
            (Some(_), None) => return missing("O - E needs its variance", "variance"),
            (None, Some(_)) => return missing("a variance needs O - E", "o_minus_e"),
            _ => {}
        }
        if self.medians.len() != self.events.len() || ![0, 2].contains(&self.medians.len()) {
            let what = "medians and events are two columns each: arm of interest, control";
            return missing(what, if self.medians.len() == 2 { "events" } else { "medians" });
        }
        let with_hr = self.lower.is_some() || self.std_error.is_some();
        if self.hr.is_some() && !with_hr {
            return missing("a hazard ratio needs its limits or a standard error", "lower");
        }
        if with_hr && self.hr.is_none() {
            return missing("limits or a standard error were named, and no hazard ratio", "hr");
        }
        let curves = (self.time.is_some(), self.survival.len(), self.at_risk.len());
        match curves {
            (false, 0, 0) | (true, 2, 2) => {}
            (false, ..) => return missing("curves need the times at which they were read", "time"),
            (_, n, _) if n != 2 => {
                let what = "curves need two columns of survival: arm of interest, control";
                return missing(what, "survival");
            }
            _ => {
                let what = "curves need two columns of numbers at risk: arm of interest, control";
                return missing(what, "at_risk");
            }
        }
        let direct = self.hr.is_some() || self.o_minus_e.is_some() || !self.medians.is_empty();
        if !direct && self.time.is_none() {
            return missing("which columns hold the hazard ratios was not said", "hr");
        }
        Ok(())
    }

    fn columns(&self, table: &Table) -> Result<Columns, Problem> {
        let one = |name: &Option<String>| -> Result<Option<Vec<f64>>, Problem> {
            Ok(name.as_ref().map(|name| table.numbers(name)).transpose()?)
        };
        let pair = |a, b| -> Result<Option<[Vec<f64>; 2]>, Problem> {
            Ok(one(a)?.zip(one(b)?).map(|(a, b)| [a, b]))
        };
        let medians = match (&self.medians[..], &self.events[..]) {
            ([a, b], [c, d]) => {
                Some([table.numbers(a)?, table.numbers(b)?, table.numbers(c)?, table.numbers(d)?])
            }
            _ => None,
        };
        let curves = match (&self.time, &self.survival[..], &self.at_risk[..]) {
            (Some(time), [a, b], [c, d]) => Some([
                table.numbers(time)?,
                table.numbers(a)?,
                table.numbers(b)?,
                table.numbers(c)?,
                table.numbers(d)?,
            ]),
            _ => None,
        };
        Ok(Columns {
            curves,
            hr: one(&self.hr)?,
            limits: pair(&self.lower, &self.upper)?,
            std_error: one(&self.std_error)?,
            peto: pair(&self.o_minus_e, &self.variance)?,
            medians,
        })
    }
}

/// From what a ratio was taken, its logarithm and the standard error of this.
type Ratio = (RatioSource, f64, f64);

/// The studies as they are met.
#[derive(Default)]
struct Found {
    studies: Vec<(String, Ratio)>,
    /// The place among the studies, the name and the points of each study that gives curves.
    curves: Vec<(usize, String, Vec<PublishedPoint>)>,
    missing: usize,
}

impl Found {
    fn point(&mut self, name: &str, point: PublishedPoint) {
        match self.curves.iter_mut().find(|(_, known, _)| known == name) {
            Some((.., points)) => points.push(point),
            None => self.curves.push((self.studies.len(), name.to_owned(), vec![point])),
        }
    }

    /// Puts the studies that give curves where their first row stands.
    fn with_curves(mut self) -> Result<Found, Problem> {
        for (before, (place, name, mut points)) in
            std::mem::take(&mut self.curves).into_iter().enumerate()
        {
            points.sort_by(|a, b| a.time.total_cmp(&b.time));
            let found = ratio_of_curves(&points).map_err(|error| {
                let remedy = "correct the points of its curves or leave the study out";
                Problem::analysis(format!("{name}: {error}"), Remedy::to(remedy))
            })?;
            let ratio = (RatioSource::Curves, found.log_ratio, found.std_error);
            self.studies.insert(place + before, (name, ratio));
        }
        Ok(self)
    }
}

impl Columns {
    /// A point of published curves; `None` where a part of it is missing.
    fn point(&self, row: usize) -> Option<PublishedPoint> {
        let [time, a, b, c, d] = self.curves.as_ref()?.each_ref().map(|column| column[row]);
        let point = PublishedPoint { time, survival: [a, b], at_risk: [c, d] };
        [time, a, b, c, d].iter().all(|value| !value.is_nan()).then_some(point)
    }

    /// The log hazard ratio of a study and its standard error; `None` where all are missing.
    fn of(&self, row: usize, z: f64) -> Result<Option<Ratio>, String> {
        let at = |column: &Option<Vec<f64>>| column.as_ref().map(|column| column[row]);
        let known = |value: Option<f64>| value.filter(|value| !value.is_nan());
        let two = |pair: &Option<[Vec<f64>; 2]>| {
            let pair = pair.as_ref().map(|[a, b]| [a[row], b[row]]);
            pair.filter(|pair| pair.iter().all(|value| !value.is_nan()))
        };
        if let (Some(hr), Some([lower, upper])) = (known(at(&self.hr)), two(&self.limits)) {
            return limits(hr, lower, upper, z).map(Some);
        }
        if let (Some(hr), Some(error)) = (known(at(&self.hr)), known(at(&self.std_error))) {
            if !(hr > 0.0 && error > 0.0) {
                return Err(format!("a hazard ratio of {hr} with a standard error of {error}"));
            }
            return Ok(Some((RatioSource::StdError, hr.ln(), error)));
        }
        if let Some([o_minus_e, variance]) = two(&self.peto) {
            if variance <= 0.0 {
                return Err(format!("a variance of {variance}, and it must be above 0"));
            }
            let (log, error) = (o_minus_e / variance, variance.sqrt().recip());
            return Ok(Some((RatioSource::ObservedExpected, log, error)));
        }
        let Some(columns) = &self.medians else { return Ok(None) };
        let [median, control, events, control_events] =
            [0, 1, 2, 3].map(|column: usize| columns[column][row]);
        if [median, control, events, control_events].iter().any(|value| value.is_nan()) {
            return Ok(None);
        }
        if [median, control, events, control_events].iter().any(|&value| value <= 0.0) {
            return Err("a median or a number of events is not above 0".to_owned());
        }
        let error = (1.0 / events + 1.0 / control_events).sqrt();
        Ok(Some((RatioSource::Medians, (control / median).ln(), error)))
    }
}

fn limits(hr: f64, lower: f64, upper: f64, z: f64) -> Result<(RatioSource, f64, f64), String> {
    if !(0.0 < lower && lower <= hr && hr <= upper && lower < upper) {
        return Err(format!("a hazard ratio of {hr} with limits of {lower} and {upper}"));
    }
    let (below, above) = ((hr / lower).ln(), (upper / hr).ln());
    // Small numbers printed to two decimals may look asymmetric by their rounding alone.
    let rounding = 0.006 / lower + 0.006 / hr;
    if (below - above).abs() > ASYMMETRY * (below + above) + 2.0 * rounding {
        return Err(format!(
            "the limits {lower} and {upper} are not symmetric about {hr} as ratios, so they are no \
             Wald limits or misprinted"
        ));
    }
    Ok((RatioSource::Limits, hr.ln(), (upper / lower).ln() / (2.0 * z)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_becomes_a_log_ratio_and_its_error() {
        let z = normal::two_sided_quantile(0.95).unwrap();
        let (source, log, error) = limits(0.8, 0.6, 0.8 * 0.8 / 0.6, z).unwrap();
        assert_eq!(source, RatioSource::Limits);
        assert!((log - 0.8f64.ln()).abs() < 1e-15);
        assert!((error - (0.8f64 / 0.6).ln() / z).abs() < 1e-14);
        // DREAM's 0.92 (0.48 to 1.77), as printed.
        assert!(limits(0.92, 0.48, 1.77, z).is_ok());
        assert!(limits(0.8, 0.9, 1.2, z).unwrap_err().contains("limits of 0.9"));
        assert!(limits(0.8, 0.7, 1.6, z).unwrap_err().contains("not symmetric"));
    }

    #[test]
    fn sources_are_tried_in_order_study_by_study() {
        let nan = f64::NAN;
        let columns = Columns {
            curves: None,
            hr: Some(vec![0.5, nan, nan, nan]),
            limits: None,
            std_error: Some(vec![0.2, nan, nan, nan]),
            peto: Some([vec![nan, -4.0, nan, nan], vec![nan, 16.0, nan, nan]]),
            medians: Some([
                vec![nan, nan, 20.0, nan],
                vec![nan, nan, 10.0, nan],
                vec![nan, nan, 50.0, nan],
                vec![nan, nan, 50.0, nan],
            ]),
        };
        assert_eq!(columns.of(0, 1.96), Ok(Some((RatioSource::StdError, 0.5f64.ln(), 0.2))));
        assert_eq!(columns.of(1, 1.96), Ok(Some((RatioSource::ObservedExpected, -0.25, 0.25))));
        let medians = Some((RatioSource::Medians, 0.5f64.ln(), 0.2));
        assert_eq!(columns.of(2, 1.96), Ok(medians));
        assert_eq!(columns.of(3, 1.96), Ok(None));
    }
}
