//! What stands before the log and decides what may enter.

use tasuki_race::{Instant, RaceId};

use crate::record::{Appended, Draft, Record};

/// Decides, in log order, what may enter; is told, in log order, what has
/// entered.
///
/// The appender calls it from one task, in this order for every group:
/// `admit` for each submission, then either `committed` once or `abandoned`
/// once. What `admit` lets through is not in the log yet: the gate keeps it in
/// an overlay for the submissions behind it, and applies or drops the overlay
/// at the end of the group.
pub trait Gate: Send + 'static {
    /// What a request hands in.
    type Submission: Send + 'static;
    /// What admission keeps for the answer.
    type Ticket: Send;
    /// What the request gets back.
    type Answer: Send + 'static;

    /// The number of facts handed in, which bounds a group and the queue.
    fn weight(submission: &Self::Submission) -> usize;

    /// Judges a submission against everything before it. The drafts go into
    /// the log together, in this order, received at `now`.
    fn admit(&mut self, submission: Self::Submission, now: Instant) -> (Self::Ticket, Vec<Draft>);

    /// The group is durable: apply it, then answer. One answer per ticket, in
    /// order; each ticket comes with one outcome per draft, in order.
    fn committed(&mut self, group: Vec<(Self::Ticket, Vec<Appended>)>) -> Vec<Self::Answer>;

    /// The group was not written, or it is not known whether it was: drop the
    /// overlay.
    fn abandoned(&mut self);

    /// A record that is in the log and that the gate has not seen, because
    /// its outcome was unknown: apply it before anything further is admitted.
    fn missed(&mut self, record: Record);

    /// The last `seq` of `race` that the gate has applied, 0 for none; the greatest
    /// there is for a race that it does not want to be shown.
    fn known(&self, race: &RaceId) -> u64;
}
