//! Compressed answers: which coding a client takes, and bytes that are
//! compressed once for everyone who takes the same.

use std::io::Write;
use std::sync::{Arc, OnceLock};

use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::http::header::ACCEPT_ENCODING;
use flate2::write::GzEncoder;

/// As tower-http compresses everything else.
const BROTLI_QUALITY: i32 = 4;
const BROTLI_WINDOW: i32 = 22;
const BROTLI_BUFFER_BYTES: usize = 4_096;

/// A way to compress, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Coding {
    Brotli,
    Zstd,
    Gzip,
}

impl Coding {
    const ALL: [Self; 3] = [Self::Brotli, Self::Zstd, Self::Gzip];

    /// As headers call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Zstd => "zstd",
            Self::Gzip => "gzip",
        }
    }

    /// How much a client wants it: 0 for not at all, up to 1.
    fn weight(self, asked: &HeaderMap) -> f32 {
        let given = asked.get_all(ACCEPT_ENCODING).iter();
        let mut codings = given
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .map(|coding| coding.split_once(';').unwrap_or((coding, "")));
        let named = codings.find(|(name, _)| name.trim().eq_ignore_ascii_case(self.name()));
        named.map_or(0.0, |(_, weight)| {
            let weight: String = weight.split_whitespace().collect();
            let weight = weight.strip_prefix("q=").map(str::parse);
            weight.map_or(1.0, |weight| weight.unwrap_or(0.0))
        })
    }

    pub(crate) fn is_taken(self, asked: &HeaderMap) -> bool {
        self.weight(asked) > 0.0
    }

    /// The one that a client wants most; the best of equals.
    fn wanted(asked: &HeaderMap) -> Option<Self> {
        let weighed = Self::ALL.map(|coding| (coding, coding.weight(asked)));
        let taken = weighed.into_iter().filter(|(_, weight)| *weight > 0.0);
        // The first of the greatest.
        let most = taken.rev().max_by(|a, b| a.1.total_cmp(&b.1));
        most.map(|(coding, _)| coding)
    }

    /// Into memory: nothing can fail.
    fn pack(self, bytes: &[u8]) -> Vec<u8> {
        let mut packed = Vec::new();
        match self {
            Self::Brotli => {
                let parameters = brotli::enc::BrotliEncoderParams {
                    quality: BROTLI_QUALITY,
                    lgwin: BROTLI_WINDOW,
                    ..Default::default()
                };
                let sized = BROTLI_BUFFER_BYTES;
                let mut writer =
                    brotli::CompressorWriter::with_params(&mut packed, sized, &parameters);
                let _ = writer.write_all(bytes);
                drop(writer);
            }
            Self::Zstd => {
                packed = zstd::bulk::compress(bytes, zstd::DEFAULT_COMPRESSION_LEVEL)
                    .unwrap_or_default();
            }
            Self::Gzip => {
                let mut writer = GzEncoder::new(&mut packed, flate2::Compression::default());
                let _ = writer.write_all(bytes).and_then(|()| writer.try_finish());
            }
        }
        packed
    }
}

/// Bytes that many ask for.
#[derive(Clone, Debug)]
pub(crate) struct Packed {
    plain: Bytes,
    /// By coding, made when the first wants it.
    packed: Arc<[OnceLock<Bytes>; Coding::ALL.len()]>,
}

impl From<Vec<u8>> for Packed {
    fn from(bytes: Vec<u8>) -> Self {
        Self {
            plain: bytes.into(),
            packed: Arc::default(),
        }
    }
}

impl Packed {
    pub(crate) fn plain(&self) -> &Bytes {
        &self.plain
    }

    /// As a client wants it. Blocks while it is compressed for the first time.
    pub(crate) fn wanted(&self, asked: &HeaderMap) -> (Option<Coding>, Bytes) {
        let coding =
            Coding::wanted(asked).filter(|_| self.plain.len() > usize::from(PACKED_BYTES_MIN));
        let Some(coding) = coding else {
            return (None, self.plain.clone());
        };
        let packed = self.packed[coding as usize].get_or_init(|| coding.pack(&self.plain).into());
        (Some(coding), packed.clone())
    }
}

/// Smaller answers fit into one packet as they are.
pub(crate) const PACKED_BYTES_MIN: u16 = 1_024;

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn asked(value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static(value))])
    }

    #[test]
    fn a_coding_is_taken_where_it_is_named_and_not_ruled_out() {
        for (given, taken) in [
            ("gzip", true),
            ("gzip, deflate, br, zstd", true),
            ("br;q=1.0, GZIP ; q=0.5", true),
            ("gzip;q=0", false),
            ("gzip; q=0.000", false),
            ("br, *", false),
            ("identity", false),
            ("", false),
        ] {
            assert_eq!(Coding::Gzip.is_taken(&asked(given)), taken, "{given}");
        }
    }

    #[test]
    fn the_coding_that_is_wanted_most_is_chosen_and_the_best_of_equals() {
        for (given, wanted) in [
            ("gzip, deflate, br, zstd", Some(Coding::Brotli)),
            ("gzip, zstd", Some(Coding::Zstd)),
            ("br;q=0.5, gzip", Some(Coding::Gzip)),
            ("br;q=0, zstd;q=0.1", Some(Coding::Zstd)),
            ("deflate", None),
        ] {
            assert_eq!(Coding::wanted(&asked(given)), wanted, "{given}");
        }
    }

    #[test]
    fn what_is_small_is_sent_as_it_is_and_the_rest_compressed_once() {
        let asked = asked("gzip");
        let small = Packed::from(vec![b'x'; usize::from(PACKED_BYTES_MIN)]);
        assert_eq!(small.wanted(&asked), (None, small.plain().clone()));
        let large = Packed::from(vec![b'x'; 100_000]);
        let (coding, packed) = large.wanted(&asked);
        assert_eq!(coding, Some(Coding::Gzip));
        assert!(packed.len() < 1_000);
        assert_eq!(large.wanted(&asked).1.as_ptr(), packed.as_ptr());
    }
}
