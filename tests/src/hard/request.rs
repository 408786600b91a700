//! Requests that a program or a person wrote as JSON.

use riskset_analysis::Request;

/// The bytes as a request: refused in words, or written back and read to the same.
///
/// # Panics
///
/// When an answer breaks a promise.
pub fn check_request(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match Request::from_json(text) {
        Ok(request) => {
            let again = Request::from_json(&request.to_json());
            assert_eq!(again.as_ref().ok(), Some(&request), "{text} is written another way");
        }
        Err(problem) => assert!(format!("{problem:?}").len() > 20, "{problem:?}"),
    }
}
