//! Who may ask: only the page of this run, on this computer.

use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};

/// What a request has to show.
#[derive(Debug)]
pub struct Guard {
    /// The first part of every path, from the system's random source.
    token: String,
    /// The names under which a browser may reach the server. Any other is a name that somebody made
    /// point to this computer.
    hosts: [String; 2],
}

/// Why a request is refused.
pub type Refusal = (StatusCode, &'static str);

const FOREIGN: Refusal = (StatusCode::FORBIDDEN, "This server answers its own page only.");
const UNKNOWN: Refusal = (
    StatusCode::FORBIDDEN,
    "The address lacks the token of this run. Open the address that `riskset app` printed.",
);

impl Guard {
    /// A guard with a new token, for a server on this port.
    pub fn new(port: u16) -> std::io::Result<Guard> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).map_err(std::io::Error::other)?;
        let token = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Guard { token, hosts: [format!("127.0.0.1:{port}"), format!("localhost:{port}")] })
    }

    /// The address of the page.
    pub fn address(&self) -> String {
        format!("http://{}/{}/", self.hosts[0], self.token)
    }

    /// What a path asks for below the token.
    ///
    /// # Errors
    ///
    /// A request under another name of this computer, from the page of another site, or without the
    /// token.
    pub fn admit<'a>(
        &self,
        method: &Method,
        path: &'a str,
        headers: &HeaderMap,
    ) -> Result<&'a str, Refusal> {
        let host = text(headers, &header::HOST).unwrap_or_default();
        if !self.hosts.iter().any(|own| own == host) {
            return Err(FOREIGN);
        }
        self.check_origin(method, headers)?;
        let rest = path.strip_prefix('/').unwrap_or(path);
        let (token, rest) = rest.split_once('/').unwrap_or((rest, ""));
        match same(token.as_bytes(), self.token.as_bytes()) {
            true => Ok(rest),
            false => Err(UNKNOWN),
        }
    }

    /// What changes or tells something has to come from the page itself, which a browser says.
    fn check_origin(&self, method: &Method, headers: &HeaderMap) -> Result<(), Refusal> {
        let own = |origin: &str| {
            origin.strip_prefix("http://").is_some_and(|host| self.hosts.iter().any(|o| o == host))
        };
        match text(headers, &header::ORIGIN) {
            Some(origin) if !own(origin) => return Err(FOREIGN),
            None if method != Method::GET => return Err(FOREIGN),
            _ => {}
        }
        // A link on another site opens the page as a new document, and nothing else.
        match text(headers, &header::HeaderName::from_static("sec-fetch-site")) {
            None | Some("same-origin" | "none") => Ok(()),
            Some(_) => Err(FOREIGN),
        }
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &header::HeaderName) -> Option<&'a str> {
    headers.get(name).map(|value| value.to_str().unwrap_or("?"))
}

/// Compares without telling by its time how much was right.
fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |seen, (a, b)| seen | (a ^ b)) == 0
}

/// What the browser may do with anything that is answered: run the page's own scripts, show its own
/// styles, ask this server, and nothing else.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; \
     connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The headers of every answer.
pub fn protect(headers: &mut HeaderMap) {
    let fixed = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (header::HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pair = |&(name, value)| {
            (header::HeaderName::from_static(name), HeaderValue::from_static(value))
        };
        pairs.iter().map(pair).collect()
    }

    #[test]
    fn only_the_page_itself_is_admitted() {
        let guard = Guard::new(8080).unwrap();
        let path = format!("/{}/api/start", guard.token);
        let ask = |method: Method, path: &str, pairs: &[(&'static str, &'static str)]| {
            guard.admit(&method, path, &headers(pairs)).map(str::to_owned)
        };
        let own = ("host", "127.0.0.1:8080");
        assert_eq!(ask(Method::GET, &path, &[own]).as_deref(), Ok("api/start"));
        let origin = ("origin", "http://127.0.0.1:8080");
        assert_eq!(ask(Method::POST, &path, &[own, origin]).as_deref(), Ok("api/start"));
        // Without the token, with another of the same length, or with a part of it.
        assert!(ask(Method::GET, "/api/start", &[own]).is_err());
        assert!(ask(Method::GET, &format!("/{}/", "0".repeat(32)), &[own]).is_err());
        assert!(ask(Method::GET, &path[..20], &[own]).is_err());
        // Under another name, from another site, and written to without an origin.
        assert!(ask(Method::GET, &path, &[("host", "evil.example:8080")]).is_err());
        assert!(ask(Method::GET, &path, &[]).is_err());
        assert!(ask(Method::GET, &path, &[own, ("origin", "http://evil.example")]).is_err());
        assert!(ask(Method::GET, &path, &[own, ("origin", "null")]).is_err());
        assert!(ask(Method::GET, &path, &[own, ("sec-fetch-site", "cross-site")]).is_err());
        assert!(ask(Method::POST, &path, &[own]).is_err());
    }

    #[test]
    fn two_runs_have_two_tokens() {
        assert_ne!(Guard::new(1).unwrap().token, Guard::new(1).unwrap().token);
    }
}
