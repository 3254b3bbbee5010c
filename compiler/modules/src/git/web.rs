//! Git over https: the "smart" protocol (gitprotocol-http), as far as fetching goes.
//!
//! A fetch asks `URL/info/refs` what there is, then posts what it wants and has to
//! `URL/git-upload-pack`, once for each round. No credentials are ever sent. Redirects are
//! followed for the first request only, never from https to http, and, when a message
//! causes the fetch, only on the same host.

use super::network::CheckedResolver;
use crate::{Access, Address, Cause, StoreError};
use git2::Error;
use git2::transport::{Service, SmartSubtransport, SmartSubtransportStream};
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use ureq::http::Response;
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::unversioned::resolver::DefaultResolver;
use ureq::unversioned::transport::DefaultConnector;
use ureq::{Agent, Body, BodyReader, Proxy};

/// Some servers look for `git/` before they speak the protocol.
const USER_AGENT: &str = concat!("git/2.0 (termite ", env!("CARGO_PKG_VERSION"), ")");
const INFO: &str = "/info/refs?service=git-upload-pack";
const ADVERTISEMENT: &str = "application/x-git-upload-pack-advertisement";
const REQUEST: &str = "application/x-git-upload-pack-request";
const RESULT: &str = "application/x-git-upload-pack-result";
const MAX_REDIRECTS: usize = 5;
/// Longer than any request for what a repository within the limits has.
const MAX_REQUEST: usize = 64 << 20;
const CONNECT: Duration = Duration::from_secs(30);
/// How long the other side may say nothing.
const SILENCE: Duration = Duration::from_secs(90);

pub(super) struct Web {
    shared: Arc<Shared>,
}

/// What the requests of one fetch share.
struct Shared {
    access: Arc<Access>,
    /// Made at the first request.
    agent: Mutex<Option<Agent>>,
    /// Where redirects led.
    base: Mutex<Option<String>>,
    started: Instant,
}

impl Web {
    pub fn new(access: Arc<Access>) -> Web {
        Web {
            shared: Arc::new(Shared {
                access,
                agent: Mutex::new(None),
                base: Mutex::new(None),
                started: Instant::now(),
            }),
        }
    }
}

impl SmartSubtransport for Web {
    fn action(
        &self,
        url: &str,
        action: Service,
    ) -> Result<Box<dyn SmartSubtransportStream>, Error> {
        let done = match action {
            Service::UploadPackLs => self.shared.advertisement(url),
            Service::UploadPack => Ok(Exchange {
                shared: self.shared.clone(),
                url: format!("{}/git-upload-pack", self.shared.base_or(url)),
                request: Vec::new(),
                response: None,
            }),
            Service::ReceivePackLs | Service::ReceivePack => {
                return Err(Error::from_str("nothing is ever pushed"));
            }
        };
        match done {
            Ok(exchange) => Ok(Box::new(exchange)),
            Err(failure) => {
                let error = Error::from_str(&failure.to_string());
                self.shared.access.fail(failure);
                Err(error)
            }
        }
    }

    fn close(&self) -> Result<(), Error> {
        Ok(())
    }
}

impl Shared {
    fn base_or(&self, url: &str) -> String {
        let known = self.base.lock().ok().and_then(|base| base.clone());
        known.unwrap_or_else(|| url.trim_end_matches('/').to_owned())
    }

    fn unreachable(&self, url: &str, why: impl Into<String>) -> StoreError {
        // The resolver may have said more.
        self.access.failure().unwrap_or(StoreError::Unreachable {
            address: url.to_owned(),
            why: why.into(),
        })
    }

    fn forbidden(&self, url: &str, why: &str) -> StoreError {
        StoreError::Forbidden {
            address: url.to_owned(),
            why: why.to_owned(),
        }
    }

    fn agent(&self) -> Result<Agent, StoreError> {
        let mut known = match self.agent.lock() {
            Ok(known) => known,
            Err(poisoned) => poisoned.into_inner(),
        };
        if let Some(agent) = &*known {
            return Ok(agent.clone());
        }
        let agent = new_agent(&self.access)?;
        *known = Some(agent.clone());
        Ok(agent)
    }

    /// What is left of the time that a fetch may take; without end for a user, who can
    /// interrupt it.
    fn time_left(&self) -> Option<Duration> {
        match self.access.cause {
            Cause::User => None,
            Cause::Message => {
                let all = Duration::from_secs(self.access.limits.seconds);
                let left = all.saturating_sub(self.started.elapsed());
                Some(left.max(Duration::from_millis(1)))
            }
        }
    }

    /// Asks what there is, wherever redirects lead.
    fn advertisement(self: &Arc<Shared>, url: &str) -> Result<Exchange, StoreError> {
        let mut base = url.trim_end_matches('/').to_owned();
        for _ in 0..=MAX_REDIRECTS {
            let asked = format!("{base}{INFO}");
            let request = self.agent()?.get(&asked).config();
            let request = request.timeout_global(self.time_left()).build();
            let answer = request.call();
            let answer = answer.map_err(|e| self.unreachable(&base, e.to_string()))?;
            if answer.status().is_redirection() {
                base = self.redirected(&base, &answer)?;
                continue;
            }
            self.check(&base, &answer, ADVERTISEMENT)?;
            if let Ok(mut known) = self.base.lock() {
                *known = Some(base.clone());
            }
            return Ok(Exchange {
                shared: self.clone(),
                url: base,
                request: Vec::new(),
                response: Some(self.limited(answer)),
            });
        }
        Err(self.unreachable(url, "it redirects without end"))
    }

