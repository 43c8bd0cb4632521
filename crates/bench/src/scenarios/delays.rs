//! How late viewers saw what was entered: k6 knows when it was sent, and the
//! crowds know who got what when.

use std::collections::BTreeMap;

use tasuki_bench::control::Arrival;

use crate::k6::Post;

/// Deliveries of passages to viewers.
#[derive(Debug, Default)]
pub(crate) struct Deliveries {
    /// Delays in microseconds, and how many there were of each.
    pub(crate) delays_us: Vec<(u64, u64)>,
    /// All of them.
    pub(crate) count: u64,
    /// Passages that were to be delivered to each viewer.
    pub(crate) passages: u64,
}

impl Deliveries {
    /// Joins what was sent with what arrived.
    pub(crate) fn join(posts: &[Post], arrivals: &[Arrival]) -> Self {
        let each = |post: &'_ Post| {
            let sent_ms = post.sent_ms;
            let seqs = post.seqs.clone();
            seqs.into_iter().map(move |seq| (seq, sent_ms))
        };
        let sent_ms: BTreeMap<u32, u64> = posts.iter().flat_map(each).collect();
        let mut delays: BTreeMap<u64, u64> = BTreeMap::new();
        for arrival in arrivals {
            for (_, sent_ms) in sent_ms.range(arrival.from + 1..=arrival.to) {
                let delay_us = arrival.at_ms.saturating_sub(*sent_ms) * 1_000;
                *delays.entry(delay_us).or_default() += u64::from(arrival.viewers);
            }
        }
        Self {
            count: delays.values().sum(),
            delays_us: delays.into_iter().collect(),
            passages: sent_ms.len() as u64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_delivers_every_passage_since_the_last_one() {
        let post = |sent_ms, seqs: &[u32]| Post {
            sent_ms,
            seqs: seqs.to_vec(),
        };
        let posts = [post(100, &[3, 4]), post(150, &[5])];
        let arrival = |from, to, viewers| Arrival {
            from,
            to,
            at_ms: 160,
            viewers,
        };
        let all = Deliveries::join(&posts, &[arrival(2, 5, 1), arrival(4, 5, 2)]);
        assert_eq!(all.delays_us, [(10_000, 3), (60_000, 2)]);
        assert_eq!((all.count, all.passages), (5, 3));
    }
}
