//! A validator of its own for the parts of IOF XML 3.0 that are written and
//! read here: which elements stand in which order and how often, which
//! attributes they have, and what their texts look like.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

const NAMESPACE: &str = "http://www.orienteering.org/datastandard/3.0";

/// How often an element may stand in its place.
#[derive(Clone, Copy)]
enum Times {
    Once,
    Maybe,
    Many,
    AtLeastOnce,
}
use Times::{AtLeastOnce, Many, Maybe, Once};

type Children = &'static [(&'static str, Times, &'static str)];
type Attributes = &'static [(&'static str, bool, &'static str)];

/// What a type may hold.
enum Shape {
    Elements(Children, Attributes),
    Text(&'static str, Attributes),
    /// Not looked into: never written here.
    Anything,
}

const MODIFIED: (&str, bool, &str) = ("modifyTime", false, "dateTime");
const RACE_NUMBER: Attributes = &[("raceNumber", false, "integer")];

#[rustfmt::skip]
fn shape(of: &str) -> Shape {
    use Shape::{Anything, Elements, Text};
    match of {
        "StartList" => Elements(
            &[("Event", Once, "Event"), ("ClassStart", Many, "ClassStart"), ("Extensions", Maybe, "*")],
            &[("iofVersion", true, "3.0"), ("createTime", false, "dateTime"), ("creator", false, "string")]),
        "ResultList" => Elements(
            &[("Event", Once, "Event"), ("ClassResult", Many, "ClassResult"), ("Extensions", Maybe, "*")],
            &[("iofVersion", true, "3.0"), ("createTime", false, "dateTime"), ("creator", false, "string"),
              ("status", false, "Complete Delta Snapshot")]),
        "Event" => Elements(
            &[("Id", Maybe, "Id"), ("Name", Once, "string"), ("StartTime", Maybe, "DateTime"),
              ("EndTime", Maybe, "DateTime"),
              ("Status", Maybe, "Planned Applied Proposed Sanctioned Canceled Rescheduled"),
              ("Classification", Maybe, "*"), ("Form", Many, "Individual Team Relay"),
              ("Organiser", Many, "Organisation"), ("Official", Many, "*"), ("Class", Many, "Class"),
              ("Race", Many, "*"), ("EntryReceiver", Maybe, "*"), ("Service", Many, "*"),
              ("Account", Many, "*"), ("URL", Many, "*"), ("Information", Many, "*"),
              ("Schedule", Many, "*"), ("News", Many, "*"), ("Extensions", Maybe, "*")],
            &[MODIFIED]),
        "DateTime" => Elements(&[("Date", Once, "date"), ("Time", Maybe, "time")], &[]),
        "Id" => Text("string", &[("type", false, "string")]),
        "Class" => Elements(
            &[("Id", Maybe, "Id"), ("Name", Once, "string"), ("ShortName", Maybe, "string"),
              ("ClassType", Many, "*"), ("Leg", Many, "*"), ("TeamFee", Many, "*"), ("Fee", Many, "*"),
              ("Status", Maybe, "*"), ("RaceClass", Many, "*"), ("TooFewEntriesSubstituteClass", Maybe, "*"),
              ("TooManyEntriesSubstituteClass", Maybe, "*"), ("Extensions", Maybe, "*")],
            &[("minAge", false, "integer"), ("maxAge", false, "integer"), ("sex", false, "B F M"),
              ("minNumberOfTeamMembers", false, "integer"), ("maxNumberOfTeamMembers", false, "integer"),
              ("minTeamAge", false, "integer"), ("maxTeamAge", false, "integer"),
              ("numberOfCompetitors", false, "integer"), ("maxNumberOfCompetitors", false, "integer"),
              ("resultListMode", false, "Default Unordered UnorderedNoTimes"), MODIFIED]),
        "Person" => Elements(
            &[("Id", Many, "Id"), ("Name", Once, "PersonName"), ("BirthDate", Maybe, "date"),
              ("Nationality", Maybe, "*"), ("Address", Many, "*"), ("Contact", Many, "*"),
              ("Extensions", Maybe, "*")],
            &[("sex", false, "F M"), MODIFIED]),
        "PersonName" => Elements(&[("Family", Once, "string"), ("Given", Once, "string")], &[]),
        "Organisation" => Elements(
            &[("Id", Maybe, "Id"), ("Name", Once, "string"), ("ShortName", Maybe, "string"),
              ("MediaName", Maybe, "string"), ("ParentOrganisationId", Maybe, "integer"),
              ("Country", Maybe, "*"), ("Address", Many, "*"), ("Contact", Many, "*"),
              ("Position", Maybe, "*"), ("Account", Many, "*"), ("Role", Many, "*"),
              ("Logotype", Many, "*"), ("Extensions", Maybe, "*")],
            &[("type", false, "IOF IOFRegion NationalFederation NationalRegion Club School Company Military Other"),
              MODIFIED]),
        "ClassStart" => Elements(
            &[("Class", Once, "Class"), ("Course", Many, "*"), ("StartName", Many, "*"),
              ("PersonStart", Many, "PersonStart"), ("TeamStart", Many, "TeamStart"), ("Extensions", Maybe, "*")],
            &[("timeResolution", false, "double"), MODIFIED]),
        "PersonStart" => Elements(
            &[("EntryId", Maybe, "Id"), ("Person", Maybe, "Person"), ("Organisation", Maybe, "Organisation"),
              ("Start", AtLeastOnce, "PersonRaceStart"), ("Extensions", Maybe, "*")],
            &[MODIFIED]),
        "PersonRaceStart" => Elements(
            &[("BibNumber", Maybe, "string"), ("StartTime", Maybe, "dateTime"), ("Course", Maybe, "*"),
              ("ControlCard", Many, "*"), ("AssignedFee", Many, "*"), ("ServiceRequest", Many, "*"),
              ("Extensions", Maybe, "*")],
            RACE_NUMBER),
        "TeamStart" => Elements(
            &[("EntryId", Maybe, "Id"), ("Name", Maybe, "string"), ("Organisation", Many, "Organisation"),
              ("BibNumber", Maybe, "string"), ("TeamMemberStart", Many, "TeamMemberStart"),
              ("AssignedFee", Many, "*"), ("ServiceRequest", Many, "*"), ("Extensions", Maybe, "*")],
            &[MODIFIED]),
        "TeamMemberStart" => Elements(
            &[("EntryId", Maybe, "Id"), ("Person", Maybe, "Person"), ("Organisation", Maybe, "Organisation"),
              ("Start", AtLeastOnce, "TeamMemberRaceStart"), ("Extensions", Maybe, "*")],
            &[MODIFIED]),
        "TeamMemberRaceStart" => Elements(
            &[("Leg", Maybe, "integer"), ("LegOrder", Maybe, "integer"), ("BibNumber", Maybe, "string"),
              ("StartTime", Maybe, "dateTime"), ("Course", Maybe, "*"), ("ControlCard", Many, "*"),
              ("AssignedFee", Many, "*"), ("ServiceRequest", Many, "*"), ("Extensions", Maybe, "*")],
            RACE_NUMBER),
        "ClassResult" => Elements(
            &[("Class", Once, "Class"), ("Course", Many, "*"), ("PersonResult", Many, "PersonResult"),
              ("TeamResult", Many, "TeamResult"), ("Extensions", Maybe, "*")],
            &[("timeResolution", false, "double"), MODIFIED]),
        "PersonResult" => Elements(
            &[("EntryId", Maybe, "Id"), ("Person", Once, "Person"), ("Organisation", Maybe, "Organisation"),
              ("Result", Many, "PersonRaceResult"), ("Extensions", Maybe, "*")],
            &[MODIFIED]),
        "PersonRaceResult" => Elements(
            &[("BibNumber", Maybe, "string"), ("StartTime", Maybe, "dateTime"), ("FinishTime", Maybe, "dateTime"),
              ("Time", Maybe, "double"), ("TimeBehind", Maybe, "double"), ("Position", Maybe, "integer"),
              ("Status", Once, STATUS), ("Score", Many, "*"), ("OverallResult", Maybe, "OverallResult"),
              ("Course", Maybe, "*"), ("SplitTime", Many, "SplitTime"), ("ControlAnswer", Many, "*"),
              ("Route", Maybe, "*"), ("ControlCard", Many, "*"), ("AssignedFee", Many, "*"),
              ("ServiceRequest", Many, "*"), ("Extensions", Maybe, "*")],
            RACE_NUMBER),
        "TeamResult" => Elements(
            &[("EntryId", Maybe, "Id"), ("Name", Once, "string"), ("Organisation", Many, "Organisation"),
              ("BibNumber", Maybe, "string"), ("TeamMemberResult", Many, "TeamMemberResult"),
              ("AssignedFee", Many, "*"), ("ServiceRequest", Many, "*"), ("Extensions", Maybe, "*")],
            &[]),
        "TeamMemberResult" => Elements(
            &[("EntryId", Maybe, "Id"), ("Person", Maybe, "Person"), ("Organisation", Maybe, "Organisation"),
              ("Result", Many, "TeamMemberRaceResult"), ("Extensions", Maybe, "*")],
            &[MODIFIED]),
        "TeamMemberRaceResult" => Elements(
            &[("Leg", Maybe, "integer"), ("LegOrder", Maybe, "integer"), ("BibNumber", Maybe, "string"),
              ("StartTime", Maybe, "dateTime"), ("FinishTime", Maybe, "dateTime"), ("Time", Maybe, "double"),
              ("TimeBehind", Many, "TypedDouble"), ("Position", Many, "TypedInteger"), ("Status", Once, STATUS),
              ("Score", Many, "*"), ("OverallResult", Maybe, "OverallResult"), ("Course", Maybe, "*"),
              ("SplitTime", Many, "SplitTime"), ("ControlAnswer", Many, "*"), ("Route", Maybe, "*"),
              ("ControlCard", Many, "*"), ("AssignedFee", Many, "*"), ("ServiceRequest", Many, "*"),
              ("Extensions", Maybe, "*")],
            RACE_NUMBER),
        "TypedDouble" => Text("double", &[("type", true, "Leg Course")]),
        "TypedInteger" => Text("integer", &[("type", true, "Leg Course")]),
        "OverallResult" => Elements(
            &[("Time", Maybe, "double"), ("TimeBehind", Maybe, "double"), ("Position", Maybe, "integer"),
              ("Status", Once, STATUS), ("Score", Many, "*"), ("Extensions", Maybe, "*")],
            &[]),
        "SplitTime" => Elements(
            &[("ControlCode", Once, "string"), ("Time", Maybe, "double"), ("Extensions", Maybe, "*")],
            &[("status", false, "OK Missing Additional")]),
        "*" => Anything,
        "string" => Text("string", &[]),
        "integer" => Text("integer", &[]),
        "double" => Text("double", &[]),
        "dateTime" => Text("dateTime", &[]),
        "date" => Text("date", &[]),
        "time" => Text("time", &[]),
        STATUS => Text(STATUS, &[]),
        "Individual Team Relay" => Text("Individual Team Relay", &[]),
        other => panic!("the rules name a type that they do not have: {other}"),
    }
}

const STATUS: &str = "OK Finished MissingPunch Disqualified DidNotFinish Active Inactive OverTime \
    SportingWithdrawal NotCompeting Moved MovedUp DidNotStart DidNotEnter Cancelled";

/// Whether a text is of a simple type; one with blanks in its name, or a
/// number, lists its values.
fn is_of(simple: &str, text: &str) -> bool {
    let shaped = |shape: &str| fits(text, shape);
    match simple {
        "string" => true,
        "integer" => text.parse::<i64>().is_ok(),
        // A JSON number is one; infinities are not written here.
        "double" => {
            !text.is_empty()
                && text.bytes().all(|b| b"0123456789.-".contains(&b))
                && text.parse::<f64>().is_ok()
        }
        "date" => shaped("dddd-dd-dd") && in_range(text),
        "time" => time(text),
        "dateTime" => text
            .split_once('T')
            .is_some_and(|(day, clock)| fits(day, "dddd-dd-dd") && in_range(day) && time(clock)),
        listed => listed.split(' ').any(|value| value == text),
    }
}

fn time(text: &str) -> bool {
    let Some((clock, rest)) = text.split_at_checked(8) else {
        return false;
    };
    let zone = rest.trim_start_matches(|c: char| c == '.' || c.is_ascii_digit());
    let fraction = &rest[..rest.len() - zone.len()];
    let fraction = fraction.is_empty() || (fraction.starts_with('.') && fraction.len() > 1);
    let zone = zone.is_empty() || zone == "Z" || fits(zone, "+dd:dd") || fits(zone, "-dd:dd");
    let parts: Vec<u32> = clock
        .split(':')
        .filter_map(|part| part.parse().ok())
        .collect();
    let valid = matches!(parts.as_slice(), [h, m, s] if *h < 24 && *m < 60 && *s < 60);
    fits(clock, "dd:dd:dd") && valid && fraction && zone
}

fn in_range(day: &str) -> bool {
    let parts: Vec<u32> = day
        .split('-')
        .filter_map(|part| part.parse().ok())
        .collect();
    matches!(parts.as_slice(), [_, month, day] if (1..=12).contains(month) && (1..=31).contains(day))
}

fn fits(text: &str, shape: &str) -> bool {
    let fits = |(a, b): (char, char)| if b == 'd' { a.is_ascii_digit() } else { a == b };
    text.chars().count() == shape.chars().count() && text.chars().zip(shape.chars()).all(fits)
}

#[derive(Debug, Default)]
struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    text: String,
    children: Vec<Element>,
}

