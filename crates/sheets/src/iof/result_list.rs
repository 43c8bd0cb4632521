//! Results as a `ResultList`: persons of an individual race, teams and their
//! members of a relay, a class for each category.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use tasuki_race::{Instant, RaceState};

use super::NAMESPACE;
use super::class_result::Class;
use super::document::Document;
use crate::catalogue::in_language;
use crate::results::{Placed, Results};
use crate::style::Language;

impl Results {
    /// The results as an IOF XML 3.0 `ResultList`, names in that language.
    #[must_use]
    pub fn xml(&self, language: Language) -> Vec<u8> {
        let zone = TimeZone::get(&self.definition.timezone).unwrap_or(TimeZone::UTC);
        let list = List {
            results: self,
            zone,
            language: language.tag(),
        };
        let status = match self.state {
            RaceState::Official => "Complete",
            RaceState::Unofficial => "Snapshot",
        };
        let attributes = [
            ("xmlns", NAMESPACE),
            ("iofVersion", "3.0"),
            ("createTime", &list.date_time(self.as_of)),
            ("creator", concat!("tasuki ", env!("CARGO_PKG_VERSION"))),
            ("status", status),
        ];
        let mut document = Document::begin();
        document.element("ResultList", &attributes, |document| {
            list.event(document);
            for class in list.classes() {
                class.write(document);
            }
        });
        document.finish()
    }
}

pub(super) struct List<'r> {
    pub(super) results: &'r Results,
    zone: TimeZone,
    pub(super) language: &'static str,
}

impl<'r> List<'r> {
    fn event(&self, document: &mut Document) {
        let definition = &self.results.definition;
        document.element("Event", &[], |document| {
            document.text("Id", definition.id.as_str());
            document.text("Name", in_language(&definition.name, self.language));
            if let Some(zero) = self.results.zero {
                document.element("StartTime", &[], |document| {
                    document.text("Date", &self.written(zero, "%Y-%m-%d"));
                    document.text("Time", &self.written(zero, "%H:%M:%S%:z"));
                });
            }
            let form = if self.is_relay() {
                "Relay"
            } else {
                "Individual"
            };
            document.text("Form", form);
        });
    }

    pub(super) fn is_relay(&self) -> bool {
        self.results.definition.legs.len() > 1
    }

    /// A class for each category, and one for who is in none.
    fn classes(&'r self) -> Vec<Class<'r>> {
        let definition = &self.results.definition;
        let wanted = self.results.category.as_ref();
        let categories = definition
            .categories
            .iter()
            .filter(|category| wanted.is_none_or(|wanted| category.id == *wanted));
        let mut classes: Vec<Class<'r>> = categories
            .map(|category| {
                let is_in = |placed: &&Placed| placed.row.categories.contains(&category.id);
                let name = in_language(&category.name, self.language);
                Class::of(self, Some(&category.id), name, is_in)
            })
            .collect();
        if wanted.is_none() {
            let name = in_language(&definition.name, self.language);
            let rest = Class::of(self, None, name, |placed| placed.row.categories.is_empty());
            if !rest.members.is_empty() {
                classes.push(rest);
            }
        }
        classes
    }

    pub(super) fn date_time(&self, instant: Instant) -> String {
        let format = if instant.ms() % 1_000 == 0 {
            "%Y-%m-%dT%H:%M:%S%:z"
        } else {
            "%Y-%m-%dT%H:%M:%S%.3f%:z"
        };
        self.written(instant, format)
    }

    fn written(&self, instant: Instant, format: &str) -> String {
        let stamp = Timestamp::from_millisecond(instant.ms()).unwrap_or_default();
        stamp
            .to_zoned(self.zone.clone())
            .strftime(format)
            .to_string()
    }
}
