//! A certificate for `localhost` and 127.0.0.1, signed by itself, made for one run: in the
//! Distinguished Encoding Rules (X.690), as RFC 5280 has it.

use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};

const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const INTEGER: u8 = 0x02;
const BITS: u8 = 0x03;
const OCTETS: u8 = 0x04;
const OBJECT: u8 = 0x06;
const TEXT: u8 = 0x0c;
const TIME: u8 = 0x18;

/// 1.2.840.10045.4.3.2, 1.2.840.10045.2.1, 1.2.840.10045.3.1.7, 2.5.4.3, 2.5.29.17.
const ECDSA_SHA256: [u8; 8] = [0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2];
const EC_PUBLIC_KEY: [u8; 7] = [0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];
const P256: [u8; 8] = [0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
const COMMON_NAME: [u8; 3] = [0x55, 4, 3];
const ALTERNATIVE_NAMES: [u8; 3] = [0x55, 0x1d, 0x11];

pub struct Certificate {
    /// The certificate, and its private key in PKCS #8.
    pub der: Vec<u8>,
    pub key: Vec<u8>,
}

/// One item: tag, length, contents.
fn item(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let contents = parts.concat();
    let mut out = vec![tag];
    match contents.len() {
        n @ 0..0x80 => out.push(n as u8),
        n @ 0x80..0x100 => out.extend([0x81, n as u8]),
        n => out.extend([0x82, (n >> 8) as u8, n as u8]),
    }
    out.extend(contents);
    out
}

fn bits(contents: &[u8]) -> Vec<u8> {
    item(BITS, &[&[0], contents])
}

pub fn make() -> Certificate {
    let random = SystemRandom::new();
    let algorithm = &ECDSA_P256_SHA256_ASN1_SIGNING;
    let key = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
    let pair = EcdsaKeyPair::from_pkcs8(algorithm, key.as_ref(), &random).unwrap();
    let signing = item(SEQUENCE, &[&item(OBJECT, &[&ECDSA_SHA256])]);
    let body = body(&signing, pair.public_key().as_ref());
    let signature = pair.sign(&random, &body).unwrap();
    Certificate {
        der: item(SEQUENCE, &[&body, &signing, &bits(signature.as_ref())]),
        key: key.as_ref().to_vec(),
    }
}

fn body(signing: &[u8], public_key: &[u8]) -> Vec<u8> {
    let version = item(0xa0, &[&item(INTEGER, &[&[2]])]);
    let common_name = item(
        SEQUENCE,
        &[&item(OBJECT, &[&COMMON_NAME]), &item(TEXT, &[b"localhost"])],
    );
    let name = item(SEQUENCE, &[&item(SET, &[&common_name])]);
    let validity = item(
        SEQUENCE,
        &[
            &item(TIME, &[b"20000101000000Z"]),
            &item(TIME, &[b"21000101000000Z"]),
        ],
    );
    let kind = item(
        SEQUENCE,
        &[&item(OBJECT, &[&EC_PUBLIC_KEY]), &item(OBJECT, &[&P256])],
    );
    let subject_key = item(SEQUENCE, &[&kind, &bits(public_key)]);
    let names = item(
        SEQUENCE,
        &[
            &item(0x82, &[b"localhost"]),
            &item(0x87, &[&[127, 0, 0, 1]]),
        ],
    );
    let extension = item(
        SEQUENCE,
        &[
            &item(OBJECT, &[&ALTERNATIVE_NAMES]),
            &item(OCTETS, &[&names]),
        ],
    );
    let extensions = item(0xa3, &[&item(SEQUENCE, &[&extension])]);
    item(
        SEQUENCE,
        &[
            &version,
            &item(INTEGER, &[&[1]]),
            signing,
            &name,
            &validity,
            &name,
            &subject_key,
            &extensions,
        ],
    )
}

/// As files of certificates hold it.
pub fn pem(der: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in der.chunks(3) {
        let word = (0..3).fold(0u32, |w, i| w << 8 | u32::from(*chunk.get(i).unwrap_or(&0)));
        for i in 0..4 {
            let digit = DIGITS[(word >> (18 - 6 * i)) as usize & 63];
            text.push(if i <= chunk.len() { digit.into() } else { '=' });
        }
    }
    format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n")
}
