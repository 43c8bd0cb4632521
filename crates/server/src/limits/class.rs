//! Which budget a request is taken from, and how large that is.
//!
//! Behind one address there may be a school, a press room or a whole mobile
//! network, so what everybody asks for on a race day is bounded only far above
//! what 2,000 people there ask for at once; what few ask for, and what costs the
//! server more than a look into memory, is bounded by what people do.

use axum::extract::Query;
use axum::http::{Method, Uri};

/// What a request is counted as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    Login,
    Entry,
    Write,
    Read,
    Export,
    Stream,
    Part,
    Shared,
    Other,
}

impl Class {
    /// All of them, with their names and how many requests a minute each allows a
    /// caller: so many may also come at once.
    pub(crate) const ALL: [(Self, &'static str, u32); 9] = [
        // Passwords are typed by people, who err a few times.
        (Self::Login, "login", 10),
        // A tablet sends a request for a passage, or for a hundred where they come
        // fast: 64 of them, sharing one token against all advice, once a second.
        (Self::Entry, "entry", 6_000),
        // Creating races, admitting devices, importing files, setting switches: a
        // click each.
        (Self::Write, "write", 30),
        // Lists of the race office, looks into the past: worked out for who asks.
        (Self::Read, "read", 120),
        // The whole log, which is read from the database.
        (Self::Export, "export", 6),
        // 2,000 people behind one address come back within a second after a restart,
        // and a bad network has each of them try several times.
        (Self::Stream, "stream", 12_000),
        // Their own choice of bibs, polled every ten seconds: each may be worked out for
        // that one caller.
        (Self::Part, "part", 12_000),
        // The same 2,000 open a page of fewer than 50 files within a minute, or poll
        // the standings every ten seconds.
        (Self::Shared, "shared", 120_000),
        // What nobody has thought about.
        (Self::Other, "other", 60),
    ];

    pub(crate) fn name(self) -> &'static str {
        Self::ALL[self as usize].1
    }

    /// Whether the answer is the same whoever is logged in.
    pub(crate) fn is_for_everybody(self) -> bool {
        matches!(self, Self::Shared | Self::Stream | Self::Part)
    }
}

/// Every route that everyone reaches. `HEAD` counts as `GET`.
const ROUTES: &[(&str, &str, Class)] = &[
    // The same for everybody, from memory, and kept by caches: never a database.
    ("GET", "/", Class::Shared),
    ("GET", "/api", Class::Shared),
    ("GET", "/login", Class::Shared),
    ("GET", "/races/{race}", Class::Shared),
    ("GET", "/races/{race}/entry", Class::Shared),
    ("GET", "/assets/{fingerprint}/{*path}", Class::Shared),
    ("GET", "/status", Class::Shared),
    ("GET", "/api/openapi.json", Class::Shared),
    ("GET", "/api/status", Class::Shared),
    ("GET", "/api/races", Class::Shared),
    ("GET", "/api/races/{race}", Class::Shared),
    // But for a part of them, and the past: see `of_standings`.
    ("GET", STANDINGS, Class::Shared),
    ("GET", "/api/races/{race}/results.csv", Class::Shared),
    ("GET", "/api/races/{race}/results.xml", Class::Shared),
    // What every page and every balancer asks again and again.
    ("GET", "/api/time", Class::Shared),
    ("GET", "/health", Class::Shared),
    ("GET", "/ready", Class::Shared),
    ("GET", "/api/races/{race}/live", Class::Stream),
    // Worked out for who asks.
    ("GET", "/api/races/{race}/expected", Class::Read),
    ("GET", "/api/races/{race}/review", Class::Read),
    ("GET", "/api/races/{race}/devices", Class::Read),
    ("GET", "/api/races/{race}/devices/{id}/qr.svg", Class::Read),
    ("GET", "/api/session", Class::Read),
    ("GET", "/api/users", Class::Read),
    ("GET", "/api/settings", Class::Read),
    ("GET", "/api/operations", Class::Read),
    ("GET", "/api/alerts", Class::Read),
    ("GET", "/api/races/{race}/log", Class::Export),
    ("POST", "/api/races/{race}/events", Class::Entry),
    // A password is tried.
    ("POST", "/api/login", Class::Login),
    ("PUT", "/api/session/password", Class::Login),
    ("POST", "/api/logout", Class::Write),
    ("POST", "/api/logout/everywhere", Class::Write),
    ("POST", "/api/users", Class::Write),
    ("PATCH", "/api/users/{id}", Class::Write),
    ("DELETE", "/api/users/{id}", Class::Write),
    ("DELETE", "/api/users/{id}/sessions", Class::Write),
    ("POST", "/api/races", Class::Write),
    ("POST", "/api/races/{race}/devices", Class::Write),
    ("DELETE", "/api/races/{race}/devices/{id}", Class::Write),
    ("PUT", "/api/settings/{name}", Class::Write),
    ("POST", "/api/races/{race}/import/entries", Class::Write),
    ("POST", "/api/races/{race}/import/members", Class::Write),
    ("POST", "/api/races/{race}/import/passages", Class::Write),
    ("POST", "/api/races/{race}/import/start-list", Class::Write),
];

