//! The field of the demo: twenty universities that do not exist, and runners
//! who were never born.

use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use tasuki_race::{Entry, Member, Name, Slug};

use super::course::Stretch;

/// What the best team needs for a kilometre of flat road.
const BEST_MS_PER_KM: i64 = 175_500;
/// How much more each next one needs: the last is a quarter of an hour behind
/// after a day.
const STEP_MS_PER_KM: i64 = 480;
/// Where the open team would come in, from 0.
const OPEN_PLACE: usize = 11;
/// Which place the team that abandons would have had: it is missed.
const ABANDONING_PLACE: usize = 3;

/// Japanese and English; the last is the selection, outside the ranking.
const NAMES: [(&str, &str); 20] = [
    ("星見大", "Hoshimi"),
    ("青波国際大", "Aonami International"),
    ("霧沢学院大", "Kirisawa Gakuin"),
    ("鏡湖大", "Kagamiko"),
    ("松ヶ原体育大", "Matsugahara Sport Science"),
    ("北雲大", "Hokuun"),
    ("南汐大", "Nanseki"),
    ("暁光大", "Gyoko"),
    ("雲井理工大", "Kumoi Tech"),
    ("瑞穂野大", "Mizuhono"),
    ("白砂大", "Shirasuna"),
    ("橘野大", "Tachibanano"),
    ("渓南大", "Keinan"),
    ("千鳥台大", "Chidoridai"),
    ("風早大", "Kazahaya"),
    ("双峰大", "Soho"),
    ("海鳴大", "Uminari"),
    ("若草野大", "Wakakusano"),
    ("楓林大", "Furin"),
    ("学連選抜", "Union Selection"),
];

const FAMILY_NAMES: [(&str, &str); 20] = [
    ("佐原", "Sahara"),
    ("三輪田", "Miwada"),
    ("小鳥谷", "Kotoriya"),
    ("葉山", "Hayama"),
    ("水城", "Mizuki"),
    ("大瀬", "Ose"),
    ("浜名", "Hamana"),
    ("木暮", "Kogure"),
    ("朝比", "Asahi"),
    ("真壁", "Makabe"),
    ("折原", "Orihara"),
    ("石動", "Isurugi"),
    ("早瀬", "Hayase"),
    ("野々村", "Nonomura"),
    ("梶谷", "Kajitani"),
    ("深町", "Fukamachi"),
    ("柚木", "Yuzuki"),
    ("遠野", "Tono"),
    ("白川", "Shirakawa"),
    ("高碕", "Takasaki"),
];

const GIVEN_NAMES: [(&str, &str); 16] = [
    ("悠真", "Yuma"),
    ("陸斗", "Rikuto"),
    ("蒼介", "Sosuke"),
    ("駿", "Shun"),
    ("大和", "Yamato"),
    ("颯太", "Sota"),
    ("航平", "Kohei"),
    ("拓海", "Takumi"),
    ("湊", "Minato"),
    ("智也", "Tomoya"),
    ("亮", "Ryo"),
    ("健吾", "Kengo"),
    ("直樹", "Naoki"),
    ("優作", "Yusaku"),
    ("光希", "Koki"),
    ("圭", "Kei"),
];

/// A team and how well it runs.
#[derive(Clone, Debug)]
pub(super) struct Team {
    /// What the start list says.
    pub(super) entry: Entry,
    pub(super) ja: &'static str,
    pub(super) en: &'static str,
    /// What it needs for a kilometre of flat road, on a usual day.
    pub(super) pace_ms_per_km: i64,
    /// One of its runners will not reach the end of the leg.
    pub(super) abandons: bool,
}

/// The start list, in the order of bibs.
pub(super) fn teams(rng: &mut StdRng, stretches: &[Stretch]) -> anyhow::Result<Vec<Team>> {
    let open = NAMES.len() - 1;
    let mut places: Vec<usize> = (0..NAMES.len())
        .filter(|&place| place != OPEN_PLACE)
        .collect();
    places.shuffle(rng);
    places.push(OPEN_PLACE);
    let mut runners = runners(rng);
    let mut teams = Vec::with_capacity(NAMES.len());
    for (index, ((ja, en), place)) in NAMES.into_iter().zip(places).enumerate() {
        let category: Slug = if index % 2 == 0 { "coast" } else { "inland" }.parse()?;
        let ranked = index != open;
        let mine = runners.split_off(runners.len().saturating_sub(stretches.len()));
        let members = stretches.iter().zip(mine);
        let entry = Entry {
            bib: (index + 1).to_string().parse()?,
            name: if ranked {
                both(ja, &format!("{en} University"))
            } else {
                both("学連選抜（オープン参加）", en)
            },
            categories: if ranked { vec![category] } else { Vec::new() },
            ranked,
            members: members
                .map(|(stretch, name)| Member {
                    leg: stretch.leg.clone(),
                    name,
                })
                .collect(),
        };
        let pace_ms_per_km = BEST_MS_PER_KM + STEP_MS_PER_KM * i64::try_from(place)?;
        teams.push(Team {
            entry,
            ja,
            en,
            pace_ms_per_km,
            abandons: place == ABANDONING_PLACE,
        });
    }
    Ok(teams)
}

/// Everybody's name once, in no order.
fn runners(rng: &mut StdRng) -> Vec<Name> {
    let full = |(family, family_en): (&str, &str)| {
        GIVEN_NAMES.map(|(given, given_en)| {
            both(
                &format!("{family} {given}"),
                &format!("{given_en} {family_en}"),
            )
        })
    };
    let mut names: Vec<Name> = FAMILY_NAMES.into_iter().flat_map(full).collect();
    names.shuffle(rng);
    names
}

/// Somebody who was not on the list.
pub(super) fn substitute(rng: &mut StdRng) -> Name {
    let (given, given_en) = GIVEN_NAMES[rng.random_range(0..GIVEN_NAMES.len())];
    both(&format!("代走 {given}"), &format!("{given_en} Daiso"))
}

fn both(ja: &str, en: &str) -> Name {
    let texts = [("ja", ja), ("en", en)];
    Name::ByLanguage(
        texts
            .map(|(language, text)| (language.to_owned(), text.to_owned()))
            .into(),
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use rand::SeedableRng;

    use super::*;
    use crate::demo::course::stretches;

    #[test]
    fn every_runner_runs_once() {
        let stretches = stretches().expect("stretches");
        let teams = teams(&mut StdRng::seed_from_u64(1), &stretches).expect("teams");
        let members = teams.iter().flat_map(|team| &team.entry.members);
        let names: BTreeSet<String> = members.map(|member| format!("{:?}", member.name)).collect();
        assert_eq!(names.len(), teams.len() * stretches.len());
    }

    #[test]
    fn one_team_is_open_and_another_abandons() {
        let teams = teams(
            &mut StdRng::seed_from_u64(1),
            &stretches().expect("stretches"),
        )
        .expect("teams");
        assert_eq!(teams.iter().filter(|team| !team.entry.ranked).count(), 1);
        assert_eq!(
            teams
                .iter()
                .filter(|team| team.abandons && team.entry.ranked)
                .count(),
            1
        );
    }
}
