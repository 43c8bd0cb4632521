//! How the headers of columns are written, in English and Japanese.

/// What a column may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    Bib,
    Name,
    NameJa,
    NameEn,
    Family,
    Given,
    Team,
    Category,
    Ranked,
    Open,
    Leg,
    Checkpoint,
    Clock,
    Elapsed,
    Date,
}

/// How headers are written, as [`key`](crate::fold::key) leaves them; of several columns that a
/// field could be, the first in its list wins.
#[rustfmt::skip]
pub(crate) const SYNONYMS: &[(Field, &str, &[&str])] = &[
    (Field::Bib, "bib", &[
        "bib", "bibnumber", "bibno", "bibs", "ゼッケン", "ゼッケン番号", "ゼッケンno", "ナンバーカード",
        "ナンバーカード番号", "ナンバーカードno", "ビブ", "ビブス", "ビブ番号", "アスリートビブス", "レースナンバー", "ナンバー",
        "startnumber", "startno", "racenumber", "raceno", "競技者番号", "選手番号", "チーム番号", "登録番号",
        "no", "number", "番号",
    ]),
    (Field::Name, "name", &[
        "name", "fullname", "氏名", "名前", "選手名", "競技者名", "競技者氏名", "選手氏名", "選手", "競技者", "ランナー",
        "走者", "走者名", "runner", "runnername", "athlete", "competitor", "member", "メンバー",
    ]),
    (Field::NameJa, "name_ja", &[
        "nameja", "name(ja)", "名前ja", "日本語名", "和名", "氏名(漢字)", "漢字氏名", "チーム名(日本語)",
        "japanesename",
    ]),
    (Field::NameEn, "name_en", &[
        "nameen", "name(en)", "名前en", "英語名", "英名", "英字氏名", "氏名(英字)", "氏名(ローマ字)", "氏名(英語)",
        "ローマ字", "ローマ字氏名", "チーム名(英語)", "チーム名(英字)", "englishname",
    ]),
    (Field::Family, "family_name", &[
        "familyname", "family", "lastname", "surname", "姓", "名字", "苗字",
    ]),
    (Field::Given, "given_name", &[
        "givenname", "given", "firstname", "forename", "名",
    ]),
    (Field::Team, "team", &[
        "team", "teamname", "チーム名", "チーム", "大学名", "大学", "学校名", "学校", "高校名", "所属名", "所属",
        "所属団体", "団体名", "団体", "クラブ名", "クラブ", "organisation", "organization", "affiliation",
        "club", "university", "school",
    ]),
    (Field::Category, "category", &[
        "category", "categories", "カテゴリー", "カテゴリ", "部門", "種目", "クラス", "区分", "class", "division",
        "部",
    ]),
    (Field::Ranked, "ranked", &[
        "ranked", "順位対象",
    ]),
    (Field::Open, "open", &[
        "open", "openentry", "オープン参加", "オープン", "op",
    ]),
    (Field::Leg, "leg", &[
        "leg", "区間", "区", "区間番号", "走区", "担当区間", "legno",
    ]),
    (Field::Checkpoint, "checkpoint", &[
        "checkpoint", "計測地点", "通過地点", "計測ポイント", "中継所", "中継点", "地点", "ポイント", "場所", "point",
        "station", "control", "location", "place",
    ]),
    (Field::Clock, "time", &[
        "time", "clock", "clocktime", "timeofday", "時刻", "通過時刻", "計測時刻", "到着時刻", "記録時刻",
    ]),
    (Field::Elapsed, "elapsed", &[
        "elapsed", "elapsedtime", "guntime", "gun", "grosstime", "gross", "経過時間", "経過",
        "経過タイム", "通過タイム", "グロスタイム", "グロス", "タイム", "記録", "result",
    ]),
    (Field::Date, "date", &[
        "date", "日付", "年月日", "月日",
    ]),
];

/// Headers that belong to a field but for what stands in brackets, and do not:
/// a name in kana is no name for a board.
pub(crate) const READINGS: &[&str] = &[
    "カナ",
    "かな",
    "フリガナ",
    "ふりがな",
    "kana",
    "読み",
    "よみ",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::key;

    #[test]
    fn every_synonym_is_written_as_headers_are_looked_up() {
        for (_, name, synonyms) in SYNONYMS {
            for synonym in *synonyms {
                assert_eq!(key(synonym), *synonym, "{name}");
            }
        }
    }
}
