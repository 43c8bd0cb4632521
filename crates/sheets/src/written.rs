//! Durations, cells and bytes as spreadsheets want them.

use encoding_rs::SHIFT_JIS;

use crate::decode::Encoding;

/// A cell that begins with one of these is run as a formula where the file is
/// opened; an apostrophe before it makes it the text that it is.
pub(crate) const FORMULA_SIGNS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// `1:02:03`, with as many digits after the point as the race measures.
pub(crate) fn duration(ms: i64, resolution_ms: i64) -> String {
    let sign = if ms < 0 { "-" } else { "" };
    let ms = ms.unsigned_abs();
    let (seconds, rest) = (ms / 1_000, ms % 1_000);
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    let whole = format!("{sign}{hours}:{minutes:02}:{seconds:02}");
    match resolution_ms {
        grain if grain % 1_000 == 0 => whole,
        grain if grain % 100 == 0 => format!("{whole}.{}", rest / 100),
        grain if grain % 10 == 0 => format!("{whole}.{:02}", rest / 10),
        _ => format!("{whole}.{rest:03}"),
    }
}

/// A cell that no spreadsheet runs.
pub(crate) fn defused(cell: &str) -> String {
    if cell.starts_with(FORMULA_SIGNS) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

/// The bytes of a text, with a mark where they are UTF-8.
pub(crate) fn encoded(utf8: &[u8], encoding: Encoding) -> Vec<u8> {
    if encoding == Encoding::ShiftJis {
        return shift_jis(&String::from_utf8_lossy(utf8));
    }
    [&b"\xEF\xBB\xBF"[..], utf8].concat()
}

/// What Shift_JIS does not have becomes 〓, as printers of Japanese do; signs
/// that it has under another number become those.
fn shift_jis(text: &str) -> Vec<u8> {
    let text: String = text
        .chars()
        .map(|c| match c {
            '〜' => '～',
            '‖' => '∥',
            '—' => '―',
            other => other,
        })
        .collect();
    let mut encoder = SHIFT_JIS.new_encoder();
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_str();
    loop {
        let needed = encoder
            .max_buffer_length_from_utf8_without_replacement(rest.len())
            .unwrap_or(rest.len() * 2);
        bytes.reserve(needed);
        let (result, read) =
            encoder.encode_from_utf8_to_vec_without_replacement(rest, &mut bytes, true);
        rest = &rest[read..];
        match result {
            encoding_rs::EncoderResult::InputEmpty => return bytes,
            encoding_rs::EncoderResult::OutputFull => {}
            encoding_rs::EncoderResult::Unmappable(_) => bytes.extend_from_slice(&[0x81, 0xAC]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_the_digits_of_the_race() {
        assert_eq!(duration(3_723_000, 1_000), "1:02:03");
        assert_eq!(duration(3_723_450, 100), "1:02:03.4");
        assert_eq!(duration(3_723_450, 10), "1:02:03.45");
        assert_eq!(duration(3_723_456, 1), "1:02:03.456");
        assert_eq!(duration(-5_000, 1_000), "-0:00:05");
    }

    #[test]
    fn formulas_are_defused() {
        for cell in ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"] {
            assert_eq!(defused(cell), format!("'{cell}"));
        }
        assert_eq!(defused("Alpha - Beta"), "Alpha - Beta");
    }

    #[test]
    fn what_shift_jis_lacks_is_marked() {
        let bytes = shift_jis("髙橋〜é");
        let (text, broken) = SHIFT_JIS.decode_without_bom_handling(&bytes);
        assert_eq!((text.as_ref(), broken), ("髙橋～〓", false));
    }
}
