//! The handshake: hellos in clear, then `Noise_XXpsk3_25519_ChaChaPoly_BLAKE2s`.
//!
//! ```text
//! initiator                               responder
//! hello                             ->
//!                                   <-    hello
//! e                                 ->
//!                                   <-    e, ee, s, es (incarnation)
//! s, se, psk (incarnation, terms)   ->
//!                                   <-    first record: Welcome (epoch, terms)
//! ```
//!
//! This file owns the messages up to the third; the Welcome is a record like any other and
//! is `connection.rs`'s. A side that learns who the other is stops at [`Step::Identified`]
//! until it is told to go on, so that `peers.rs` can refuse. Only the third message proves
//! that the initiator has the secret, and only the Welcome that the responder has it; the
//! second proves the responder's key.

use crate::cipher::Cipher;
use crate::error::{ConnectError, Refusal};
use crate::settings::{Incarnation, Settings};
use crate::terms::{HELLO, Hello, Terms};
use snow::{Builder, HandshakeState};

pub const PATTERN: &str = "Noise_XXpsk3_25519_ChaChaPoly_BLAKE2s";
/// The longest message of a handshake.
pub const MAX_MESSAGE: usize = 4096;

const BROKEN: ConnectError = ConnectError::Malformed("a handshake that cannot be deciphered");

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    Initiator,
    Responder,
}

/// Who the other side is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Identity {
    pub incarnation: Incarnation,
    /// The public half of its static key.
    pub key: [u8; 32],
    /// What the responder is told with it.
    pub claim: Option<Claim>,
}

/// The payload of the third message beside the incarnation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Claim {
    /// The last epoch that the initiator had given out when it sent this.
    pub last_epoch: u64,
    pub terms: Terms,
}

pub enum Step {
    More,
    Identified(Identity),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stage {
    Hello,
    First,
    Second,
    Third,
    /// The other side is identified; it is this side's turn.
    Decide,
}

pub struct Handshake {
    role: Role,
    stage: Stage,
    /// Present once both hellos are known.
    noise: Option<Box<HandshakeState>>,
}

impl Handshake {
    /// An initiator speaks at once.
    pub fn new(role: Role, out: &mut Vec<u8>) -> Handshake {
        if role == Role::Initiator {
            out.extend(Hello::OURS.encode());
        }
        Handshake {
            role,
            stage: Stage::Hello,
            noise: None,
        }
    }

    pub fn awaits_hello(&self) -> bool {
        self.stage == Stage::Hello
    }

    /// What is waited for, in words.
    pub fn awaits(&self) -> &'static str {
        match self.stage {
            Stage::Hello => "the hello",
            Stage::First | Stage::Second => "the handshake",
            Stage::Third | Stage::Decide => "the end of the handshake",
        }
    }

    pub fn hello(
        &mut self,
        bytes: &[u8; HELLO],
        settings: &Settings,
        out: &mut Vec<u8>,
    ) -> Result<(), ConnectError> {
        let theirs = Hello::decode(bytes)?;
        let ours = Hello::OURS.encode();
        if self.role == Role::Responder {
            // Before the versions are compared: the other side shall know ours.
            out.extend(ours);
        }
        Hello::OURS.common(theirs)?;
        let mut noise = match self.role {
            Role::Initiator => start(self.role, settings, [ours, *bytes]),
            Role::Responder => start(self.role, settings, [*bytes, ours]),
        }?;
        self.stage = match self.role {
            Role::Initiator => {
                write(&mut noise, &[], out)?;
                Stage::Second
            }
            Role::Responder => Stage::First,
        };
        self.noise = Some(Box::new(noise));
        Ok(())
    }

