//! The measurement of bytes on the wire, in small: eight teams, two legs.

use crate::support::Measured;

#[test]
fn streams_are_smaller_than_polls_and_unpack_to_the_plain_events() {
    let settings = "--teams 8 --legs 2 --splits 1 --viewers 40";
    // It fails where a stream unpacks to other events, or bytes are not as
    // they were worked out.
    let measured = Measured::by(env!("CARGO_BIN_EXE_wire"), "wire", settings);
    let results = measured.results();
    let figure = |name: &str, figure: &str| {
        let rows = results["means"].as_array().expect("means");
        let row = rows.iter().find(|row| row["name"] == name).expect("a row");
        row["figures"][figure].as_f64().expect("bytes")
    };
    let down = |name: &str| figure(name, "down_bytes");
    let (few, many) = (
        "stream, gzip, few viewers",
        "stream, gzip, 32 viewers or more",
    );
    for packed in [few, many] {
        let sizes = [
            down("stream, gzip by a middleware"),
            down(packed),
            down("stream, identity"),
            down("poll, 304, br"),
        ];
        assert!(sizes.is_sorted(), "{packed}: {sizes:?}");
    }
    assert!(down(many) < down(few));
    assert!(down("poll, 304, br") < down("poll, identity"));
    assert!(measured.is_drawn());
}
