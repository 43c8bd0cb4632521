//! Where archives are kept: a folder, or a bucket of an object storage.

mod bucket;
mod folder;

use std::path::Path;

use crate::failure::Failure;
use bucket::Bucket;
use folder::Folder;

/// Largest file. Ten million operations fill it.
const FILE_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// What an address of a bucket begins with.
const BUCKET: &str = "s3://";

/// A place for files.
pub(super) enum Depot {
    Folder(Folder),
    Bucket(Box<Bucket>),
}

impl Depot {
    /// The one at `address`: a folder, which is made, or `s3://BUCKET/PREFIX`.
    pub(super) fn open(address: &str) -> Result<Self, Failure> {
        match address.strip_prefix(BUCKET) {
            Some(rest) => Ok(Self::Bucket(Box::new(Bucket::open(address, rest)?))),
            None if address.contains("://") => Err(Failure::configuration(format!(
                "`{address}` is no place for files: name a folder, or s3://BUCKET/PREFIX"
            ))),
            None => Ok(Self::Folder(Folder::open(address)?)),
        }
    }

    /// The one that a file is in, and the file's name.
    pub(super) fn around(file: &str) -> Result<(Self, String), Failure> {
        let (place, name) = file.rsplit_once('/').unwrap_or((".", file));
        if name.is_empty() {
            return Err(Failure::configuration(format!("`{file}` names no file")));
        }
        if !file.starts_with(BUCKET) && !Path::new(file).is_file() {
            return Err(Failure::configuration(format!("there is no file `{file}`")));
        }
        let place = if place.is_empty() { "/" } else { place };
        Ok((Self::open(place)?, name.to_owned()))
    }

    /// Where it is, as it may be shown: without what is secret.
    pub(super) fn place(&self) -> &str {
        match self {
            Self::Folder(folder) => folder.place(),
            Self::Bucket(bucket) => bucket.place(),
        }
    }

    /// Puts a file there, whole or not at all; durable when it returns.
    pub(super) async fn put(&self, name: &str, bytes: Vec<u8>) -> anyhow::Result<()> {
        match self {
            Self::Folder(folder) => folder.put(name, &bytes),
            Self::Bucket(bucket) => bucket.put(name, bytes).await,
        }
    }

    /// Reads a file; none where there is none of that name.
    pub(super) async fn get(&self, name: &str) -> anyhow::Result<Option<Vec<u8>>> {
        match self {
            Self::Folder(folder) => folder.get(name),
            Self::Bucket(bucket) => bucket.get(name).await,
        }
    }
}
