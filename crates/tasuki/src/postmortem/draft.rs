//! The draft: its sections, in the order in which they are read.

mod detection;
mod impact;
mod timeline;

use tasuki_race::Instant;

use super::delays::RaceDelays;
use super::evidence::Evidence;
use super::findings::Findings;
use super::told::told;
use super::words::{Words, count, per_cent, plain};

/// An alert is to fire within that: what it took when nothing watched.
const DETECTION_MS_GOAL: i64 = 2 * 60 * 1_000;

/// All lines of it.
pub(super) fn write(words: &Words, evidence: &Evidence, findings: &Findings) -> Vec<String> {
    let mut lines = title(words, evidence);
    let sections = [
        (
            words.say("概要", "Summary"),
            summary(words, evidence, findings),
        ),
        (
            words.say("影響", "Impact"),
            impact::table(words, evidence, findings),
        ),
        (
            words.say("経過", "Timeline"),
            timeline::list(words, evidence, findings),
        ),
        (
            words.say("検知", "Detection"),
            detection::told_of(words, findings),
        ),
        (words.say("根本原因", "Root cause"), root_cause(words)),
        (
            words.say("直前の変更", "What was changed just before"),
            changes(words, findings),
        ),
        (
            words.say("うまくいったこと", "What went well"),
            detection::went_well(words, evidence, findings),
        ),
        (
            words.say("改善すべきこと", "What to improve"),
            detection::to_improve(words, evidence, findings),
        ),
        (words.say("対応", "Actions"), actions(words)),
    ];
    for (heading, section) in sections {
        lines.extend([String::new(), format!("## {heading}"), String::new()]);
        lines.extend(section);
    }
    lines
}

fn title(words: &Words, evidence: &Evidence) -> Vec<String> {
    let zone = words.zone.name();
    let (from, to) = (evidence.from, evidence.to);
    let until = words.say("〜", "–");
    let span = match words.date(from) == words.date(to) {
        true => format!("{}{until}{}", at(words, from), words.time(to)),
        false => format!("{}{until}{}", at(words, from), at(words, to)),
    };
    let drafted = words.say(
        format!("tasuki が記録から作成した下書き。時刻は {zone}。「記入：」とある箇所は人が書く。"),
        format!("Drafted by tasuki from what it has kept. Times are {zone}. What begins with \"To fill in:\" people write."),
    );
    let mut lines = vec![
        words.say(
            format!("# ポストモーテム {span}"),
            format!("# Postmortem {span}"),
        ),
        String::new(),
        drafted,
    ];
    lines.extend(evidence.archived.iter().map(|archived| {
        let (month, file) = (archived.month, plain(&archived.file));
        words.say(
            format!("\n> {month} の操作ログはファイル {file} に移されており、この下書きには含まれない。`tasuki operations restore` で戻してから作り直すこと。"),
            format!("\n> What was done in {month} is in the file {file} and missing here: take it back with `tasuki operations restore`, and draft anew."),
        )
    }));
    lines
}

fn at(words: &Words, moment: Instant) -> String {
    format!("{} {}", words.date(moment), words.time(moment))
}

fn summary(words: &Words, evidence: &Evidence, findings: &Findings) -> Vec<String> {
    let fill_in = words.say(
        "記入：何が起き、誰に影響し、どう復旧したかを一文で。",
        "To fill in: what happened, whom it met and how it ended, in a sentence.",
    );
    let Some(span) = findings.span else {
        let nothing = words.say(
            "この時間帯に異常の記録はない。アラートは発報されず、失敗したリクエストも遅い応答も記録されていない。",
            "Nothing is known to have been wrong in this time: no alert fired, and no minute is kept in which requests failed or were slow.",
        );
        return vec![nothing, String::new(), fill_in];
    };
    let impact = &findings.impact;
    let (began, ended) = (words.time(span.began), words.time(span.ended));
    let length = words.length(span.ended.ms() - span.began.ms());
    let (failed, requests) = (count(impact.failed), count(impact.requests));
    let share = per_cent(impact.failed, impact.requests);
    let viewers = count(impact.viewers);
    let mut text = words.say(
        format!("{began} から {ended} まで（{length}）障害が発生し、リクエスト {requests} 件のうち {failed} 件（{share}）が失敗した。観戦者は最大 {viewers} 人だった。"),
        format!("From {began} to {ended} ({length}), {failed} of {requests} requests failed ({share}). Up to {viewers} people were watching."),
    );
    if span.goes_on {
        text += &words.say(
            "この時間帯の終わりにも続いていた。",
            " It went on at the end of this time.",
        );
    }
    let delayed = delayed(&evidence.races);
    if let Some(worst) = delayed.last() {
        let (number, worst) = (count(delayed.len() as u64), words.length(*worst));
        text += &words.say(
            format!("通過記録 {number} 件が、通過から1分以上遅れてログに届いた（最大 {worst}）。"),
            format!(" {number} passages reached the log a minute or more after they happened, the latest after {worst}."),
        );
    }
    text += &match findings.detected {
        Some(detected) => {
            let after = words.length(detected.ms() - span.began.ms());
            words.say(
                format!("最初のアラートは発生から {after}後に発報された。"),
                format!(" The first alert fired after {after}."),
            )
        }
        None => words.say("アラートは発報されなかった。", " No alert fired."),
    };
    vec![text, String::new(), fill_in]
}

/// How late those passages came that were delayed, in all races, in order of length.
fn delayed(races: &[RaceDelays]) -> Vec<i64> {
    let mut all: Vec<i64> = races.iter().flat_map(|it| it.delays_ms.clone()).collect();
    all.sort_unstable();
    all
}

fn root_cause(words: &Words) -> Vec<String> {
    [
        words.say("なぜ起きたか。", "why it happened."),
        words.say("なぜそのとき起きたか。", "why it happened then."),
        words.say(
            "なぜ事前に見つからなかったか。",
            "why it was not found before.",
        ),
    ]
    .map(|question| {
        words.say(
            format!("- 記入：{question}"),
            format!("- To fill in: {question}"),
        )
    })
    .to_vec()
}

fn changes(words: &Words, findings: &Findings) -> Vec<String> {
    if findings.changes.is_empty() {
        let none = "発生前24時間に変更の記録はない。";
        return vec![words.say(none, "Nothing was changed in the 24 hours before it.")];
    }
    let told =
        |it: &tasuki_log::Operation| format!("- {} {}", at(words, it.deed.at), told(words, it));
    let mut lines: Vec<String> = findings.changes.iter().map(told).collect();
    if findings.more_changes > 0 {
        let more = findings.more_changes;
        lines.push(words.say(format!("- ほか {more} 件"), format!("- {more} more")));
    }
    lines
}

fn actions(words: &Words) -> Vec<String> {
    let mut lines = vec![
        words.say(
            "| 対応 | 担当 | 期限 | 状態 |",
            "| action | who | by when | state |",
        ),
        "| --- | --- | --- | --- |".to_owned(),
    ];
    for action in [
        words.say(
            "再発防止：記入",
            "so that it does not happen again: to fill in",
        ),
        words.say("早期検知：記入", "so that it is noticed sooner: to fill in"),
        words.say("早期復旧：記入", "so that it is over sooner: to fill in"),
    ] {
        lines.push(format!(
            "| {action} | | | {} |",
            words.say("未着手", "open")
        ));
    }
    lines
}
