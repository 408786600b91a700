//! Simultaneous bands: against other numerical methods in R, and what they refuse.

use crate::small::response;
use crate::support::{Golden, assert_close, golden};
use riskset::{Band, BandKind, ConfType, Error, HazardScale, KaplanMeier, RightCensored};

/// R's difference scheme for equal precision, extrapolated, is good to this; its cosines to more.
const GRID: f64 = 2e-6;
const COSINES: f64 = 1e-8;

#[test]
fn critical_values_agree_with_r() {
    for case in golden("compare-bands").at("critical").entries() {
        let number = |key: &str| case.number(key).unwrap();
        let (low, high, level) = (number("low"), number("high"), number("level"));
        let hw = BandKind::HallWellner.critical_value(low, high, level).unwrap();
        let ep = BandKind::EqualPrecision.critical_value(low, high, level).unwrap();
        assert_close(&[hw], &[number("hall_wellner")], COSINES);
        assert_close(&[ep], &[number("equal_precision")], GRID);
    }
}

fn close(band: &Band, golden: &Golden, key: &str, tolerance: f64) {
    let lower: Vec<f64> = band.interval.iter().map(|limits| limits.lower.unwrap()).collect();
    let upper: Vec<f64> = band.interval.iter().map(|limits| limits.upper.unwrap()).collect();
    assert_close(&lower, &golden.numbers(&format!("{key}.lower")), tolerance);
    assert_close(&upper, &golden.numbers(&format!("{key}.upper")), tolerance);
}

#[test]
fn lung_agrees_with_the_formulas_in_r() {
    let golden = golden("compare-bands");
    let rows = response(&golden);
    let curve = |scale| KaplanMeier::default().conf_type(scale).fit(&rows).unwrap();
    let band = |kind: BandKind, scale| kind.survival(&curve(scale), 100.0, 600.0).unwrap().unwrap();
    let (ep, hw) = (BandKind::EqualPrecision, BandKind::HallWellner);
    // The curve has censoring times too, at which the limits are those of the event before.
    let at_events = |mut band: Band| {
        let expected = golden.numbers("time");
        let keep: Vec<bool> =
            band.time.iter().map(|time| *time == 100.0 || expected.contains(time)).collect();
        let mut place = keep.iter();
        band.interval.retain(|_| *place.next().unwrap());
        band
    };
    let found = band(ep, ConfType::LogLog);
    assert_eq!(found.kind, ep);
    let number = |key: &str| golden.number(key).unwrap();
    assert_close(
        &[found.scale_range.0, found.scale_range.1],
        &[number("scale.low"), number("scale.high")],
        1e-12,
    );
    assert_close(&[found.critical], &[number("scale.ep")], GRID);
    assert_eq!((found.time[0], found.range), (100.0, (100.0, 600.0)));
    close(&at_events(found), &golden, "ep_loglog", GRID);
    close(&at_events(band(hw, ConfType::LogLog)), &golden, "hw_loglog", COSINES);
    close(&at_events(band(ep, ConfType::Plain)), &golden, "ep_plain", GRID);
    let curve = curve(ConfType::Log);
    let hazard = |kind: BandKind, scale| {
        at_events(kind.cumulative_hazard(&curve, scale, 100.0, 600.0).unwrap().unwrap())
    };
    close(&hazard(ep, HazardScale::Log), &golden, "hazard_ep_log", GRID);
    close(&hazard(hw, HazardScale::Plain), &golden, "hazard_hw_plain", COSINES);
}

/// Klein and Moeschberger (2003), table C.3, from 0.1 to 0.6: 2.8826. It is the value at which the
/// approximation of Nair (1984), (4 / c + (c - 1 / c) log(odds ratio)) times the normal density, is
/// 0.05. DIFFERENCE: ours solves the exact probability and is a little larger.
#[test]
fn the_printed_table_of_equal_precision_is_an_approximation() {
    let c: f64 = 2.8826;
    let density = (-0.5 * c * c).exp() / (2.0 * std::f64::consts::PI).sqrt();
    let odds_ratio: f64 = 0.6 * 0.9 / (0.1 * 0.4);
    assert!((density * (4.0 / c + (c - 1.0 / c) * odds_ratio.ln()) - 0.05).abs() < 1e-5);
    let ours = BandKind::EqualPrecision.critical_value(0.1, 0.6, 0.95).unwrap();
    assert!((ours - 2.8873).abs() < 1e-4);
}

/// A band is never inside the pointwise intervals.
#[test]
fn bands_hold_the_pointwise_intervals() {
    let golden = golden("compare-bands");
    let curve = KaplanMeier::default().fit(&response(&golden)).unwrap();
    let band = BandKind::EqualPrecision.survival(&curve, 50.0, 700.0).unwrap().unwrap();
    for (time, limits) in band.time.iter().zip(&band.interval) {
        let point = curve.at(*time).unwrap().interval.unwrap();
        assert!(limits.lower < point.lower && limits.upper >= point.upper);
    }
}

#[test]
fn what_has_no_band_is_refused_or_none() {
    let rows = RightCensored::new(&[1.0, 2.0, 3.0], &[false, true, true]).unwrap();
    let curve = KaplanMeier::default().fit(&rows).unwrap();
    let band = |from, to| BandKind::HallWellner.survival(&curve, from, to);
    assert_eq!(band(0.0, 1.5), Ok(None)); // no event yet
    // Alone the event at 2 has limits: at 3 the curve is 0.
    let short = band(0.0, 5.0).unwrap().unwrap();
    assert_eq!((short.time, short.range), (vec![2.0], (2.0, 3.0)));
    assert!(matches!(band(3.0, 1.0), Err(Error::OutOfRange { value: 3.0, .. })));
    assert!(matches!(band(0.0, f64::NAN), Err(Error::RequestedTime { .. })));
    let bare = KaplanMeier::default().conf_type(ConfType::None).fit(&rows).unwrap();
    let error = BandKind::HallWellner.survival(&bare, 0.0, 5.0).unwrap_err().to_string();
    assert!(error.starts_with("a band without a scale: not possible"), "{error}");
    let weighted = rows.with_weights(&[1.0, 2.0, 1.0]).unwrap();
    let curve = KaplanMeier::default().fit(&weighted).unwrap();
    let error = BandKind::HallWellner.cumulative_hazard(&curve, HazardScale::Log, 0.0, 5.0);
    assert!(error.unwrap_err().to_string().contains("case weights or late entries"));
    let error = BandKind::HallWellner.critical_value(0.5, 0.4, 0.95).unwrap_err().to_string();
    assert!(error.contains("the start not after the end"), "{error}");
}
