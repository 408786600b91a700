//! The DREAM cohort as two tables: 233 registered patients and 520 lesions.

use super::baseline::{self, ENROLLED};
use super::calendar::{Dates, dream_dates};
use super::lesions::{Ceus, Lesion, LesionTable};
use super::linkage::{Linkage, link};
use super::random::SplitMix64;
use super::sheet::{Sheet, flag, optional};
use super::survival::{OPERATED, OUTSIDE, SURVIVAL_SET, Survival};

/// Registered patients, of whom the first 112 are enrolled.
const REGISTERED: usize = 233;

/// Participating centres. Who was seen where is chosen; every centre has someone.
const CENTRES: usize = 21;

/// Operated patients without clear margins (chosen among those outside the survival set); the other
/// 13 of them have extrahepatic metastases, and so has one patient who was not operated.
const MARGIN_R2: usize = 4;
const NOT_OPERATED_EXTRAHEPATIC: usize = OPERATED;

/// Lesions that had not disappeared: evaluable ones, and those contrast MRI did not show.
const STILL_ON_CT: usize = 224;
const STILL_ON_CT_UNSEEN: usize = 10;

/// The patients and the lesions as CSV text. `None` when no draw gives one coherent study.
pub fn tables(
    lesions: &LesionTable,
    survival: &Survival,
    random: &mut SplitMix64,
) -> Option<(String, String)> {
    let linkage = link(lesions, survival, random)?;
    let dates = dream_dates(survival, &linkage, random);
    let order = random.shuffled(0..ENROLLED);
    let by_id: Vec<usize> = order.into_iter().chain(ENROLLED..REGISTERED).collect();
    let mut id = vec![String::new(); REGISTERED];
    for (index, &patient) in by_id.iter().enumerate() {
        id[patient] = format!("D{:03}", index + 1);
    }
    let metastases: Vec<usize> = (0..OPERATED).map(|patient| linkage.total(patient)).collect();
    let baseline = baseline::columns(&metastases, random)?;
    let lesion_rows = lesion_rows(&linkage, &metastases, &baseline, random);
    let patients = patient_sheet(&id, &linkage, survival, &dates, baseline, random);
    Some((patients.csv(&by_id), lesion_csv(&id, lesion_rows)))
}

/// A column of all registered patients from a function of the first `known` ones.
fn column(known: usize, value: impl FnMut(usize) -> String) -> Vec<String> {
    let mut values: Vec<String> = (0..known).map(value).collect();
    values.resize(REGISTERED, String::new());
    values
}

fn patient_sheet(
    id: &[String],
    linkage: &Linkage,
    survival: &Survival,
    dates: &[Dates],
    baseline: Vec<baseline::Column>,
    random: &mut SplitMix64,
) -> Sheet {
    let mut sheet = Sheet::default();
    let all = |value: fn(usize) -> bool| column(REGISTERED, |patient| flag(value(patient)));
    sheet.column("patient", id.to_vec());
    sheet.column("synthetic", all(|_| true));
    sheet.column("centre", centres(random));
    sheet.column("registered", all(|_| true));
    sheet.column("enrolled", all(|patient| patient < ENROLLED));
    sheet.column("operated", all(|patient| patient < OPERATED));
    margin_columns(&mut sheet, random);
    sheet.column("survival_set", all(|patient| SURVIVAL_SET.contains(&patient)));
    lesion_columns(&mut sheet, linkage);
    date_columns(&mut sheet, dates);
    survival_columns(&mut sheet, survival);
    for (name, mut values) in baseline {
        values.resize(REGISTERED, String::new());
        sheet.column(name, values);
    }
    sheet
}

/// A centre for each registered patient: one patient each, then larger shares for lower numbers.
fn centres(random: &mut SplitMix64) -> Vec<String> {
    let drawn: Vec<usize> =
        (CENTRES..REGISTERED).map(|_| random.below(CENTRES).min(random.below(CENTRES))).collect();
    let centres = random.shuffled((0..CENTRES).chain(drawn));
    centres.into_iter().map(|centre| format!("C{:02}", centre + 1)).collect()
}

fn margin_columns(sheet: &mut Sheet, random: &mut SplitMix64) {
    let outside = random.shuffled(OUTSIDE);
    let (unclear, extrahepatic) = outside.split_at(MARGIN_R2);
    let margin = |patient| if unclear.contains(&patient) { "R2" } else { "R0/R1" };
    sheet.column("resection", column(OPERATED, |patient| margin(patient).to_owned()));
    let spread = |patient| extrahepatic.contains(&patient) || patient == NOT_OPERATED_EXTRAHEPATIC;
    sheet.column("extrahepatic", column(ENROLLED, |patient| flag(spread(patient))));
}

