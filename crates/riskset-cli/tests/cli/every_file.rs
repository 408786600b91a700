//! Every file of `tests/files`, tried as its owner would: right with one command and at most one
//! option that the message or `--help` names, or refused with the place and what to do. Nearly all
//! hold the cohort of `00_canonical.csv`, whose answers R 4.2 (survival 3.5-3) gave: medians 38.6 and
//! 9.8 months (1175 and 298 days), log-rank chi-square 15.334.

use crate::support::{Answer, riskset_in};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// What the command says of a file.
enum Outcome {
    /// The answers of the cohort in months.
    Months,
    /// The same, the groups in the order of their codes.
    Labels,
    /// The answers of the cohort in days.
    Days,
    /// The same, the second arm first.
    DaysByCode,
    /// Refused without the option in these words; right with it.
    Told(&'static [&'static str]),
    /// Refused, and these words say where and what to do.
    Refused(&'static [&'static str]),
    /// Answered, with these words of what is doubtful or was chosen.
    Said(&'static [&'static str]),
}
use Outcome::{Days, DaysByCode, Labels, Months, Refused, Said, Told};

/// File, formula, options, outcome.
type Case = (&'static str, &'static str, &'static [&'static str], Outcome);

const PLAIN: &str = "Surv(months, event) ~ arm";
const GERMAN: &str = "Surv(`Überleben (Monate)`, verstorben == \"ja\") ~ Arm";
const CBIO: &str = "Surv(OS_MONTHS, OS_STATUS == \"1:DECEASED\") ~ TREATMENT_ARM";
const XENA: &str = "Surv(OS.time, OS) ~ arm";
const ADTTE: &str = "Surv(AVAL, CNSR == 0) ~ TRTP";
const GDC: &str =
    "Surv(coalesce(days_to_death, days_to_last_follow_up), vital_status == \"Dead\") ~ arm";
const BIOTAB: &str =
    "Surv(coalesce(death_days_to, last_contact_days_to), vital_status == \"Dead\") ~ arm";
const BIOTAB_TOLD: &[&str] = &["--data-row", "4", "--na", "[Not Applicable],[Not Available]"];
const SEER: &str = "Surv(`Survival months`, \
                    `Vital status recode (study cutoff used)` == \"Dead\") ~ Therapy";
const OS: &[&str] = &["--subset", "PARAMCD == \"OS\""];
const DATED: &str = "Surv((last - surgery) / 30.4375, event) ~ arm";
const DIED: &str = "Surv(last - surgery, !is.na(death)) ~ arm";
const CONVERT: &[&str] = &["convert it: "];

/// Files of which the plain command is right.
const AS_THEY_ARE: [&str; 33] = [
    "00_canonical.csv",
    "22.feather",
    "09a_title_rows.xlsx",
    "09d3_median_row.xlsx",
    "09h_numbers_as_text.xlsx",
    "09i_trailing_empty.xlsx",
    "09k_missing_words.xlsx",
    "09m.ods",
    "09m_bool.xlsx",
    "09m_old.xls",
    "09o_duration_format.xlsx",
    "11c_truefalse.csv",
    "11d_float.csv",
    "14_wide.csv",
    "15_gz.csv.gz",
    "15_zip.csv.zip",
    "15_zip.zip",
    "17_missing_codes.csv",
    "17b_dot_missing.csv",
    "18_quote_all_NA.csv",
    "19_cr_only.csv",
    "19b_r_write_table.txt",
    "19c_pipe.txt",
    "19d_semicolon_points.csv",
    "19f_write_table_rownames.tsv",
    "20_nbsp.csv",
    "20b_minus.csv",
    "23c_nan_text.csv",
    "24c_blank_rows.csv",
    "26_mixed_encoding.csv",
    "27_old_xls_named.xlsx",
    "27c_csv_named.xlsx",
    "28_leading_zeros.csv",
];

