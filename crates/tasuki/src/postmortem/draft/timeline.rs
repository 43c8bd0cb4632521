//! What happened, one thing after the other.

use tasuki_log::Minute;
use tasuki_race::Instant;

use crate::postmortem::evidence::Evidence;
use crate::postmortem::findings::{Findings, gaps, is_bad};
use crate::postmortem::told::told;
use crate::postmortem::words::{Words, count};

/// More lines are no draft; what is left out is said.
const LINES_MAX: usize = 300;

/// In the order of time.
pub(super) fn list(words: &Words, evidence: &Evidence, findings: &Findings) -> Vec<String> {
    let mut events: Vec<(Instant, String)> = evidence
        .done()
        .map(|it| (it.deed.at, told(words, it)))
        .collect();
    events.extend(measured(words, evidence));
    if let Some(span) = findings.span.filter(|span| !span.goes_on) {
        let over = words.say(
            "**異常の記録はここまで**",
            "**nothing is known to have been wrong from here on**",
        );
        events.push((span.ended, over));
    }
    events.sort_by_key(|(at, _)| *at);
    let is_one_day = words.date(evidence.from) == words.date(evidence.to);
    let left_out = events.len().saturating_sub(LINES_MAX);
    let line = |(at, what): (Instant, String)| match is_one_day {
        true => format!("- {} {what}", words.time(at)),
        false => format!("- {} {} {what}", words.date(at), words.time(at)),
    };
    let mut lines: Vec<String> = events.into_iter().take(LINES_MAX).map(line).collect();
    if left_out > 0 {
        lines.push(words.say(
            format!("- ほか {left_out} 件"),
            format!("- {left_out} more"),
        ));
    }
    if lines.is_empty() {
        lines.push(words.say("- 記録なし", "- nothing is kept"));
    }
    lines
}

/// The first bad minute, the worst, and when there was no server.
fn measured(words: &Words, evidence: &Evidence) -> Vec<(Instant, String)> {
    let bad: Vec<&Minute> = evidence.measured().filter(|it| is_bad(it)).collect();
    let mut events = Vec::new();
    if let Some(first) = bad.first() {
        let figures = figures(words, first);
        let what = words.say(
            format!("**最初の異常な1分**：{figures}"),
            format!("**the first minute in which something was wrong**: {figures}"),
        );
        events.push((first.begin(), what));
    }
    let worst = bad.iter().max_by_key(|it| (it.failed, it.p95_ms));
    if let Some(worst) = worst.filter(|_| bad.len() > 1) {
        let figures = figures(words, worst);
        let what = words.say(
            format!("**最悪の1分**：{figures}"),
            format!("**the worst minute**: {figures}"),
        );
        events.push((worst.begin(), what));
    }
    events.extend(gaps(evidence).into_iter().map(|(began, ended)| {
        let length = words.length(ended.ms() - began.ms());
        let what = words.say(
            format!("**ここから {length}間、計測なし**（サーバーが動いていなかった）"),
            format!("**nothing was measured for {length}**: no server ran"),
        );
        (began, what)
    }));
    events
}

fn figures(words: &Words, minute: &Minute) -> String {
    let (requests, failed) = (count(minute.requests), count(minute.failed));
    let (p95, viewers) = (Words::ms(minute.p95_ms), count(minute.viewers));
    words.say(
        format!("リクエスト {requests} 件中 {failed} 件失敗、P95 {p95}、観戦者 {viewers} 人"),
        format!("{failed} of {requests} requests failed, P95 {p95}, {viewers} viewers"),
    )
}
