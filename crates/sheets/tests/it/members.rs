//! Who runs which leg.

use serde_json::json;

use crate::support::{Race, outcomes};

#[test]
fn a_row_for_each_member_makes_one_fact_for_each_team() {
    let mut race = Race::relay();
    let file = "ゼッケン,区間,氏名\n1,1区,山田 太郎\n1,2,鈴木 次郎\n2,第1区,佐藤\n2,Leg 2,高橋\n9,1,x\n1,3,y\n2,1,別人\n2,2,高橋\n";
    let plan = race.members(file);
    assert_eq!(
        outcomes(&plan),
        [
            "2 unchanged",
            "3 add",
            "4 add",
            "5 add",
            "6 reject unknown_bib",
            "7 reject unknown_leg",
            "8 reject leg_repeated",
            "9 duplicate",
        ]
    );
    assert_eq!(plan.facts.len(), 2);
    assert_eq!(plan.facts[1].rows, [2, 3]);
    race.carry_out(&plan);
    assert_eq!(
        race.entry("1")["members"],
        json!([{"leg": "1", "name": "山田 太郎"}, {"leg": "2", "name": "鈴木 次郎"}])
    );
    assert!(race.members(file).facts.is_empty());
}

#[test]
fn a_column_for_each_leg_is_read_too() {
    let mut race = Race::relay();
    let file = "No.;チーム名;1区;2区\n1;甲大;田中;\n2;;-;伊藤\n";
    let plan = race.members(file);
    assert_eq!(outcomes(&plan), ["2 change", "3 unchanged", "3 add"]);
    assert_eq!(json!(plan.rows[0].before), json!({"name": "山田 太郎"}));
    assert_eq!(json!(plan.rows[0].after), json!({"name": "田中"}));
    race.carry_out(&plan);
    assert_eq!(
        race.entry("1")["members"],
        json!([{"leg": "1", "name": "田中"}])
    );
    let plan = race.members("bib,leg,name\n1,1,-\n");
    assert_eq!(outcomes(&plan), ["2 change"]);
    race.carry_out(&plan);
    assert_eq!(race.entry("1")["members"], json!(null));
}
