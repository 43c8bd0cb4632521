//! How it was noticed, and what that says about next time.

use super::{DETECTION_MS_GOAL, delayed};
use crate::postmortem::evidence::Evidence;
use crate::postmortem::findings::Findings;
use crate::postmortem::words::{Words, count};

/// How long it took until an alert fired, and until somebody did something.
pub(super) fn told_of(words: &Words, findings: &Findings) -> Vec<String> {
    let Some(span) = findings.span else {
        return vec![words.say("該当なし。", "There was nothing to notice.")];
    };
    let after = |at: tasuki_race::Instant| words.length(at.ms() - span.began.ms());
    let detected = match findings.detected {
        Some(at) => words.say(
            format!(
                "- 発生から検知まで：{}（{} に最初のアラート）",
                after(at),
                words.time(at)
            ),
            format!(
                "- Time to detection: {} (the first alert at {})",
                after(at),
                words.time(at)
            ),
        ),
        None => words.say(
            "- 発生から検知まで：アラートによる検知なし。記入：誰がどう気づいたか。",
            "- Time to detection: no alert fired. To fill in: who noticed, and how.",
        ),
    };
    let reacted = match findings.reacted {
        Some(at) => words.say(
            format!(
                "- 発生から最初の操作まで：{}（{}）",
                after(at),
                words.time(at)
            ),
            format!(
                "- Time to the first thing that somebody did: {} ({})",
                after(at),
                words.time(at)
            ),
        ),
        None => words.say(
            "- 発生から最初の操作まで：操作の記録なし",
            "- Time to the first thing that somebody did: nothing is written down",
        ),
    };
    let over = if span.goes_on {
        words.say(
            "- 発生から復旧まで：未復旧",
            "- Time to the end: it went on",
        )
    } else {
        words.say(
            format!(
                "- 発生から復旧まで：{}（{}）",
                after(span.ended),
                words.time(span.ended)
            ),
            format!(
                "- Time to the end: {} ({})",
                after(span.ended),
                words.time(span.ended)
            ),
        )
    };
    vec![detected, reacted, over]
}

pub(super) fn went_well(words: &Words, evidence: &Evidence, findings: &Findings) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(ms) = detection_ms(findings).filter(|ms| *ms <= DETECTION_MS_GOAL) {
        let length = words.length(ms);
        lines.push(words.say(
            format!("- アラートは目標の2分以内（{length}）に発報された。"),
            format!("- An alert fired within the two minutes that are the goal ({length})."),
        ));
    }
    let passages: u64 = evidence.races.iter().map(|it| it.passages).sum();
    if passages > 0 {
        let passages = count(passages);
        lines.push(words.say(
            format!("- この時間帯に届いた通過記録 {passages} 件はすべてログに残っている。"),
            format!("- All {passages} passages that arrived in this time are in the log."),
        ));
    }
    if findings.span.is_some() && findings.impact.silent_minutes == 0 && findings.crashes == 0 {
        lines.push(words.say("- サーバーは動き続けた。", "- The server went on running."));
    }
    lines.push(words.say("- 記入：", "- To fill in:"));
    lines
}

pub(super) fn to_improve(words: &Words, evidence: &Evidence, findings: &Findings) -> Vec<String> {
    let mut lines = Vec::new();
    match detection_ms(findings) {
        Some(ms) if ms > DETECTION_MS_GOAL => {
            let length = words.length(ms);
            lines.push(words.say(
                format!("- 検知に {length}かかった（目標は2分）。"),
                format!("- It took {length} to be noticed (the goal is two minutes)."),
            ));
        }
        None if findings.span.is_some() => {
            lines.push(words.say("- アラートが発報されなかった。", "- No alert fired."))
        }
        _ => {}
    }
    if findings.crashes > 0 {
        let crashes = findings.crashes;
        lines.push(words.say(
            format!("- サーバーが予定外に {crashes} 回再起動した。"),
            format!("- Restarts of the server that nobody had planned: {crashes}."),
        ));
    }
    let delayed = delayed(&evidence.races).len() as u64;
    if delayed > 0 {
        let delayed = count(delayed);
        lines.push(words.say(
            format!("- 通過記録 {delayed} 件が遅れて届いた。端末の送信待ちか、紙からの入力かを確かめる。"),
            format!("- {delayed} passages came late: find out whether tablets held them back or they were entered from paper."),
        ));
    }
    if findings.impact.turned_away > 0 {
        let turned_away = count(findings.impact.turned_away);
        lines.push(words.say(
            format!("- 観戦者の接続を {turned_away} 回断った。上限（viewers\\_max）を見直す。"),
            format!("- Viewers turned away: {turned_away}. Is viewers\\_max right?"),
        ));
    }
    lines.push(words.say("- 記入：", "- To fill in:"));
    lines
}

/// From when it began to the first alert.
fn detection_ms(findings: &Findings) -> Option<i64> {
    let began = findings.span?.began;
    findings.detected.map(|at| at.ms() - began.ms())
}
