//! Reading tables: what is accepted, and every refusal with its message.

use std::fs;
use std::path::PathBuf;

use chrono::NaiveDate;
use polars::prelude::{Column, DataFrame, IntoColumn, NamedFrom, Series};
use proptest::prelude::*;
use riskset_data::{Error, ReadOptions, ReadProgress, Source, Table, Values};

fn csv(bytes: &[u8]) -> Result<Table, Error> {
    Table::from_csv(bytes, b',', "t.csv", None)
}

fn refusal(bytes: &[u8]) -> String {
    csv(bytes).unwrap_err().to_string()
}

#[test]
fn kinds_are_seen_from_the_values() {
    let table = csv(b"a,b,c,d\r\n1, TRUE,x,\r\n 2.5,false,\"y, z\",\r\n,NA,NA,\r\n").unwrap();
    let Values::Number(a) = table.values("a").unwrap() else { panic!() };
    assert_eq!((a[0], a[1], a[2].is_nan()), (1.0, 2.5, true));
    assert_eq!(table.values("b").unwrap(), Values::Flag(vec![Some(true), Some(false), None]));
    assert_eq!(table.texts("c").unwrap(), [Some("x".into()), Some("y, z".into()), None]);
    assert_eq!(table.texts("d").unwrap(), [None, None, None]);
    assert_eq!(table.numbers("b").unwrap()[..2], [1.0, 0.0]);
}

#[test]
fn a_byte_order_mark_and_blank_lines_are_passed_over() {
    let table = csv(b"\xEF\xBB\xBF\na,b\n\n1,2\n\n3,4").unwrap();
    assert_eq!(table.column_names(), ["a", "b"]);
    assert_eq!(table.numbers("a").unwrap(), [1.0, 3.0]);
    assert_eq!(table.place(1).to_string(), "row 2 (line 6)");
}

#[test]
fn a_text_after_the_sample_makes_the_column_text() {
    let mut text = "a,b\n".to_string();
    for row in 0..3000 {
        text.push_str(&format!("{row},{}\n", if row == 2500 { "unknown" } else { "7" }));
    }
    let table = csv(text.as_bytes()).unwrap();
    assert_eq!(table.numbers("a").unwrap()[2999], 2999.0);
    assert_eq!(
        table.numbers("b").unwrap_err().to_string(),
        "`b` is used as a number, but row 2501 (line 2502) holds \"unknown\"; correct the value, \
         or leave the field empty if it is missing"
    );
}

#[test]
fn dates_are_checked_where_they_are_asked_for() {
    let table = csv(b"a,b,c\n2020-02-29,2023-02-30,\n2021-01-01T00:00:00,,\n").unwrap();
    let dates = table.dates("a").unwrap();
    assert_eq!(dates[1].unwrap().to_string(), "2021-01-01");
    assert_eq!(
        table.dates("b").unwrap_err().to_string(),
        "`b` holds days that no calendar has: row 1 (line 2): \"2023-02-30\""
    );
    assert_eq!(table.dates("c").unwrap(), [None, None]);
}

#[test]
fn files_that_are_no_tables_are_refused() {
    assert_eq!(refusal(b""), "t.csv is empty; it needs a header line and at least one row");
    assert_eq!(refusal(b"a,b\n"), "t.csv has a header but no rows; there is nothing to analyse");
    let twice = csv(b"a,b,a\n1,2,3\n").unwrap();
    assert_eq!(twice.numbers("b").unwrap(), [2.0]);
    assert_eq!(twice.notes()[0].to_string(), "several columns are called `a` (columns 1, 3)");
    assert_eq!(
        twice.numbers("a").unwrap_err().to_string(),
        "t.csv has two columns called `a` (columns 1 and 3), so the name does not say which is \
         meant; rename one of them in the header"
    );
    assert_eq!(
        refusal(b"a,b\n1,2\n3\n"),
        "t.csv, row 2 (line 3): 1 fields under a header of 2 columns, so its values may stand \
         under the wrong names; correct the row (a text that holds the separator needs double \
         quotes)"
    );
    assert!(refusal(b"a,b\n1,2\n3,4,5\n").contains("row 2 (line 3): 3 fields"));
    assert_eq!(
        refusal(b"a,b\n1,2\n\"3,4\n5,6\n"),
        "t.csv, row 2 (line 3): a double quote is opened and not closed before the next separator \
         or the end; close it, and write a quote inside a text twice (\"\")"
    );
    assert!(refusal(b"a,b\n1,2\n\"3\"x,4\n").contains("row 2 (line 3): a double quote"));
    assert_eq!(
        refusal(b"a,b\n1,M\xFCller\n"),
        "t.csv is not UTF-8: line 2 holds the byte 0xFC (byte 8 of the file); save it as \"CSV \
         UTF-8\", or convert it with `iconv -f WINDOWS-1252 -t UTF-8`"
    );
    assert!(refusal(b"gr\xF6\xDFe,b\n1,2\n").contains("line 1 holds the byte 0xF6 (byte 3"));
}

#[test]
fn an_option_that_does_not_apply_is_refused() {
    let options = ReadOptions { sheet: Some("Data".into()), ..ReadOptions::default() };
    let source = Source::parse("@lung").unwrap();
    let error = Table::read_with(&source, None, &options, &ReadProgress::default()).unwrap_err();
    assert!(error.to_string().starts_with("@lung: `sheet`"), "{error}");
    assert_eq!(error.remedy(), Some(riskset::Remedy::Unset("sheet".into())));
}

