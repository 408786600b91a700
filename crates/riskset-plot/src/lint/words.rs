//! The words: endpoint, test, effect, P values, names, caption.

use super::finding::{
    Checked, Finding, Status, finding, judged, not_applicable, pass, print_caption,
};
use crate::caption::Tells;
use crate::profile::Profile;
use crate::scene::{Role, Scene, Shape};
use riskset::Remedy;
use std::collections::BTreeMap;

pub(super) fn findings(figure: Checked<'_>) -> Vec<Finding> {
    let scene = figure.scene;
    let mut findings = Vec::new();
    if figure.over_time() {
        findings.push(judged(
            "the axis names the endpoint",
            scene.facts.endpoint.is_none().then(|| "it says only what is estimated".to_owned()),
            Status::Warn,
            "the endpoint is named",
            Remedy::set("endpoint"),
        ));
        findings.push(effect(scene));
        findings.push(contrast(scene));
        findings.push(test(scene));
        findings.push(heading(scene));
        findings.push(caption(figure));
    }
    findings.push(p_style(scene));
    findings.push(columns(scene));
    findings.push(raw_names(scene));
    findings.push(no_title(scene));
    findings.push(glyphs(scene));
    findings
}

fn effect(scene: &Scene) -> Finding {
    let check = "an effect with its interval beside a P value";
    if !scene.facts.p_value {
        return not_applicable(check, "no P value is shown");
    }
    let wrong = (!scene.facts.effect).then(|| "the P value stands alone".to_owned());
    judged(check, wrong, Status::Warn, "both are shown", Remedy::set_to("annotate", "logrank,hr"))
}

/// A ratio without what it compares can be read both ways.
fn contrast(scene: &Scene) -> Finding {
    let check = "the contrast stands beside every effect";
    let panels = scene.facts.panels.len().max(1);
    if (0..panels).all(|panel| !scene.facts.of(panel).effect) {
        return not_applicable(check, "no effect is shown");
    }
    let said = |panel: usize| {
        let notes = scene
            .items
            .iter()
            .filter(|item| item.panel == panel && matches!(item.role, Role::Annotation));
        let mut texts = notes.filter_map(|item| match &item.shape {
            Shape::Text(text) => Some(text.letters()),
            _ => None,
        });
        texts.any(|text| text == "Reference" || format!("{text} ").contains(" vs "))
    };
    let silent = (0..panels).find(|&panel| scene.facts.of(panel).effect && !said(panel));
    let wrong = silent.map(|_| "nothing says which group is compared with which".to_owned());
    let remedy = Remedy::to("name both groups, or the reference, beside the effect");
    judged(check, wrong, Status::Fail, "both groups, or the reference, are named", remedy)
}

/// The columns of a forest: a P value does not repeat the P of its heading, and estimates stand under
/// each other with the same decimals.
fn columns(scene: &Scene) -> Finding {
    let check = "columns are set alike";
    let cells: Vec<(usize, String)> = scene
        .texts()
        .filter_map(|(role, text)| match role {
            Role::Cell(_, column) => Some((*column, text.letters())),
            _ => None,
        })
        .collect();
    if cells.is_empty() {
        return not_applicable(check, "there are no columns");
    }
    let repeated = cells.iter().find(|(_, text)| {
        let rest = text.strip_prefix('P').or_else(|| text.strip_prefix('p'));
        rest.is_some_and(|rest| rest.trim_start().starts_with(['=', '<']))
    });
    let decimals = |text: &str| {
        let number = text.split(' ').next().unwrap_or(text);
        let number = number.replace('\u{b7}', ".");
        number.parse::<f64>().ok()?;
        Some(number.split_once('.').map_or(0, |(_, digits)| digits.len()))
    };
    let with_interval = cells.iter().filter(|(_, text)| text.contains('(') && text.ends_with(')'));
    let mut first: BTreeMap<usize, usize> = BTreeMap::new();
    let uneven = with_interval.filter_map(|(column, text)| {
        let own = decimals(text)?;
        let other = *first.entry(*column).or_insert(own);
        (own != other).then(|| text.clone())
    });
    let uneven = uneven.collect::<Vec<_>>();
    let wrong = match (repeated, uneven.first()) {
        (Some((_, text)), _) => Some(format!("`{text}` repeats the P of its heading")),
        (None, Some(text)) => Some(format!("`{text}` has other decimals than the rows above")),
        (None, None) => None,
    };
    let remedy = Remedy::to("report this as a defect of the figure");
    judged(check, wrong, Status::Warn, "numbers stand under each other", remedy)
}

