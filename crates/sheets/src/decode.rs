//! From the bytes of a file to its text: which encoding it is in, and which
//! character stands between its cells.

use encoding_rs::{SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use schemars::JsonSchema;
use serde::Serialize;

use crate::fault::Fault;

/// A file of this many bytes: ten times the largest start list of a road race.
pub const SHEET_BYTES_MAX: usize = 8 * 1024 * 1024;

/// How the characters of a file are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, JsonSchema)]
pub enum Encoding {
    /// With or without a byte order mark.
    #[serde(rename = "utf-8")]
    Utf8,
    /// What Excel calls "Unicode text".
    #[serde(rename = "utf-16le")]
    Utf16Le,
    /// The same, the other way round.
    #[serde(rename = "utf-16be")]
    Utf16Be,
    /// What a Japanese Excel writes as CSV; with the additions of code page 932.
    #[serde(rename = "shift_jis")]
    ShiftJis,
    /// What a western Excel writes as CSV. Never guessed: every file is one.
    #[serde(rename = "windows-1252")]
    Windows1252,
}

impl Encoding {
    /// The encoding of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "utf-8" | "utf8" => Self::Utf8,
            "utf-16le" | "utf-16" | "utf16" => Self::Utf16Le,
            "utf-16be" => Self::Utf16Be,
            "shift_jis" | "shift-jis" | "sjis" | "cp932" | "windows-31j" | "ms932" => {
                Self::ShiftJis
            }
            "windows-1252" | "cp1252" | "latin1" | "iso-8859-1" => Self::Windows1252,
            _ => return None,
        })
    }

    /// Its name, as [`Encoding::named`] reads it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16Le => "utf-16le",
            Self::Utf16Be => "utf-16be",
            Self::ShiftJis => "shift_jis",
            Self::Windows1252 => "windows-1252",
        }
    }

    fn table(self) -> &'static encoding_rs::Encoding {
        match self {
            Self::Utf8 => UTF_8,
            Self::Utf16Le => UTF_16LE,
            Self::Utf16Be => UTF_16BE,
            Self::ShiftJis => SHIFT_JIS,
            Self::Windows1252 => WINDOWS_1252,
        }
    }

    /// Told by a byte order mark; whatever was asked for, a mark is right.
    fn marked(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0xEF, 0xBB, 0xBF, ..] => Some(Self::Utf8),
            [0xFF, 0xFE, ..] => Some(Self::Utf16Le),
            [0xFE, 0xFF, ..] => Some(Self::Utf16Be),
            _ => None,
        }
    }
}

/// The text of a file, without its byte order mark.
///
/// # Errors
/// `empty_file`, `file_too_large`, or `not_decodable` with what was seen.
pub(crate) fn text(bytes: &[u8], forced: Option<Encoding>) -> Result<(String, Encoding), Fault> {
    if bytes.len() > SHEET_BYTES_MAX {
        let mib = SHEET_BYTES_MAX / (1024 * 1024);
        return Err(Fault::new(
            "file_too_large",
            format!("a file has at most {mib} MiB; import it in parts"),
        ));
    }
    let encoding = match Encoding::marked(bytes).or(forced) {
        Some(encoding) => encoding,
        None => guess(bytes)?,
    };
    // Takes the mark off, where it is the encoding's own.
    let (text, broken) = encoding.table().decode_with_bom_removal(bytes);
    if broken {
        return Err(Fault::new(
            "not_decodable",
            format!(
                "the file is not {}; leave `encoding` out, or name the one it was saved in",
                encoding.name()
            ),
        ));
    }
    if text.trim().is_empty() {
        return Err(Fault::new("empty_file", "the file is empty"));
    }
    Ok((text.into_owned(), encoding))
}

fn guess(bytes: &[u8]) -> Result<Encoding, Fault> {
    let Err(error) = std::str::from_utf8(bytes) else {
        // Every second byte of an unmarked UTF-16 text is zero, and no text is.
        return if bytes.contains(&0) {
            Err(binary())
        } else {
            Ok(Encoding::Utf8)
        };
    };
    if bytes.contains(&0) {
        return Err(binary());
    }
    let (_, broken) = SHIFT_JIS.decode_without_bom_handling(bytes);
    if !broken {
        return Ok(Encoding::ShiftJis);
    }
    let at = error.valid_up_to();
    let line = 1 + bytes[..at].iter().filter(|byte| **byte == b'\n').count();
    Err(Fault::new(
        "not_decodable",
        format!(
            "line {line} is neither UTF-8 nor Shift_JIS (byte 0x{:02X}); save the file as UTF-8, \
             or say `encoding=windows-1252` if a western Excel wrote it",
            bytes.get(at).copied().unwrap_or_default()
        ),
    ))
}

