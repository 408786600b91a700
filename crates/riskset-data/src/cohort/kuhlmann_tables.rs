//! The Kuhlmann cohort as two tables: 158 patients and 110 lesions.

use super::anneal::{interpolate, whole};
use super::calendar::{Dates, kuhlmann_dates};
use super::kuhlmann::{Kuhlmann, PATIENTS, WITH_DLM};
use super::random::SplitMix64;
use super::sheet::{Sheet, flag, optional};

const LESIONS: usize = 110;

/// Patients with all three imaging methods at first, and those with a disappearing lesion who were
/// restaged with the hepatobiliary agent.
const TRIPLE_IMAGING: usize = 139;
const RESTAGED: usize = 30;

/// Lesions by management and by what became of them. The regrowth of 36% is printed without its
/// denominator: 32 of 90 is chosen.
const OUTCOMES: [(&str, bool, usize); 4] = [
    ("watch and wait", false, 32),
    ("watch and wait", true, 58),
    ("resected", true, 19),
    ("resected", false, 1),
];

/// Initial size in mm by share of the ranks: range 5 to 61 and median 10 are printed.
const SIZE: [(f64, f64); 4] = [(0.0, 5.0), (0.5, 10.0), (0.85, 18.0), (1.0, 42.0)];

/// The patients and the lesions as CSV text.
pub fn tables(cohort: &Kuhlmann, random: &mut SplitMix64) -> (String, String) {
    let dates = kuhlmann_dates(cohort, random);
    // The searches have the patients with lesions first; their numbers must not say so.
    let by_id = random.shuffled(0..PATIENTS);
    let mut id = vec![String::new(); PATIENTS];
    for (index, &patient) in by_id.iter().enumerate() {
        id[patient] = format!("K{:03}", index + 1);
    }
    (patient_csv(cohort, &dates, &id, &by_id, random), lesion_csv(&dates, &id, random))
}

fn patient_csv(
    cohort: &Kuhlmann,
    dates: &[Dates],
    id: &[String],
    by_id: &[usize],
    random: &mut SplitMix64,
) -> String {
    let all = |value: &dyn Fn(usize) -> String| (0..PATIENTS).map(value).collect();
    let triple = random.shuffled((0..PATIENTS).map(|index| index < TRIPLE_IMAGING));
    let restaged = random.shuffled((0..WITH_DLM).map(|index| index < RESTAGED));
    let mut sheet = Sheet::default();
    sheet.column("patient", id.to_vec());
    sheet.column("synthetic", all(&|_| flag(true)));
    sheet.column("dlm", all(&|patient| flag(patient < WITH_DLM)));
    sheet.column("treatment_start_date", all(&|patient| dates[patient].time_zero.to_string()));
    sheet.column("progression_date", all(&|patient| optional(dates[patient].local)));
    sheet.column("death_date", all(&|patient| optional(dates[patient].death)));
    sheet.column("last_visit_date", all(&|patient| dates[patient].last_visit.to_string()));
    sheet.column("pfs_days", all(&|patient| cohort.pfs(patient).0.to_string()));
    sheet.column("pfs_event", all(&|patient| flag(cohort.pfs(patient).1)));
    sheet.column("os_days", all(&|patient| cohort.os(patient).0.to_string()));
    sheet.column("os_event", all(&|patient| flag(cohort.os(patient).1)));
    sheet.column("triple_imaging", all(&|patient| flag(triple[patient])));
    sheet.column(
        "restaged_primovist",
        all(&|patient| optional(restaged.get(patient).copied().map(flag))),
    );
    sheet.csv(by_id)
}

fn lesion_csv(dates: &[Dates], id: &[String], random: &mut SplitMix64) -> String {
    let owners = lesion_owners(dates, random);
    let outcomes = OUTCOMES.into_iter().flat_map(|(management, nonviable, count)| {
        std::iter::repeat_n((management, nonviable), count)
    });
    let mut rows: Vec<(usize, i32, &str, bool)> = owners
        .into_iter()
        .zip(sizes(random))
        .zip(outcomes)
        .map(|((patient, size), (management, nonviable))| (patient, size, management, nonviable))
        .collect();
    rows.sort_by_key(|row| &id[row.0]);
    let mut sheet = Sheet::default();
    sheet.column("lesion", (1..=LESIONS).map(|number| format!("KL{number:03}")).collect());
    sheet.column("synthetic", vec![flag(true); LESIONS]);
    sheet.column("patient", rows.iter().map(|row| id[row.0].clone()).collect());
    sheet.column("initial_mm", rows.iter().map(|row| row.1.to_string()).collect());
    sheet.column("management", rows.iter().map(|row| row.2.to_owned()).collect());
    sheet.column("nonviable", rows.iter().map(|row| flag(row.3)).collect());
    sheet.csv(&(0..LESIONS).collect::<Vec<_>>())
}

/// The patient of each lesion, at least one a patient. A site that regrew is a progression, so the
/// first 32 lesions belong to patients who progressed.
fn lesion_owners(dates: &[Dates], random: &mut SplitMix64) -> Vec<usize> {
    let drawn = (WITH_DLM..LESIONS).map(|_| random.below(WITH_DLM)).collect::<Vec<_>>();
    let mut owners = random.shuffled((0..WITH_DLM).chain(drawn));
    let regrown = OUTCOMES[0].2;
    for lesion in 0..regrown {
        if dates[owners[lesion]].local.is_none() {
            let other = (regrown..LESIONS)
                .find(|&other| dates[owners[other]].local.is_some())
                .expect("most patients with a disappearing lesion progressed");
            owners.swap(lesion, other);
        }
    }
    owners
}

fn sizes(random: &mut SplitMix64) -> Vec<i32> {
    let between = LESIONS - 2;
    let mut sizes = vec![5];
    sizes.extend(
        (0..between).map(|rank| whole(interpolate(&SIZE, (rank as f64 + 0.5) / between as f64))),
    );
    sizes.push(61);
    // The two middle ranks make the median exact.
    (sizes[LESIONS / 2 - 1], sizes[LESIONS / 2]) = (10, 10);
    random.shuffled(sizes)
}
