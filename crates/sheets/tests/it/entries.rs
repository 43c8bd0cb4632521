//! Lists of entries.

use serde_json::json;
use tasuki_sheets::{Encoding, Table, Wishes, entries};

use crate::support::{Race, outcomes};

#[test]
fn a_list_adds_changes_and_leaves_alone() {
    let mut race = Race::relay();
    let file = "ゼッケン,チーム名,部門,オープン参加,備考\n\
                1,甲大,大学の部,,\n\
                2,乙大,クラブ/大学の部,,遅刻\n\
                4,丙大,univ,○,\n\
                5,丁大,club、univ,,\n";
    let plan = race.entries(file);
    assert_eq!(
        outcomes(&plan),
        ["2 unchanged", "3 change", "4 add", "5 add"]
    );
    assert_eq!(plan.ignored, ["備考"]);
    assert_eq!(plan.columns["bib"], "ゼッケン");
    assert_eq!(plan.columns["team"], "チーム名");
    // The order of categories means nothing.
    assert_eq!(json!(plan.rows[1].before), json!({"name": "Beta"}));
    assert_eq!(json!(plan.rows[1].after), json!({"name": "乙大"}));
    race.carry_out(&plan);
    assert_eq!(
        race.entry("4"),
        json!({"bib": "4", "name": "丙大", "categories": ["univ"], "ranked": false})
    );
    let again = race.entries(file);
    assert_eq!(again.summary().unchanged, 4);
    assert!(again.facts.is_empty());
}

#[test]
fn what_a_file_does_not_speak_of_stays() {
    let mut race = Race::relay();
    let plan = race.entries("bib,category\n1,club\n");
    race.carry_out(&plan);
    let entry = race.entry("1");
    assert_eq!(entry["categories"], json!(["club"]));
    assert_eq!(entry["name"], json!({"ja": "甲大", "en": "Alpha"}));
    assert_eq!(entry["members"][0]["name"], "山田 太郎");
}

#[test]
fn the_same_entry_can_be_wanted_again_after_another() {
    let mut race = Race::relay();
    let (a, b) = ("bib,name\n7,A\n", "bib,name\n7,B\n");
    for file in [a, b, a, b, a] {
        let plan = race.entries(file);
        assert_eq!(plan.facts.len(), 1);
        assert!(!race.projector.has_fact(&plan.facts[0].fact.id));
        race.carry_out(&plan);
    }
    assert_eq!(race.entry("7")["name"], "A");
    let last = race.entries("bib,name\n8,C\n");
    race.carry_out(&last);
    race.void(last.facts[0].fact.id);
    let again = race.entries("bib,name\n8,C\n");
    assert_eq!(outcomes(&again), ["2 add"]);
    race.carry_out(&again);
    assert_eq!(race.entry("8")["name"], "C");
}

#[test]
fn a_row_that_cannot_be_understood_says_what_to_change() {
    let race = Race::relay();
    let plan = race.entries(
        "bib,name,category,ranked\n\
         ,Nobody,,\n\
         a b,Blank,,\n\
         9,,,\n\
         10,Ten,juniors,\n\
         11,Eleven,univ,perhaps\n\
         12,Twelve,univ,yes,more\n\
         13,Thirteen,univ,no\n\
         13,Thirteen,univ,no\n\
         13,Other,univ,no\n",
    );
    assert_eq!(
        outcomes(&plan),
        [
            "2 reject missing_bib",
            "3 reject invalid_bib",
            "4 reject missing_name",
            "5 reject unknown_category",
            "6 reject invalid_value",
            "7 reject too_many_cells",
            "8 add",
            "9 duplicate",
            "10 reject bib_repeated",
        ]
    );
    let detail = plan.rows[3].detail.as_deref().unwrap_or_default();
    assert!(
        detail.contains("juniors") && detail.contains("univ, club"),
        "{detail}"
    );
    assert_eq!(plan.facts.len(), 1);
}

#[test]
fn full_width_characters_are_folded_and_the_row_says_so() {
    let race = Race::relay();
    let plan = race.entries("番号,大学,クラス\n１２,Ａ大,ｕｎｉｖ\n");
    assert_eq!(outcomes(&plan), ["2 add (folded) (folded)"]);
    assert_eq!(plan.rows[0].bib.as_deref(), Some("12"));
    assert!(
        plan.rows[0].warnings[0]
            .detail
            .contains("`１２` was read as `12`")
    );
    // A name is written as its owner writes it.
    assert_eq!(serde_json::json!(plan.rows[0].name), "Ａ大");
}

