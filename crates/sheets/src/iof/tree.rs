//! An XML document as a tree of elements, each with its line.

use encoding_rs::Encoding;
use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};

use crate::decode::SHEET_BYTES_MAX;
use crate::fault::{Fault, shown};

/// The standard nests a dozen deep; extensions a little more.
const DEPTH_MAX: usize = 64;
/// A file of the largest size holds no more than this in earnest.
const ELEMENTS_MAX: usize = 1_000_000;

/// An element, and what is in it.
#[derive(Debug, Default)]
pub(crate) struct Element {
    /// Without its prefix.
    pub(crate) name: String,
    pub(crate) line: u64,
    attributes: Vec<(String, String)>,
    text: String,
    children: Vec<Element>,
}

impl Element {
    /// Reads a document.
    pub(crate) fn read(bytes: &[u8]) -> Result<(Self, &'static str), Fault> {
        let (text, encoding) = text(bytes)?;
        Ok((parse(&text)?, encoding))
    }

    pub(crate) fn all<'e>(&'e self, name: &'static str) -> impl Iterator<Item = &'e Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    pub(crate) fn first(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The text of the element at the end of a path; empty where there is none.
    pub(crate) fn text_at(&self, path: &[&str]) -> &str {
        let mut element = Some(self);
        for name in path {
            element = element.and_then(|element| element.first(name));
        }
        element.map_or("", |element| element.text.trim())
    }

    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        let mut attributes = self.attributes.iter();
        attributes
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }
}

/// The text of a document, in the encoding that it names.
fn text(bytes: &[u8]) -> Result<(String, &'static str), Fault> {
    if bytes.len() > SHEET_BYTES_MAX {
        let mib = SHEET_BYTES_MAX / (1024 * 1024);
        let detail = format!("a file has at most {mib} MiB; import it in parts");
        return Err(Fault::new("file_too_large", detail));
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(Fault::new("empty_file", "the file is empty"));
    }
    let named = declared(bytes);
    let encoding = Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
    let encoding = match (encoding, named) {
        (Some(encoding), _) => encoding,
        (None, None) => encoding_rs::UTF_8,
        (None, Some(label)) => Encoding::for_label(label.as_bytes()).ok_or_else(|| {
            let detail = format!(
                "the encoding `{}` is not known; save as UTF-8",
                shown(&label)
            );
            Fault::new("not_decodable", detail)
        })?,
    };
    let (text, broken) = encoding.decode_with_bom_removal(bytes);
    if broken {
        let detail = format!("the file says that it is {}, and is not", encoding.name());
        return Err(Fault::new("not_decodable", detail));
    }
    let name = match encoding.name() {
        "UTF-8" => "utf-8",
        "Shift_JIS" => "shift_jis",
        "UTF-16LE" => "utf-16le",
        "UTF-16BE" => "utf-16be",
        other => other,
    };
    Ok((text.into_owned(), name))
}

/// What the declaration in the first bytes says.
fn declared(bytes: &[u8]) -> Option<String> {
    /// A declaration is no longer.
    const DECLARATION_BYTES_MAX: usize = 200;
    let head = &bytes[..bytes.len().min(DECLARATION_BYTES_MAX)];
    let head = String::from_utf8_lossy(head);
    let (declaration, _) = head.trim_start().strip_prefix("<?xml")?.split_once("?>")?;
    let (_, value) = declaration.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (label, _) = value[1..].split_once(quote)?;
    Some(label.to_owned())
}

fn parse(text: &str) -> Result<Element, Fault> {
    let mut reader = Reader::from_str(text);
    let mut lines = Lines {
        text,
        at: 0,
        line: 1,
    };
    // The document itself is the element around its root.
    let mut open = vec![Element::default()];
    let mut count = 0;
    loop {
        let line = lines.of(reader.buffer_position());
        let event = reader
            .read_event()
            .map_err(|error| malformed(line, &error))?;
        let Some(inside) = open.last_mut() else {
            return Err(malformed(line, &"an element is closed that was not opened"));
        };
        match event {
            Event::Start(start) => {
                count += 1;
                if open.len() > DEPTH_MAX || count > ELEMENTS_MAX {
                    return Err(Fault::new("too_deep", "the document is nested too deeply"));
                }
                open.push(element(&start, line)?);
            }
            Event::Empty(start) => {
                count += 1;
                inside.children.push(element(&start, line)?);
            }
            Event::End(_) => close(&mut open),
            Event::Text(text) => inside.text.push_str(&text.xml10_content()),
            Event::CData(text) => inside.text.push_str(&text.xml10_content()),
            Event::GeneralRef(reference) => {
                let resolved = reference.resolve_char_ref();
                match resolved.map_err(|error| malformed(line, &error))? {
                    Some(c) => inside.text.push(c),
                    None => match resolve_predefined_entity(&reference.xml10_content()) {
                        Some(text) => inside.text.push_str(text),
                        None => return Err(malformed(line, &"an entity that is not predefined")),
                    },
                }
            }
            // Entities of one's own can be made to explode.
            Event::DocType(_) => return Err(malformed(line, &"a document type is not allowed")),
            Event::Decl(_) | Event::Comment(_) | Event::PI(_) => {}
            Event::Eof => break,
        }
    }
    let unclosed = open.len() > 1;
    let root = open.swap_remove(0).children.into_iter().next();
    root.filter(|_| !unclosed).ok_or_else(|| {
        Fault::new(
            "malformed_xml",
            "the document ends before its root element does",
        )
    })
}

