//! The second yardstick: tokio with one small task per viewer, which writes
//! all that is pending for it in one call. No hyper, and nothing is copied.

use std::io;
use std::sync::{Arc, PoisonError, RwLock};

use anyhow::Result;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::wire::{Request, STREAM_HEAD, TAKEN, event, take_request};

/// All that was ever published, and its length for those who wait for more.
struct Published {
    bytes: RwLock<Vec<u8>>,
    length: watch::Sender<usize>,
}

/// Serves until it is killed.
pub(crate) fn run() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread();
    { runtime }.enable_all().build()?.block_on(serve())
}

async fn serve() -> Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    println!("{}", listener.local_addr()?);
    let published = Arc::new(Published {
        bytes: RwLock::default(),
        length: watch::Sender::new(0),
    });
    loop {
        let (socket, _) = listener.accept().await?;
        socket.set_nodelay(true)?;
        let published = Arc::clone(&published);
        tokio::spawn(async move {
            // Boxed, and gone when the request is read: what a viewer's task
            // holds across a wait, it holds ten thousand times.
            let mut socket = socket;
            match Box::pin(requests(&mut socket, &published)).await {
                Ok(true) => watch(socket, published).await,
                _ => Ok(()),
            }
        });
    }
}

/// Answers requests; whether the last was to watch.
async fn requests(socket: &mut TcpStream, published: &Published) -> io::Result<bool> {
    let mut read = Vec::new();
    while socket.read_buf(&mut read).await? > 0 {
        while let Some(request) = take_request(&mut read) {
            match request {
                Request::Watch => return Ok(true),
                Request::Publish(json) => {
                    socket.write_all(TAKEN).await?;
                    published.add(&event(&json));
                }
            }
        }
    }
    Ok(false)
}

async fn watch(mut socket: TcpStream, published: Arc<Published>) -> io::Result<()> {
    let mut length = published.length.subscribe();
    let mut place = *length.borrow_and_update();
    socket.write_all(STREAM_HEAD).await?;
    loop {
        if published.write(&socket, &mut place)? {
            socket.writable().await?;
        } else if length.changed().await.is_err() {
            return Ok(());
        }
    }
}

impl Published {
    fn add(&self, event: &[u8]) {
        let mut bytes = self.bytes.write().unwrap_or_else(PoisonError::into_inner);
        bytes.extend_from_slice(event);
        self.length.send_replace(bytes.len());
    }

    /// Writes what is behind a place; whether the socket is full.
    fn write(&self, socket: &TcpStream, place: &mut usize) -> io::Result<bool> {
        let bytes = self.bytes.read().unwrap_or_else(PoisonError::into_inner);
        while *place < bytes.len() {
            match socket.try_write(&bytes[*place..]) {
                Ok(written) => *place += written,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(true),
                Err(error) => return Err(error),
            }
        }
        Ok(false)
    }
}
