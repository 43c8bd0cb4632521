//! The fan-out writes to real sockets.

use std::io::{ErrorKind, Read};
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;
use rand::RngExt;
use serde_json::{Value, json};
use tasuki_feed::{Fanout, HEARTBEAT_EVERY};
use tasuki_race::{Fact, Selection};
use tasuki_testkit::generate::{seeded, small_race};

use crate::stadium::Stadium;
use crate::support::{bibs, top};

/// Of a name, three bytes each.
const NAME_CHARS: usize = 180;

/// A race whose every fact changes much, into what cannot be compressed much:
/// the names of so many entries.
fn loud(facts: usize, entries: usize) -> Vec<Fact> {
    let mut rng = seeded(1);
    let mut name = move || -> String {
        let mut character = || rng.random_range('一'..='龠');
        std::iter::repeat_with(&mut character)
            .take(NAME_CHARS)
            .collect()
    };
    let mut race = |n: usize| {
        let entry = |bib: usize| json!({"bib": bib.to_string(), "name": name()});
        let entries: Vec<Value> = (1..=entries).map(entry).collect();
        json!({
            "id": format!("0198c0de-0000-7000-8000-{n:012}"), "type": "race_defined", "race": {
            "id": "race", "name": "Loud", "timezone": "Asia/Tokyo", "entries": entries,
            "checkpoints": [
                {"id": "start", "name": "Start", "kind": "start", "distance_m": 0},
                {"id": "finish", "name": "Finish", "kind": "finish", "distance_m": 10_000},
            ],
        }})
    };
    let fact = |n: usize| Fact::from_json(&race(n).to_string()).expect("a fact");
    (0..facts).map(fact).collect()
}

#[test]
fn everybody_on_every_shard_sees_every_state_of_what_they_watch() {
    let mut stadium = Stadium::new(small_race(&mut seeded(5)), 3);
    let selections = [Selection::all(), top(2), bibs(&["1", "3"])];
    let crowd = selections.iter().cycle().take(90).zip(0..);
    // Two of three want it compressed: in some views that is for many.
    let mut readers: Vec<_> = crowd
        .map(|(selection, n)| (selection, stadium.come_for(selection, None, n % 10 < 7)))
        .collect();
    while stadium.left() > 0 {
        stadium.go_on();
        // Views of a part say nothing where nothing of it changed.
        let whole = |selection: &Selection| *selection == Selection::all();
        let whole = readers.iter_mut().filter(|(selection, _)| whole(selection));
        for (selection, reader) in whole {
            reader.reach(stadium.projector.seq());
            assert_eq!(reader.state, stadium.shown(selection));
        }
    }
    stadium.fanout.say_bye();
    for (selection, mut reader) in readers {
        while reader.next() {}
        assert_eq!(reader.count("snapshot"), 1);
        assert_eq!(reader.seen.last().map(String::as_str), Some("bye"));
        let shown = stadium.shown(selection);
        assert_eq!(reader.state["entries"], shown["entries"]);
        assert!(!reader.fill(), "nothing comes after the end");
    }
    stadium.fanout.wait();
    assert_eq!(stadium.guards.load(Ordering::SeqCst), 0);
    assert_eq!(stadium.channel.viewers(), 0);
}

#[test]
fn a_turn_round_all_viewers_is_timed_once() {
    let mut stadium = Stadium::new(small_race(&mut seeded(5)), 1);
    let watched = Selection::all();
    let mut readers: Vec<_> = (0..20).map(|_| stadium.come(&watched, None)).collect();
    for turn in 1..=3 {
        for reader in &mut readers {
            reader.reach(stadium.projector.seq());
        }
        stadium.go_on();
        let timed = format!("lag_count {turn}");
        stadium.wait_until(&timed, |stadium| told(&stadium.fanout).contains(&timed));
    }
}

/// As Prometheus is told.
fn told(fanout: &Fanout) -> String {
    let mut registry = Registry::default();
    registry.register("lag", "Times", fanout.lag().clone());
    let mut text = String::new();
    encode(&mut text, &registry).expect("a text");
    text
}

#[test]
fn who_comes_back_is_sent_only_what_it_missed() {
    let mut stadium = Stadium::new(small_race(&mut seeded(6)), 2);
    let all = Selection::all();
    let mut reader = stadium.come(&all, None);
    reader.reach(1);
    let (state, tag) = (reader.state.clone(), reader.tag);
    drop(reader);
    (0..5).for_each(|_| stadium.go_on());
    let mut back = stadium.come(&all, tag);
    back.state = state;
    back.reach(stadium.projector.seq());
    assert_eq!(back.state, stadium.shown(&all));
    assert_eq!((back.count("snapshot"), back.count("diff")), (0, 5));
}

