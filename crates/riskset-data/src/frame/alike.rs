//! Levels that a reader would take for one: equal but for case, blanks, hyphens or accents.

use std::collections::HashMap;

/// The groups of levels (as indices, increasing) that look alike; only groups of two or more, in
/// the order of their first level.
pub(super) fn alike(levels: &[String]) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut of_key: HashMap<String, usize> = HashMap::new();
    for (index, level) in levels.iter().enumerate() {
        let group = *of_key.entry(key(level)).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        groups[group].push(index);
    }
    groups.retain(|group| group.len() > 1);
    groups
}

/// The level in lower case without blanks, hyphens, underscores and accents. Two numbers are never
/// alike by it: `-1` keeps its sign, and `1 2` is no number.
pub(super) fn key(level: &str) -> String {
    let numeric = level.trim().parse::<f64>().is_ok();
    let mut key = String::with_capacity(level.len());
    for c in level.trim().chars().flat_map(char::to_lowercase) {
        let joint =
            c.is_whitespace() || (!numeric && matches!(c, '-' | '_' | '\u{2010}'..='\u{2015}'));
        let invisible = matches!(c, '\u{200B}'..='\u{200D}' | '\u{FEFF}' | '\u{300}'..='\u{36F}');
        if !joint && !invisible {
            key.push(plain(c));
        }
    }
    key
}

/// A Latin letter without its accent; any other character as it is.
fn plain(c: char) -> char {
    const PLAIN: [(char, &str); 11] = [
        ('a', "àáâãäåāăą"),
        ('c', "çćĉċč"),
        ('d', "ďđ"),
        ('e', "èéêëēĕėęě"),
        ('i', "ìíîïĩīĭįı"),
        ('l', "ĺļľł"),
        ('n', "ñńņň"),
        ('o', "òóôõöøōŏő"),
        ('s', "śŝşšș"),
        ('u', "ùúûüũūŭůűų"),
        ('z', "źżž"),
    ];
    if c.is_ascii() {
        return c;
    }
    PLAIN.iter().find(|(_, accented)| accented.contains(c)).map_or(c, |(plain, _)| *plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_blanks_and_accents_do_not_tell_levels_apart_and_signs_do() {
        let levels =
            ["Dead", "dead", "Dead\u{a0}", "D\u{e9}c\u{e9}d\u{e9}", "decede", "-1", "1", "alive"];
        let levels = levels.map(str::to_string);
        assert_eq!(alike(&levels), [vec![0, 1, 2], vec![3, 4]]);
        assert_eq!(key("de\u{301}ce\u{301}de\u{301}"), "decede");
        assert_eq!(key("re-operation"), key("Re operation"));
    }
}