fn lesion_columns(sheet: &mut Sheet, linkage: &Linkage) {
    let confirmed =
        |patient: usize| if patient < OPERATED { linkage.confirmed[patient].len() } else { 0 };
    let total = |patient: usize| if patient < OPERATED { linkage.total(patient) } else { 0 };
    sheet.column("n_dlm", column(ENROLLED, |patient| total(patient).to_string()));
    sheet.column("n_cdlm", column(ENROLLED, |patient| confirmed(patient).to_string()));
    sheet.column("dlm", column(ENROLLED, |patient| flag(total(patient) > 0)));
    sheet.column("cdlm", column(ENROLLED, |patient| flag(confirmed(patient) > 0)));
    let management = |patient: usize| match confirmed(patient) {
        0 => "",
        _ if linkage.leaves(patient) => "at least one left behind",
        _ => "all removed",
    };
    sheet.column("management", column(OPERATED, |patient| management(patient).to_owned()));
}

fn date_columns(sheet: &mut Sheet, dates: &[Dates]) {
    sheet.column("surgery_date", column(OPERATED, |p| dates[p].time_zero.to_string()));
    sheet.column("local_relapse_date", column(OPERATED, |p| optional(dates[p].local)));
    sheet.column(
        "extrahepatic_progression_date",
        column(OPERATED, |p| optional(dates[p].extrahepatic)),
    );
    sheet.column("death_date", column(OPERATED, |p| optional(dates[p].death)));
    sheet.column("last_visit_date", column(OPERATED, |p| dates[p].last_visit.to_string()));
}

/// Disease-free survival is defined for the survival set only: the others are not free of disease
/// after surgery.
fn survival_columns(sheet: &mut Sheet, survival: &Survival) {
    let set = SURVIVAL_SET.end;
    sheet.column("dfs_days", column(set, |p| survival.dfs_day[p].to_string()));
    sheet.column("dfs_event", column(set, |p| flag(survival.relapsed[p])));
    sheet.column("os_days", column(OPERATED, |p| survival.os_day[p].to_string()));
    sheet.column("os_event", column(OPERATED, |p| flag(survival.died[p])));
}

/// One row of the lesion table.
#[derive(Clone, Debug)]
struct LesionRow {
    patient: usize,
    kind: &'static str,
    left_behind: bool,
    evaluable: bool,
    nonviable: Option<bool>,
    ultrasound: &'static str,
    ceus: &'static str,
    ce_mri: &'static str,
}

fn lesion_rows(
    linkage: &Linkage,
    metastases: &[usize],
    baseline: &[baseline::Column],
    random: &mut SplitMix64,
) -> Vec<LesionRow> {
    let mut rows = confirmed_rows(linkage, random);
    rows.extend(unconfirmed_rows(linkage, random));
    rows.extend(remaining_rows(metastases, baseline, random));
    rows
}

/// 203 confirmed lesions. Ultrasound during surgery shows 48, all of them resected and among them
/// all that contrast ultrasound shows, and 11 scars among the rest.
fn confirmed_rows(linkage: &Linkage, random: &mut SplitMix64) -> Vec<LesionRow> {
    let lesions: Vec<(usize, Lesion)> = (0..OPERATED)
        .flat_map(|patient| linkage.confirmed[patient].iter().map(move |&l| (patient, l)))
        .collect();
    let mut candidates =
        random.shuffled((0..lesions.len()).filter(|&index| {
            !lesions[index].1.left_behind && lesions[index].1.ceus != Ceus::Unseen
        }));
    candidates.sort_by_key(|&index| lesions[index].1.ceus != Ceus::Seen);
    let visible = &candidates[..48];
    let rest = random.shuffled((0..lesions.len()).filter(|index| !visible.contains(index)));
    let scars = &rest[..11];
    let row = |(index, &(patient, lesion)): (usize, &(usize, Lesion))| LesionRow {
        patient,
        kind: "cDLM",
        left_behind: lesion.left_behind,
        evaluable: lesion.nonviable.is_some(),
        nonviable: lesion.nonviable,
        ultrasound: if visible.contains(&index) {
            "visible"
        } else if scars.contains(&index) {
            "scar"
        } else {
            "not visible"
        },
        ceus: match lesion.ceus {
            Ceus::Seen => "visible",
            Ceus::Unseen => "not visible",
            Ceus::NotDone => "",
        },
        ce_mri: "",
    };
    lesions.iter().enumerate().map(row).collect()
}

