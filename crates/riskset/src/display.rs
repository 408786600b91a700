//! Results as people look at them: `println!("{fit}")`. A short table for the eye, with three
//! decimals; every number in full precision is in the result itself.

use crate::{
    CoxFit, FineGrayFit, Fitted, GrayTestResult, Interval, LogRankTest, Regression, SurvivalCurve,
};
use std::fmt::{self, Display, Formatter};

/// A number that may not exist.
fn number(value: Option<f64>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{value:.3}"))
}

/// Two limits, of which one or both may not exist.
fn limits(interval: Interval) -> String {
    format!("{} to {}", number(interval.lower), number(interval.upper))
}

/// A P value, which is never 0 nor 1.
fn p_value(p: Option<f64>) -> String {
    match p {
        Some(p) if p < 0.001 => "< 0.001".to_owned(),
        Some(p) if p > 0.99 => "> 0.99".to_owned(),
        p => number(p),
    }
}

/// The percent of a level: 95, 97.5.
fn percent(level: f64) -> f64 {
    (level * 1e4).round() / 100.0
}

/// Why a column has no coefficient, in a word.
fn reason(fitted: &Fitted) -> &'static str {
    match fitted {
        Fitted::Estimate(_) => "",
        Fitted::Infinite(_) => "runs to infinity",
        Fitted::Aliased(_) => "said by other columns",
        Fitted::Unsettled(_) => "not settled",
    }
}

/// One line for each column of the design: name, coefficient, ratio, interval, P value.
impl Display for Regression {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let name = |column: usize| {
            self.name(column).map_or_else(|| format!("column {}", column + 1), str::to_owned)
        };
        let names: Vec<String> = (0..self.coefficients().len()).map(name).collect();
        let width = names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
        let level = format!("{}% interval", percent(self.conf_level()));
        writeln!(f, "{:width$}  {:>9}  {:>9}  {level:>20}  {:>8}", "", "log ratio", "ratio", "P")?;
        for (name, fitted) in names.iter().zip(self.coefficients()) {
            match fitted.estimate() {
                Some(one) => writeln!(
                    f,
                    "{name:width$}  {:>9.3}  {:>9}  {:>20}  {:>8}",
                    one.estimate,
                    number(one.hazard_ratio),
                    limits(one.interval),
                    p_value(one.p_value)
                )?,
                None => writeln!(f, "{name:width$}  {}", reason(fitted))?,
            }
        }
        if let Some(test) = self.wald_test() {
            let p = p_value(Some(test.p_value));
            writeln!(f, "Wald's test: chi-square {:.3}, df {}, P {p}", test.statistic, test.df)?;
        }
        Ok(())
    }
}

/// What was fitted, and the table of its coefficients.
impl Display for CoxFit {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "Cox model of {} rows with {} events", self.n(), self.n_events())?;
        let regression: &Regression = self;
        regression.fmt(f)
    }
}

/// What was fitted, and the table of its coefficients.
impl Display for FineGrayFit {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (n, events, others) = (self.n(), self.n_events(), self.n_competing_events());
        writeln!(f, "Fine-Gray model of {n} rows with {events} events and {others} competing")?;
        let regression: &Regression = self;
        regression.fmt(f)
    }
}

/// Rows, events and the median with its interval.
impl Display for SurvivalCurve {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let median = self.median();
        let limits = Interval { lower: median.lower, upper: median.upper };
        let value = median.estimate.map_or_else(|| "not reached".to_owned(), |m| format!("{m:.3}"));
        write!(f, "{} rows, {} events, median {value}", self.n_rows(), self.n_events())?;
        let level = percent(self.conf_level());
        write!(f, " ({level}% interval {})", self::limits(limits))
    }
}

/// One line for each group, and the test.
impl Display for LogRankTest {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:>5}  {:>6}  {:>8}  {:>8}", "group", "rows", "observed", "expected")?;
        for (place, group) in self.groups().iter().enumerate() {
            let (n, observed, expected) = (group.n, group.observed, group.expected);
            writeln!(f, "{:>5}  {n:>6}  {observed:>8.3}  {expected:>8.3}", place + 1)?;
        }
        let (statistic, p) = (number(self.statistic()), p_value(self.p_value()));
        write!(f, "chi-square {statistic}, df {}, P {p}", self.df())
    }
}

/// The test in a line.
impl Display for GrayTestResult {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (statistic, p) = (number(self.statistic), p_value(self.p_value));
        write!(f, "cause {}: chi-square {statistic}, df {}, P {p}", self.cause, self.df)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CoxModel, DesignMatrix, Groups, KaplanMeier, LogRank, RightCensored};

    fn response() -> RightCensored {
        let events = [true, true, false, true, true, false, true, true];
        RightCensored::new(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0], &events).unwrap()
    }

    /// The digits are those of the result; the layout is what is looked at here.
    #[test]
    fn a_fit_is_a_table_with_the_names_of_its_columns() {
        let treated = vec![0.0, 1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0];
        let same = treated.clone();
        let design = DesignMatrix::named([("treated", treated), ("same", same)]).unwrap();
        let fit = CoxModel::default().fit(&response(), &design).unwrap();
        let text = fit.to_string();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "Cox model of 8 rows with 6 events");
        let one = fit.coefficients()[0].estimate().unwrap();
        let (ratio, lower) = (one.hazard_ratio.unwrap(), one.interval.lower.unwrap());
        assert!(lines[2].starts_with("treated") && lines[2].contains(&format!("{ratio:.3}")));
        assert!(lines[2].contains(&format!("{lower:.3} to ")), "{text}");
        assert_eq!(lines[3], "same     said by other columns");
        assert!(lines[4].starts_with("Wald's test: chi-square"), "{text}");
    }

    #[test]
    fn curves_and_tests_are_lines() {
        let curve = KaplanMeier::default().fit(&response()).unwrap().to_string();
        assert!(curve.starts_with("8 rows, 6 events, median 5.000 (95% interval "), "{curve}");
        let events = [true, false, false, false];
        let few = RightCensored::new(&[1.0, 2.0, 3.0, 4.0], &events).unwrap();
        let few = KaplanMeier::default().conf_level(0.975).fit(&few).unwrap().to_string();
        assert!(few.contains("median not reached (97.5% interval "), "{few}");
        let arms = Groups::from_labels(&["a", "b", "b", "a", "b", "a", "a", "b"]).unwrap();
        let test = LogRank::default().test(&response(), &arms).unwrap();
        let text = test.to_string();
        assert_eq!(text.lines().count(), 4, "{text}");
        assert!(text.ends_with(&format!("df 1, P {:.3}", test.p_value().unwrap())), "{text}");
        assert_eq!(p_value(Some(1e-9)), "< 0.001");
        assert_eq!(p_value(None), "-");
    }
}
