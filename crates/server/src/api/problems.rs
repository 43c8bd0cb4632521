//! Every code that an answer can carry, with its status and its meaning.

/// A kind of problem.
pub(crate) struct Kind {
    /// The slug to program against.
    pub(crate) code: &'static str,
    /// With which it comes.
    pub(crate) status: u16,
    /// When it comes.
    pub(crate) meaning: &'static str,
}

const fn kind(status: u16, code: &'static str, meaning: &'static str) -> Kind {
    Kind {
        code,
        status,
        meaning,
    }
}

/// What can be wrong with a request as a whole. Of a code that comes with
/// several statuses, the usual one stands first.
pub(crate) const PROBLEMS: &[Kind] = &[
    kind(
        400,
        "malformed_json",
        "The body is not JSON; line and column are in the detail.",
    ),
    kind(400, "invalid_utf8", "The body is not UTF-8."),
    kind(400, "body_cut_off", "The body did not arrive whole."),
    kind(400, "invalid_query", "A query parameter cannot be read."),
    kind(400, "empty_file", "The file is empty."),
    kind(
        400,
        "not_text",
        "The file is no text; save a workbook as CSV.",
    ),
    kind(
        400,
        "not_decodable",
        "The file is not in the encoding that was named, or in none.",
    ),
    kind(
        400,
        "malformed_csv",
        "A quoted cell has no end, or the like; the line is in the detail.",
    ),
    kind(
        400,
        "malformed_xml",
        "The file is not XML; the place is in the detail.",
    ),
    kind(400, "too_deep", "The elements are nested too deeply."),
    kind(
        401,
        "unauthorized",
        "There is no valid token; it may have been revoked.",
    ),
    kind(
        401,
        "login_refused",
        "The name or the password is wrong, or that user may not log in.",
    ),
    kind(
        403,
        "forbidden",
        "The token or the session does not allow this.",
    ),
    kind(
        403,
        "cross_site",
        "A cookie came with a change that no page of this server has asked for.",
    ),
    kind(403, "wrong_password", "That is not the password."),
    kind(404, "not_found", "There is nothing at this address."),
    kind(404, "race_not_found", "There is no race of that id."),
    kind(
        404,
        "device_not_found",
        "The race has no such device, or it was revoked.",
    ),
    kind(404, "user_not_found", "There is no such user."),
    kind(404, "setting_not_found", "The server has no such switch."),
    kind(
        404,
        "unknown_category",
        "The race has no category of that id.",
    ),
    kind(
        404,
        "unknown_seq",
        "The log does not reach to there, or begins later.",
    ),
    kind(
        405,
        "method_not_allowed",
        "The method does nothing here; see `Allow`.",
    ),
    kind(408, "too_slow", "The body did not arrive in time."),
    kind(
        409,
        "race_exists",
        "There is a race of that id; change it by a fact `race_defined`.",
    ),
    kind(422, "unknown_race", "There is no race of that id."),
    kind(409, "user_exists", "There is a user of that name."),
    kind(
        409,
        "too_many_users",
        "There are as many users as there may be; remove some first.",
    ),
    kind(
        409,
        "own_user",
        "Nobody does that to oneself; another administrator has to.",
    ),
    kind(
        410,
        "link_not_kept",
        "A device's link can be drawn for an hour after it was admitted.",
    ),
    kind(
        413,
        "body_too_large",
        "The body is larger than 8 MiB; send several requests.",
    ),
    kind(
        413,
        "too_many_events",
        "More than 10,000 facts; send several requests.",
    ),
    kind(
        413,
        "file_too_large",
        "The file is larger than 8 MiB; divide it.",
    ),
    kind(
        413,
        "too_many_rows",
        "The file has more than 100,000 rows; divide it.",
    ),
    kind(
        415,
        "unsupported_media_type",
        "Send JSON with `Content-Type: application/json`.",
    ),
    kind(
        422,
        "reserved_id",
        "The id is one of the server's own; choose another.",
    ),
    kind(
        422,
        "unknown_field",
        "A member is not known, perhaps mistyped; the detail names it.",
    ),
    kind(
        422,
        "missing_field",
        "A member is missing; the detail names it.",
    ),
    kind(
        422,
        "invalid_value",
        "A value does not fit; the detail says where and what would.",
    ),
    kind(
        422,
        "invalid_definition",
        "The race does not hold together; the detail says where.",
    ),
    kind(422, "no_events", "The request holds no fact."),
    kind(
        422,
        "unknown_checkpoint",
        "The race has no checkpoint of that id.",
    ),
    kind(
        422,
        "race_not_defined",
        "The race has no definition to read a file against.",
    ),
    kind(
        422,
        "no_header",
        "No line of the file names columns that are understood.",
    ),
    kind(
        422,
        "no_rows",
        "The file has no rows below its header, or nobody in it.",
    ),
    kind(
        422,
        "cell_too_long",
        "A cell has more than 1,000 characters.",
    ),
    kind(422, "too_many_columns", "A line has more than 600 cells."),
    kind(
        422,
        "times_unknown",
        "Nothing tells whether times are of the day or from the gun.",
    ),
    kind(
        422,
        "no_gun",
        "Times cannot be placed, since the race has no gun.",
    ),
    kind(422, "wrong_document", "The XML is not a `StartList`."),
    kind(422, "wrong_version", "The XML is not of IOF version 3."),
    kind(
        404,
        "unknown_checkpoint",
        "The race has no checkpoint of that id.",
    ),
    kind(
        429,
        "too_many_requests",
        "The caller has had what it may have for now; come back after `Retry-After`.",
    ),
    kind(
        500,
        "internal",
        "The server failed; the operator finds the cause under `id`.",
    ),
    kind(
        503,
        "log_unavailable",
        "The log cannot be reached: nothing was kept, send again.",
    ),
    kind(
        503,
        "overloaded",
        "Too much is waiting: nothing was kept, send again.",
    ),
    kind(
        503,
        "stopping",
        "The server is stopping: nothing was kept, send again.",
    ),
    kind(503, "too_many_viewers", "All places are taken; come back."),
    kind(
        503,
        "entry_closed",
        "Entry is closed: nothing was kept; keep it, and send it later.",
    ),
    kind(
        503,
        "streams_off",
        "Live streams are switched off; ask for the standings.",
    ),
    kind(503, "exports_off", "Exports are switched off; come back."),
    kind(
        503,
        "expected_off",
        "Expected arrivals are switched off; come back.",
    ),
    kind(
        503,
        "read_only",
        "The server is read only: nothing was kept, send again.",
    ),
];

