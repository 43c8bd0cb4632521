//! A collector of traces: takes what OTLP sends over HTTP, and keeps the spans.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;

/// What was sent to it.
#[derive(Clone, Default)]
pub(crate) struct Collector {
    pub(crate) address: String,
    spans: Arc<Mutex<Vec<Span>>>,
}

impl Collector {
    /// Listens until the test is over.
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let collector = Self {
            address: format!("http://{address}"),
            spans: Arc::default(),
        };
        let of_listener = collector.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let collector = of_listener.clone();
                std::thread::spawn(move || collector.serve(stream));
            }
        });
        collector
    }

    /// The spans that came so far.
    pub(crate) fn spans(&self) -> Vec<Span> {
        let spans = self.spans.lock().unwrap_or_else(PoisonError::into_inner);
        spans.clone()
    }

    /// Answers requests until the other side hangs up.
    fn serve(&self, stream: TcpStream) -> Option<()> {
        let mut reader = BufReader::new(stream.try_clone().ok()?);
        let mut writer = stream;
        loop {
            let mut request = String::new();
            reader
                .read_line(&mut request)
                .ok()
                .filter(|read| *read > 0)?;
            let mut length = 0;
            loop {
                let mut header = String::new();
                reader.read_line(&mut header).ok()?;
                let (name, value) = match header.trim_end().split_once(':') {
                    Some(header) => header,
                    None => break,
                };
                if name.eq_ignore_ascii_case("content-length") {
                    length = value.trim().parse().expect("a length");
                }
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).ok()?;
            assert!(request.starts_with("POST /v1/traces "), "{request}");
            self.keep(&body);
            let answer = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\nContent-Length: 0\r\n\r\n";
            writer.write_all(answer).ok()?;
        }
    }

    fn keep(&self, body: &[u8]) {
        let request = ExportTraceServiceRequest::decode(body).expect("protobuf");
        let scopes = request.resource_spans.into_iter().flat_map(|it| {
            let resource = it.resource.expect("who sends it");
            let names: Vec<_> = resource.attributes.iter().map(|it| &*it.key).collect();
            assert!(names.contains(&"service.name"), "{names:?}");
            it.scope_spans
        });
        let spans = scopes.flat_map(|scope| scope.spans);
        let mut kept = self.spans.lock().unwrap_or_else(PoisonError::into_inner);
        kept.extend(spans);
    }
}