/// Says what in a document is against the rules; `Ok` with what it is.
pub(crate) fn validate(xml: &str) -> Result<String, String> {
    let root = read(xml)?;
    if !["StartList", "ResultList"].contains(&root.name.as_str()) {
        return Err(format!("{} is no document of these rules", root.name));
    }
    if !root
        .attributes
        .contains(&("xmlns".to_owned(), NAMESPACE.to_owned()))
    {
        return Err("the root is not in the name space of the standard".to_owned());
    }
    // Declarations of name spaces and hints of where a schema lies are none of its attributes.
    let mut attributes = root.attributes.clone();
    attributes.retain(|(name, _)| !name.starts_with("xmlns") && !name.starts_with("xsi:"));
    let root = Element { attributes, ..root };
    check(&root, &root.name, &root.name)?;
    Ok(root.name)
}

fn check(element: &Element, of: &str, path: &str) -> Result<(), String> {
    match shape(of) {
        Shape::Anything => Ok(()),
        Shape::Text(simple, attributes) => {
            if !element.children.is_empty() {
                return Err(format!("{path} holds elements"));
            }
            if !is_of(simple, element.text.trim()) {
                return Err(format!("{path} is `{}`, not {simple}", element.text));
            }
            check_attributes(element, attributes, path)
        }
        Shape::Elements(children, attributes) => {
            if !element.text.trim().is_empty() {
                return Err(format!("{path} holds the text `{}`", element.text.trim()));
            }
            check_attributes(element, attributes, path)?;
            check_order(element, children, path)?;
            for child in &element.children {
                let rule = children.iter().find(|(name, ..)| *name == child.name);
                let (.., of) = rule.ok_or("a child without a rule")?;
                check(child, of, &format!("{path}/{}", child.name))?;
            }
            Ok(())
        }
    }
}

