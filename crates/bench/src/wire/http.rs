//! Requests as a browser makes them, and just enough to read the answers.

/// What a browser says of itself with every request. Most say more.
const BROWSER: &str = "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 \
    Firefox/140.0\r\nAccept-Language: ja,en;q=0.5\r\nConnection: keep-alive\r\n";

/// A request without the empty line that ends it.
pub(crate) fn request(path: &str, host: &str, accept: &str, coding: Option<&str>) -> String {
    let coding = coding.unwrap_or("identity");
    format!(
        "GET {path} HTTP/1.1\r\nHost: {host}\r\n{BROWSER}Accept: {accept}\r\n\
         Accept-Encoding: {coding}\r\n"
    )
}

/// What a head says under a name, in lower case.
pub(crate) fn field<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let named = |line: &'a str| {
        let (own, value) = line.split_once(':')?;
        own.eq_ignore_ascii_case(name).then(|| value.trim())
    };
    head.lines().find_map(named)
}
