//! Numbers as people read them: rounding, P values, percentages, intervals.
//!
//! A [`Style`] holds what differs between journals (the decimal sign, the sign of a range); the
//! number of decimals belongs to the quantity and is passed. The digits are those of figures, made in
//! `riskset_plot::digits`. Nothing here computes a statistic.

pub use riskset_analysis::told_time;
use riskset_plot::digits::{self, PRule};
use riskset_plot::profile::Profile;

/// How numbers are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Style {
    /// The decimal sign: `.`; `·` (the mid-line point) in The Lancet; `,` on the continent.
    pub decimal: char,
    /// What joins the limits of an interval: `-` by default. A range with a negative limit or with
    /// a limit in words is joined by ` to ` whatever stands here.
    pub range: String,
    /// The sign of a negative number: the true minus by default, so that a table cell that starts
    /// with it is not taken for a spreadsheet formula.
    pub minus: char,
    /// Whether P values keep the zero before the decimal sign; JAMA leaves it out.
    pub p_zero: bool,
    /// How many decimals a P value has.
    pub p_rule: PRule,
    /// `P` or `p`.
    pub p_letter: String,
    /// Whether spaces surround the relation sign of a P value in a sentence.
    pub p_spaces: bool,
    /// Whether a comma stands between the name of an interval and its limits.
    pub interval_comma: bool,
    /// What a column with counts and percentages is called.
    pub count_heading: String,
    /// Whether the percentages below that heading have the sign again.
    pub percent_sign: bool,
}

impl Default for Style {
    fn default() -> Self {
        Style {
            decimal: '.',
            range: "-".to_owned(),
            minus: '\u{2212}',
            p_zero: true,
            p_rule: PRule::default(),
            p_letter: "P".to_owned(),
            p_spaces: true,
            interval_comma: true,
            count_heading: "No. (%)".to_owned(),
            percent_sign: true,
        }
    }
}

/// What stands where a time or a limit lies beyond the data, in tables.
pub const NOT_REACHED: &str = "NR";
/// What stands where a number does not exist, in tables.
pub const NOT_ESTIMABLE: &str = "NE";

impl Style {
    /// The style with this decimal sign.
    pub fn with_decimal(decimal: char) -> Self {
        Style { decimal, ..Style::default() }
    }

    /// The style of a journal's profile: what its figures have, its tables and sentences have too.
    pub fn of(profile: &Profile) -> Self {
        Style {
            decimal: profile.number.decimal.chars().next().unwrap_or('.'),
            range: profile.number.interval.clone(),
            p_zero: profile.number.leading_zero,
            p_rule: profile.number.p_rule,
            p_letter: profile.number.p_letter.clone(),
            p_spaces: profile.number.p_spaces,
            interval_comma: profile.number.interval_comma,
            count_heading: profile.number.count_heading.clone(),
            percent_sign: profile.number.percent_sign,
            ..Style::default()
        }
    }

    /// A number with so many decimals, halves rounded away from zero on its decimal value: 31.25
    /// with one decimal is 31.3, and so is 2.675 with two 2.68. A value that rounds to zero has no
    /// sign. A number of more than 18 digits before the sign is written as `1.234e300`, because nobody
    /// counts so many. A number that is not finite is [`NOT_ESTIMABLE`].
    pub fn number(&self, value: f64, decimals: usize) -> String {
        match digits::fixed(value, decimals) {
            Some(digits) => self.localise(&digits),
            None => NOT_ESTIMABLE.to_owned(),
        }
    }

    /// A number that may not exist; `absent` says what is written then.
    pub fn optional(&self, value: Option<f64>, decimals: usize, absent: &str) -> String {
        value.map_or_else(|| absent.to_owned(), |value| self.number(value, decimals))
    }

    /// The part `k` of `n` as a percentage, without the sign: `percent(35, 112, 1)` is 31.3.
    /// [`NOT_ESTIMABLE`] when `n` is 0.
    pub fn percent(&self, k: usize, n: usize, decimals: usize) -> String {
        if n == 0 {
            return NOT_ESTIMABLE.to_owned();
        }
        self.number(100.0 * k as f64 / n as f64, decimals)
    }

    /// A count with its percentage: `35 (31.3%)`. Only the count when `n` is 0.
    pub fn count_percent(&self, k: usize, n: usize, decimals: usize) -> String {
        if n == 0 { k.to_string() } else { format!("{k} ({}%)", self.percent(k, n, decimals)) }
    }

    /// A count with its percentage below a heading that names both: `67 (59.8)`, or with the sign where
    /// the journal repeats it. Only the count when `n` is 0.
    pub fn count_below(&self, k: usize, n: usize, decimals: usize) -> String {
        match n {
            0 => k.to_string(),
            _ => self.below(&k.to_string(), &self.percent(k, n, decimals)),
        }
    }