fn check_order(element: &Element, rules: Children, path: &str) -> Result<(), String> {
    let mut rest = element.children.as_slice();
    for (name, times, _) in rules {
        let count = rest.iter().take_while(|child| child.name == *name).count();
        let allowed = match times {
            Once => count == 1,
            Maybe => count <= 1,
            Many => true,
            AtLeastOnce => count >= 1,
        };
        if !allowed {
            return Err(format!("{path}: {count} times {name}"));
        }
        rest = &rest[count..];
    }
    match rest.first() {
        Some(child) => Err(format!("{path}: {} is not expected there", child.name)),
        None => Ok(()),
    }
}

fn check_attributes(element: &Element, rules: Attributes, path: &str) -> Result<(), String> {
    for (name, value) in &element.attributes {
        let rule = rules.iter().find(|(known, ..)| known == name);
        let (.., simple) = rule.ok_or_else(|| format!("{path} has no attribute {name}"))?;
        if !is_of(simple, value) {
            return Err(format!("{path}@{name} is `{value}`, not {simple}"));
        }
    }
    let missing = rules.iter().find(|(name, required, _)| {
        *required && element.attributes.iter().all(|(known, _)| known != name)
    });
    match missing {
        Some((name, ..)) => Err(format!("{path} lacks {name}")),
        None => Ok(()),
    }
}

