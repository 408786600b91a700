//! Which rows the steps are about: the landmark, weights, groups that become known late.

use super::{StepKind, Steps, column};
use crate::{About, RowsRequest};

/// Puts the steps into the answer, with what the request did to the rows before them. Nothing where
/// none were asked for.
pub(crate) fn explained(about: &mut About, request: &RowsRequest, mut steps: Vec<Steps>) {
    if let Some(first) = steps.first_mut() {
        first.why.extend(sentences(request));
        let landmark = about.landmark.map(|landmark| {
            let why = [
                "Who had the event or was censored at or before the landmark is left out. What happened \
                 until then may say who is in which group, and nothing that happens later may.",
                "Time is counted from the landmark, so that every curve starts there at 1: it speaks of \
                 those who have come so far, and not of all.",
            ];
            let columns = vec![
                column("landmark", "Landmark", StepKind::Time),
                column("rows", "Complete rows", StepKind::Count),
                column("left_out", "Left out", StepKind::Count),
                column("n", "Analysed", StepKind::Count),
            ];
            let (left_out, n) = (landmark.left_out as f64, about.n as f64);
            let row = [landmark.time, n + left_out, left_out, n].map(Some).to_vec();
            Steps::new("Who is analysed", &why, columns).with_rows(vec![row])
        });
        steps.splice(0..0, landmark);
    }
    about.steps = steps;
}

fn sentences(request: &RowsRequest) -> Vec<String> {
    let weights = request.weights.as_ref().map(|weights| {
        format!(
            "Each row counts as often as its {weights} says: n and d are sums of weights, not of rows."
        )
    });
    let known = request.known_at.as_ref().map(|known| {
        format!(
            "A patient is at risk in the second group from the time in {known} on, and in the first \
             until then: nobody is credited with time before their group was known."
        )
    });
    weights.into_iter().chain(known).collect()
}
