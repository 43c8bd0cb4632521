//! A fact is read strictly and written in one form.

use tasuki_race::Fact;

/// Whatever is sent: it is refused with words, or it is written as JSON that
/// is read as the same fact and written as the same bytes.
///
/// # Panics
/// Where that does not hold.
pub fn fact(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    match Fact::from_json(text) {
        Err(refused) => assert!(!refused.detail.is_empty() && !refused.code.is_empty()),
        Ok(fact) => {
            let canonical = fact.canonical();
            let again = Fact::from_json(&canonical);
            assert_eq!(again.as_ref(), Ok(&fact), "{canonical}");
            assert_eq!(again.map(|it| it.canonical()), Ok(canonical));
        }
    }
}