    /// A count and a percentage that are written already, below a heading that names both.
    pub fn below(&self, count: &str, percent: &str) -> String {
        format!("{count} ({percent}{})", if self.percent_sign { "%" } else { "" })
    }

    /// Limits with the name of their interval: `95% CI, 0.48-1.77`, `95% CI 0·48–1·77`.
    pub fn named_range(&self, level: f64, range: &str) -> String {
        format!("{} {range}", self.ci_before_limits(level))
    }

    /// The name of an interval as it stands before its limits: `95% CI,` or `95% CI`.
    pub fn ci_before_limits(&self, level: f64) -> String {
        format!("{} CI{}", self.level(level), if self.interval_comma { "," } else { "" })
    }

    /// Two limits joined: `6.4-18.8`, `−0.5 to 1.2`, `8.0 to NR`.
    pub fn range(
        &self,
        lower: Option<f64>,
        upper: Option<f64>,
        decimals: usize,
        absent: &str,
    ) -> String {
        if lower.is_none() && upper.is_none() {
            return absent.to_owned();
        }
        let [low, high] = [lower, upper].map(|limit| self.optional(limit, decimals, absent));
        let join = if digits::dash_joins(lower, upper, decimals) { &*self.range } else { " to " };
        format!("{low}{join}{high}")
    }

    /// An estimate with its interval: `11.4 (6.4-18.8)`. Without an estimate and without limits
    /// only `absent` is written. An interval of no width, such as that of a curve before its first
    /// event, claims a certainty that nobody has: it is [`NOT_ESTIMABLE`].
    pub fn interval(
        &self,
        estimate: Option<f64>,
        lower: Option<f64>,
        upper: Option<f64>,
        decimals: usize,
        absent: &str,
    ) -> String {
        let estimate_text = self.optional(estimate, decimals, absent);
        if estimate.is_none() && lower.is_none() && upper.is_none() {
            return estimate_text;
        }
        if estimate.is_some() && (lower, upper) == (estimate, estimate) {
            return format!("{estimate_text} ({NOT_ESTIMABLE})");
        }
        format!("{estimate_text} ({})", self.range(lower, upper, decimals, absent))
    }

    /// A P value without its letter, by the rule of the journal: `<0.001`, `0.049`, `>0.99`. Never 0
    /// and never 1. [`NOT_ESTIMABLE`] when there is none.
    pub fn p_value(&self, p: Option<f64>) -> String {
        let Some((relation, digits)) = p.and_then(|p| digits::p_value(p, self.p_rule)) else {
            return NOT_ESTIMABLE.to_owned();
        };
        let relation = if relation == '=' { String::new() } else { relation.to_string() };
        let text = relation + &self.localise(&digits);
        if self.p_zero { text } else { text.replacen('0', "", 1) }
    }

    /// A P value as it stands in a sentence: `P = 0.81`, `P < 0.001`.
    pub fn p_equation(&self, p: Option<f64>) -> String {
        self.p_words(&self.p_value(p))
    }

    /// The same of a P value that is written already, as tables have it.
    pub fn p_words(&self, value: &str) -> String {
        let letter = &self.p_letter;
        let space = if self.p_spaces { " " } else { "" };
        match value.chars().next() {
            Some(sign @ ('<' | '>')) => format!("{letter}{space}{sign}{space}{}", &value[1..]),
            _ if value == NOT_ESTIMABLE => format!("{letter} not estimable"),
            _ => format!("{letter}{space}={space}{value}"),
        }
    }

    /// A confidence level as people say it: `95%`, `90%`, `97.5%`.
    pub fn level(&self, level: f64) -> String {
        format!("{}%", self.localise(&digits::percent_of(level)))
    }

