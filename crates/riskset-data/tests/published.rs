//! Every printed number that the synthetic cohorts can give is computed from them as printed.

use riskset::ConfType;
use riskset_data::cohort::published::{Checked, check, half_up, targets};

fn checked() -> Vec<Checked> {
    check(ConfType::LogLog).unwrap()
}

fn ids(checked: &[Checked], holds: impl Fn(&Checked) -> bool) -> Vec<&str> {
    checked.iter().filter(|one| holds(one)).map(|one| one.id.as_str()).collect()
}

/// The four exceptions are the publication's own: percentages that do not follow from the counts
/// printed beside them.
#[test]
fn every_computed_number_prints_as_published() {
    let checked = checked();
    let differs = ids(&checked, |one| one.agrees == Some(false));
    assert_eq!(
        differs,
        [
            "dream.lesions.non_dlm_unseen_ce_mri",
            "dream.intraop.non_cdlm_scar",
            "dream.ceus.visible_all",
            "dream.surgery.adjuvant_oxaliplatin",
        ]
    );
    for one in checked.iter().filter(|one| one.agrees == Some(false)) {
        let parts: Vec<&str> =
            one.parts.iter().filter(|part| !part.agrees).map(|part| part.name).collect();
        assert_eq!(parts, ["percent"], "{}: the count itself agrees", one.id);
        assert!(one.note.as_deref().is_some_and(|note| note.contains("printed as")));
    }
}

/// What is not computed is not a result of patient or lesion rows, and says why.
#[test]
fn what_is_not_computed_says_why() {
    let checked = checked();
    let without = ids(&checked, |one| one.agrees.is_none());
    assert_eq!((checked.len(), without.len()), (162, 38), "{without:?}");
    assert!(checked.iter().all(|one| one.agrees.is_some() || one.note.is_some()));
    let of_the_cohorts = |id: &&&str| {
        (id.starts_with("dream.") && !id.contains(".design.") && !id.contains(".literature."))
            || id.starts_with("kuhlmann.")
    };
    assert_eq!(
        without.iter().filter(of_the_cohorts).collect::<Vec<_>>(),
        [&"dream.npv.threshold", &"kuhlmann.smaller_metastases", &"kuhlmann.literature_dlm"]
    );
}

/// The lines that a report shows.
#[test]
fn lines_of_the_comparison() {
    let checked = checked();
    let line = |id: &str| {
        let one = checked.iter().find(|one| one.id == id).unwrap();
        (one.printed.clone(), one.computed.clone().unwrap())
    };
    let same = |text: &str| (text.to_owned(), text.to_owned());
    assert_eq!(line("dream.dfs.all_removed"), same("11.4 (6.4 to 18.8) months"));
    assert_eq!(line("dream.dfs.left_behind"), same("7.6 (5.7 to 12.1) months"));
    assert_eq!(line("dream.dfs.cdlm"), same("9.3 (7.2 to 12.8) months, n = 45"));
    assert_eq!(line("dream.dfs.no_cdlm"), same("8.5 (7.1 to 13.1) months, n = 47"));
    assert_eq!(line("dream.os.cdlm"), same("not reached, n = 45"));
    assert_eq!(
        line("dream.dfs.hr_removed_vs_left"),
        same("0.92 (0.48 to 1.77) hazard ratio, n = 45")
    );
    assert_eq!(
        line("dream.os.hr_removed_vs_left"),
        same("0.80 (0.21 to 3.08) hazard ratio, n = 45")
    );
    assert_eq!(line("dream.npv.cdlm_left"), same("70.3 (48.6 to 92.0) percent, 45 of 64"));
    assert_eq!(line("dream.followup"), same("26.1 (24.3 to 32.6) months, n = 109"));
    assert_eq!(line("dream.table.clinical_t.t4"), same("35 of 112 (31.3%) patients"));
    assert_eq!(line("dream.table.age_mean"), same("60.0 (SD 10.4) years, n = 112"));
    assert_eq!(line("kuhlmann.initial_size"), same("10 (5 to 61) mm, n = 110"));
    assert_eq!(line("dream.design.planned"), same("400 patients"));
    let (printed, computed) = line("kuhlmann.os_p");
    assert_eq!((printed.as_str(), computed.as_str()), ("P < 0.05, n = 158", "P = 0.02, n = 158"));
}

/// With the log type, R's default, the printed limits do not come out: the type must be stated.
#[test]
fn another_interval_type_prints_other_limits() {
    let checked = check(ConfType::Log).unwrap();
    let limits = |id: &str| checked.iter().find(|one| one.id == id).unwrap().computed.clone();
    assert_eq!(limits("dream.dfs.all_removed").unwrap(), "11.4 (6.4 to 20.6) months");
    assert_eq!(limits("dream.dfs.left_behind").unwrap(), "7.6 (7.2 to 23.2) months");
}

/// The three other types give the same limits: the publication does not tell which was used.
#[test]
fn four_interval_types_print_alike() {
    let expected: Vec<Option<bool>> = checked().iter().map(|one| one.agrees).collect();
    for conf_type in [ConfType::Plain, ConfType::Logit, ConfType::Arcsin] {
        let found: Vec<Option<bool>> =
            check(conf_type).unwrap().iter().map(|one| one.agrees).collect();
        assert_eq!(found, expected, "{conf_type:?}");
    }
}

#[test]
fn every_discrepancy_is_about_a_printed_quantity() {
    let targets = targets();
    assert_eq!(targets.schema, "riskset.published/1");
    assert_eq!((targets.derived.len(), targets.discrepancy.len()), (24, 18));
    for discrepancy in &targets.discrepancy {
        for id in &discrepancy.about {
            let known = targets.quantity.iter().any(|quantity| quantity.id == *id);
            assert!(known, "{}: {id} is not a quantity", discrepancy.id);
        }
    }
}

#[test]
fn halves_are_rounded_up() {
    assert_eq!(half_up(100.0 * 35.0 / 112.0, 1), "31.3");
    assert_eq!(half_up(100.0 * 7.0 / 112.0, 1), "6.3");
}
