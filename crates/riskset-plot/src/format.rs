//! Numbers as a journal writes them.

use crate::digits;
use crate::font::Cut;
use crate::profile::Profile;
use crate::scene::Run;

/// A number with this many decimals and the profile's decimal point; a minus is a minus sign, not a
/// hyphen. See [`digits::fixed`] for the rounding; what is not finite is "not estimable".
pub fn number(profile: &Profile, value: f64, decimals: usize) -> String {
    match digits::fixed(value, decimals) {
        Some(text) => text.replace('-', "\u{2212}").replace('.', &profile.number.decimal),
        None => "not estimable".to_owned(),
    }
}

/// A P value with its letter: see [`digits::p_value`].
pub fn p_value(profile: &Profile, p: f64) -> String {
    let letter = &profile.number.p_letter;
    let Some((relation, digits)) = digits::p_value(p, profile.number.p_rule) else {
        return format!("{letter} not estimable");
    };
    let digits = digits.replace('.', &profile.number.decimal);
    let digits = match digits.strip_prefix('0') {
        Some(bare) if !profile.number.leading_zero => bare.to_owned(),
        _ => digits,
    };
    let space = if profile.number.p_spaces { " " } else { "" };
    format!("{letter}{space}{relation}{space}{digits}")
}

/// An interval between two limits, or "NR" where a limit does not exist.
pub fn interval(
    profile: &Profile,
    lower: Option<f64>,
    upper: Option<f64>,
    decimals: usize,
) -> String {
    let limit = |limit: Option<f64>| match limit {
        Some(value) => number(profile, value, decimals),
        None => profile.wording.not_reached.clone(),
    };
    let dash = digits::dash_joins(lower, upper, decimals);
    let between = if dash { &*profile.number.interval } else { " to " };
    format!("{}{between}{}", limit(lower), limit(upper))
}

/// The name of an interval before its limits: `95% CI, ` or `95% CI `, as the journal joins them.
pub fn interval_name(profile: &Profile, level: f64) -> String {
    let comma = if profile.number.interval_comma { "," } else { "" };
    format!("{} CI{comma} ", self::level(profile, level))
}

/// An estimate with its interval in brackets, or "NR" when the estimate does not exist.
pub fn estimate(
    profile: &Profile,
    value: Option<f64>,
    lower: Option<f64>,
    upper: Option<f64>,
    decimals: usize,
) -> String {
    let limits = interval(profile, lower, upper, decimals);
    match value {
        Some(value) => format!("{} ({limits})", number(profile, value, decimals)),
        None if lower.is_none() && upper.is_none() => profile.wording.not_reached.clone(),
        None => format!("{} ({limits})", profile.wording.not_reached),
    }
}

/// A probability on the profile's scale, without the per cent sign: 0.845 is 84.5 or 0.845.
pub fn probability(profile: &Profile, value: f64, decimals: usize) -> String {
    if profile.number.percent {
        number(profile, 100.0 * value, decimals)
    } else {
        number(profile, value, decimals + 2)
    }
}

/// The confidence level as a reader writes it: 0.95 is "95%".
pub fn level(profile: &Profile, level: f64) -> String {
    format!("{}%", digits::percent_of(level).replace('.', &profile.number.decimal))
}

/// The text in runs, with the letter of a P value in italics where the profile asks for it.
pub(crate) fn runs(profile: &Profile, text: &str) -> Vec<Run> {
    let plain = |text: &str| Run { text: text.to_owned(), cut: Cut::Regular };
    if !profile.number.p_italic {
        return vec![plain(text)];
    }
    let letter = &profile.number.p_letter;
    let bytes = text.as_bytes();
    for (at, _) in text.match_indices(letter.as_str()) {
        let after = text[at + letter.len()..].trim_start();
        let begins_word = at == 0 || matches!(bytes[at - 1], b' ' | b'(');
        let has_relation = after.starts_with(['=', '<', '>']) || after.starts_with("for ");
        if begins_word && has_relation {
            let (head, tail) = (&text[..at], &text[at + letter.len()..]);
            let mut runs = Vec::new();
            if !head.is_empty() {
                runs.push(plain(head));
            }
            runs.push(Run { text: letter.clone(), cut: Cut::Italic });
            runs.push(plain(tail));
            return runs;
        }
    }
    vec![plain(text)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p_values_are_written_as_journals_ask() {
        let plain = Profile::plain();
        let written = |p| p_value(&plain, p);
        assert_eq!(written(0.0), "P < 0.001");
        assert_eq!(written(0.00131), "P = 0.001");
        assert_eq!(written(0.0496), "P = 0.050");
        assert_eq!(written(0.1996), "P = 0.200");
        assert_eq!(written(0.4249), "P = 0.42");
        assert_eq!(written(0.9999), "P > 0.99");
        assert_eq!(p_value(&Profile::named("jama").unwrap(), 0.0312), "P = .03");
        assert_eq!(p_value(&Profile::named("jama").unwrap(), 0.0462), "P = .046");
        assert_eq!(p_value(&Profile::named("nejm").unwrap(), 0.0462), "P=0.05");
        assert_eq!(p_value(&Profile::named("annals").unwrap(), 0.0462), "P = 0.046");
        assert_eq!(p_value(&Profile::named("lancet").unwrap(), 0.0312), "p=0·031");
    }

    #[test]
    fn numbers_keep_their_last_digit_and_round_halves_away_from_zero() {
        let plain = Profile::plain();
        assert_eq!(number(&plain, 0.8, 2), "0.80");
        assert_eq!(number(&plain, 1.005, 2), "1.01");
        assert_eq!(number(&plain, -0.125, 2), "\u{2212}0.13");
        assert_eq!(number(&plain, -0.0001, 2), "0.00");
        assert_eq!(interval(&plain, Some(0.41), None, 2), "0.41 to NR");
        assert_eq!(interval(&plain, Some(-1.0), Some(2.0), 1), "\u{2212}1.0 to 2.0");
        assert_eq!(estimate(&plain, None, Some(8.0), None, 1), "NR (8.0 to NR)");
    }

    #[test]
    fn only_the_letter_of_a_p_value_is_italic() {
        let plain = Profile::plain();
        let runs = runs(&plain, "Plain log-rank P = 0.003");
        assert_eq!(runs.len(), 3);
        assert_eq!((runs[1].text.as_str(), runs[1].cut), ("P", Cut::Italic));
        assert_eq!(super::runs(&plain, "Placebo").len(), 1);
    }
}