fn test(scene: &Scene) -> Finding {
    let check = "the test is named";
    if !scene.facts.p_value {
        return not_applicable(check, "no P value is shown");
    }
    let wrong = scene.facts.test.is_none().then(|| "a P value has no named test".to_owned());
    let remedy = Remedy::to("name the test beside its P value");
    judged(check, wrong, Status::Warn, "the test is named", remedy)
}

/// The wording of the profile above the counts.
fn heading(scene: &Scene) -> Finding {
    let check = "house wording above the counts";
    let mut headers = scene.texts().filter(|(role, _)| matches!(role, Role::CountHeader));
    let Some((_, header)) = headers.next() else {
        return not_applicable(check, "there are no counts");
    };
    let Ok(profile) = Profile::named(&scene.facts.profile) else {
        return not_applicable(check, "the profile is not a built-in one");
    };
    let known = [
        profile.wording.at_risk.as_str(),
        profile.wording.at_risk_censored.as_str(),
        "Number at risk",
        "Counts just before each time",
    ];
    let letters = header.letters();
    let wrong = (!known.contains(&letters.trim_end_matches('\u{2026}')))
        .then(|| format!("it says `{letters}`"));
    let remedy = Remedy::to("use the profile's words");
    judged(check, wrong, Status::Warn, "the profile's words stand there", remedy)
}

fn caption(figure: Checked<'_>) -> Finding {
    let counts = figure.scene.find(|role| matches!(role, Role::Count { .. })).count() > 0;
    let wrong = (counts && !figure.tells(Tells::CountTimes))
        .then(|| "nothing says when the counts are made".to_owned());
    let right = "the caption explains bands, marks and counts";
    judged("caption", wrong, Status::Warn, right, print_caption())
}

fn p_style(scene: &Scene) -> Finding {
    let check = "P values are written as numbers that can be";
    let zero = |text: &str| {
        let text = text.replace('\u{b7}', ".").replace(' ', "");
        ["=0.000", "=.000", "=0.00", "=.00"].iter().any(|bad| {
            text.find(bad).is_some_and(|at| {
                let after = text[at + bad.len()..].chars().next();
                !after.is_some_and(|c| c.is_ascii_digit())
            })
        })
    };
    let mut texts = scene.texts().map(|(_, text)| text.letters());
    let wrong = texts.find(|text| zero(text)).map(|text| format!("`{text}`"));
    judged(check, wrong, Status::Fail, "no P value is 0", Remedy::to("write P < 0.001"))
}

/// Codes that no reader knows: `sex=2`, `strata`.
fn raw_names(scene: &Scene) -> Finding {
    let raw = |text: &str| {
        let coded = text.split_once('=').is_some_and(|(name, value)| {
            let name = name.trim();
            !name.is_empty()
                && name.chars().all(|c| c.is_alphanumeric() || c == '.' || c == '_')
                && !value.starts_with([' ', '='])
        });
        coded || text.eq_ignore_ascii_case("strata")
    };
    let labels = scene.texts().filter(|(role, _)| {
        matches!(role, Role::LegendLabel(_) | Role::DirectLabel(_) | Role::RowLabel(_))
    });
    let wrong = labels.map(|(_, text)| text.letters()).find(|text| raw(text));
    let wrong = wrong.map(|text| format!("`{text}` is a code, not a name"));
    let right = "groups are named in words";
    let remedy = Remedy::set("labels");
    judged("no codes for groups", wrong, Status::Warn, right, remedy)
}

fn no_title(scene: &Scene) -> Finding {
    let letters = scene.find(|role| matches!(role, Role::Letter)).count();
    let title = scene.texts().find(|(role, _)| matches!(role, Role::Title));
    let wrong = title
        .filter(|_| letters == 0)
        .map(|(_, text)| format!("the title `{}` stands in the figure", text.letters()));
    let right = "no title inside the figure";
    judged("no title", wrong, Status::Warn, right, Remedy::Unset("title".into()))
}

fn glyphs(scene: &Scene) -> Finding {
    let check = "every character can be drawn";
    let missing: Vec<char> =
        scene.texts().flat_map(|(_, text)| crate::font::missing(&text.letters())).collect();
    if missing.is_empty() {
        return pass(check, "the typeface has them all");
    }
    let letters: String = missing.into_iter().collect();
    let reason = format!("the bundled typeface lacks {letters}");
    finding(
        check,
        Status::Fail,
        reason,
        Remedy::to("write the name in letters of the Latin, Greek, Cyrillic or Hebrew script"),
    )
}
