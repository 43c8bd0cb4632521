//! Results as a file for spreadsheets: a line per entry.

use csv::{StringRecord, Terminator, WriterBuilder};
use tasuki_race::{CheckpointKind, EntryStatus, Name, RecordMark, Slug, Split};

use crate::catalogue::in_language;
use crate::results::{Placed, Results};
use crate::style::{Language, Style};
use crate::written::{defused, duration, encoded};

impl Results {
    /// The results as the bytes of a file.
    #[must_use]
    pub fn csv(&self, style: Style) -> Vec<u8> {
        let sheet = Sheet {
            results: self,
            language: style.language,
        };
        let mut writer = WriterBuilder::new()
            .delimiter(style.delimiter.byte())
            .terminator(Terminator::CRLF)
            .from_writer(Vec::new());
        // Writing to memory does not fail.
        let _ = writer.write_record(&sheet.header());
        for placed in &self.rows {
            let _ = writer.write_record(&sheet.line(placed));
        }
        encoded(&writer.into_inner().unwrap_or_default(), style.encoding)
    }
}

struct Sheet<'r> {
    results: &'r Results,
    language: Language,
}

impl Sheet<'_> {
    fn header(&self) -> StringRecord {
        let say = |ja, en| self.language.say(ja, en).to_owned();
        let mut header: Vec<String> = vec![say("順位", "rank")];
        if self.results.category.is_some() {
            header.push(say("部門順位", "category rank"));
        }
        header.extend([
            say("ゼッケン", "bib"),
            say("チーム名", "name"),
            say("カテゴリー", "category"),
            say("オープン参加", "open"),
            say("状況", "status"),
            say("総合タイム", "total"),
            say("トップ差", "gap"),
        ]);
        if self.results.definition.legs.len() == 1 {
            // Of an individual race the name is a person's.
            for cell in &mut header {
                if cell == "チーム名" {
                    "氏名".clone_into(cell);
                }
            }
        }
        for (checkpoint, _) in self.checkpoints() {
            header.push(format!("{checkpoint} {}", say("経過", "elapsed")));
            header.push(format!("{checkpoint} {}", say("順位", "rank")));
        }
        for (leg, ..) in self.legs() {
            header.push(leg.clone());
            header.push(format!("{leg} {}", say("タイム", "time")));
            header.push(format!("{leg} {}", say("順位", "rank")));
            header.push(format!("{leg} {}", say("記録", "record")));
        }
        for section in &self.results.definition.sections {
            let name = self.called(&section.name);
            header.push(format!("{name} {}", say("タイム", "time")));
            header.push(format!("{name} {}", say("順位", "rank")));
        }
        header.iter().map(|cell| defused(cell)).collect()
    }

    fn line(&self, placed: &Placed) -> StringRecord {
        let row = &placed.row;
        let mut cells = vec![number(row.rank)];
        if let Some(category) = &self.results.category {
            cells.push(number(placed.rank(Some(category))));
        }
        let open = if row.ranked { "" } else { "○" };
        cells.extend([
            placed.bib.to_string(),
            self.called(&row.name).to_owned(),
            self.categories(&row.categories),
            open.to_owned(),
            self.status(row.status).to_owned(),
            self.duration(placed.total_ms()),
            self.duration(row.gap_ms.filter(|_| placed.total_ms().is_some())),
        ]);
        for (_, id) in self.checkpoints() {
            let split = row.splits.get(id);
            cells.push(self.duration(split.and_then(|split| split.elapsed_ms)));
            cells.push(number(split.and_then(|split| split.rank)));
        }
        for (_, leg, end) in self.legs() {
            let split = row.splits.get(end);
            let member = placed.member(leg).map(|name| self.called(name));
            cells.push(member.unwrap_or_default().to_owned());
            cells.push(self.duration(split.and_then(|split| split.leg_ms)));
            cells.push(number(split.and_then(|split| split.leg_rank)));
            cells.push(split.map_or("", |split| self.mark(split)).to_owned());
        }
        for section in &self.results.definition.sections {
            let time = row.sections.get(&section.id);
            cells.push(self.duration(time.map(|time| time.elapsed_ms)));
            cells.push(number(time.and_then(|time| time.rank)));
        }
        cells.iter().map(|cell| defused(cell)).collect()
    }

    fn called<'n>(&self, name: &'n Name) -> &'n str {
        in_language(name, self.language.tag())
    }

    /// Checkpoints at which times are taken, as they are called.
    fn checkpoints(&self) -> Vec<(String, &Slug)> {
        let checkpoints = &self.results.definition.checkpoints;
        let timed = checkpoints
            .iter()
            .filter(|checkpoint| checkpoint.kind != CheckpointKind::Start);
        let named = timed.map(|checkpoint| {
            let name = self.called(&checkpoint.name);
            let same = |other: &&tasuki_race::Checkpoint| self.called(&other.name) == name;
            // Two of one name would be two columns that nobody can tell apart.
            let is_unique = checkpoints.iter().filter(same).count() == 1;
            let shown = if is_unique {
                name
            } else {
                checkpoint.id.as_str()
            };
            (shown.to_owned(), &checkpoint.id)
        });
        named.collect()
    }

    /// The legs of a relay, as they are called, and where they end.
    fn legs(&self) -> Vec<(String, &Slug, &Slug)> {
        let definition = &self.results.definition;
        if definition.legs.len() < 2 {
            return Vec::new();
        }
        let ends = definition
            .checkpoints
            .iter()
            .filter(|checkpoint| checkpoint.kind.ends_leg());
        let named = definition.legs.iter().zip(ends).map(|(leg, end)| {
            let shown = match &leg.name {
                Some(name) => self.called(name).to_owned(),
                None if self.language == Language::Ja => format!("{}区", leg.id),
                None => format!("Leg {}", leg.id),
            };
            (shown, &leg.id, &end.id)
        });
        named.collect()
    }

    /// Names of categories, in a way that they can be read again.
    fn categories(&self, ids: &[Slug]) -> String {
        let names = ids.iter().map(|id| {
            let categories = &self.results.definition.categories;
            let known = categories.iter().find(|category| category.id == *id);
            let name = known.map_or(id.as_str(), |category| self.called(&category.name));
            let splits = name.contains(['/', '、', '|', ';', ',']);
            if splits && ids.len() > 1 {
                id.as_str()
            } else {
                name
            }
        });
        names.collect::<Vec<_>>().join("/")
    }

    fn status(&self, status: EntryStatus) -> &'static str {
        let say = |ja, en| self.language.say(ja, en);
        match status {
            EntryStatus::Entered => say("エントリー", "entered"),
            EntryStatus::Running => say("競技中", "running"),
            EntryStatus::Finished => say("完走", "finished"),
            EntryStatus::Dns => say("欠場", "dns"),
            EntryStatus::Dnf => say("途中棄権", "dnf"),
            EntryStatus::Dsq => say("失格", "dsq"),
        }
    }

    fn mark(&self, split: &Split) -> &'static str {
        let say = |ja, en| self.language.say(ja, en);
        match split.record {
            _ if split.reference => say("参考", "reference"),
            Some(RecordMark::New) => say("区間新", "new record"),
            Some(RecordMark::Equal) => say("区間タイ", "equals record"),
            None => "",
        }
    }

    /// `1:02:03`, with as many digits after the point as the race measures.
    fn duration(&self, ms: Option<i64>) -> String {
        ms.map(|ms| duration(ms, self.results.definition.resolution_ms))
            .unwrap_or_default()
    }
}

fn number(rank: Option<u32>) -> String {
    rank.map(|rank| rank.to_string()).unwrap_or_default()
}
