//! What the pages are allowed to do in a browser.

/// The value of `Content-Security-Policy` that every page satisfies: scripts,
/// styles and connections of this origin only, nothing inline, no frames.
///
/// Frames are refused because the entry page acts on single touches, which a
/// page around it could steal.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; \
    style-src 'self'; connect-src 'self'; img-src 'self' data:; manifest-src 'self'; \
    base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::embedded::Files;

    fn texts() -> impl Iterator<Item = (String, String)> {
        Files::iter().filter_map(|name| {
            let file = Files::get(&name)?;
            let text = String::from_utf8(file.data.into_owned()).ok()?;
            Some((name.into_owned(), text))
        })
    }

    #[test]
    fn policy_is_one_header_line() {
        assert!(!CONTENT_SECURITY_POLICY.contains(['\n', '\r']));
        assert!(!CONTENT_SECURITY_POLICY.contains("  "));
        assert!(!CONTENT_SECURITY_POLICY.contains("unsafe"));
    }

    #[test]
    fn no_page_has_inline_script_or_style() {
        for (name, text) in texts().filter(|(name, _)| name.ends_with(".html")) {
            assert!(
                !text.contains("<style") && !text.contains(" style="),
                "{name}"
            );
            assert!(
                !text.contains(" onclick=") && !text.contains("javascript:"),
                "{name}"
            );
            for script in text.split("<script").skip(1) {
                assert!(script.contains(" src=\""), "{name}");
            }
        }
    }

    #[test]
    fn nothing_is_asked_from_another_host() {
        // The name of the SVG vocabulary is a name, not an address to fetch.
        let vocabulary = "http://www.w3.org/2000/svg";
        for (name, text) in texts() {
            let text = text.replace(vocabulary, "");
            assert!(
                !text.contains("http://") && !text.contains("https://"),
                "{name}"
            );
        }
    }

    #[test]
    fn scripts_never_parse_html_or_code_from_text() {
        for (name, text) in texts().filter(|(name, _)| name.ends_with(".js")) {
            for sink in [
                "innerHTML",
                "outerHTML",
                "insertAdjacentHTML",
                "eval(",
                "new Function",
            ] {
                assert!(!text.contains(sink), "{name} uses {sink}");
            }
        }
    }
}
