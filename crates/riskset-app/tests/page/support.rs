//! A server in a thread of its own, and what it answers over the socket.

use riskset_app::{Limits, Options, Server, Stop};
use serde_json::Value;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::thread::JoinHandle;

/// A server that runs in a thread of its own until it is dropped.
pub struct Running {
    /// `http://127.0.0.1:PORT/TOKEN/`
    pub address: String,
    stop: Stop,
    thread: Option<JoinHandle<()>>,
}

/// What came back.
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl Running {
    pub fn start(limits: Limits) -> Running {
        let server = Server::bind(&Options { limits, ..Options::default() }).unwrap();
        let (address, stop) = (server.address(), server.stopper());
        let thread = Some(std::thread::spawn(move || server.run().unwrap()));
        Running { address, stop, thread }
    }

    pub fn host(&self) -> &str {
        self.address.trim_start_matches("http://").split('/').next().unwrap()
    }

    pub fn path(&self, rest: &str) -> String {
        format!("/{}{rest}", self.address.splitn(4, '/').nth(3).unwrap())
    }

    /// A request with these lines beside the first.
    pub fn raw(&self, method: &str, path: &str, lines: &[(&str, &str)], body: &[u8]) -> Answer {
        let mut stream = TcpStream::connect(self.host()).unwrap();
        let mut head = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
        for (name, value) in lines {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if method != "GET" {
            head.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        stream.write_all((head + "\r\n").as_bytes()).unwrap();
        // A refusal may come before everything was sent.
        let _ = stream.write_all(body);
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("a head") + 4;
        let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, head, body: bytes.split_off(end) }
    }

    pub fn get(&self, rest: &str) -> Answer {
        self.raw("GET", &self.path(rest), &[("Host", self.host())], b"")
    }

    pub fn post(&self, rest: &str, body: &[u8]) -> Answer {
        let origin = format!("http://{}", self.host());
        let lines = [("Host", self.host()), ("Origin", origin.as_str())];
        self.raw("POST", &self.path(rest), &lines, body)
    }

    pub fn ask(&self, rest: &str, value: &Value) -> Answer {
        self.post(rest, value.to_string().as_bytes())
    }

    pub fn open(&self, name: &str, bytes: &[u8]) -> u64 {
        let answer = self.post(&format!("api/files?name={name}"), bytes);
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()["file"].as_u64().unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.stop();
        // A server that does not end is a fault of its own.
        self.thread.take().unwrap().join().unwrap();
    }
}

pub fn repository(file: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(file)).unwrap()
}
