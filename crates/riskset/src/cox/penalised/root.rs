//! Where a falling function of a positive number is 0.

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Root {
    /// It is 0 here.
    At(f64),
    /// It is below 0 already at the least number looked at.
    Below,
    /// It is above 0 still at the greatest.
    Above,
}

/// Where the logarithm of the number is known well enough.
const CLOSE: f64 = 1e-11;

/// Goes from `start` by factors of 4 until the sign changes, then takes the chord (Illinois) as long as it
/// lies within. `f` is `None` where it cannot be computed, which ends the search.
pub(super) fn root(
    mut f: impl FnMut(f64) -> Option<f64>,
    start: f64,
    (least, greatest): (f64, f64),
) -> Option<Root> {
    let start = start.clamp(least, greatest).ln();
    let mut last = (start, f(start.exp())?);
    let up = last.1 > 0.0;
    let step = if up { 4.0_f64.ln() } else { -(4.0_f64.ln()) };
    let (low, high) = loop {
        if last.1 == 0.0 {
            return Some(Root::At(last.0.exp()));
        }
        let next = last.0 + step;
        if next > greatest.ln() {
            return Some(Root::Above);
        }
        if next < least.ln() {
            return Some(Root::Below);
        }
        let value = f(next.exp())?;
        if (value > 0.0) != up {
            break if up { (last, (next, value)) } else { ((next, value), last) };
        }
        last = (next, value);
    };
    narrow(&mut f, low, high).map(|at| Root::At(at.exp()))
}

/// The place between `low`, where f is above 0, and `high`, where it is not.
fn narrow(
    f: &mut impl FnMut(f64) -> Option<f64>,
    mut low: (f64, f64),
    mut high: (f64, f64),
) -> Option<f64> {
    let mut stayed = 0; // which end stayed last: 1 the high one, -1 the low one
    for _ in 0..200 {
        if high.0 - low.0 <= CLOSE {
            break;
        }
        let chord = (low.0 * high.1 - high.0 * low.1) / (high.1 - low.1);
        let inside = chord > low.0 && chord < high.0;
        let middle = if inside { chord } else { 0.5 * (low.0 + high.0) };
        let value = f(middle.exp())?;
        if value == 0.0 {
            return Some(middle);
        }
        let moved = middle - if value > 0.0 { low.0 } else { high.0 };
        // The end that stays twice counts half, so that the interval shrinks from both sides.
        if value > 0.0 {
            low = (middle, value);
            high.1 *= if stayed == 1 { 0.5 } else { 1.0 };
            stayed = 1;
        } else {
            high = (middle, value);
            low.1 *= if stayed == -1 { 0.5 } else { 1.0 };
            stayed = -1;
        }
        if moved.abs() <= CLOSE {
            return Some(middle);
        }
    }
    Some(0.5 * (low.0 + high.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_is_found_from_both_sides() {
        for start in [1e-3, 0.7, 50.0] {
            let Some(Root::At(found)) = root(|x| Some(2.0 - x * x), start, (1e-6, 1e6)) else {
                panic!("from {start}")
            };
            assert!((found - 2.0_f64.sqrt()).abs() < 1e-10, "{found}");
        }
    }

    #[test]
    fn none_within_the_limits_is_said() {
        assert_eq!(root(|_| Some(-1.0), 1.0, (1e-3, 1e3)), Some(Root::Below));
        assert_eq!(root(|_| Some(1.0), 1.0, (1e-3, 1e3)), Some(Root::Above));
        assert_eq!(root(|_| None, 1.0, (1e-3, 1e3)), None);
    }
}