const CASES: &[Case] = &[
    ("01_cbio_data_clinical_patient.txt", CBIO, &[], Months),
    ("01b_cbio_comments.tsv", CBIO, &[], Months),
    ("01c_cbio_no_comments.tsv", CBIO, &[], Months),
    // `'--` is the registry's mark of a missing value, and a patient has a row per treatment.
    ("02_gdc_clinical.tsv", GDC, &[], Refused(&["row 21 (line 22) holds \"'--\"", "--na \"'--\""])),
    (
        "02_gdc_clinical.tsv",
        GDC,
        &["--na", "'--"],
        Said(&["`case_submitter_id` names 60 patients in 120 rows", "--subset"]),
    ),
    (
        "02_gdc_clinical.tsv",
        GDC,
        &["--na", "'--", "--subset", "treatment_type == \"Radiation Therapy, NOS\""],
        Days,
    ),
    ("02b_gdc_one_row.tsv", GDC, &["--na", "'--"], Told(&["--na \"'--\""])),
    // Two lines of explanations below the names, and marks: each refusal names its option.
    ("03_tcga_biotab.txt", BIOTAB, &[], Refused(&["row 2:", "--data-row 4"])),
    (
        "03_tcga_biotab.txt",
        BIOTAB,
        &["--data-row", "4"],
        Refused(&["row 11 (line 14)", "--na \"[Not Applicable]\""]),
    ),
    ("03_tcga_biotab.txt", BIOTAB, BIOTAB_TOLD, Days),
    ("03b_tcga_biotab.tsv", BIOTAB, BIOTAB_TOLD, Days),
    ("04_xena_survival.tsv", XENA, &[], Days),
    ("04b_xena_survival.txt", XENA, &[], Days),
    ("04c_tsv_named.xls", XENA, &[], Days),
    ("04d_tsv_named.csv", XENA, &[], Days),
    ("05_adtte.csv", ADTTE, OS, Months),
    ("05_adtte.parquet", ADTTE, OS, Months),
    ("05_adtte.xpt", ADTTE, OS, Months),
    ("42_pandas.parquet", PLAIN, &[], Months),
    ("42_pandas.parquet", "Surv(end - start, event) ~ arm", &[], Days),
    (
        "42_pandas.parquet",
        "Surv(months, event) ~ visits",
        &[],
        Refused(&["`visits`", "holds lists"]),
    ),
    ("43_pandas.feather", PLAIN, &[], Months),
    ("43_pandas.feather", "Surv(end - start, event) ~ arm", &[], Days),
    ("43b_zstd.feather", PLAIN, &[], Refused(&["packed by zstd", "save it again"])),
    ("44_haven.sav", "Surv(time, status == 1) ~ 1", &[], Said(&["declared missing"])),
    ("44_haven.zsav", "Surv(time, status == \"dead\") ~ 1", &[], Said(&["declared missing"])),
    ("42c_delta.parquet", PLAIN, &[], Months),
    ("42b_spark.parquet", "Surv(months, event) ~ 1", &[], Said(&["60 rows"])),
    ("05_adtte.csv", ADTTE, &[], Said(&["several parameters are pooled", "PARAMCD == \"OS\""])),
    ("05_adtte.csv", "Surv(AVAL, CNSR) ~ TRTP", OS, Said(&["`CNSR` is called after censoring"])),
    ("06_spss.por", PLAIN, &[], Refused(CONVERT)),
    ("06_spss.sav", "Surv(ueberl_monate, status == \"dead\") ~ behandlung", &[], Labels),
    ("06_spss.sav", "Surv(ueberl_monate, status == 2) ~ behandlung", &[], Labels),
    ("06_stata.dta", "Surv(ueberl_monate, status == \"dead\") ~ behandlung", &[], Labels),
    ("06_stata.dta", "Surv(ueberl_monate, status == 2) ~ behandlung", &[], Labels),
    ("07_german_utf8bom.csv", GERMAN, &[], Months),
    ("07b_german_latin1.csv", GERMAN, &[], Months),
    ("07c_german_utf16.csv", GERMAN, &[], Months),
    ("07d_sep_line.csv", GERMAN, &[], Months),
    ("07e_german_macroman.csv", GERMAN, &[], Months),
    ("07f_german_commas_utf8.csv", GERMAN, &[], Months),
    ("07g_german.xlsx", GERMAN, &[], Months),
    (
        "08_redcap_raw_longitudinal.csv",
        "Surv(last_fu - date_rand, death) ~ rand_arm",
        &[],
        Refused(&["`record_id` names some patients in several rows"]),
    ),
    (
        "08b_redcap_labels_dup.csv",
        "Surv(`Follow-up, months`, `Has the patient died?` == \"Yes\") ~ `Randomised arm (choice)`",
        &[],
        Months,
    ),
    (
        "08c_redcap_labels.csv",
        "Surv(`Follow-up, months`, `Has the patient died?` == \"Yes\") ~ `Randomised arm (choice)`",
        &[],
        Months,
    ),
    ("09b_merged_header.xlsx", PLAIN, &["--header-row", "2"], Told(&["--header-row 2"])),
    ("09c_units_row.xlsx", PLAIN, &["--data-row", "3"], Told(&["row 2", "--data-row 3"])),
    ("09d_summary_row.xlsx", PLAIN, &[], Refused(&["0.7166666666666667 (1 row)", "event == 1"])),
    ("09d_summary_row.xlsx", "Surv(months, event == 1) ~ arm", &[], Months),
    ("09d2_summary_total.xlsx", PLAIN, &[], Refused(&["43 (1 row)", "event == 1"])),
    ("09d2_summary_total.xlsx", "Surv(months, event == 1) ~ arm", &[], Months),
    ("12b_zero.csv", PLAIN, &[], Said(&["36.60", "chi-square 11.88 on 1"])),
    ("09e_readme_first_sheet.xlsx", PLAIN, &["--sheet", "Data"], Told(&["--sheet Data"])),
    ("09f_dates_as_numbers.xlsx", "Surv((last - surgery) / 30.4375, dead) ~ arm", &[], Months),
    ("09g_formulas_uncached.xlsx", PLAIN, &[], Refused(&["first E2", "save it once"])),
    ("09j_dup_header.xlsx", PLAIN, &[], Refused(&["columns 5 and 6", "rename one of them"])),
    ("09l_dates_mixed.xlsx", DATED, &[], Months),
    (
        "09n_number_became_date.xlsx",
        PLAIN,
        &[],
        Refused(&["row 3 (line 4) holds \"2024-04-07\"", "the format of a number"]),
    ),
    (
        "09p_months_formatted_as_date.xlsx",
        PLAIN,
        &[],
        Refused(&["row 1 (line 2) holds \"1900-03-04", "the format of a number"]),
    ),
    ("09q_hashNA_cell.xlsx", PLAIN, &[], Said(&["`months`: #N/A is missing (1 cell)", "1 more"])),
    ("10_odd_names.csv", "Surv(time, `status(1=dead)`) ~ group", &[], Months),
    ("10b_header_newline.csv", "Surv(`Follow-up (months)`, `Death 0/1`) ~ arm", &[], Months),
    ("10b_header_newline.xlsx", "Surv(`Follow-up (months)`, `Death 0/1`) ~ arm", &[], Months),
    ("11a_yesno.csv", PLAIN, &[], Refused(&["\"No\" (17 rows)", "event == \"Yes\""])),
    ("11b_deadalive.csv", "Surv(months, event == \"dead\") ~ arm", &[], Months),
    ("11e_yn.csv", "Surv(months, event == \"Y\") ~ arm", &[], Months),
    ("11f_onetwo.csv", "Surv(months, event == 2) ~ arm", &[], Months),
    (
        "11g_case_and_blanks.csv",
        "Surv(months, event == \"Dead\") ~ arm",
        &[],
        Said(&["differ only by case", "dead"]),
    ),
    (
        "11g_case_and_blanks.csv",
        "Surv(months, event %in% c(\"Dead\", \"dead\")) ~ arm",
        &[],
        Months,
    ),
    (
        "11h_third_word.csv",
        "Surv(months, event == \"Dead\") ~ arm",
        &[],
        Said(&["Alive 16", "Unknown 1", "not reported 1"]),
    ),
    ("11i_x_or_blank.csv", PLAIN, &[], Refused(&["\"x\" (43 rows)", "!is.na(event)"])),
    ("11i_x_or_blank.csv", "Surv(months, !is.na(event)) ~ arm", &[], Months),
    (
        "11j_one_or_blank.csv",
        PLAIN,
        &[],
        Said(&["all 43 rows used have the event", "!is.na(event)"]),
    ),
    ("11j_one_or_blank.csv", "Surv(months, !is.na(event)) ~ arm", &[], Months),
    ("11k_deceased_living.csv", "Surv(months, event == \"DECEASED\") ~ arm", &[], Months),
    ("12_zero_negative.csv", PLAIN, &[], Refused(&["row 3 (line 4)", "-0.4", "--subset"])),
    ("13_dates_mixed.csv", DIED, &[], Refused(&["`surgery` holds texts that are no dates"])),
    ("13b_dates_german.csv", DIED, &[], Refused(&["no calendar has: row 8 (line 9)"])),
    ("13c_dates_us.csv", DIED, &[], Days),
    ("16_google.csv", "Surv(days, event) ~ arm", &["--thousands", ","], Days),
    ("17c_one_dot_in_2000.csv", "Surv(months, event) ~ arm + age", &[], Refused(&["--na ."])),
    ("19e_fixed.dat", PLAIN, &[], Refused(&["`P41-001`", "write a line of names above"])),
    ("20c_arm_blanks.csv", PLAIN, &[], Said(&["differ only by case", "standard"])),
    ("20d_units_in_cells.csv", PLAIN, &[], Refused(&["row 6 (line 7) holds \"> 18.6\""])),
    ("21_patient_twice.csv", PLAIN, &[], Said(&["`id` names 60 patients in 62 rows"])),
    ("22.arff", PLAIN, &[], Refused(CONVERT)),
    ("22.json", PLAIN, &[], Refused(CONVERT)),
    ("22.ndjson", PLAIN, &[], Refused(CONVERT)),
    ("23_inf.csv", PLAIN, &[], Refused(&["row 4 (line 5): `months` is inf", "--subset"])),
    ("23b_nan.csv", PLAIN, &[], Said(&["59 rows, 1 more left out for a missing value"])),
    ("24_unquoted_comma.csv", PLAIN, &[], Refused(&["row 2 (line 3): 9 fields", "double quotes"])),
    ("24b_short_rows.csv", PLAIN, &[], Refused(&["row 12 (line 13): 7 fields", "correct the row"])),
    (
        "24d_footnote.csv",
        PLAIN,
        &["--comment", "*"],
        Told(&["row 61 (line 63)", "--comment \"*\""]),
    ),
    ("25_tsv_stray_quote.tsv", PLAIN, &[], Refused(&["row 5 (line 6): a double quote is opened"])),
    ("27b_html_table.xls", PLAIN, &[], Refused(CONVERT)),
    ("27b_html_table.xlsx", PLAIN, &[], Refused(CONVERT)),
    ("29_unknown_then_subset.csv", PLAIN, &[], Refused(&["row 3 (line 4)", "--na unknown"])),
    ("29_unknown_then_subset.csv", PLAIN, &["--na", "unknown"], Said(&["more left out"])),
    ("29_unknown_then_subset.csv", PLAIN, &["--subset", "months != \"unknown\""], Said(&["rows"])),
    // Release 114, whose value labels stand without tags.
    ("41_stata_old.dta", "Surv(months, status == \"dead\") ~ arm", &[], Months),
    ("41_stata_old.dta", "Surv(months, status == 2) ~ arm", &[], Months),
    // Layouts of public exports: REDCap, cBioPortal's study view, GDC since 2024, ADTTE with SAS
    // dates, SEER*Stat, the Netherlands Cancer Registry, Simulacrum, a German registry, the NCDB, a
    // French registry, Castor EDC.
    ("30_redcap_raw.csv", "Surv(last_seen_date - rand_date, vital) ~ rand_arm", &[], DaysByCode),
    (
        "31_cbioportal_study_view.tsv",
        "Surv(`Overall Survival (Months)`, `Overall Survival Status` == \"1:DECEASED\") ~ `Treatment Arm`",
        &[],
        Months,
    ),
    (
        "32_gdc_cases.tsv",
        "Surv(coalesce(demographic.days_to_death, diagnoses.days_to_last_follow_up), demographic.vital_status == \"Dead\") ~ treatments.arm",
        &["--na", "'--"],
        Days,
    ),
    ("33_adtte_sas_dates.csv", "Surv(AVAL, CNSR == 0) ~ TRT01P", &[], Months),
    ("33_adtte_sas_dates.csv", "Surv(ADT - STARTDT, CNSR == 0) ~ TRT01P", &[], Days),
    (
        "33_adtte_sas_dates.csv",
        "Surv(AVAL, CNSR) ~ TRT01P",
        &[],
        Refused(&["0 (43 rows)", "CNSR == 0"]),
    ),
    ("34_seer_stat.csv", SEER, &[], Refused(&["row 8 (line 9) holds \"Unknown\"", "--na Unknown"])),
    // R of the same file: whole months, one patient without; medians 39 and 10.
    ("34_seer_stat.csv", SEER, &["--na", "Unknown"], Said(&["59 rows, 1 more", "chi-square 15.5"])),
    ("35_ncr_iknl.csv", "Surv(vit_stat_int, vit_stat == 1) ~ behandeling", &[], Days),
    (
        "36_simulacrum.csv",
        "os ~ REGIMEN",
        &[
            "--rule",
            "os",
            "--time-zero",
            "DIAGNOSISDATEBEST",
            "--last-visit",
            "VITALSTATUSDATE",
            "--dead",
            "VITALSTATUS == D",
        ],
        Days,
    ),
    (
        "37_krebsregister.csv",
        "os ~ Therapie",
        &[
            "--rule",
            "os",
            "--time-zero",
            "Diagnosedatum",
            "--last-visit",
            "Datum Vitalstatus",
            "--dead",
            "Verstorben == J",
        ],
        Days,
    ),
    (
        "38_ncdb_puf.csv",
        "Surv(DX_LASTCONTACT_DEATH_MONTHS, PUF_VITAL_STATUS) ~ RX_SUMM_ARM",
        &[],
        Said(&["its 1 is taken for dead", "PUF_VITAL_STATUS == 0"]),
    ),
    (
        "38_ncdb_puf.csv",
        "Surv(DX_LASTCONTACT_DEATH_MONTHS, PUF_VITAL_STATUS == 0) ~ RX_SUMM_ARM",
        &[],
        Months,
    ),
    (
        "39_registre_francais.csv",
        "os ~ Bras",
        &[
            "--rule",
            "os",
            "--time-zero",
            "Date de diagnostic",
            "--last-visit",
            "Date des dernières nouvelles",
            "--dead",
            "État aux dernières nouvelles == décédé",
        ],
        Days,
    ),
    (
        "40_castor_edc.csv",
        "os ~ `Randomization Group`",
        &[
            "--rule",
            "os",
            "--time-zero",
            "rand_date",
            "--last-visit",
            "fu_last_contact",
            "--dead",
            "fu_status == Deceased",
        ],
        Days,
    ),
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/files")
}

