//! Two groups compared: curves, the log-rank test, and the difference of restricted means, which needs
//! no proportional hazards. `cargo run -p riskset --example two_groups`.

use riskset::{Error, Groups, KaplanMeier, LogRank, RightCensored};

fn main() -> Result<(), Error> {
    let months = [3.0, 5.0, 7.0, 9.0, 18.0, 12.0, 19.0, 20.0, 20.0, 33.0];
    let died = [true, true, true, false, true, true, true, true, false, false];
    let arms =
        ["control", "control", "control", "control", "control", "new", "new", "new", "new", "new"];

    let response = RightCensored::new(&months, &died)?;
    let groups = Groups::from_labels(&arms)?;
    let curves = KaplanMeier::default().fit_groups(&response, &groups)?;
    for (place, curve) in curves.iter().enumerate() {
        println!("{}: {curve}", groups.label(place).unwrap_or("all"));
    }

    println!("{}", LogRank::default().test(&response, &groups)?);

    // Up to the shorter follow-up, where both curves are known.
    let tau = curves.iter().map(|curve| curve.last_time()).fold(f64::INFINITY, f64::min);
    match curves[1].rmst_against(&curves[0], tau) {
        Some(contrast) => {
            let difference = contrast.difference;
            let (lower, upper) = (difference.lower, difference.upper);
            let months = difference.estimate;
            println!("{months:.1} months more within {tau} ({lower:.1} to {upper:.1})");
        }
        None => println!("the restricted means do not exist up to {tau}"),
    }
    Ok(())
}
