//! Every file of `tests/files`, each the shape of a file that somebody has: read right with at
//! most one option, or refused with the place and the remedy. All but a few hold the cohort of
//! `00_canonical.csv`; what is read is compared with it, value by value.

use std::path::PathBuf;

use riskset::Remedy;
use riskset_data::{
    Error, Formula, FrameOptions, ModelFrame, ReadOptions, ReadProgress, Source, Table, look,
};

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/files").join(name)
}

fn read_as(name: &str, options: &str) -> Result<Table, Error> {
    let options: ReadOptions = toml::from_str(options).unwrap();
    let source = Source::parse(path(name).to_str().unwrap())?;
    Table::read_with(&source, None, &options, &ReadProgress::default())
}

fn read(name: &str) -> Table {
    read_as(name, "").unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn canonical() -> Table {
    read("00_canonical.csv")
}

/// Compares a column of numbers with the canonical one; NaN where ours is missing.
fn same_numbers(name: &str, table: &Table, column: &str, as_column: &str) {
    let ours = table.numbers(column).unwrap_or_else(|error| panic!("{name}: {error}"));
    let right = canonical().numbers(as_column).unwrap();
    assert_eq!(ours.len(), right.len(), "{name}: rows");
    for (row, (ours, right)) in ours.iter().zip(right).enumerate() {
        assert!((ours - right).abs() < 1e-9, "{name}, row {}: {ours} is not {right}", row + 1);
    }
}

fn notes(table: &Table) -> String {
    table.notes().iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// Text tables and workbooks with the columns `arm`, `months` as the cohort has them.
#[test]
fn the_cohort_is_read_from_each_shape() {
    let plain = [
        "09a_title_rows.xlsx",
        "09h_numbers_as_text.xlsx",
        "09i_trailing_empty.xlsx",
        "09j_dup_header.xlsx",
        "09k_missing_words.xlsx",
        "09m_bool.xlsx",
        "09m.ods",
        "09m_old.xls",
        "09o_duration_format.xlsx",
        "11a_yesno.csv",
        "11b_deadalive.csv",
        "11c_truefalse.csv",
        "11d_float.csv",
        "11e_yn.csv",
        "11f_onetwo.csv",
        "11g_case_and_blanks.csv",
        "11h_third_word.csv",
        "11i_x_or_blank.csv",
        "11j_one_or_blank.csv",
        "11k_deceased_living.csv",
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
        "24c_blank_rows.csv",
        "26_mixed_encoding.csv",
        "27_old_xls_named.xlsx",
        "27c_csv_named.xlsx",
        "28_leading_zeros.csv",
    ];
    let arms = canonical().texts("arm").unwrap();
    for name in plain {
        let table = read(name);
        same_numbers(name, &table, "months", "months");
        assert_eq!(table.texts("arm").unwrap(), arms, "{name}");
    }
}

#[test]
fn public_exports_are_read_from_what_they_hold() {
    for name in
        ["01_cbio_data_clinical_patient.txt", "01b_cbio_comments.tsv", "01c_cbio_no_comments.tsv"]
    {
        let table = read(name);
        same_numbers(name, &table, "OS_MONTHS", "months");
        same_numbers(name, &table, "AGE", "age");
    }
    for name in
        ["04_xena_survival.tsv", "04b_xena_survival.txt", "04c_tsv_named.xls", "04d_tsv_named.csv"]
    {
        let table = read(name);
        same_numbers(name, &table, "OS.time", "days");
        same_numbers(name, &table, "OS", "event");
    }
    for name in ["08b_redcap_labels_dup.csv", "08c_redcap_labels.csv"] {
        same_numbers(name, &read(name), "Follow-up, months", "months");
    }
    for name in ["10b_header_newline.csv", "10b_header_newline.xlsx"] {
        same_numbers(name, &read(name), "Follow-up (months)", "months");
        same_numbers(name, &read(name), "Death 0/1", "event");
    }
    same_numbers("10_odd_names.csv", &read("10_odd_names.csv"), "time", "months");
}

#[test]
fn german_files_in_any_encoding_hold_the_same() {
    let files = [
        "07_german_utf8bom.csv",
        "07b_german_latin1.csv",
        "07c_german_utf16.csv",
        "07d_sep_line.csv",
        "07e_german_macroman.csv",
        "07f_german_commas_utf8.csv",
        "07g_german.xlsx",
    ];
    for name in files {
        let table = read(name);
        same_numbers(name, &table, "Überleben (Monate)", "months");
        let sexes = table.factor("Geschlecht").unwrap().levels;
        assert_eq!(sexes, ["männlich", "weiblich"], "{name}");
        let start = canonical().dates("start").unwrap();
        assert_eq!(table.dates("OP-Datum").unwrap(), start, "{name}");
    }
    assert!(notes(&read("07b_german_latin1.csv")).contains("the text is read as windows-1252"));
    assert!(notes(&read("07e_german_macroman.csv")).contains("the text is read as macintosh"));
    assert!(notes(&read("07_german_utf8bom.csv")).contains("numbers have a decimal comma"));
}

/// One option, which the message or the note names, makes the file right.
#[test]
fn one_option_says_what_the_content_does_not() {
    let table = read_as("09b_merged_header.xlsx", "header_row = 2").unwrap();
    same_numbers("09b", &table, "months", "months");
    let table = read_as("09c_units_row.xlsx", "data_row = 3").unwrap();
    same_numbers("09c", &table, "months", "months");
    let table = read_as("09e_readme_first_sheet.xlsx", "sheet = 'Data'").unwrap();
    same_numbers("09e", &table, "months", "months");
    let table = read_as("09f_dates_as_numbers.xlsx", "date_format = 'excel'").unwrap();
    assert_eq!(table.dates("surgery").unwrap(), canonical().dates("start").unwrap());
    let table = read_as("16_google.csv", "thousands = ','").unwrap();
    same_numbers("16", &table, "days", "days");
    let table = read_as("24d_footnote.csv", "comment = '*'").unwrap();
    same_numbers("24d", &table, "months", "months");
    let table = read_as("17b_dot_missing.csv", "na = ['.']").unwrap();
    assert_eq!(table.numbers("age").unwrap().iter().filter(|age| age.is_nan()).count(), 2);
    let table = read_as("17c_one_dot_in_2000.csv", "na = ['.']").unwrap();
    assert_eq!(table.numbers("age").unwrap().iter().filter(|age| age.is_nan()).count(), 1);
    let table = read_as("02b_gdc_one_row.tsv", "na = [\"'--\"]").unwrap();
    assert_eq!(table.numbers("days_to_death").unwrap()[0], 1960.0);
    let table = read_as("03_tcga_biotab.txt", "data_row = 4").unwrap();
    same_numbers("03", &table, "age_at_diagnosis", "age");
    let end = canonical().dates("end").unwrap();
    for name in ["13b_dates_german.csv", "13c_dates_us.csv"] {
        assert_eq!(read(name).dates("last").unwrap(), end, "{name}");
    }
}

/// The message, and what it says to do.
fn refusal(name: &str, wanted: Option<&str>) -> (String, Option<Remedy>) {
    let source = Source::parse(path(name).to_str().unwrap()).unwrap();
    let wanted = wanted.map(|column| vec![column.to_string()]);
    let error = Table::read(&source, wanted.as_deref()).unwrap_err();
    (error.to_string(), error.remedy())
}

#[test]
fn what_has_two_readings_is_refused_with_both() {
    let set = |field: &'static str, value: &str| Some(Remedy::set_to(field, value));
    let (message, remedy) = refusal("09b_merged_header.xlsx", None);
    assert!(message.contains("the names seem to stand in row 2"), "{message}");
    assert_eq!(remedy, set("header_row", "2"));
    let (message, remedy) = refusal("09c_units_row.xlsx", Some("months"));
    assert!(
        message.contains("row 2: `months` holds \"months\" and numbers from row 3"),
        "{message}"
    );
    assert_eq!(remedy, set("data_row", "3"));
    let (message, remedy) = refusal("09e_readme_first_sheet.xlsx", None);
    assert!(message.contains("its other sheets are `Data`"), "{message}");
    assert_eq!(remedy, set("sheet", "Data"));
    let (message, _) = refusal("16_google.csv", Some("days"));
    assert!(message.ends_with("row 1 (line 2): \"1,960\" can be 1960 or 1.96"), "{message}");
    let (message, remedy) = refusal("24d_footnote.csv", None);
    assert!(
        message.contains("row 61 (line 63): 1 fields under a header of 8 columns"),
        "{message}"
    );
    let comment = Remedy::set_to("comment", "*");
    assert!(matches!(remedy, Some(Remedy::AnyOf(ways)) if ways[0] == comment));
}

#[test]
fn rows_that_do_not_fit_are_refused_with_their_line() {
    for (name, place) in [
        ("24_unquoted_comma.csv", "row 2 (line 3): 9 fields under a header of 8"),
        ("24b_short_rows.csv", "row 12 (line 13): 7 fields under a header of 8"),
        ("25_tsv_stray_quote.tsv", "row 5 (line 6): a double quote is opened"),
    ] {
        let (message, _) = refusal(name, None);
        assert!(message.contains(place), "{message}");
    }
}

#[test]
fn kinds_that_are_not_read_are_named_with_a_line_that_converts_them() {
    for (name, kind) in [
        ("06_spss.por", "a portable file of SPSS"),
        ("22.arff", "an ARFF file"),
        ("22.json", "JSON"),
        ("22.ndjson", "JSON, one object per line"),
        ("27b_html_table.xls", "a page of HTML"),
        ("27b_html_table.xlsx", "a page of HTML"),
    ] {
        let (message, remedy) = refusal(name, None);
        assert!(message.contains(&format!("is {kind}")), "{message}");
        assert!(matches!(remedy, Some(Remedy::Do(line)) if line.starts_with("convert it: ")));
    }
}

#[test]
fn cells_and_dates_are_refused_where_they_are_used() {
    let table = read("09g_formulas_uncached.xlsx");
    assert!(
        notes(&table).contains("60 cells with a formula whose value was never stored (first E2)")
    );
    let table = read("09q_hashNA_cell.xlsx");
    assert!(notes(&table).contains("`months`: #N/A is missing (1 cell)"));
    assert_eq!(table.numbers("months").unwrap().iter().filter(|m| m.is_nan()).count(), 1);
    let error = read("13b_dates_german.csv").dates("surgery").unwrap_err().to_string();
    assert_eq!(
        error,
        "`surgery` holds days that no calendar has: row 8 (line 9): \"31.02.2016\"; row 13 (line \
         14): \"00.05.2016\""
    );
    assert_eq!(
        read("13c_dates_us.csv").dates("surgery").unwrap(),
        canonical().dates("start").unwrap()
    );
    let error = read("13_dates_mixed.csv").dates("surgery").unwrap_err().to_string();
    assert!(error.contains("`surgery` holds texts that are no dates"), "{error}");
    let error = read("09f_dates_as_numbers.xlsx").dates("surgery").unwrap_err();
    assert!(error.to_string().contains("numbers that Excel may show as dates"), "{error}");
    assert_eq!(error.remedy(), Some(Remedy::set_to("date_format", "excel")));
    let mixed = read("09l_dates_mixed.xlsx").dates("surgery").unwrap();
    assert_eq!(mixed, canonical().dates("start").unwrap());
    let table = read("28_leading_zeros.csv");
    assert_eq!(table.texts("site").unwrap()[0].as_deref(), Some("001"));
    assert!(read("23b_nan.csv").numbers("months").unwrap()[3].is_nan());
    assert!(read("23_inf.csv").numbers("months").unwrap()[3].is_infinite());
}

#[test]
fn files_of_other_programs_hold_values_labels_and_dates() {
    for name in ["06_stata.dta", "06_spss.sav"] {
        let table = read(name);
        same_numbers(name, &table, "ueberl_monate", "months");
        for column in ["status", "behandlung"] {
            let labels = table.codes(column).iter().map(|(_, label)| label.clone());
            let used = table.factor(column).unwrap().levels;
            let labels: Vec<String> = labels.filter(|label| used.contains(label)).collect();
            assert_eq!(used, labels, "{name}, {column}: the order of the codes");
        }
    }
    let csv = read("05_adtte.csv");
    for name in ["05_adtte.xpt", "05_adtte.parquet"] {
        let table = read(name);
        assert_eq!(table.numbers("AVAL").unwrap(), csv.numbers("AVAL").unwrap(), "{name}");
        assert_eq!(table.texts("USUBJID").unwrap(), csv.texts("USUBJID").unwrap(), "{name}");
        assert_eq!(table.texts("PARAMCD").unwrap(), csv.texts("PARAMCD").unwrap(), "{name}");
    }
}

/// Files made to exhaust a reader are refused at once; each is smaller than 2 kB.
#[test]
fn hostile_workbooks_are_refused_before_they_take_memory() {
    let start = std::time::Instant::now();
    for (name, problem) in [
        ("adversary/sparse_far.xlsx", "the cell XFD1048576"),
        ("adversary/ref_huge.xlsx", "4294967295"),
        ("adversary/ref_over.xlsx", "no sheet goes beyond XFD1048576"),
        ("adversary/sst_count_lie.xlsx", "holds 4294967295 texts and is too short"),
    ] {
        let (message, _) = refusal(name, None);
        assert!(message.contains(problem), "{message}");
    }
    assert!(start.elapsed().as_secs() < 2, "{:?}", start.elapsed());
    assert_eq!(read("adversary/hidden_first.xlsx").column_names(), ["time", "status", "g"]);
    assert!(notes(&read("adversary/formula_novalue.xlsx")).contains("first A9"));
}

/// A cell with an error is refused where its row is used, with the row of the sheet, and a subset
/// leaves it out.
#[test]
fn undecoded_bytes_matter_only_in_rows_that_are_used() {
    let text = "id,time,dead,arm\n1,5,1,Gr\u{fc}n\n2,6,0,b\n3,7,1,b\n4,9,1,Gr\u{fc}n\n";
    let mut bytes = text.as_bytes().to_vec();
    bytes.extend_from_slice(b"5,8,1,Gr\xFCn\n");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mixed.csv");
    std::fs::write(&file, bytes).unwrap();
    let table = Table::read(&Source::parse(file.to_str().unwrap()).unwrap(), None).unwrap();
    assert!(notes(&table).contains("some bytes are not UTF-8, first in line 6"));
    let formula = Formula::parse("Surv(time, dead) ~ arm").unwrap();
    let error = ModelFrame::build(&table, &formula, &FrameOptions::default()).unwrap_err();
    let message = error.to_string();
    assert_eq!(message, "`arm` holds no value in 1 used row (row 5 (line 6): Gr\u{FFFD}n)");
    assert!(table.check_cells("arm", Some(&[0, 1, 2, 3])).is_ok());
}

/// A file with some bytes changed or its end cut off is a table or a refusal, never a panic.
#[test]
fn damaged_files_never_panic() {
    let names = [
        "05_adtte.parquet",
        "05_adtte.xpt",
        "06_stata.dta",
        "06_spss.sav",
        "44_haven.zsav",
        "43_pandas.feather",
        "09m.ods",
        "09m_old.xls",
        "09a_title_rows.xlsx",
        "15_gz.csv.gz",
        "15_zip.zip",
        "07c_german_utf16.csv",
        "07e_german_macroman.csv",
        "19b_r_write_table.txt",
        "01_cbio_data_clinical_patient.txt",
    ];
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("damaged");
    let mut state = 20_261_125_u64;
    let mut next = |below: usize| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    for name in names {
        let whole = std::fs::read(path(name)).unwrap();
        for round in 0..15 {
            let mut bytes = whole.clone();
            for _ in 0..=round % 5 {
                let at = next(bytes.len());
                bytes[at] = next(256) as u8;
            }
            if round % 3 == 0 {
                bytes.truncate(next(bytes.len()).max(1));
            }
            std::fs::write(&file, bytes).unwrap();
            let _ = Table::read(&Source::parse(file.to_str().unwrap()).unwrap(), None);
        }
    }
}

/// What pandas and Spark write: moments in nanoseconds, decimal numbers, whole numbers without a sign,
/// short numbers, lists that nobody asks for, several groups of rows, differences for numbers and texts
/// in pages of the second form. (Before, moments in nanoseconds
/// were read as numbers of 19 digits.)
#[test]
fn columns_of_parquet_and_feather_are_what_they_mean() {
    for name in ["42_pandas.parquet", "42c_delta.parquet", "43_pandas.feather"] {
        columns_are_what_they_mean(name);
    }
    let right = canonical();
    assert_eq!(read("42b_spark.parquet").texts("start").unwrap(), right.texts("start").unwrap());
    let (message, _) = refusal("43b_zstd.feather", None);
    assert!(message.contains("packed by zstd"), "{message}");
}

fn columns_are_what_they_mean(name: &str) {
    let source = Source::parse(path(name).to_str().unwrap()).unwrap();
    let columns =
        ["id", "arm", "start", "end", "months", "small", "days", "age32", "event", "none"];
    let columns = columns.map(str::to_string);
    let options = ReadOptions::default();
    let read_some = |wanted: &[String]| {
        Table::read_with(&source, Some(wanted), &options, &ReadProgress::default())
    };
    let table = read_some(&columns).unwrap();
    let right = canonical();
    same_numbers(name, &table, "months", "months");
    same_numbers(name, &table, "small", "months");
    for text in ["id", "arm", "start", "end"] {
        assert_eq!(table.texts(text).unwrap(), right.texts(text).unwrap(), "{text}");
    }
    let days = table.numbers("days").unwrap();
    assert!(days[5].is_nan());
    assert_eq!(
        (days[4], days[6]),
        (right.numbers("days").unwrap()[4], right.numbers("days").unwrap()[6])
    );
    let tens: Vec<f64> = right.numbers("age").unwrap().iter().map(|age| age / 10.0).collect();
    assert_eq!(table.numbers("age32").unwrap(), tens, "6.3 and not 6.300000190734863");
    assert!(table.numbers("none").unwrap().iter().all(|number| number.is_nan()));
    let notes = notes(&read(name));
    assert!(notes.is_empty(), "only a look speaks of columns that nobody asked for: {notes}");
    let seen: Vec<String> = look(&read(name)).notes.iter().map(ToString::to_string).collect();
    assert!(
        seen.iter().any(|note| note.contains("`visits` cannot be used: it holds lists")),
        "{seen:?}"
    );
    for (other, why) in [("visits", "holds lists"), ("clock", "holds values of a kind")] {
        let table = read_some(&[other.to_string()]).unwrap();
        let refused = table.numbers(other).unwrap_err().to_string();
        assert!(refused.contains(other) && refused.contains(why), "{refused}");
    }
}

/// What R's haven writes, plain and packed by zlib: values declared missing one by one, by a range and
/// among texts, labels of all values, days and moments, a text longer than a piece of SPSS.
#[test]
fn files_of_spss_hold_what_their_author_declared() {
    for name in ["44_haven.sav", "44_haven.zsav"] {
        let table = read(name);
        let shown = |column: &str| -> Vec<String> {
            let texts = table.texts(column).unwrap();
            texts.iter().map(|text| text.clone().unwrap_or_else(|| "-".to_owned())).collect()
        };
        let time = table.numbers("time").unwrap();
        assert!(time[1].is_nan(), "{name}");
        assert_eq!((time[0], time[3]), (1.5, 400.25), "{name}");
        assert_eq!(shown("status"), ["alive", "dead", "dead", "-", "alive", "dead"], "{name}");
        assert_eq!(table.codes("status"), [(0.0, "alive".to_owned()), (1.0, "dead".to_owned())]);
        assert_eq!(shown("sex")[..2], ["m\u{e4}nnlich", "weiblich"], "{name}");
        assert_eq!(shown("stage"), ["I", "II", "-", "-", "II", "I"], "{name}");
        let days = ["2018-04-13", "1959-12-31", "-", "2020-02-29", "1900-01-01", "2026-11-26"];
        assert_eq!(shown("day"), days, "{name}");
        let moments = ["2018-04-13 10:20:30", "-", "2020-01-01", "2020-01-01 00:00:01"];
        assert_eq!(shown("when")[..4], moments, "{name}");
        let score = table.numbers("score").unwrap();
        assert_eq!((score[0], score[1], score[5]), (1.0, 2.0, 5.0), "{name}");
        assert!(score[2..5].iter().all(|score| score.is_nan()), "{name}");
        assert_eq!(shown("note")[0], "long ".repeat(60).trim_end(), "{name}");
        assert_eq!(shown("note")[3], "\u{dc}nal", "{name}");
        let said = notes(&table);
        for words in
            ["`status`: values declared missing are missing (1 cell)", "`score`", "`stage`"]
        {
            assert!(said.contains(words), "{name}: {said}");
        }
        assert_eq!(table.label("time"), Some("Months of follow-up"), "{name}");
    }
}

/// A file that was cut off is not a smaller table, and one that promises a part of any length is refused
/// before there is room for it.
#[test]
fn a_file_of_spss_that_promises_more_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let read_bytes = |bytes: &[u8]| {
        let file = folder.path().join("data.sav");
        std::fs::write(&file, bytes).unwrap();
        Table::read(&Source::parse(file.to_str().unwrap()).unwrap(), None)
    };
    let refused = |bytes: &[u8]| read_bytes(bytes).map(|_| ()).unwrap_err().to_string();
    let mut whole = std::fs::read(path("06_spss.sav")).unwrap();
    assert!(read_bytes(&whole).is_ok());
    whole[80..84].copy_from_slice(&61_i32.to_le_bytes());
    assert!(refused(&whole).contains("it promises 61 rows and holds 60"), "{}", refused(&whole));
    // The table of the packed parts ends the file: what its last part becomes, and its length.
    let packed = std::fs::read(path("44_haven.zsav")).unwrap();
    let length = packed.len();
    for promise in [-1, i32::MAX] {
        let mut packed = packed.clone();
        packed[length - 8..length - 4].copy_from_slice(&promise.to_le_bytes());
        assert!(refused(&packed).contains("longer than the file can hold"), "{promise}");
    }
}

/// SPSS weights every analysis of such a file by itself; here that is said and not done.
#[test]
fn a_file_of_spss_that_is_weighted_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("weighted.sav");
    let mut bytes = std::fs::read(path("44_haven.sav")).unwrap();
    // The number of the column in the dictionary, from 1; 0 for none.
    assert_eq!(bytes[76..80], [0; 4]);
    bytes[76] = 1;
    std::fs::write(&file, bytes).unwrap();
    let table = Table::read(&Source::parse(file.to_str().unwrap()).unwrap(), None).unwrap();
    assert!(notes(&table).contains("set to be weighted by `time`"), "{}", notes(&table));
    assert!(!notes(&read("44_haven.sav")).contains("weighted"));
}