const STANDINGS: &str = "/api/races/{race}/standings";

/// What a request is counted as. An address that leads nowhere, or a question
/// about what is there, costs next to nothing.
pub(crate) fn class_of(method: &Method, route: Option<&str>, uri: &Uri) -> Class {
    let Some(route) = route.filter(|_| *method != Method::OPTIONS) else {
        return Class::Shared;
    };
    match listed(method, route) {
        Some(Class::Shared) if route == STANDINGS => of_standings(uri),
        listed => listed.unwrap_or(Class::Other),
    }
}

fn listed(method: &Method, route: &str) -> Option<Class> {
    let method = match method.as_str() {
        "HEAD" => "GET",
        method => method,
    };
    let mut routes = ROUTES.iter();
    let found = routes.find(|(of, path, _)| *of == method && *path == route);
    found.map(|(.., class)| *class)
}

/// What a question about the standings is counted as: a look into the past may replay
/// the log, and a part of them may be wanted by nobody else. What cannot be read is
/// refused before that.
fn of_standings(uri: &Uri) -> Class {
    let members = Query::<Vec<(String, String)>>::try_from_uri(uri);
    let Query(members) = members.unwrap_or_default();
    let asks = |wanted: &[&str]| {
        let mut names = members.iter().map(|(name, _)| name.as_str());
        names.any(|name| wanted.contains(&name))
    };
    if asks(&["at", "at_seq"]) {
        Class::Read
    } else if asks(&["category", "top", "bibs"]) {
        Class::Part
    } else {
        Class::Shared
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(method: &str, route: &str, target: &str) -> Class {
        let method = method.parse().expect("a method");
        let route = Some(route).filter(|route| !route.is_empty());
        class_of(&method, route, &target.parse().expect("a target"))
    }

    #[test]
    fn every_operation_has_a_class_and_every_class_of_an_operation_is_meant() {
        let operations = crate::app::routes().into_operations();
        for operation in &operations {
            let known = listed(&operation.method, operation.path).is_some();
            let (method, path) = (&operation.method, operation.path);
            assert!(known, "say in ROUTES what `{method} {path}` is counted as");
        }
        for (method, path, _) in ROUTES.iter().filter(|(_, path, _)| path.contains("/api/")) {
            let mut operations = operations.iter();
            let served = operations.any(|it| it.method == *method && it.path == *path);
            assert!(served, "`{method} {path}` is no operation");
        }
    }

    #[test]
    fn names_stand_in_the_order_of_their_classes() {
        for (place, (class, name, per_minute)) in Class::ALL.into_iter().enumerate() {
            assert_eq!((class as usize, class.name()), (place, name));
            assert!(per_minute > 0, "{name}");
        }
    }

    #[test]
    fn the_guide_names_every_class_and_what_it_allows() {
        let guide = include_str!("../../../../docs/api.md");
        for (_, name, per_minute) in Class::ALL {
            let row = format!("| `{name}` | {per_minute} | ");
            assert!(guide.contains(&row), "{row}");
        }
    }

    #[test]
    fn a_look_back_and_a_part_are_not_what_everybody_sees() {
        for (query, wanted) in [
            ("", Class::Shared),
            ("?other=at", Class::Shared),
            ("?top=3&category=at", Class::Part),
            ("?b%69bs=1", Class::Part),
            ("?at_seq=1", Class::Read),
            ("?top=3&at=2026-01-02T08:00:00Z", Class::Read),
            ("?%61t_seq=1", Class::Read),
        ] {
            let target = format!("/api/races/relay/standings{query}");
            assert_eq!(class("GET", STANDINGS, &target), wanted, "{query}");
        }
    }

    #[test]
    fn what_is_no_route_is_cheap_and_what_was_forgotten_is_not() {
        assert_eq!(class("GET", "", "/nowhere"), Class::Shared);
        assert_eq!(
            class("HEAD", "/api/races/{race}/live", "/api/races/a/live"),
            Class::Stream
        );
        assert_eq!(
            class("OPTIONS", "/api/races/{race}/log", "/x"),
            Class::Shared
        );
        assert_eq!(class("PUT", "/api/races", "/api/races"), Class::Other);
    }
}
