//! A Cox model with named columns, strata and a check of proportional hazards: `cargo run -p riskset
//! --example cox_model`.

use riskset::{CoxModel, DesignMatrix, Error, Groups, RightCensored, ZphTransform};

fn main() -> Result<(), Error> {
    let months = [5.0, 8.0, 12.0, 3.0, 15.0, 20.0, 7.0, 11.0, 24.0, 2.0, 18.0, 9.0, 14.0, 6.0];
    let died = [1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1, 1, 1, 1].map(|event| event == 1);
    let age =
        vec![61.0, 70.0, 48.0, 66.0, 55.0, 43.0, 72.0, 58.0, 51.0, 69.0, 47.0, 64.0, 60.0, 57.0];
    let treated = vec![0.0, 0.0, 1.0, 0.0, 1.0, 1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 1.0];
    let centres = ["A", "A", "A", "A", "A", "A", "A", "B", "B", "B", "B", "B", "B", "B"];

    let response = RightCensored::new(&months, &died)?;
    let design = DesignMatrix::named([("age", age), ("treated", treated)])?;
    let strata = Groups::from_labels(&centres)?;
    let fit = CoxModel::default().strata(&strata).fit(&response, &design)?;
    println!("{fit}");

    // What is doubtful is said by the fit itself; nobody has to search for a strange number.
    for warning in fit.warnings() {
        println!("doubt: {warning:?}");
    }
    let check = fit.zph(ZphTransform::default(), &[0..1, 1..2])?;
    if let Some(global) = check.global {
        println!("proportional hazards: P {:.3}", global.p_value);
    }
    Ok(())
}
