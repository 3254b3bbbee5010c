//! The keys of an established connection: plaintext to records and back.
//!
//! A record is its length (two bytes, network order) and its ciphertext. Each direction
//! changes its key after every [`REKEY`] records, so that no nonce comes near its end and
//! a key found later opens little.

use crate::error::Violation;
use crate::item::{MAX_RECORD, TAG};
use snow::TransportState;

/// Records under one key.
pub const REKEY: u64 = 1 << 16;

pub struct Cipher {
    noise: Box<TransportState>,
}

impl Cipher {
    pub fn new(noise: TransportState) -> Cipher {
        Cipher {
            noise: Box::new(noise),
        }
    }

    /// Appends a record to `out`.
    pub fn seal(&mut self, plain: &[u8], out: &mut Vec<u8>) -> Result<(), Violation> {
        let length = plain.len() + TAG;
        if length > MAX_RECORD {
            return Err(Violation::RecordLength);
        }
        out.extend((length as u16).to_be_bytes());
        let start = out.len();
        out.resize(start + length, 0);
        let sealed = self.noise.write_message(plain, &mut out[start..]);
        sealed.map_err(|_| Violation::Undecipherable)?;
        if self.noise.sending_nonce().is_multiple_of(REKEY) {
            self.noise.rekey_outgoing();
        }
        Ok(())
    }

    /// Replaces what is in `plain` by what a record's ciphertext says.
    pub fn open(&mut self, ciphertext: &[u8], plain: &mut Vec<u8>) -> Result<(), Violation> {
        let length = ciphertext.len().checked_sub(TAG);
        let length = length.ok_or(Violation::RecordLength)?;
        plain.resize(length, 0);
        let opened = self.noise.read_message(ciphertext, plain);
        opened.map_err(|_| Violation::Undecipherable)?;
        if self.noise.receiving_nonce().is_multiple_of(REKEY) {
            self.noise.rekey_incoming();
        }
        Ok(())
    }
}