fn binary() -> Fault {
    Fault::new(
        "not_text",
        "the file holds zero bytes and is no text: save a workbook as CSV (UTF-8), or as \
         Unicode text with its byte order mark",
    )
}

/// The character between the cells of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Delimiter {
    /// `,`
    Comma,
    /// `;`, where the comma is the decimal sign.
    Semicolon,
    /// What "Unicode text" and a copied range have.
    Tab,
}

impl Delimiter {
    const ALL: [Self; 3] = [Self::Comma, Self::Tab, Self::Semicolon];

    /// The delimiter of that name, or written as itself.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "comma" | "," => Some(Self::Comma),
            "semicolon" | ";" => Some(Self::Semicolon),
            "tab" | "\t" => Some(Self::Tab),
            _ => None,
        }
    }

    /// As a byte of the file.
    #[must_use]
    pub fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
        }
    }

    /// The one that the first lines have most of, outside of quotes. A title
    /// above the header has none, so that the best line decides.
    pub(crate) fn guess(text: &str) -> Self {
        let mut best = (0, Self::Comma);
        for line in text.lines().take(crate::table::HEADER_LINES_MAX) {
            for delimiter in Self::ALL {
                let count = outside_quotes(line, char::from(delimiter.byte()));
                if count > best.0 {
                    best = (count, delimiter);
                }
            }
        }
        best.1
    }
}

fn outside_quotes(line: &str, wanted: char) -> usize {
    let mut quoted = false;
    let mut count = 0;
    for c in line.chars() {
        quoted ^= c == '"';
        count += usize::from(c == wanted && !quoted);
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encoding_is_told_by_its_mark_or_by_its_bytes() {
        let (sjis, _, _) = SHIFT_JIS.encode("ゼッケン,氏名");
        assert_eq!(
            text(&sjis, None),
            Ok(("ゼッケン,氏名".into(), Encoding::ShiftJis))
        );
        assert_eq!(
            text("\u{feff}bib".as_bytes(), None),
            Ok(("bib".into(), Encoding::Utf8))
        );
        let utf16: Vec<u8> = "\u{feff}bib\t氏名"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(
            text(&utf16, None),
            Ok(("bib\t氏名".into(), Encoding::Utf16Le))
        );
        let utf16: Vec<u8> = "\u{feff}番号"
            .encode_utf16()
            .flat_map(u16::to_be_bytes)
            .collect();
        assert_eq!(text(&utf16, None), Ok(("番号".into(), Encoding::Utf16Be)));
    }

    #[test]
    fn what_no_encoding_explains_is_refused_with_the_line() {
        let fault = text(b"bib,name\n1,M\xFCller\n\xA0\xFF", None).expect_err("not decodable");
        assert_eq!(fault.code, "not_decodable");
        assert!(fault.detail.contains("line 2"), "{}", fault.detail);
        assert!(text(b"1,M\xFCller", Some(Encoding::Windows1252)).is_ok());
        for (bytes, code) in [
            (&b""[..], "empty_file"),
            (b" \r\n", "empty_file"),
            (b"PK\x03\x04\x00\x00\xFF", "not_text"),
            (b"b\0i\0b\0", "not_text"),
        ] {
            assert_eq!(text(bytes, None).expect_err("refused").code, code);
        }
        let large = vec![b' '; SHEET_BYTES_MAX + 1];
        assert_eq!(
            text(&large, None).expect_err("refused").code,
            "file_too_large"
        );
    }

    #[test]
    fn the_delimiter_is_the_one_outside_of_quotes() {
        assert_eq!(Delimiter::guess("\"a,b,c\";d\n1;2"), Delimiter::Semicolon);
        assert_eq!(Delimiter::guess("Results\nbib\tname\n"), Delimiter::Tab);
        assert_eq!(Delimiter::guess("bib\n1\n"), Delimiter::Comma);
    }
}
