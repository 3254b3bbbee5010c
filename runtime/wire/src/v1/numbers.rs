//! Reading numbers, and holding them to their normal form.

use super::decode::Decoder;
use super::op;
use crate::bytes::{Result, unzigzag};
use crate::error::Fault;
use termite_abi::value::{FIXNUM_MAX, FIXNUM_MIN};
use termite_abi::{Kind, Value};
use termite_heap as heap;

impl Decoder<'_> {
    /// The integer of one or two bytes that begins with `op`.
    #[inline(always)]
    pub(super) fn short_int(&mut self, op: u8) -> Result<Value> {
        let z = if op < op::TWO_BYTES {
            u64::from(op)
        } else {
            let low = self.r.byte()?;
            (u64::from(op - op::TWO_BYTES) << 8 | u64::from(low)) + op::INTS_1
        };
        Ok(Value::fixnum(unzigzag(z)))
    }

    /// Any number but one of one or two bytes; its parts are read at once.
    pub(super) fn number_value(&mut self, op: u8) -> Result<Value> {
        match op {
            op::INT => self.long_int(),
            op::FLONUM => {
                let bits = u64::from_le_bytes(self.r.array()?);
                Ok(self.heap.flonum(f64::from_bits(bits)))
            }
            op::BIGNUM | op::NEGATIVE => self.bignum(op == op::NEGATIVE),
            op::RATIO => self.ratio(),
            op::COMPLEX => self.complex(),
            other => self.r.error(Fault::Unknown("number", u64::from(other))),
        }
    }

    fn long_int(&mut self) -> Result<Value> {
        let n = self
            .r
            .number()?
            .checked_add(op::INTS_2)
            .map(unzigzag)
            .and_then(Value::try_fixnum);
        n.map_or_else(|| self.r.error(Fault::Number), Ok)
    }

    fn bignum(&mut self, negative: bool) -> Result<Value> {
        let count = self.r.count("limbs", 8, self.limits.string / 8)?;
        let limbs: Vec<u64> = self
            .r
            .take(8 * count)?
            .as_chunks::<8>()
            .0
            .iter()
            .map(|&limb| u64::from_le_bytes(limb))
            .collect();
        let is_fixnum = match limbs[..] {
            [] => true,
            [limb] if negative => limb <= FIXNUM_MIN.unsigned_abs(),
            [limb] => limb <= FIXNUM_MAX as u64,
            _ => limbs.last() == Some(&0),
        };
        if is_fixnum {
            return self.r.error(Fault::Number);
        }
        self.check_room(8 * count)?;
        Ok(self.heap.bignum(negative, &limbs))
    }

    /// An exact integer.
    fn integer(&mut self) -> Result<Value> {
        match self.r.byte()? {
            op if op < op::FIRST => self.short_int(op),
            op @ (op::INT | op::BIGNUM | op::NEGATIVE) => self.number_value(op),
            other => self.r.error(Fault::Unknown("integer", u64::from(other))),
        }
    }

    fn ratio(&mut self) -> Result<Value> {
        let (numerator, denominator) = (self.integer()?, self.integer()?);
        let above_one = if denominator.is_fixnum() {
            denominator.as_fixnum() > 1
        } else {
            !heap::bignum_is_negative(denominator)
        };
        let reduced = match (numerator.is_fixnum(), denominator.is_fixnum()) {
            (true, true) => {
                let (n, d) = (numerator.as_fixnum(), denominator.as_fixnum());
                gcd(n.unsigned_abs(), d.unsigned_abs()) == 1
            }
            (true, false) => numerator != Value::fixnum(0),
            (false, _) => true,
        };
        if !above_one || !reduced {
            return self.r.error(Fault::Number);
        }
        Ok(self.heap.object(Kind::Ratnum, &[numerator, denominator]))
    }

    /// A real number.
    fn real(&mut self) -> Result<Value> {
        match self.r.byte()? {
            op if op < op::FIRST => self.short_int(op),
            op::COMPLEX => self.r.error(Fault::Misplaced("a complex number")),
            op => self.number_value(op),
        }
    }

    fn complex(&mut self) -> Result<Value> {
        let (real, imaginary) = (self.real()?, self.real()?);
        if imaginary == Value::fixnum(0) {
            return self.r.error(Fault::Number);
        }
        Ok(self.heap.object(Kind::Compnum, &[real, imaginary]))
    }
}

fn gcd(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}
