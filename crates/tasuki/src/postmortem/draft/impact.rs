//! The impact, in figures.

use super::delayed;
use crate::postmortem::evidence::Evidence;
use crate::postmortem::findings::Findings;
use crate::postmortem::words::{Words, count, per_cent};

/// One line for each figure.
pub(super) fn table(words: &Words, evidence: &Evidence, findings: &Findings) -> Vec<String> {
    let Some(span) = findings.span else {
        return vec![words.say("なし。", "None that is known of.")];
    };
    let impact = &findings.impact;
    let usual = |text: String| words.say(format!("（通常 {text}）"), format!(" (usually {text})"));
    let viewers_usual = impact.viewers_usual.map(|it| usual(count(it)));
    let p95_usual = impact.p95_usual_ms.map(|it| usual(Words::ms(it)));
    let minutes = words.say(
        format!(
            "{} 分（うち計測なし {} 分）",
            impact.bad_minutes, impact.silent_minutes
        ),
        format!(
            "{}, {} of them without a server",
            impact.bad_minutes, impact.silent_minutes
        ),
    );
    let failed = count(impact.failed);
    let share = per_cent(impact.failed, impact.requests);
    let (in_use, max) = impact.pool;
    let mut rows = vec![
        (
            words.say("継続時間", "length"),
            words.length(span.ended.ms() - span.began.ms()),
        ),
        (
            words.say("異常のあった時間", "minutes in which something was wrong"),
            minutes,
        ),
        (
            words.say("観戦者（最大）", "viewers, at most"),
            count(impact.viewers) + &viewers_usual.unwrap_or_default(),
        ),
        (
            words.say("接続を断られた観戦者", "viewers turned away"),
            count(impact.turned_away),
        ),
        (words.say("リクエスト", "requests"), count(impact.requests)),
        (
            words.say("失敗したリクエスト", "failed requests"),
            words.say(
                format!("{failed}（{share}）"),
                format!("{failed} ({share})"),
            ),
        ),
        (
            words.say(
                "応答時間 P95（最悪の1分）",
                "response time P95, worst minute",
            ),
            Words::ms(impact.p95_ms) + &p95_usual.unwrap_or_default(),
        ),
        (
            words.say(
                "記録の確定 P99（最悪の1分）",
                "until durable P99, worst minute",
            ),
            Words::ms(impact.append_p99_ms),
        ),
        (
            words.say(
                "表示までの遅れ P99（最悪の1分）",
                "until shown P99, worst minute",
            ),
            Words::ms(impact.shown_p99_ms),
        ),
        (
            words.say("失敗したコミット", "failed commits"),
            count(impact.commit_failures),
        ),
        (
            words.say("データベース接続（最大）", "database connections, at most"),
            format!("{} / {}", count(in_use), count(max)),
        ),
        (
            words.say("記録された事実", "facts recorded"),
            count(impact.facts),
        ),
    ];
    rows.push((
        words.say("遅れて届いた通過記録", "delayed passages"),
        all_delays(words, evidence),
    ));
    rows.extend(evidence.races.iter().map(|race| {
        let delayed = race.delays_ms.len() as u64;
        let worst = race
            .delays_ms
            .last()
            .map_or("–".to_owned(), |it| words.length(*it));
        let what = words.say(
            format!("― 大会 {}", race.race),
            format!("– race {}", race.race),
        );
        let of = words.say(
            format!(
                "{} / {} 件、最大 {worst}",
                count(delayed),
                count(race.passages)
            ),
            format!(
                "{} of {}, the latest after {worst}",
                count(delayed),
                count(race.passages)
            ),
        );
        (what, of)
    }));
    let mut lines = vec![
        words.say("| 項目 | 値 |", "| what | how much |"),
        "| --- | --- |".to_owned(),
    ];
    lines.extend(
        rows.into_iter()
            .map(|(what, value)| format!("| {what} | {value} |")),
    );
    lines
}

fn all_delays(words: &Words, evidence: &Evidence) -> String {
    let delays = delayed(&evidence.races);
    let number = count(delays.len() as u64);
    let (Some(median), Some(worst)) = (delays.get(delays.len() / 2), delays.last()) else {
        return number;
    };
    let (median, worst) = (words.length(*median), words.length(*worst));
    words.say(
        format!("{number}（中央値 {median}、最大 {worst}）"),
        format!("{number} (median {median}, the latest after {worst})"),
    )
}