/// What can be wrong with one fact of a request.
pub(crate) const REJECTIONS: &[Kind] = &[
    kind(403, "forbidden", "The token does not allow this fact."),
    kind(409, "id_conflict", "The id belongs to another fact."),
    kind(
        409,
        "definition_conflict",
        "A recorded passage would lose its checkpoint.",
    ),
    kind(
        422,
        "unknown_field",
        "A field is not known to this type, perhaps mistyped.",
    ),
    kind(422, "missing_field", "A field is missing."),
    kind(422, "invalid_value", "A value does not fit."),
    kind(422, "unknown_type", "There is no fact of that type."),
    kind(
        422,
        "invalid_definition",
        "The race does not hold together.",
    ),
    kind(
        422,
        "invalid_entry",
        "The entry names what the race does not have.",
    ),
    kind(
        422,
        "too_many_entries",
        "A race has at most 100,000 entries.",
    ),
    kind(422, "wrong_race", "The definition is that of another race."),
    kind(
        422,
        "time_in_future",
        "The time is more than 24 hours ahead of the server.",
    ),
    kind(
        422,
        "unknown_checkpoint",
        "The race has no such checkpoint or place.",
    ),
    kind(422, "unknown_leg", "The race has no such leg."),
    kind(422, "unknown_category", "The race has no such category."),
    kind(422, "unknown_event", "The race has no fact of that id."),
    kind(422, "not_a_passage", "The fact named is not a passage."),
    kind(
        422,
        "not_a_time",
        "The fact named is not a `time_recorded`.",
    ),
    kind(422, "not_a_bib", "The fact named is not a `bib_recorded`."),
];

/// What can be wrong with a body before it is read.
pub(crate) const ARRIVING: &[&str] = &[
    "body_cut_off",
    "too_slow",
    "body_too_large",
    "unsupported_media_type",
];

/// What reading a JSON body can say.
pub(crate) const READING: &[&str] = &[
    "malformed_json",
    "invalid_utf8",
    "unknown_field",
    "missing_field",
    "invalid_value",
];

/// The kind of that code, with its usual status.
pub(crate) fn usual(code: &str) -> Option<&'static Kind> {
    PROBLEMS.iter().find(|kind| kind.code == code)
}

/// The kind of that code with that status.
pub(crate) fn unusual(status: u16, code: &str) -> Option<&'static Kind> {
    PROBLEMS
        .iter()
        .find(|kind| kind.code == code && kind.status == status)
}

/// A list of codes and what they mean, in Markdown.
pub(crate) fn listed<'k>(kinds: impl IntoIterator<Item = &'k Kind>) -> String {
    kinds
        .into_iter()
        .map(|kind| format!("- `{}`: {}\n", kind.code, kind.meaning))
        .collect()
}