    fn localise(&self, digits: &str) -> String {
        digits
            .chars()
            .map(|sign| match sign {
                '.' => self.decimal,
                '-' => self.minus,
                other => other,
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 31.25, 6.25 and 18.75 are exact in binary; 2.675, 0.145 and 1.005 are not.
    #[test]
    fn halves_are_rounded_up_on_the_decimal_value() {
        let style = Style::default();
        assert_eq!(style.percent(35, 112, 1), "31.3");
        assert_eq!(style.percent(7, 112, 1), "6.3");
        assert_eq!(style.percent(21, 112, 1), "18.8");
        assert_eq!(style.number(2.675, 2), "2.68");
        assert_eq!(style.number(0.145, 2), "0.15");
        assert_eq!(style.number(1.005, 2), "1.01");
        assert_eq!(style.number(0.285 + 1e-17, 2), "0.29");
    }

    #[test]
    fn rounding_carries_pads_and_drops_the_sign_of_zero() {
        let style = Style::default();
        assert_eq!(style.number(9.96, 1), "10.0");
        assert_eq!(style.number(0.0, 2), "0.00");
        assert_eq!(style.number(-0.004, 2), "0.00");
        assert_eq!(style.number(-0.005, 2), "\u{2212}0.01");
        assert_eq!(style.number(0.0004, 2), "0.00");
        assert_eq!(style.number(0.5, 0), "1");
        assert_eq!(style.number(0.05, 0), "0");
        assert_eq!(style.number(1e15, 1), "1000000000000000.0");
        assert_eq!(style.number(f64::INFINITY, 1), NOT_ESTIMABLE);
        assert_eq!(style.number(1.2345e300, 1), "1.234e300");
        assert_eq!(style.number(-2e18, 0), "\u{2212}2.000e18");
    }

    /// Every boundary of checklist line 23.
    #[test]
    fn p_values_are_never_zero_and_never_one() {
        let style = Style::default();
        let written = [
            (0.0, "<0.001"),
            (0.00099, "<0.001"),
            (0.001, "0.001"),
            (0.0425, "0.043"),
            (0.2, "0.200"),
            (0.2049, "0.20"),
            (0.81, "0.81"),
            (0.99, "0.99"),
            (0.996, ">0.99"),
            (1.0, ">0.99"),
        ];
        for (p, text) in written {
            assert_eq!(style.p_value(Some(p)), text, "P value {p}");
        }
        assert_eq!(style.p_value(None), "NE");
        assert_eq!(style.p_value(Some(f64::NAN)), "NE");
        assert_eq!(style.p_equation(Some(1e-9)), "P < 0.001");
        assert_eq!(style.p_equation(Some(0.81)), "P = 0.81");
    }

    #[test]
    fn a_journal_may_leave_out_the_zero_of_p_values() {
        let jama = Style { p_zero: false, ..Style::default() };
        assert_eq!(jama.p_value(Some(0.81)), ".81");
        assert_eq!(jama.p_value(Some(0.0001)), "<.001");
        assert_eq!(jama.number(0.81, 2), "0.81");
    }

    /// Figures, tables and sentences of one journal: what `riskset_plot` writes, this writes.
    #[test]
    fn a_journal_has_one_way_to_write_numbers() {
        let style = |name: &str| Style::of(&Profile::named(name).unwrap());
        let sentence = |name: &str| {
            let style = style(name);
            let range = style.range(Some(0.48), Some(1.77), 2, NOT_ESTIMABLE);
            let interval = style.named_range(0.95, &range);
            format!(
                "{interval}; {}; {}",
                style.p_equation(Some(0.0462)),
                style.count_below(67, 112, 1)
            )
        };
        for (name, wanted) in [
            ("plain", "95% CI, 0.48–1.77; P = 0.046; 67 (59.8%)"),
            ("jama", "95% CI, 0.48-1.77; P = .046; 67 (59.8)"),
            ("nejm", "95% CI, 0.48 to 1.77; P=0.05; 67 (59.8)"),
            ("lancet", "95% CI 0·48–1·77; p=0·046; 67 (59·8%)"),
            ("annals", "95% CI, 0.48 to 1.77; P = 0.046; 67 (59.8)"),
        ] {
            assert_eq!(sentence(name), wanted, "{name}");
        }
        for name in Profile::NAMES {
            let (profile, style) = (Profile::named(name).unwrap(), style(name));
            for p in [0.0, 0.0462, 0.0131, 0.3, 1.0] {
                let figure = riskset_plot::format::p_value(&profile, p);
                assert_eq!(style.p_equation(Some(p)), figure, "{name} {p}");
            }
        }
        assert_eq!(style("lancet").p_equation(None), "p not estimable");
    }

    #[test]
    fn intervals_say_what_is_not_reached() {
        let style = Style::default();
        let interval = |estimate, lower, upper| style.interval(estimate, lower, upper, 1, "NR");
        assert_eq!(interval(Some(11.4), Some(6.4), Some(18.8)), "11.4 (6.4-18.8)");
        assert_eq!(interval(Some(11.4), Some(6.4), None), "11.4 (6.4 to NR)");
        assert_eq!(interval(None, Some(6.4), None), "NR (6.4 to NR)");
        assert_eq!(interval(None, None, None), "NR");
        assert_eq!(interval(Some(0.4), Some(-0.5), Some(1.2)), "0.4 (\u{2212}0.5 to 1.2)");
    }

    #[test]
    fn the_decimal_sign_follows_the_journal() {
        let lancet = Style::with_decimal('\u{b7}');
        assert_eq!(lancet.number(11.4, 1), "11\u{b7}4");
        assert_eq!(lancet.p_value(Some(0.0001)), "<0\u{b7}001");
        assert_eq!(lancet.level(0.975), "97\u{b7}5%");
        assert_eq!(Style::default().level(0.9), "90%");
    }
}
