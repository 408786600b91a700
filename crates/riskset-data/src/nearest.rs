//! The nearest name, for messages about a name that does not exist.

/// The candidate nearest to `name`, if one is near enough to be what was meant.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = name.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (similarity(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(similarity, _)| *similarity >= 0.8)
        // The first of equals, so that the order of the columns decides.
        .fold(None, |best: Option<(f64, &str)>, (similarity, candidate)| match best {
            Some((top, _)) if top >= similarity => best,
            _ => Some((similarity, candidate)),
        })
        .map(|(_, candidate)| candidate)
}

/// From 0 to 1. One slip of the finger (a letter changed, added, lost, or two exchanged) counts as
/// near even where the name is too short for the share of equal letters to say so.
fn similarity(name: &str, candidate: &str) -> f64 {
    let alike = strsim::jaro_winkler(name, candidate);
    let one_slip = name.chars().count() > 2 && strsim::osa_distance(name, candidate) == 1;
    if one_slip { alike.max(0.85) } else { alike }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_name_and_a_stranger_finds_none() {
        let columns = ["time", "status", "age", "sex", "ph.ecog"];
        assert_eq!(nearest("agee", columns), Some("age"));
        assert_eq!(nearest("Status", columns), Some("status"));
        assert_eq!(nearest("ecog", ["ecog.ps", "rx"]), Some("ecog.ps"));
        assert_eq!(nearest("lgo", ["exp", "log"]), Some("log"));
        assert_eq!(nearest("xyz", columns), None);
    }
}
