//! Stands in where code memory cannot be mapped twice: nothing can be made of it.
//!
//! `unmap` is `unsafe` for the sake of the module that this stands in for.

use crate::error::JitError;

pub enum Mapping {}

impl Mapping {
    pub fn new(_bytes: usize) -> Result<Mapping, JitError> {
        Err(JitError::NoJitForArchitecture)
    }

    pub fn bytes(&self) -> usize {
        match *self {}
    }

    pub fn address(&self) -> u64 {
        match *self {}
    }

    pub fn write(&mut self, _offset: usize, _data: &[u8]) {
        match *self {}
    }

    pub unsafe fn unmap(self) {
        match self {}
    }
}
