//! A small study of a user, with everything in it that makes a figure or a table.

use std::fs;
use std::path::Path;

/// Writes `study.toml` and `d.csv` into a folder.
pub fn write(folder: &Path) {
    fs::write(folder.join("study.toml"), STUDY).unwrap();
    fs::write(folder.join("d.csv"), data()).unwrap();
}

/// Forty patients in two arms, most with an event.
fn data() -> String {
    let mut text = String::from("id,time,status,g,x\n");
    for patient in 0..40_u32 {
        let (time, status) = (1 + patient * 7 % 13, u32::from(patient % 5 != 0));
        let (arm, x) = (["a", "b"][patient as usize % 2], f64::from(patient * 11 % 17) / 4.0 - 2.0);
        text.push_str(&format!("p{patient},{time},{status},{arm},{x}\n"));
    }
    text
}

const STUDY: &str = r#"schema = "riskset.study/1"
[study]
title = "A small study"
conf_type = "log"
unit = "months"
times = [3]
[data]
file = "d.csv"
id = "id"
[[endpoint]]
name = "os"
label = "Overall survival"
time = "time"
event = "status"
[[population]]
name = "all"
label = "All patients"
[[group]]
name = "arm"
label = "Arm"
variable = "g"
reference = "obs"
known = "before"
levels = [{ name = "obs", label = "Observation", value = "a" }, { name = "trt", label = "Treatment", value = "b" }]
[[comparison]]
name = "arms"
label = "Arms"
population = "all"
group = "arm"
endpoints = ["os"]
[[model]]
name = "adjusted"
label = "Adjusted"
population = "all"
endpoint = "os"
terms = "g + x"
"#;