/// 93 lesions that magnetic resonance still shows. Those left behind belong to patients who leave
/// confirmed ones behind, or who have none: "all removed" stays true of a patient.
fn unconfirmed_rows(linkage: &Linkage, random: &mut SplitMix64) -> Vec<LesionRow> {
    let mut owners = random.shuffled(
        (0..OPERATED)
            .flat_map(|patient| std::iter::repeat_n(patient, linkage.unconfirmed[patient])),
    );
    owners.sort_by_key(|&patient| !linkage.leaves(patient));
    let labels = |left_behind: bool, counts: [(Option<bool>, usize); 3]| {
        counts.into_iter().flat_map(move |(nonviable, count)| {
            std::iter::repeat_n((left_behind, nonviable), count)
        })
    };
    let left = labels(true, [(Some(true), 3), (Some(false), 2), (None, 3)]);
    let resected =
        random.shuffled(labels(false, [(Some(true), 22), (Some(false), 48), (None, 15)]));
    let mut ultrasound = random.shuffled(
        [("visible", 54), ("scar", 12), ("not visible", 27)]
            .into_iter()
            .flat_map(|(seen, count)| std::iter::repeat_n(seen, count)),
    );
    // Contrast MRI is printed for the 75 evaluable lesions only: 69 are seen.
    let mut ce_mri = random.shuffled((0..75).map(|index| index < 69));
    owners
        .into_iter()
        .zip(left.chain(resected))
        .map(|(patient, (left_behind, nonviable))| LesionRow {
            patient,
            kind: "non-cDLM",
            left_behind,
            evaluable: nonviable.is_some(),
            nonviable,
            ultrasound: ultrasound.pop().expect("93 labels for 93 lesions"),
            ceus: "",
            ce_mri: match nonviable {
                Some(_) => seen(ce_mri.pop().expect("75 labels for 75 evaluable lesions")),
                None => "",
            },
        })
        .collect()
}

fn seen(visible: bool) -> &'static str {
    if visible { "visible" } else { "not visible" }
}

/// 224 lesions that had not disappeared, among the operated patients who have that many metastases.
fn remaining_rows(
    metastases: &[usize],
    baseline: &[baseline::Column],
    random: &mut SplitMix64,
) -> Vec<LesionRow> {
    let at_diagnosis = baseline
        .iter()
        .find(|column| column.0 == "n_metastases")
        .map(|column| &column.1)
        .expect("the baseline columns hold the number of metastases");
    let mut room: Vec<usize> = (0..OPERATED)
        .map(|patient| match at_diagnosis[patient].parse::<usize>() {
            Ok(number) => number - metastases[patient],
            Err(_) => usize::MAX, // not counted in this patient
        })
        .collect();
    let mut rows = Vec::with_capacity(STILL_ON_CT);
    while rows.len() < STILL_ON_CT {
        let patient = random.below(OPERATED);
        if room[patient] == 0 {
            continue;
        }
        room[patient] -= 1;
        rows.push(LesionRow {
            patient,
            kind: "non-DLM",
            left_behind: false,
            evaluable: true,
            nonviable: None,
            ultrasound: "",
            ceus: "",
            ce_mri: seen(rows.len() >= STILL_ON_CT_UNSEEN),
        });
    }
    rows
}

/// The lesions by patient and kind, numbered in that order.
fn lesion_csv(id: &[String], mut rows: Vec<LesionRow>) -> String {
    rows.sort_by(|a, b| (&id[a.patient], a.kind).cmp(&(&id[b.patient], b.kind)));
    let mut sheet = Sheet::default();
    let of = |value: &dyn Fn(&LesionRow) -> String| rows.iter().map(value).collect();
    sheet.column("lesion", (1..=rows.len()).map(|number| format!("L{number:03}")).collect());
    sheet.column("synthetic", of(&|_| flag(true)));
    sheet.column("patient", of(&|row| id[row.patient].clone()));
    sheet.column("kind", of(&|row| row.kind.to_owned()));
    let management = |row: &LesionRow| if row.left_behind { "left behind" } else { "resected" };
    sheet.column("management", of(&|row| management(row).to_owned()));
    sheet.column("evaluable", of(&|row| flag(row.evaluable)));
    sheet.column("nonviable", of(&|row| optional(row.nonviable.map(flag))));
    sheet.column("ultrasound", of(&|row| row.ultrasound.to_owned()));
    sheet.column("ceus", of(&|row| row.ceus.to_owned()));
    sheet.column("ce_mri", of(&|row| row.ce_mri.to_owned()));
    sheet.csv(&(0..rows.len()).collect::<Vec<_>>())
}
