//! What the status page says, in Japanese and English.

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;
use schemars::JsonSchema;
use serde::Serialize;

use crate::alerts::Part;
use crate::status::outline::State;

/// A language of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lang {
    Ja,
    En,
}

/// The same in both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Said")]
pub(super) struct Said {
    /// In Japanese.
    pub(super) ja: &'static str,
    /// In English.
    pub(super) en: &'static str,
}

pub(super) const TITLE: Said = said("システムの状況", "System status");
pub(super) const RECENT: Said = said("最近の障害(7日間)", "The last seven days");
pub(super) const NOTHING: Said = said("障害はありませんでした。", "Nothing happened.");
pub(super) const GOES_ON: Said = said("継続中", "not over yet");
pub(super) const RACES: Said = said("大会の一覧へ", "All races");
pub(super) const NOTE: Said = said(
    "この画面は30秒ごとに更新されます。",
    "This page renews itself every 30 seconds.",
);

const fn said(ja: &'static str, en: &'static str) -> Said {
    Said { ja, en }
}

impl Said {
    pub(super) fn in_(self, lang: Lang) -> &'static str {
        match lang {
            Lang::Ja => self.ja,
            Lang::En => self.en,
        }
    }
}

impl Lang {
    pub(super) const ALL: [Self; 2] = [Self::Ja, Self::En];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Ja => "ja",
            Self::En => "en",
        }
    }

    /// The one that `?lang=` names, else the one that the browser puts first.
    pub(super) fn wanted(query: Option<&str>, headers: &HeaderMap) -> Self {
        let mut members = query.unwrap_or_default().split('&');
        let asked = members.find_map(|member| member.strip_prefix("lang="));
        match asked {
            Some("ja") => return Self::Ja,
            Some("en") => return Self::En,
            _ => {}
        }
        let accepted = headers.get(ACCEPT_LANGUAGE);
        let accepted = accepted.and_then(|value| value.to_str().ok());
        // Browsers write them in the order of their weights.
        let mut tags = accepted.unwrap_or_default().split(',').map(str::trim);
        let known = tags.find_map(|tag| match tag.get(..2)?.to_ascii_lowercase().as_str() {
            "ja" => Some(Self::Ja),
            "en" => Some(Self::En),
            _ => None,
        });
        known.unwrap_or(Self::En)
    }
}

/// What a part is called, and what it does.
pub(super) fn part(part: Part) -> (Said, Said) {
    match part {
        Part::Entry => (
            said("通過の入力", "Entry"),
            said("計測員による通過の記録", "Recorders enter who passes"),
        ),
        Part::Log => (
            said("記録の保存", "Keeping"),
            said("記録の確実な保存", "What was entered is kept safely"),
        ),
        Part::Stream => (
            said("速報の配信", "Live standings"),
            said(
                "順位とタイムの即時配信",
                "Standings are shown as they change",
            ),
        ),
    }
}

pub(super) fn state(state: State) -> Said {
    match state {
        State::Working => said("正常", "Working"),
        State::Closed => said("休止中", "Closed for now"),
        State::Disturbed => said("障害中", "Disturbed"),
    }
}

pub(super) fn summary(state: State) -> Said {
    match state {
        State::Working => said("すべて正常に動いています。", "Everything works."),
        State::Closed => said(
            "運営者が一部の機能を休止しています。",
            "The organisers have closed a part for now.",
        ),
        State::Disturbed => said(
            "障害が起きています。運営者に通知済みです。",
            "Something does not work as it should. The organisers have been told.",
        ),
    }
}

/// What people noticed.
pub(super) fn incident(part: Part) -> Said {
    match part {
        Part::Entry => said(
            "通過の入力が遅れるか、失敗することがありました。端末は記録を保持し、再送します。",
            "Entry was slow or failed. Tablets keep what was entered, and send it again.",
        ),
        Part::Log => said(
            "記録を保存できませんでした。端末は記録を保持し、再送します。",
            "What was entered could not be stored. Tablets keep it, and send it again.",
        ),
        Part::Stream => said(
            "速報が遅れるか、つながりにくくなりました。",
            "Live standings were late or hard to reach.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(query: Option<&str>, accepted: &'static str) -> Lang {
        let accepted = (ACCEPT_LANGUAGE, accepted.parse().expect("a header"));
        Lang::wanted(query, &HeaderMap::from_iter([accepted]))
    }

    #[test]
    fn the_address_overrules_the_browser() {
        assert_eq!(wanted(None, "ja,en;q=0.8"), Lang::Ja);
        assert_eq!(wanted(None, "fr-FR, en-GB;q=0.8, ja;q=0.5"), Lang::En);
        assert_eq!(wanted(None, "fr"), Lang::En);
        assert_eq!(wanted(Some("x=1&lang=ja"), "en"), Lang::Ja);
        assert_eq!(wanted(Some("lang=en"), "ja"), Lang::En);
        assert_eq!(wanted(Some("lang=襷"), "ja"), Lang::Ja);
    }
}
