//! What the tests of comparisons read from the golden files.

use crate::support::Golden;
use riskset::{Groups, Observations, RightCensored};

pub fn response(golden: &Golden) -> Observations {
    let event: Vec<bool> = golden.codes("data.event").iter().map(|&event| event == 1).collect();
    RightCensored::new(&golden.numbers("data.time"), &event).unwrap().into_observations()
}

pub fn groups(golden: &Golden, key: &str) -> Groups {
    let index = golden.codes(key);
    let count = *index.iter().max().unwrap() as usize + 1;
    Groups::new(index, count).unwrap()
}
