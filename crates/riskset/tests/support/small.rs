//! Small data that several tests of the Cox model share.

use riskset::{DesignMatrix, Observations, RightCensored};

pub fn survival(time: &[f64], event: &[u8]) -> Observations {
    let event: Vec<bool> = event.iter().map(|&event| event == 1).collect();
    RightCensored::new(time, &event).unwrap().into_observations()
}

pub fn design(columns: &[&[f64]]) -> DesignMatrix {
    DesignMatrix::from_columns(columns.concat(), columns[0].len()).unwrap()
}

pub fn twelve() -> Observations {
    let time: Vec<f64> = (1..=12).map(f64::from).collect();
    survival(&time, &[1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0])
}

pub const Z: [f64; 12] = [3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0, 5.0, 3.0, 5.0, 8.0];
