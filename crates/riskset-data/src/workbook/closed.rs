//! Whether the elements of an XML part are closed.

use super::broken;
use crate::Error;
use quick_xml::Reader;
use quick_xml::events::Event;

/// Every element that is opened is closed again. The reader of .ods looks for the end of a table for
/// ever where there is none.
pub(super) fn check_closed(xml: &[u8], name: &str) -> Result<(), Error> {
    let mut reader = Reader::from_reader(xml);
    let mut open = 0_usize;
    loop {
        match reader.read_event() {
            Ok(Event::Start(_)) => open += 1,
            Ok(Event::End(_)) => open = open.saturating_sub(1),
            Ok(Event::Eof) if open == 0 => return Ok(()),
            Ok(Event::Eof) => return Err(broken(name, "its content ends in the middle")),
            Ok(_) => {}
            Err(error) => return Err(broken(name, error)),
        }
    }
}