    pub fn message(
        &mut self,
        message: &[u8],
        settings: &Settings,
        out: &mut Vec<u8>,
    ) -> Result<Step, ConnectError> {
        if let [code] = message {
            return Err(ConnectError::Refused(Refusal::from_code(*code)));
        }
        let noise = self.noise.as_mut().ok_or(ConnectError::NotTermite)?;
        let mut payload = [0; MAX_MESSAGE];
        let read = noise.read_message(message, &mut payload);
        match self.stage {
            Stage::First => {
                read.map_err(|_| BROKEN)?;
                write(noise, &settings.incarnation, out)?;
                self.stage = Stage::Third;
                Ok(Step::More)
            }
            Stage::Second => {
                let length = read.map_err(|_| BROKEN)?;
                self.stage = Stage::Decide;
                identify(noise, &payload[..length]).map(Step::Identified)
            }
            Stage::Third => {
                // The secret enters the keys only here.
                let length = read.map_err(|_| ConnectError::WrongSecret)?;
                self.stage = Stage::Decide;
                let mut identity = identify(noise, &payload[..length])?;
                identity.claim = Some(claim(&payload[16..length])?);
                Ok(Step::Identified(identity))
            }
            Stage::Hello | Stage::Decide => Err(ConnectError::Malformed("a message out of turn")),
        }
    }

    /// Ends the initiator's part with the third message, or the responder's.
    pub fn finish(mut self, claim: &[u8], out: &mut Vec<u8>) -> Result<Cipher, ConnectError> {
        let mut noise = self.noise.take().ok_or(BROKEN)?;
        if self.role == Role::Initiator {
            write(&mut noise, claim, out)?;
        }
        let transport = noise.into_transport_mode().map_err(|_| BROKEN)?;
        Ok(Cipher::new(transport))
    }
}

/// What the initiator says of itself in the third message.
pub fn encode_claim(settings: &Settings, claim: &Claim) -> Vec<u8> {
    let mut bytes = settings.incarnation.to_vec();
    bytes.extend(claim.last_epoch.to_be_bytes());
    claim.terms.encode(&mut bytes);
    bytes
}

fn claim(bytes: &[u8]) -> Result<Claim, ConnectError> {
    let cut_off = ConnectError::Malformed("a claim cut off");
    let (epoch, terms) = bytes.split_first_chunk::<8>().ok_or(cut_off)?;
    Ok(Claim {
        last_epoch: u64::from_be_bytes(*epoch),
        terms: Terms::decode(terms)?,
    })
}

fn start(
    role: Role,
    settings: &Settings,
    hellos: [[u8; HELLO]; 2],
) -> Result<HandshakeState, ConnectError> {
    let build = || {
        let prologue = hellos.concat();
        let builder = Builder::new(PATTERN.parse()?)
            .local_private_key(&settings.static_key.0)?
            .psk(3, &settings.secret.0)?
            .prologue(&prologue)?;
        match role {
            Role::Initiator => builder.build_initiator(),
            Role::Responder => builder.build_responder(),
        }
    };
    build().map_err(|_: snow::Error| ConnectError::Malformed("what Noise cannot start from"))
}

/// One message of the handshake: its length, then what Noise makes of the payload.
fn write(
    noise: &mut HandshakeState,
    payload: &[u8],
    out: &mut Vec<u8>,
) -> Result<(), ConnectError> {
    let mut message = [0; MAX_MESSAGE];
    let length = noise.write_message(payload, &mut message);
    let length = length.map_err(|_| ConnectError::Malformed("a handshake out of turn"))?;
    out.extend((length as u16).to_be_bytes());
    out.extend(&message[..length]);
    Ok(())
}

fn identify(noise: &HandshakeState, payload: &[u8]) -> Result<Identity, ConnectError> {
    let key = noise.get_remote_static();
    let key = key.and_then(|key| key.try_into().ok()).ok_or(BROKEN)?;
    let no_incarnation = ConnectError::Malformed("no incarnation");
    Ok(Identity {
        incarnation: *payload.first_chunk().ok_or(no_incarnation)?,
        key,
        claim: None,
    })
}