#[test]
fn what_many_want_compressed_is_compressed_together() {
    let mut stadium = Stadium::new(small_race(&mut seeded(9)), 2);
    let all = Selection::all();
    let come = |stadium: &Stadium, gzip| stadium.come_for(&all, None, gzip);
    let mut many: Vec<_> = (0..40).map(|_| come(&stadium, true)).collect();
    let mut plain = come(&stadium, false);
    // A frame is compressed for many where many are there by then.
    many.iter_mut().for_each(|reader| reader.reach(1));
    let mut late = Vec::new();
    while stadium.left() > 0 {
        stadium.go_on();
        // Some come in the middle of a window, and some come back.
        if stadium.left().is_multiple_of(11) {
            let mut one = come(&stadium, true);
            one.reach(stadium.projector.seq());
            let mut back = stadium.come_for(&all, one.tag, true);
            (back.state, back.tag) = (one.state.clone(), one.tag);
            late.extend([one, back]);
        }
    }
    let shown = stadium.shown(&all);
    for reader in many.iter_mut().chain([&mut plain]).chain(&mut late) {
        reader.reach(stadium.projector.seq());
        assert_eq!(reader.state, shown);
    }
    let (packed, plain) = (many[0].bytes, plain.bytes);
    assert!(packed * 2 < plain, "{packed} and {plain} bytes");
    stadium.fanout.say_bye();
    for mut reader in many.into_iter().chain(late) {
        while reader.next() {}
        assert_eq!(reader.seen.last().map(String::as_str), Some("bye"));
    }
}

/// Bytes that one of so many is sent of a race, in which nothing happens for a
/// while before every fact, or always something.
fn bytes_of_one_of(viewers: usize, silences: bool) -> usize {
    let mut stadium = Stadium::new(small_race(&mut seeded(9)), 2);
    let all = Selection::all();
    let come = |_| stadium.come_for(&all, None, true);
    let mut many: Vec<_> = (0..viewers).map(come).collect();
    many.iter_mut().for_each(|reader| reader.reach(1));
    let mut comments = 0;
    while stadium.left() > 0 {
        if silences {
            stadium.rest();
            comments += 1;
        }
        stadium.go_on();
    }
    for reader in &mut many {
        reader.reach(stadium.projector.seq());
        assert_eq!(reader.state, stadium.shown(&all));
        assert_eq!(reader.count(":"), comments, "{:?}", reader.seen);
    }
    stadium.fanout.say_bye();
    let bytes = many[0].bytes;
    for mut reader in many {
        while reader.next() {}
        assert_eq!(reader.seen.last().map(String::as_str), Some("bye"));
    }
    bytes
}

#[test]
fn comments_do_not_part_what_is_compressed_together() {
    let many = 40;
    let [silent, busy] = [true, false].map(|silences| bytes_of_one_of(many, silences));
    // Each of a few is sent every frame compressed for itself.
    let lone = bytes_of_one_of(2, true);
    assert!(busy < silent, "{busy}, {silent}, {lone} bytes");
    assert!(silent * 3 < lone * 2, "{busy}, {silent}, {lone} bytes");
}

#[test]
fn who_does_not_read_keeps_nobody_waiting_and_begins_anew() {
    falls_behind(false);
}

#[test]
fn compressed_streams_begin_anew_as_well() {
    falls_behind(true);
}

/// Of two viewers one does not read.
fn falls_behind(gzip: bool) {
    let changes = 300;
    let mut stadium = Stadium::new(loud(changes, 120), 1);
    let all = Selection::all();
    let mut stopped = stadium.come_for(&all, None, gzip);
    let mut reader = stadium.come_for(&all, None, gzip);
    reader.reach(1);
    while stadium.left() > 0 {
        stadium.go_on();
        reader.reach(stadium.projector.seq());
    }
    assert_eq!(reader.state, stadium.shown(&all));
    assert_eq!(reader.count("diff"), changes - 1);
    let tally = stadium.fanout.tally();
    assert!(tally.full > 0, "{tally:?}");
    stopped.reach(stadium.projector.seq());
    assert_eq!(stopped.state, stadium.shown(&all));
    // What was begun was ended, and then came a state in place of the rest.
    assert_eq!(stopped.count("snapshot"), 2, "{:?}", stopped.seen);
    stadium.wait_until("it is counted", |it| it.fanout.tally().rebased == 1);
    stadium.fanout.say_bye();
    while stopped.next() {}
    assert_eq!(stopped.seen.last().map(String::as_str), Some("bye"));
}