#[test]
fn columns_that_are_not_there_are_named() {
    let ask = |bytes: &[u8], name: &str| {
        Table::from_csv(bytes, b',', "t.csv", Some(&[name.to_string()])).unwrap_err().to_string()
    };
    assert_eq!(
        ask(b"age,sex\n1,2\n", "agee"),
        "t.csv has no column `agee`; did you mean `age`?; its columns are `age`, `sex`"
    );
    assert!(ask(b"age;sex\n1;2\n", "age").contains("separated by semicolons"));
}

#[test]
fn sources_are_files_of_any_name_and_their_parts() {
    let part = |text: &str| match Source::parse(text).unwrap() {
        Source::File { part, .. } => part,
        other => panic!("{other:?}"),
    };
    assert_eq!(part("a.csv"), None);
    assert_eq!(part("a.dat"), None);
    assert_eq!(part("a.xlsx#Sheet 2"), Some("Sheet 2".to_string()));
    assert_eq!(part("a.zip#b.csv"), Some("b.csv".to_string()));
    let read =
        |text: &str| Table::read(&Source::parse(text).unwrap(), None).unwrap_err().to_string();
    assert_eq!(
        read("nothing_here.csv"),
        "there is no file `nothing_here.csv`; check the name and the folder"
    );
}

#[test]
fn files_and_folders_on_disk() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| -> PathBuf { folder.path().join(name) };
    fs::write(path("a.tsv"), "x\ty\n1\ta b\n").unwrap();
    fs::write(path("c.parquet"), "PAR1").unwrap(); // ends at once
    let parquet = Source::parse(path("c.parquet").to_str().unwrap()).unwrap();
    let message = Table::read(&parquet, None).unwrap_err().to_string();
    assert!(message.contains("c.parquet cannot be read as Parquet: "), "{message}");
    fs::create_dir(path("b.csv")).unwrap();
    let read = |name: &str| {
        Source::parse(path(name).to_str().unwrap()).and_then(|source| Table::read(&source, None))
    };
    assert_eq!(read("a.tsv").unwrap().texts("y").unwrap(), [Some("a b".to_string())]);
    assert!(read("b.csv").unwrap_err().to_string().ends_with("is a folder; name the file in it"));
    assert!(matches!(Source::parse(folder.path().to_str().unwrap()), Err(Error::Folder { .. })));
}

/// A frame made with polars: whole numbers become numbers, dates ISO text, nulls missing.
#[test]
fn frames_made_elsewhere_are_taken() {
    let day = NaiveDate::from_ymd_opt(2021, 3, 4);
    let columns: Vec<Column> = vec![
        Series::new("n".into(), [Some(3i64), None]).into_column(),
        Series::new("seen".into(), [day, None]).into_column(),
        Series::new("arm".into(), ["b", "a"]).into_column(),
        Series::new("dead".into(), [true, false]).into_column(),
    ];
    let table = Table::from_frame(DataFrame::new(2, columns).unwrap(), "a frame").unwrap();
    let numbers = table.numbers("n").unwrap();
    assert!(numbers[0] == 3.0 && numbers[1].is_nan());
    assert_eq!(table.dates("seen").unwrap(), [day, None]);
    assert_eq!(table.factor("arm").unwrap().levels, ["a", "b"]);
    assert_eq!(table.values("dead").unwrap(), Values::Flag(vec![Some(true), Some(false)]));
    assert_eq!(table.place(1).to_string(), "row 2");
    let none = Table::from_frame(DataFrame::empty(), "a frame").unwrap_err();
    assert_eq!(none.to_string(), "a frame has a header but no rows; there is nothing to analyse");
}

#[test]
fn long_identifiers_stay_apart() {
    let table = csv(b"id,x\n90071992547409931,1\n90071992547409932,2\n").unwrap();
    assert_eq!(table.factor("id").unwrap().levels.len(), 2);
    assert_eq!(
        table.numbers("id").unwrap_err().to_string(),
        "`id`: holds whole numbers too long to be kept exactly, so it is read as text; it serves \
         as a category or identifier, not as a number"
    );
}

/// Only the columns asked for are read, in the order of the file.
#[test]
fn columns_that_are_not_used_are_not_read() {
    let text = b"a,b,c\n1,x,3\n2,y,oops\n";
    let wanted = ["b".to_string(), "a".to_string()];
    let table = Table::from_csv(text, b',', "t.csv", Some(&wanted)).unwrap();
    assert!(table.has_column("a") && table.has_column("b") && !table.has_column("c"));
    assert_eq!(table.column_names(), ["a", "b", "c"]);
    assert_eq!(table.frame().width(), 2);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// What is written with quotes wherever it may need them is read back, whatever it holds,
    /// but for blanks around it.
    #[test]
    fn texts_survive_quoting(rows in prop::collection::vec(("[a-c,\"\n\r x]{0,8}", "[a-z\u{e9}]{1,3}"), 1..40)) {
        let quote = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let mut file = "a,b\n".to_string();
        for (a, b) in &rows {
            file.push_str(&format!("{},{b}\r\n", quote(a)));
        }
        let table = csv(file.as_bytes()).unwrap();
        let texts = table.texts("a").unwrap();
        for (row, (a, _)) in rows.iter().enumerate() {
            // Where all texts stand in quotes, the quotes say nothing about blanks at the ends.
            let expected = Some(a.trim().to_string()).filter(|text| !text.is_empty());
            prop_assert_eq!(&texts[row], &expected);
        }
    }

    /// Any bytes are a table or a refusal, never a panic.
    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(prop::sample::select(
        b"ab1.,\n\r\"\t NA\xC3\xFC;-e".to_vec()), 0..200)) {
        if let Ok(table) = csv(&bytes) {
            for name in table.column_names().to_vec().iter().filter(|name| !name.is_empty()) {
                prop_assert_eq!(table.values(name).unwrap().len(), table.n_rows());
            }
        }
    }
}
