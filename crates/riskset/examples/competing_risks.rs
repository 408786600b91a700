//! Cumulative incidences of two competing events, Gray's test, and Fine and Gray's regression:
//! `cargo run -p riskset --example competing_risks`.

use riskset::{AalenJohansen, CompetingRisks, DesignMatrix, Error, FineGray, GrayTest, Groups};

fn main() -> Result<(), Error> {
    // 0 is censored, 1 relapse, 2 death without relapse.
    let years = [1.0, 2.5, 3.0, 4.0, 5.5, 6.0, 7.0, 8.0, 9.5, 10.0, 11.0, 12.0];
    let causes = [1, 2, 1, 0, 1, 2, 1, 0, 2, 1, 0, 1];
    let arms = ["A", "B", "A", "B", "A", "B", "B", "A", "A", "A", "B", "B"];

    let response = CompetingRisks::new(&years, &causes, 2)?;
    let groups = Groups::from_labels(&arms)?;
    for (place, curves) in
        AalenJohansen::default().fit_groups(&response, &groups)?.iter().enumerate()
    {
        let relapse = curves.cause(1);
        let last = relapse.estimate().last().copied().unwrap_or(0.0);
        println!(
            "{}: incidence of relapse {last:.3} in the end",
            groups.label(place).unwrap_or("all")
        );
    }
    for test in GrayTest::default().test(&response, &groups)? {
        println!("{test}");
    }
    let arm = arms.iter().map(|arm| f64::from(u8::from(*arm == "B"))).collect();
    let design = DesignMatrix::named([("arm B", arm)])?;
    println!("{}", FineGray::default().fit(&response, 1, &design)?);
    Ok(())
}
