//! The command that the page shows makes the request that the page asked.

use crate::support::{riskset, words};
use riskset_analysis::Request;

#[test]
fn the_command_of_a_request_makes_the_request() {
    let formula = "Surv(time, status == 2) ~ sex";
    for fields in [
        r#""analysis": "km", "times": [180, 365.25], "rmst": 300"#,
        r#""analysis": "compare", "reference": "2", "subset": "ph.ecog %in% c(0, 1)""#,
        r#""analysis": "cox", "conf_level": 0.9"#,
        r#""analysis": "plot-km", "unit": "months", "per": 30.4375, "labels": ["Men", "Women"],
           "annotate": ["hr", "logrank"], "xlim": [0, 24], "conf_band": false, "censor_marks": true,
           "order": ["1", "2"], "break_time": 6, "theme": "jama", "landmark": 30, "log_time": false,
           "endpoint": "Overall \"survival\"", "origin": "the patient's registration",
           "risk_table": "kmunicate", "min_cell": null, "width": 120.5"#,
        r#""analysis": "plot-km", "panel": ["A: Surv(time, status == 2) ~ sex", "B: sex == 1"],
           "free_axes": true"#,
        r#""analysis": "plot-forest""#,
        r#""analysis": "plot-subgroups", "by": ["ph.ecog"], "reading": {"na": ["."]}"#,
    ] {
        let text = format!(r#"{{"data": "@lung", "formula": {formula:?}, {fields}}}"#);
        let request = Request::from_json(&text).unwrap();
        let command = riskset_app::command(&request);
        let mut typed = words(command.strip_prefix("riskset ").unwrap());
        typed.push("--print-request".into());
        let typed: Vec<&str> = typed.iter().map(String::as_str).collect();
        let answer = riskset(&typed);
        assert_eq!(answer.err, "", "{command}");
        assert_eq!(Request::from_json(&answer.out).unwrap(), request, "{command}");
    }
}
