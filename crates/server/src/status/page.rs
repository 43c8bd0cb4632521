//! The page: its template, with what there is to say filled in. Whoever has no
//! scripts misses only that times are those of the reader's own clock.

use std::fmt::Write as _;

use tasuki_race::Instant;
use tasuki_web::Page;

use crate::alerts::Part;
use crate::status::outline::{Incident, Outline, State};
use crate::status::words::{
    GOES_ON, Lang, NOTE, NOTHING, RACES, RECENT, TITLE, part, state, summary,
};

/// The page in one language. All that is filled in is ours: words and times.
pub(super) fn render(outline: &Outline, lang: Lang) -> String {
    let template = tasuki_web::page(Page::Status).bytes;
    let template = String::from_utf8_lossy(&template);
    let fields = [
        ("{{lang}}", lang.name().to_owned()),
        ("{{title}}", TITLE.in_(lang).to_owned()),
        ("{{state}}", name(outline.state).to_owned()),
        ("{{summary}}", summary(outline.state).in_(lang).to_owned()),
        ("{{parts}}", parts(outline, lang)),
        ("{{recent}}", RECENT.in_(lang).to_owned()),
        ("{{incidents}}", incidents(&outline.incidents, lang)),
        ("{{note}}", NOTE.in_(lang).to_owned()),
        ("{{races}}", RACES.in_(lang).to_owned()),
    ];
    let filled = |html: String, (place, text): (&str, String)| html.replace(place, &text);
    fields.into_iter().fold(template.into_owned(), filled)
}

/// As styles know it.
fn name(state: State) -> &'static str {
    match state {
        State::Working => "working",
        State::Closed => "closed",
        State::Disturbed => "disturbed",
    }
}

fn parts(outline: &Outline, lang: Lang) -> String {
    let states = [
        (Part::Entry, "entry", outline.entry),
        (Part::Log, "log", outline.log),
        (Part::Stream, "stream", outline.stream),
    ];
    let mut html = String::new();
    for (of, id, is) in states {
        let (title, what) = part(of);
        // Writing to a `String` cannot fail.
        let _ = write!(
            html,
            "<li class=\"part\" data-part=\"{id}\" data-state=\"{}\">\
             <span class=\"name\">{}</span><span class=\"what\">{}</span>\
             <span class=\"state\">{}</span></li>",
            name(is),
            title.in_(lang),
            what.in_(lang),
            state(is).in_(lang),
        );
    }
    html
}

fn incidents(incidents: &[Incident], lang: Lang) -> String {
    if incidents.is_empty() {
        return format!("<p class=\"nothing\">{}</p>", NOTHING.in_(lang));
    }
    let mut html = "<ol id=\"incidents\">".to_owned();
    for it in incidents {
        let ended = it.ended.map_or_else(|| GOES_ON.in_(lang).to_owned(), time);
        let _ = write!(
            html,
            "<li class=\"incident\"><p class=\"when\">{} – {ended}</p><p>{}</p></li>",
            time(it.began),
            it.text.in_(lang),
        );
    }
    html.push_str("</ol>");
    html
}

/// `2026-01-02 09:31 UTC`; a script makes the reader's own time of it.
fn time(at: Instant) -> String {
    let full = at.to_string();
    let shown = full.get(..16).unwrap_or(&full).replace('T', " ");
    format!("<time datetime=\"{full}\">{shown} UTC</time>")
}
