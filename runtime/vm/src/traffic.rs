//! How much has gone to other nodes and come from them, for statistics.
//!
//! Counted are the bytes of frames as the node makes and takes them. What the transport adds
//! (headers of fragments, seals, signs of life, handshakes) is not among them. Whoever does
//! IO counts, where it hands frames over.

#[derive(Clone, Copy, Default, Debug)]
pub struct Traffic {
    pub bytes_sent: u64,
    pub bytes_received: u64,
}

impl Traffic {
    pub fn sent(&mut self, frame: &[u8]) {
        self.bytes_sent += frame.len() as u64;
    }

    pub fn received(&mut self, frame: &[u8]) {
        self.bytes_received += frame.len() as u64;
    }
}
