//! Words that have an order of their own: low, medium, high; I, II, III.

/// Each list in its order; words in one place of it mean the same.
const ORDERS: [&[&[&str]]; 10] = [
    &[
        &["none", "no"],
        &["very low"],
        &["low"],
        &["medium", "moderate", "intermediate", "middle"],
        &["high"],
        &["very high"],
    ],
    &[&["none", "absent"], &["mild", "slight"], &["moderate"], &["severe"]],
    &[&["never"], &["former", "ex", "past"], &["current"]],
    &[&["small"], &["medium"], &["large"]],
    &[&["poor", "bad"], &["fair", "moderate"], &["good"], &["very good"], &["excellent"]],
    &[&["negative"], &["weak", "equivocal"], &["positive"], &["strong"]],
    &[&["young"], &["middle", "middle aged"], &["old"]],
    &[&["niedrig", "gering"], &["mittel"], &["hoch"]],
    &[&["keine", "kein"], &["leicht"], &["mittel", "mittelschwer"], &["schwer"]],
    &[&["faible", "bas"], &["moyen"], &["haut", "\u{e9}lev\u{e9}", "fort"]],
];

/// The levels in the order of their words, where they have one and stand in neither that order nor
/// its reverse. Two levels have no order that could be missed.
pub(super) fn meant_order(levels: &[String]) -> Option<Vec<String>> {
    if levels.len() < 3 {
        return None;
    }
    let words: Vec<String> = levels.iter().map(|level| level.trim().to_lowercase()).collect();
    let words = without_common_word(&words);
    let ranks = ORDERS.iter().find_map(|order| ranks(&words, |word| place(order, word)));
    let ranks = ranks.or_else(|| ranks_of_romans(&words))?;
    let ordered = |pair: &[usize]| pair[0] < pair[1];
    if ranks.windows(2).all(ordered) || ranks.windows(2).all(|pair| !ordered(pair)) {
        return None;
    }
    let mut order: Vec<usize> = (0..levels.len()).collect();
    order.sort_by_key(|&level| ranks[level]);
    Some(order.into_iter().map(|level| levels[level].clone()).collect())
}

/// The rank of every word, all of them different.
fn ranks(words: &[&str], rank: impl Fn(&str) -> Option<usize>) -> Option<Vec<usize>> {
    let ranks: Vec<usize> = words.iter().map(|word| rank(word)).collect::<Option<_>>()?;
    let mut distinct = ranks.clone();
    distinct.sort_unstable();
    distinct.dedup();
    (distinct.len() == ranks.len()).then_some(ranks)
}

fn place(order: &[&[&str]], word: &str) -> Option<usize> {
    order.iter().position(|same| same.contains(&word))
}

/// Roman numbers, with a letter after them or not: `IIa` stands between `II` and `III`.
fn ranks_of_romans(words: &[&str]) -> Option<Vec<usize>> {
    const ROMANS: [&str; 11] = ["0", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"];
    ranks(words, |word| {
        let part = word.strip_suffix(['a', 'b', 'c', 'd']);
        let letter = part.map_or(0, |part| word.as_bytes()[part.len()] - b'a' + 1);
        let number = ROMANS.iter().position(|roman| *roman == part.unwrap_or(word))?;
        Some(number * 5 + usize::from(letter))
    })
}

/// The words without a first word that all share: `stage i`, `stage ii`.
fn without_common_word(words: &[String]) -> Vec<&str> {
    let first = words[0].split(' ').next().unwrap_or_default();
    let rest = |word: &'_ str| -> Option<usize> {
        word.strip_prefix(first)?.strip_prefix(' ').map(|rest| word.len() - rest.len())
    };
    let cut: Option<Vec<usize>> = words.iter().map(|word| rest(word)).collect();
    match cut {
        Some(cut) => words.iter().zip(cut).map(|(word, at)| &word[at..]).collect(),
        None => words.iter().map(String::as_str).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meant(levels: &[&str]) -> Option<Vec<String>> {
        meant_order(&levels.iter().map(|level| level.to_string()).collect::<Vec<_>>())
    }

    #[test]
    fn words_and_roman_numbers_have_an_order() {
        assert_eq!(meant(&["high", "low", "medium"]).unwrap(), ["low", "medium", "high"]);
        assert_eq!(meant(&["IX", "V", "VI"]).unwrap(), ["V", "VI", "IX"]);
        let stages = meant(&["Stage I", "Stage IX", "Stage V"]).unwrap();
        assert_eq!(stages, ["Stage I", "Stage V", "Stage IX"]);
    }

    #[test]
    fn the_right_order_its_reverse_and_other_words_are_no_slip() {
        assert_eq!(meant(&["I", "IIA", "IIB", "III", "IV"]), None);
        assert_eq!(meant(&["severe", "moderate", "mild"]), None);
        assert_eq!(meant(&["adeno", "large", "smallcell", "squamous"]), None);
        assert_eq!(meant(&["high", "low"]), None);
    }
}
