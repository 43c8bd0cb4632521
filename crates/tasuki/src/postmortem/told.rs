//! An operation in words.

use serde_json::Value;
use tasuki_log::Operation;

use super::findings::{
    ALERT_CLEARED, ALERT_FIRED, PROCESS_STARTED, PROCESS_STOPPED, SETTING_CHANGED,
};
use super::words::{Words, plain};

/// What was done, in a sentence without its time.
pub(super) fn told(words: &Words, operation: &Operation) -> String {
    let deed = &operation.deed;
    let by = plain(&deed.by);
    let about = plain(deed.about.as_deref().unwrap_or_default());
    let what = match deed.kind.as_str() {
        PROCESS_STARTED => {
            let version = detail(operation, "version");
            words.say(
                format!("tasuki {version} が起動した"),
                format!("tasuki {version} started"),
            )
        }
        PROCESS_STOPPED => words.say("tasuki が停止した", "tasuki stopped"),
        SETTING_CHANGED => {
            let (from, to) = (detail(operation, "from"), detail(operation, "to"));
            words.say(
                format!("{by} が設定 {about} を {from} から {to} に変更した"),
                format!("{by} set {about} from {from} to {to}"),
            )
        }
        ALERT_FIRED => return alert(words, operation, &about),
        ALERT_CLEARED => words.say(
            format!("アラート {about} が解消した"),
            format!("the alert {about} was over"),
        ),
        "device_admitted" => words.say(
            format!("{by} が端末「{}」を登録した", detail(operation, "name")),
            format!("{by} admitted the device \"{}\"", detail(operation, "name")),
        ),
        "device_revoked" => words.say(
            format!("{by} が端末 {about} を無効にした"),
            format!("{by} revoked the device {about}"),
        ),
        "race_created" => words.say(
            format!("{by} が大会 {about} を作成した"),
            format!("{by} created the race {about}"),
        ),
        "imported" => words.say(
            format!("{by} が大会 {about} にファイルを取り込んだ"),
            format!("{by} imported a file into the race {about}"),
        ),
        kind => {
            let kind = plain(kind);
            words.say(
                format!("{kind} {about}({by})"),
                format!("{kind} {about} ({by})"),
            )
        }
    };
    if deed.kind == ALERT_CLEARED {
        return what;
    }
    match &deed.why {
        Some(why) => {
            let why = plain(why);
            words.say(
                format!("{what}（理由：{why}）"),
                format!("{what} (\"{why}\")"),
            )
        }
        None => what,
    }
}

fn alert(words: &Words, operation: &Operation, about: &str) -> String {
    let severity = match detail(operation, "severity").as_str() {
        "critical" => words.say("重大", "critical"),
        "warning" => words.say("警告", "warning"),
        other => other.to_owned(),
    };
    let (value, threshold) = (detail(operation, "value"), detail(operation, "threshold"));
    let why = plain(operation.deed.why.as_deref().unwrap_or_default());
    words.say(
        format!(
            "アラート {about}（{severity}）が発報された：{why}（値 {value}、しきい値 {threshold}）"
        ),
        format!(
            "the alert {about} ({severity}) fired: {why} (value {value}, threshold {threshold})"
        ),
    )
}

/// A member of the detail, as text.
fn detail(operation: &Operation, name: &str) -> String {
    match operation.deed.detail.get(name) {
        Some(Value::String(text)) => plain(text),
        Some(Value::Null) | None => "?".to_owned(),
        Some(other) => plain(&other.to_string()),
    }
}