fn read(xml: &str) -> Result<Element, String> {
    let mut reader = Reader::from_str(xml);
    let mut open = vec![Element::default()];
    loop {
        let event = reader.read_event().map_err(|error| error.to_string())?;
        let inside = open.last_mut().ok_or("closed too often")?;
        match event {
            Event::Start(start) => open.push(element(&start)?),
            Event::Empty(start) => inside.children.push(element(&start)?),
            Event::End(_) => {
                let done = open.pop().ok_or("closed too often")?;
                open.last_mut()
                    .ok_or("closed too often")?
                    .children
                    .push(done);
            }
            Event::Text(text) => inside.text.push_str(&text.xml10_content()),
            Event::GeneralRef(name) => inside.text.push_str(&name.xml10_content()),
            Event::Eof => break,
            _ => {}
        }
    }
    open.swap_remove(0)
        .children
        .pop()
        .ok_or_else(|| "no root".to_owned())
}

fn element(start: &BytesStart<'_>) -> Result<Element, String> {
    let attributes = start.attributes().map(|attribute| {
        let attribute = attribute.map_err(|error| error.to_string())?;
        let name = attribute.key.as_ref().to_owned();
        Ok((name, attribute.value.into_owned()))
    });
    Ok(Element {
        name: start.name().as_ref().to_owned(),
        attributes: attributes.collect::<Result<_, String>>()?,
        ..Element::default()
    })
}