#[test]
fn names_come_in_languages_and_in_parts() {
    let mut race = Race::run();
    let plan = race.entries("bib,氏名,name_en\n1,山田 太郎,Taro Yamada\n2,鈴木 花子,\n");
    race.carry_out(&plan);
    let by_language = json!({"ja": "山田 太郎", "en": "Taro Yamada"});
    assert_eq!(race.entry("1")["name"], by_language);
    assert_eq!(race.entry("2")["name"], "鈴木 花子");
    let plan = race.entries("Bib;First name;Last name;Club\n3;Ann;Runner;Harriers\n4;太郎;山田;\n");
    race.carry_out(&plan);
    assert_eq!(race.entry("3")["name"], "Ann Runner (Harriers)");
    assert_eq!(race.entry("4")["name"], "山田 太郎");
}

#[test]
fn a_relay_may_bring_its_members_along() {
    let mut race = Race::relay();
    let plan =
        race.entries("No\tチーム\t監督\t1区\t２区\n8\t戊大\t佐藤\t一郎\t二郎\n1\t甲大\t\t\t-\n");
    assert_eq!(outcomes(&plan), ["2 add", "3 unchanged"]);
    assert_eq!(plan.ignored, ["監督"]);
    race.carry_out(&plan);
    assert_eq!(
        race.entry("8")["members"],
        json!([{"leg": "1", "name": "一郎"}, {"leg": "2", "name": "二郎"}])
    );
}

#[test]
fn titles_stand_above_a_header_and_blank_lines_between_rows() {
    let race = Race::relay();
    let file = "sep=;\r\n第99回 駅伝;;\r\n;;\r\nゼッケン;チーム名;\r\n\r\n7;\"庚;大\";\r\n";
    let plan = race.entries(file);
    assert_eq!(outcomes(&plan), ["6 add"]);
    assert_eq!(json!(plan.rows[0].name), "庚;大");
}

#[test]
fn japanese_excel_is_understood() {
    let race = Race::relay();
    let file = "ゼッケン\tチーム名\tカテゴリー\r\n２１\t～髙橋①大\tクラブ\r\n";
    let (bytes, _, lossy) = encoding_rs::SHIFT_JIS.encode(file);
    assert!(!lossy);
    let table = Table::read(&bytes, None, None).expect("a table");
    assert_eq!(table.encoding, Encoding::ShiftJis);
    let plan = entries(&table, &race.projector, &Wishes::default()).expect("a plan");
    assert_eq!(
        (plan.encoding, outcomes(&plan)),
        ("shift_jis", vec!["2 add (folded)".to_owned()])
    );
    assert_eq!(json!(plan.rows[0].name), "～髙橋①大");
}

#[test]
fn a_file_that_is_no_list_is_refused_with_what_was_seen() {
    let race = Race::relay();
    let fault = race.fault("foo,bar\n1,2\n");
    assert_eq!(fault.code, "no_header");
    assert!(
        fault.detail.contains("foo, bar") && fault.detail.contains("bib,name"),
        "{fault}"
    );
    assert_eq!(race.fault("bib,name\n").code, "no_rows");
    let long = format!("bib,name\n1,{}\n", "x".repeat(1_001));
    let fault = Table::read(long.as_bytes(), None, None).expect_err("refused");
    assert_eq!(fault.code, "cell_too_long");
    assert!(fault.detail.contains("line 2"), "{fault}");
    let many = "1,x\n".repeat(100_011);
    let fault = Table::read(many.as_bytes(), None, None).expect_err("refused");
    assert_eq!(fault.code, "too_many_rows");
    let wide = ",".repeat(600);
    let fault = Table::read(wide.as_bytes(), None, None).expect_err("refused");
    assert_eq!(fault.code, "too_many_columns");
}

#[test]
fn a_race_without_categories_passes_them_over() {
    let mut race = Race::run();
    let definition = race.projector.definition().expect("a definition");
    let bare = tasuki_race::Definition {
        categories: Vec::new(),
        ..definition
    };
    race.tell(None, tasuki_race::FactKind::RaceDefined(Box::new(bare)));
    let plan = race.entries("bib,name,category\n1,Ann,Women\n");
    assert_eq!(outcomes(&plan), ["2 add (no_categories)"]);
}
