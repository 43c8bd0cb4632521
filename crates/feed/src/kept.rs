//! Something that many views show, kept once with the patch of its last
//! change.

use std::sync::Arc;

use crate::patch::Patched;

/// A value as it is now. Views hold it by pointer: the same pointer, nothing
/// changed, and nothing has to be compared.
#[derive(Debug)]
pub(crate) struct Kept<T> {
    now: Option<Arc<T>>,
    change: Option<Change<T>>,
}

/// An encoded patch and what it leads from and to.
#[derive(Debug)]
struct Change<T> {
    from: Option<Arc<T>>,
    to: Option<Arc<T>>,
    text: Arc<str>,
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        let (now, change) = (None, None);
        Self { now, change }
    }
}

impl<T: Patched> Kept<T> {
    pub(crate) fn now(&self) -> Option<&Arc<T>> {
        self.now.as_ref()
    }

    /// Makes an equal value one and the same with what is kept. It may be
    /// older, and is kept only where nothing was.
    pub(crate) fn share(&mut self, value: &mut Arc<T>) {
        let now = self.now.get_or_insert_with(|| Arc::clone(value));
        if **now == **value {
            *value = Arc::clone(now);
        }
    }

    /// Keeps the present value; an equal one stays where it is.
    pub(crate) fn set(&mut self, value: Option<T>) -> Option<Arc<T>> {
        match value {
            None => self.now = None,
            Some(value) => return Some(self.keep(Arc::new(value))),
        }
        None
    }

    /// The same for a value that there is.
    pub(crate) fn keep(&mut self, value: Arc<T>) -> Arc<T> {
        match &self.now {
            Some(now) if **now == *value => Arc::clone(now),
            _ => Arc::clone(self.now.insert(value)),
        }
    }

    /// The patch between two values that views hold or shall hold. Views go
    /// the same way one after the other, so the last one is remembered;
    /// `encoded` counts those that were not.
    pub(crate) fn patch(
        &mut self,
        from: Option<&Arc<T>>,
        to: Option<&Arc<T>>,
        encoded: &mut usize,
    ) -> Arc<str> {
        if let Some(change) = &self.change
            && same(change.from.as_ref(), from)
            && same(change.to.as_ref(), to)
        {
            return Arc::clone(&change.text);
        }
        *encoded += 1;
        let patch = T::patch(from.map(|from| &**from), to.map(|to| &**to));
        let text: Arc<str> = patch.into();
        self.change = Some(Change {
            from: from.cloned(),
            to: to.cloned(),
            text: Arc::clone(&text),
        });
        text
    }
}

/// Whether two are one and the same.
fn same<T>(a: Option<&Arc<T>>, b: Option<&Arc<T>>) -> bool {
    match (a, b) {
        (None, None) => true,
        (Some(a), Some(b)) => Arc::ptr_eq(a, b),
        _ => false,
    }
}
