//! A survival curve, its median and its values at two times: `cargo run -p riskset --example
//! survival_curve`.
//!
//! The patients are those of the trial of 6-mercaptopurine in leukaemia (Freireich et al. 1963, Blood
//! 21:699-716), as every textbook has them: weeks in remission.

use riskset::{Error, KaplanMeier, RightCensored};

fn main() -> Result<(), Error> {
    let weeks = [
        6.0, 6.0, 6.0, 6.0, 7.0, 9.0, 10.0, 10.0, 11.0, 13.0, 16.0, 17.0, 19.0, 20.0, 22.0, 23.0,
        25.0, 32.0, 32.0, 34.0, 35.0,
    ];
    let relapsed = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0].map(|e| e == 1);

    // A response is checked once; every estimator takes it as it is.
    let response = RightCensored::new(&weeks, &relapsed)?;
    let curve = KaplanMeier::default().fit(&response)?;
    println!("{curve}");

    for at in curve.at_times(&[10.0, 20.0])? {
        let survival = at.survival.expect("both times lie before the last one");
        let limits = at.interval.expect("the curve has not reached 0");
        let (lower, upper) = (limits.lower.unwrap_or(0.0), limits.upper.unwrap_or(1.0));
        println!("at {} weeks: {survival:.3} ({lower:.3} to {upper:.3})", at.time);
    }
    Ok(())
}