fn km(file: &str, formula: &str, more: &[&str]) -> Answer {
    riskset_in(&folder(), &[&["km", file, formula], more].concat(), "")
}

/// Whether the answer is that of the cohort: medians, and the log-rank test.
fn is_cohort(answer: &Answer, medians: [f64; 2], what: &str) {
    assert_eq!(answer.status, 0, "{what}: {}", answer.err);
    let found: Value = serde_json::from_str(&answer.out).unwrap();
    for (group, right) in medians.iter().enumerate() {
        let median = found["groups"][group]["median"]["estimate"].as_f64().unwrap();
        // Months of a file are rounded to one decimal, those of its dates are not.
        assert!((median - right).abs() < 0.05, "{what}: {median} is not {right}");
    }
    let statistic = found["tests"][0]["statistic"].as_f64().unwrap();
    assert!((statistic - 15.334).abs() < 5e-3, "{what}: chi-square {statistic}");
}

fn try_case((file, formula, more, outcome): &Case) {
    let what = format!("{file}, {formula}, {more:?}");
    let json = [*more, &["--format", "json"][..]].concat();
    let holds = |answer: &Answer, parts: &[&str]| {
        let said = format!("{}{}", answer.out, answer.err);
        for part in parts {
            assert!(said.contains(part), "{what}: `{part}` is not in: {said}");
        }
    };
    match outcome {
        Months => is_cohort(&km(file, formula, &json), [38.6, 9.8], &what),
        Labels => is_cohort(&km(file, formula, &json), [9.8, 38.6], &what),
        DaysByCode => is_cohort(&km(file, formula, &json), [298.0, 1175.0], &what),
        Days => is_cohort(&km(file, formula, &json), [1175.0, 298.0], &what),
        Told(parts) => {
            let plain = km(file, formula, &[]);
            assert_eq!(plain.status, 1, "{what}: {}", plain.out);
            holds(&plain, parts);
            let medians = if *formula == GDC { [1175.0, 298.0] } else { [38.6, 9.8] };
            is_cohort(&km(file, formula, &json), medians, &what);
        }
        Refused(parts) => {
            let answer = km(file, formula, more);
            assert_eq!(answer.status, 1, "{what}: {}", answer.out);
            assert_eq!(answer.out, "", "{what}");
            holds(&answer, parts);
        }
        Said(parts) => {
            let answer = km(file, formula, more);
            assert_eq!(answer.status, 0, "{what}: {}", answer.err);
            holds(&answer, parts);
        }
    }
}

#[test]
fn every_file_is_right_or_refused_with_what_to_do() {
    let plain = AS_THEY_ARE.map(|file| (file, PLAIN, &[][..], Months));
    let fails = |case: &&Case| std::panic::catch_unwind(|| try_case(case)).is_err();
    let failed: Vec<_> = plain.iter().chain(CASES).filter(fails).map(|case| case.0).collect();
    assert!(failed.is_empty(), "{failed:?}, each said above");
}

/// A file without a line in the table would be a shape that nobody tried.
#[test]
fn no_file_is_left_out() {
    let tried: BTreeSet<&str> = CASES.iter().map(|case| case.0).chain(AS_THEY_ARE).collect();
    for entry in fs::read_dir(folder()).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if entry.file_type().unwrap().is_file() {
            assert!(tried.contains(name.as_str()), "{name} is in no table");
        }
    }
}
