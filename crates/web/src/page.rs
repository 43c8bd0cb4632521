//! The HTML pages, with the addresses of their assets filled in.

use std::borrow::Cow;
use std::sync::OnceLock;

use sha2::{Digest, Sha256};

use crate::asset::{Asset, entity_tag};
use crate::embedded::{Files, fingerprint};

/// What the pages write where the base of their assets' addresses belongs.
const PLACEHOLDER: &str = "{{assets}}";

/// The pages that the product has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// The list of races.
    Index,
    /// A race's live board.
    Board,
    /// A recorder's entry page.
    Entry,
    /// The description of the API.
    Api,
    /// Whether everything works; the server fills it in.
    Status,
    /// Where people log in.
    Login,
    /// What a wrong address shows.
    NotFound,
}

/// How many pages there are: one cell of the cache for each.
const PAGES: usize = 7;

impl Page {
    /// The page's folder below `pages/`.
    fn folder(self) -> &'static str {
        match self {
            Self::Index => "index",
            Self::Board => "board",
            Self::Entry => "entry",
            Self::Api => "api",
            Self::Status => "status",
            Self::Login => "login",
            Self::NotFound => "not-found",
        }
    }
}

/// The page, to be sent with `Cache-Control: no-cache` and its entity tag.
#[must_use]
pub fn page(page: Page) -> Asset {
    static FILLED: [OnceLock<Asset>; PAGES] = [const { OnceLock::new() }; PAGES];
    FILLED[page as usize].get_or_init(|| fill(page)).clone()
}

/// Reads a page and puts the addresses of this build's assets into it.
fn fill(page: Page) -> Asset {
    let template = Files::get(&format!("{}/index.html", page.folder()));
    let template = template.map_or(Cow::Borrowed(&[][..]), |file| file.data);
    let base = format!("/assets/{}", fingerprint());
    let html = String::from_utf8_lossy(&template).replace(PLACEHOLDER, &base);
    Asset {
        etag: entity_tag(&Sha256::digest(html.as_bytes())),
        bytes: Cow::Owned(html.into_bytes()),
        content_type: Cow::Borrowed("text/html; charset=utf-8"),
        immutable: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asset;

    const ALL: [Page; PAGES] = [
        Page::Index,
        Page::Board,
        Page::Entry,
        Page::Api,
        Page::Status,
        Page::Login,
        Page::NotFound,
    ];

    fn html(which: Page) -> String {
        String::from_utf8(page(which).bytes.into_owned()).expect("pages are UTF-8")
    }

    /// The values of `src="…"` and `href="…"` in the page.
    fn addresses(html: &str) -> Vec<&str> {
        ["src=\"", "href=\""]
            .iter()
            .flat_map(|attribute| html.split(attribute).skip(1))
            .filter_map(|rest| rest.split('"').next())
            .collect()
    }

    #[test]
    fn pages_are_revalidated_html() {
        for which in ALL {
            let page = page(which);
            assert!(!page.immutable);
            assert_eq!(page.content_type, "text/html; charset=utf-8");
            assert!(html(which).starts_with("<!doctype html>"), "{which:?}");
        }
    }

    #[test]
    fn every_address_in_a_page_leads_to_an_asset_or_a_page() {
        let base = format!("/assets/{}/", fingerprint());
        for which in ALL {
            let html = html(which);
            assert!(!html.contains(PLACEHOLDER), "{which:?}");
            for address in addresses(&html) {
                let known = match address.strip_prefix(&base) {
                    Some(path) => asset(path).is_some(),
                    None => {
                        let path = address.split('?').next().unwrap_or_default();
                        matches!(path, "/" | "/api/openapi.json" | "/status")
                            || address.starts_with('#')
                    }
                };
                assert!(known, "{which:?} names {address}");
            }
        }
    }

    #[test]
    fn each_page_has_its_own_tag() {
        for (n, one) in ALL.iter().enumerate() {
            for other in &ALL[n + 1..] {
                assert_ne!(page(*one).etag, page(*other).etag);
            }
        }
    }
}