#[test]
fn the_rules_refuse_what_is_against_them() {
    let good = crate::exports::relay_xml();
    assert_eq!(validate(&good).as_deref(), Ok("ResultList"));
    let first = |from: &str, to: &str| {
        assert!(good.contains(from), "{from} is not in the document");
        good.replacen(from, to, 1)
    };
    for (bad, said) in [
        (first("iofVersion=\"3.0\" ", ""), "lacks iofVersion"),
        (
            first("iofVersion=\"3.0\"", "iofVersion=\"2.0.3\""),
            "@iofVersion is",
        ),
        (
            first("status=\"Snapshot\"", "status=\"Draft\""),
            "@status is",
        ),
        (
            first("status=\"Snapshot\"", "state=\"Snapshot\""),
            "no attribute state",
        ),
        (first("datastandard/3.0", "datastandard/2.0"), "name space"),
        (
            first("createTime=\"2026-01-02T", "createTime=\"2026-01-02 "),
            "@createTime is",
        ),
        (first("<Id>relay</Id>", "<Name>x</Name>"), "2 times Name"),
        (
            first("<Form>Relay</Form>", "<Form>Ekiden</Form>"),
            "Form is `Ekiden`",
        ),
        (
            first("<Date>2026-01-02</Date>", "<Date>2026-13-02</Date>"),
            "Date is",
        ),
        (
            first("<Time>08:00:00+09:00</Time>", "<Time>8:00:00</Time>"),
            "Time is",
        ),
        (first("<Class>", "<Course/><Class>"), "0 times Class"),
        (first("<Family>山田</Family>", ""), "0 times Family"),
        (first("<Leg>1</Leg>", "<Leg>first</Leg>"), "Leg is `first`"),
        (first("<Status>OK</Status>", ""), "0 times Status"),
        (
            first("<Status>OK</Status>", "<Status>Fine</Status>"),
            "Status is `Fine`",
        ),
        (first("<Position type=\"Leg\">", "<Position>"), "lacks type"),
        (
            first("<Position type=\"Leg\">", "<Position type=\"Sprint\">"),
            "@type is",
        ),
        (
            first("<ControlCode>km5</ControlCode>", ""),
            "0 times ControlCode",
        ),
        (
            first("<BibNumber>", "<Bib>1</Bib><BibNumber>"),
            "Bib is not expected",
        ),
        (
            first("timeResolution=\"1\"", "timeResolution=\"1 s\""),
            "@timeResolution is",
        ),
        (first("<TeamResult>", "<TeamResult>text"), "holds the text"),
        (
            first(
                "</ResultList>",
                "<Event><Name>x</Name></Event></ResultList>",
            ),
            "Event is not expected",
        ),
        (good.replace("ResultList", "ClassList"), "no document"),
        (first("</Event>", ""), ""),
    ] {
        let error = validate(&bad).expect_err(said);
        assert!(error.contains(said), "{error}, not {said}");
    }
    // Times after the status, not before it.
    let (head, tail) = good.split_once("<Status>OK</Status>").expect("a status");
    let turned = format!(
        "{head}{}",
        tail.replacen("<OverallResult>", "<Status>OK</Status><OverallResult>", 1)
    );
    assert_eq!(validate(&turned).as_deref(), Ok("ResultList"));
    let late = format!(
        "{head}{}",
        tail.replacen("</OverallResult>", "</OverallResult><Status>OK</Status>", 1)
    );
    assert!(validate(&late).is_err());
}
