//! One file as the server sends it.

use std::borrow::Cow;

use crate::embedded::{Files, short_hex};

/// A file ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    /// The body.
    pub bytes: Cow<'static, [u8]>,
    /// The value of `Content-Type`, with the charset for text.
    pub content_type: Cow<'static, str>,
    /// The value of `ETag`, quotes included.
    pub etag: String,
    /// True where the address names the content, so that
    /// `public, max-age=31536000, immutable` is right; else `no-cache`.
    pub immutable: bool,
}

/// The asset at `path`, the part of the address after `/assets/FINGERPRINT/`.
///
/// HTML is not among the assets: it is a template until [`crate::page`] fills it.
#[must_use]
pub fn asset(path: &str) -> Option<Asset> {
    if is_html(path) {
        return None;
    }
    let file = Files::get(path)?;
    Some(Asset {
        etag: entity_tag(&file.metadata.sha256_hash()),
        content_type: content_type(path),
        bytes: file.data,
        immutable: true,
    })
}

/// A strong entity tag for the content with this digest.
pub(crate) fn entity_tag(digest: &[u8]) -> String {
    format!("\"{}\"", short_hex(digest))
}

/// Browsers run a module only under a JavaScript type, so the type is never
/// left to be sniffed.
fn content_type(path: &str) -> Cow<'static, str> {
    let mime = mime_guess::from_path(path).first_or_octet_stream();
    let text = mime.type_() == "text" || mime.subtype() == "javascript";
    if text {
        Cow::Owned(format!("{mime}; charset=utf-8"))
    } else {
        Cow::Owned(mime.to_string())
    }
}

fn is_html(path: &str) -> bool {
    std::path::Path::new(path)
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("html"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_and_styles_carry_types_that_browsers_accept() {
        let module = asset("board/page.js").expect("the board's module");
        assert_eq!(module.content_type, "text/javascript; charset=utf-8");
        let style = asset("shared/tokens.css").expect("the tokens");
        assert_eq!(style.content_type, "text/css; charset=utf-8");
        let icon = asset("shared/icon.svg").expect("the icon");
        assert_eq!(icon.content_type, "image/svg+xml");
    }

    #[test]
    fn assets_are_immutable_and_tagged_by_content() {
        let one = asset("shared/tokens.css").expect("the tokens");
        let other = asset("shared/base.css").expect("the base");
        assert!(one.immutable && other.immutable);
        assert_ne!(one.etag, other.etag);
        assert!(one.etag.starts_with('"') && one.etag.ends_with('"'));
    }

    #[test]
    fn unfilled_html_is_not_an_asset() {
        assert_eq!(asset("board/index.html"), None);
        assert_eq!(asset("board/index.HTML"), None);
    }

    #[test]
    fn nothing_outside_the_folder_is_found() {
        for path in ["", "board", "no/such.js", "../src/lib.rs", "/etc/passwd"] {
            assert_eq!(asset(path), None, "{path}");
        }
    }
}