fn close(open: &mut Vec<Element>) {
    if open.len() > 1
        && let Some(element) = open.pop()
        && let Some(outer) = open.last_mut()
    {
        outer.children.push(element);
    }
}

fn element(start: &BytesStart<'_>, line: u64) -> Result<Element, Fault> {
    let mut element = Element {
        name: start.local_name().as_ref().to_owned(),
        line,
        ..Element::default()
    };
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| malformed(line, &error))?;
        let value = quick_xml::escape::unescape(&attribute.value);
        let value = value.map_err(|error| malformed(line, &error))?;
        let name = attribute.key.local_name().as_ref().to_owned();
        element.attributes.push((name, value.into_owned()));
    }
    Ok(element)
}

fn malformed(line: u64, error: &dyn std::fmt::Display) -> Fault {
    Fault::new("malformed_xml", format!("not XML at line {line}: {error}"))
}

/// Counts lines while the document is read.
struct Lines<'t> {
    text: &'t str,
    at: usize,
    line: u64,
}

impl Lines<'_> {
    fn of(&mut self, position: u64) -> u64 {
        let position = usize::try_from(position).unwrap_or(usize::MAX);
        let position = position.min(self.text.len());
        let passed = self
            .text
            .as_bytes()
            .get(self.at..position)
            .unwrap_or_default();
        self.line += passed.iter().filter(|byte| **byte == b'\n').count() as u64;
        self.at = self.at.max(position);
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> (&'static str, String) {
        let fault = Element::read(text.as_bytes()).expect_err("refused");
        (fault.code, fault.detail)
    }

    #[test]
    fn elements_are_found_by_name_whatever_their_prefix() {
        let text = "<?xml version='1.0'?>\n<i:A xmlns:i='x' v='1&amp;2'>\n <i:B>a&lt;b &#x5c71;<!-- no -->\
                    <![CDATA[<c>]]></i:B>\n</i:A>";
        let (root, encoding) = Element::read(text.as_bytes()).expect("a document");
        assert_eq!(encoding, "utf-8");
        assert_eq!((root.name.as_str(), root.line), ("A", 2));
        assert_eq!(root.attribute("v"), Some("1&2"));
        assert_eq!(root.text_at(&["B"]), "a<b 山<c>");
        assert_eq!(root.first("B").expect("it is there").line, 3);
        assert_eq!(root.text_at(&["C", "D"]), "");
    }

    #[test]
    fn the_encoding_is_the_one_that_is_declared() {
        let text = "<?xml version=\"1.0\" encoding=\"Shift_JIS\"?><A>山田</A>";
        let (bytes, _, _) = encoding_rs::SHIFT_JIS.encode(text);
        let (root, encoding) = Element::read(&bytes).expect("a document");
        assert_eq!((root.text_at(&[]), encoding), ("山田", "shift_jis"));
    }

    #[test]
    fn what_is_no_document_is_refused_with_its_line() {
        let (code, detail) = fault("<A>\n<B></A>");
        assert!(
            code == "malformed_xml" && detail.contains("line 2"),
            "{detail}"
        );
        for text in [
            "<A>",
            "no",
            "<A>&nbsp;</A>",
            "<!DOCTYPE a [<!ENTITY b 'c'>]><A>&b;</A>",
            "<A b='1' b='2'/>",
        ] {
            assert_eq!(fault(text).0, "malformed_xml", "{text}");
        }
        assert_eq!(fault(" \n").0, "empty_file");
        let deep = "<A>".repeat(100);
        assert_eq!(fault(&deep).0, "too_deep");
    }
}