#[test]
fn who_reads_slowly_keeps_its_stream_and_who_reads_nothing_does_not() {
    let stalled = Duration::from_secs(4);
    let mut stadium = Stadium::new(loud(400, 12), 1);
    stadium.fanout = Fanout::start_with(1, stalled).expect("a thread");
    stadium.narrow = true;
    let [mut slow, mut stopped] = [(); 2].map(|()| stadium.come(&Selection::all(), None));
    // More comes than the slow one reads: its window is never open for all.
    let begun = Instant::now();
    while begun.elapsed() < stalled + 2 * HEARTBEAT_EVERY {
        stadium.go_on();
        let mut some = [0; 1_000];
        let read = slow.socket.read(&mut some).expect("the stream goes on");
        slow.take(&some[..read]);
        thread::sleep(Duration::from_millis(100));
    }
    assert!(stadium.left() > 0, "frames have come all the time");
    stadium.wait_until("one is gone", |it| it.channel.viewers() == 1);
    slow.reach(stadium.projector.seq());
    assert_eq!(slow.state, stadium.shown(&Selection::all()));
    let mut rest = Vec::new();
    let end = stopped.socket.read_to_end(&mut rest);
    assert!(!rest.ends_with(b"0\r\n\r\n"), "cut off: {end:?}");
}

#[test]
fn a_goodbye_names_no_state_that_the_viewer_does_not_have() {
    let mut stadium = Stadium::new(loud(100, 120), 1);
    let mut stopped = stadium.come(&Selection::all(), None);
    while stadium.left() > 0 {
        stadium.go_on();
    }
    stadium.wait_until("its socket is full", |it| it.fanout.tally().full > 0);
    stadium.fanout.say_bye();
    // What a `bye` names is compared with what came before it.
    while stopped.next() {}
    assert!(
        stopped.tag.is_some_and(|tag| tag.seq < 100),
        "{:?}",
        stopped.seen
    );
}

#[test]
fn a_first_state_larger_than_any_socket_arrives_in_one_piece() {
    let stadium = Stadium::new(loud(1, 1_000), 1);
    let mut reader = stadium.come(&Selection::all(), None);
    stadium.wait_until("the socket is full", |it| it.fanout.tally().full > 0);
    reader.reach(1);
    assert_eq!(reader.state, stadium.shown(&Selection::all()));
}

#[test]
fn a_stream_of_bounded_length_ends_cleanly_and_is_gone_on_with() {
    let mut stadium = Stadium::new(small_race(&mut seeded(6)), 2);
    stadium.time_max = Some(Duration::from_secs(1));
    for gzip in [false, true] {
        let mut reader = stadium.come_for(&Selection::all(), None, gzip);
        // At the end of a compressed one, length and checksum are compared.
        while reader.next() {}
        assert_eq!(reader.seen, ["snapshot"], "nobody is told to stay away");
        stadium.wait_until("it is forgotten", |it| it.channel.viewers() == 0);
        (0..3).for_each(|_| stadium.go_on());
        let mut back = stadium.come_for(&Selection::all(), reader.tag, gzip);
        back.state = reader.state;
        back.reach(stadium.projector.seq());
        assert_eq!(back.state, stadium.shown(&Selection::all()));
        assert_eq!((back.count("snapshot"), back.count("diff")), (0, 3));
    }
}

#[test]
fn who_hangs_up_is_forgotten_while_nothing_happens() {
    let stadium = Stadium::new(small_race(&mut seeded(7)), 2);
    let all = Selection::all();
    let mut readers: Vec<_> = (0..20).map(|_| stadium.come(&all, None)).collect();
    readers.iter_mut().for_each(|reader| reader.reach(1));
    assert_eq!(stadium.channel.viewers(), 20);
    let mut last = readers.split_off(19);
    drop(readers);
    stadium.wait_until("they are gone", |it| it.channel.viewers() == 1);
    assert_eq!(stadium.guards.load(Ordering::SeqCst), 1);
    last[0].socket.set_nonblocking(true).expect("a socket");
    let error = last[0].socket.read(&mut [0]).expect_err("nothing is sent");
    assert_eq!(error.kind(), ErrorKind::WouldBlock);
}

#[test]
fn a_comment_comes_where_nothing_else_does() {
    let mut stadium = Stadium::new(small_race(&mut seeded(8)), 1);
    let all = Selection::all();
    let (mut quiet, mut busy) = (
        stadium.come(&bibs(&["9999"]), None),
        stadium.come(&all, None),
    );
    quiet.reach(1);
    busy.reach(1);
    let begun = Instant::now();
    while begun.elapsed() < HEARTBEAT_EVERY + Duration::from_secs(1) {
        thread::sleep(Duration::from_secs(2));
        stadium.go_on();
        busy.reach(stadium.projector.seq());
    }
    assert_eq!(busy.count(":"), 0);
    while quiet.count(":") == 0 {
        assert!(quiet.next());
    }
    assert_eq!(quiet.seen, ["snapshot", ":"]);
}
