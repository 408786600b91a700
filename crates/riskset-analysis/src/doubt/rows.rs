//! The words of what rows allow and is often a slip.

use riskset::Remedy;
use riskset_data::FrameDoubt;

/// The fixed word for programs.
pub fn code(doubt: &FrameDoubt) -> &'static str {
    match doubt {
        FrameDoubt::LevelsAlike { .. } => "levels_alike",
        FrameDoubt::AllEvents { .. } => "all_events",
        FrameDoubt::RepeatedIds { .. } => "repeated_ids",
        FrameDoubt::RowsGoOn { .. } => "rows_go_on",
        FrameDoubt::TotalRow { .. } => "total_row",
        FrameDoubt::CnsrAsEvent { .. } => "cnsr_as_event",
        FrameDoubt::VitalStatus { .. } => "vital_status",
        FrameDoubt::SeveralParameters { .. } => "several_parameters",
        FrameDoubt::OrderOfWords { .. } => "order_of_words",
        FrameDoubt::WeightsNotWhole { .. } => "weights_not_whole",
        _ => "rows",
    }
}

/// The column or term that it is about.
pub fn column(doubt: &FrameDoubt) -> &str {
    match doubt {
        FrameDoubt::LevelsAlike { column, .. }
        | FrameDoubt::AllEvents { column, .. }
        | FrameDoubt::RepeatedIds { column, .. }
        | FrameDoubt::TotalRow { column, .. }
        | FrameDoubt::CnsrAsEvent { column }
        | FrameDoubt::VitalStatus { column }
        | FrameDoubt::SeveralParameters { column, .. }
        | FrameDoubt::WeightsNotWhole { column, .. } => column,
        FrameDoubt::OrderOfWords { term, .. } => term,
        FrameDoubt::RowsGoOn { column, .. } => column.as_deref().unwrap_or_default(),
        _ => "",
    }
}

/// What was found.
pub fn what(doubt: &FrameDoubt) -> String {
    match doubt {
        FrameDoubt::LevelsAlike { column, levels } => format!(
            "`{column}` has values that differ only by case, blanks, hyphens or accents and count as \
             different: {}",
            counted(levels)
        ),
        FrameDoubt::AllEvents { column, events, missing } => format!(
            "all {events} rows used have the event, and {missing} more were left out because \
             `{column}` or the time is missing: if a blank means that there was no event, this answer \
             leaves out those without one"
        ),
        FrameDoubt::RepeatedIds { column, patients, rows } => format!(
            "`{column}` names {patients} patients in {rows} rows: patients with several rows are \
             counted several times"
        ),
        FrameDoubt::RowsGoOn { column: Some(column), rows } => format!(
            "{rows} rows end without the event where the next row of the same `{column}` begins, and \
             count as censored"
        ),
        FrameDoubt::RowsGoOn { column: None, rows } => format!(
            "{rows} rows begin where another ends without the event: if they are parts of one \
             patient, the earlier part counts as censored and is not"
        ),
        FrameDoubt::TotalRow { column, value, place } => format!(
            "{place} is called {value:?} in `{column}`, as a row of sums is, and is analysed like the \
             others"
        ),
        FrameDoubt::VitalStatus { column } => format!(
            "`{column}` says who is dead and who alive, and its 1 is taken for dead; where 1 is alive, \
             events and censorings are exchanged"
        ),
        FrameDoubt::CnsrAsEvent { column } => format!(
            "`{column}` is called after censoring and is taken as the event; where its 1 means \
             censored, events and censorings are exchanged"
        ),
        FrameDoubt::SeveralParameters { column, parameters } => {
            format!("rows of several parameters are pooled: `{column}` is {}", counted(parameters))
        }
        FrameDoubt::OrderOfWords { term, levels, meant } => format!(
            "the levels of `{term}` stand in the order {}, and their words have the order {}",
            levels.join(", "),
            meant.join(", ")
        ),
        FrameDoubt::WeightsNotWhole { column, .. } => format!(
            "the weights of `{column}` are not whole numbers, so they are not counts of patients, \
             and the model-based standard errors take them for counts"
        ),
        other => format!("{other:?}"),
    }
}

/// What to do.
pub fn remedy(doubt: &FrameDoubt) -> Option<Remedy> {
    Some(match doubt {
        FrameDoubt::LevelsAlike { column, levels } => {
            let all: Vec<String> = levels.iter().map(|(level, _)| format!("{level:?}")).collect();
            Remedy::AnyOf(vec![
                Remedy::to("make them one in the data"),
                Remedy::Write(format!("{column} %in% c({})", all.join(", "))),
            ])
        }
        FrameDoubt::AllEvents { column, .. } => {
            Remedy::Write(format!("!is.na({column}) where a blank means no event"))
        }
        FrameDoubt::RepeatedIds { column, .. } => Remedy::AnyOf(vec![
            Remedy::set("subset"),
            Remedy::Write(format!("cluster({column}) where a patient has several rows rightly")),
        ]),
        FrameDoubt::RowsGoOn { column: Some(column), .. } => Remedy::set_to("id", column.clone()),
        FrameDoubt::RowsGoOn { column: None, .. } => Remedy::set("id"),
        FrameDoubt::TotalRow { .. } => {
            Remedy::AnyOf(vec![Remedy::set("subset"), Remedy::to("delete the row")])
        }
        FrameDoubt::CnsrAsEvent { column } => Remedy::Write(format!("{column} == 0")),
        FrameDoubt::VitalStatus { column } => Remedy::AnyOf(vec![
            Remedy::Write(format!("{column} == 0 where 0 is dead")),
            Remedy::Write(format!("{column} == 1 where 1 is dead")),
        ]),
        FrameDoubt::SeveralParameters { column, parameters } => {
            let first = parameters.first().map_or("", |(name, _)| name.as_str());
            Remedy::set_to("subset", format!("{column} == \"{first}\""))
        }
        FrameDoubt::OrderOfWords { term, meant, .. } => {
            let levels: Vec<String> = meant.iter().map(|level| format!("{level:?}")).collect();
            Remedy::Write(format!("factor({term}, levels = c({}))", levels.join(", ")))
        }
        FrameDoubt::WeightsNotWhole { .. } => Remedy::AnyOf(vec![
            Remedy::set("robust"),
            Remedy::Write("cluster(id) in the formula".to_owned()),
        ]),
        _ => return None,
    })
}

/// `Dead 14, dead 3`.
fn counted(levels: &[(String, usize)]) -> String {
    let part = |(level, n): &(String, usize)| {
        format!("\"{level}\" ({n} {})", if *n == 1 { "row" } else { "rows" })
    };
    levels.iter().map(part).collect::<Vec<String>>().join(", ")
}