    /// Where an answer leads to, if it may.
    fn redirected(&self, base: &str, answer: &Response<Body>) -> Result<String, StoreError> {
        let header = answer.headers().get("location");
        let header = header.and_then(|value| value.to_str().ok());
        let Some(place) = header.and_then(|place| place.strip_suffix(INFO)) else {
            return Err(self.unreachable(base, "it redirects to what is no repository"));
        };
        let old = Address::parse(base).map_err(|e| self.unreachable(base, e.to_string()))?;
        let place = match place.starts_with('/') {
            true => format!("{}{place}", origin(base)),
            false => place.to_owned(),
        };
        let new = Address::parse(&place).map_err(|e| self.unreachable(base, e.to_string()))?;
        let (
            Address::Web {
                encrypted: was_encrypted,
                host: old_host,
                port: old_port,
                ..
            },
            Address::Web {
                encrypted,
                host,
                port,
                ..
            },
        ) = (&old, &new)
        else {
            return Err(self.forbidden(base, &format!("it redirects to {new}, which is not https")));
        };
        if *was_encrypted && !encrypted {
            return Err(self.forbidden(base, &format!("it redirects to {new}, which is not https")));
        }
        let is_same = old_host == host && old_port == port;
        match self.access.cause {
            Cause::Message if !is_same || was_encrypted != encrypted => {
                let why = format!("it redirects to {new}, and a message causes it");
                Err(self.forbidden(base, &why))
            }
            Cause::Message | Cause::User => Ok(new.to_string()),
        }
    }

    fn check(&self, url: &str, answer: &Response<Body>, expected: &str) -> Result<(), StoreError> {
        let kind = answer.headers().get("content-type");
        let kind = kind.and_then(|value| value.to_str().ok()).unwrap_or("");
        let why = match answer.status().as_u16() {
            200 if kind == expected => return Ok(()),
            200 => "what is there is no git repository".to_owned(),
            401 | 403 => "it wants credentials, as for a private repository (or one that is not \
                          there): use ssh for it"
                .to_owned(),
            404 => "there is no such repository".to_owned(),
            status => format!("it answers with status {status}"),
        };
        Err(self.unreachable(url, why))
    }

    fn limited(&self, answer: Response<Body>) -> Limited {
        Limited {
            body: answer.into_body().into_reader(),
            // What stands around the objects is little beside them.
            left: self.access.limits.received.saturating_add(1 << 20),
        }
    }

    fn post(&self, url: &str, request: &[u8]) -> Result<Limited, StoreError> {
        let post = self.agent()?.post(url).config();
        let post = post.timeout_global(self.time_left()).build();
        let post = post
            .header("content-type", REQUEST)
            .header("accept", RESULT);
        let answer = post.send(request);
        let answer = answer.map_err(|e| self.unreachable(url, e.to_string()))?;
        if answer.status().is_redirection() {
            return Err(self.forbidden(url, "it redirects in the middle of a fetch"));
        }
        self.check(url, &answer, RESULT)?;
        Ok(self.limited(answer))
    }
}

/// `https://host:port` of a URL.
fn origin(url: &str) -> &str {
    let start = url.find("://").map_or(0, |at| at + 3);
    let end = url[start..].find('/').map_or(url.len(), |at| start + at);
    &url[..end]
}

fn new_agent(access: &Arc<Access>) -> Result<Agent, StoreError> {
    let roots = match access.rules.certificates() {
        Some(path) => certificates(path)?,
        None => RootCerts::WebPki,
    };
    // A proxy would connect to addresses that nobody here has looked at.
    let proxy = match access.cause {
        Cause::User => Proxy::try_from_env(),
        Cause::Message => None,
    };
    let config = Agent::config_builder()
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .proxy(proxy)
        .user_agent(USER_AGENT)
        .timeout_connect(Some(CONNECT))
        .timeout_per_read(Some(SILENCE))
        .timeout_per_write(Some(SILENCE))
        .tls_config(TlsConfig::builder().root_certs(roots).build())
        .build();
    let resolver = CheckedResolver {
        access: access.clone(),
        inner: DefaultResolver::default(),
    };
    Ok(Agent::with_parts(
        config,
        DefaultConnector::default(),
        resolver,
    ))
}

/// The authorities in a PEM file.
fn certificates(path: &Path) -> Result<RootCerts, StoreError> {
    let text = std::fs::read(path).map_err(|e| StoreError::disk("read", path, e))?;
    let mut found = Vec::new();
    for item in parse_pem(&text) {
        match item {
            Ok(PemItem::Certificate(certificate)) => found.push(certificate),
            Ok(_) => {}
            Err(e) => return Err(StoreError::disk("read", path, io::Error::other(e))),
        }
    }
    Ok(RootCerts::from(found))
}

/// One request and its answer.
struct Exchange {
    shared: Arc<Shared>,
    url: String,
    request: Vec<u8>,
    response: Option<Limited>,
}

impl Write for Exchange {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.response.is_some() || self.request.len() + bytes.len() > MAX_REQUEST {
            return Err(io::Error::other("more is asked than one request holds"));
        }
        self.request.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Read for Exchange {
    /// What was written is sent when an answer is looked for.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let response = match &mut self.response {
            Some(response) => response,
            none => {
                let answer = self.shared.post(&self.url, &self.request);
                let answer = answer.map_err(|failure| {
                    let error = io::Error::other(failure.to_string());
                    self.shared.access.fail(failure);
                    error
                })?;
                none.insert(answer)
            }
        };
        response.read(buffer)
    }
}

/// An answer of bounded length.
struct Limited {
    body: BodyReader<'static>,
    left: u64,
}

impl Read for Limited {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.body.read(buffer)?;
        let left = self.left.checked_sub(n as u64);
        self.left = left.ok_or_else(|| io::Error::other("the answer is too long"))?;
        Ok(n)
    }
}
