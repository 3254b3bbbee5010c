//! A web server with repositories below a directory, in a thread of the test.

use super::certificate::{self, Certificate};
use super::server::{self, Abilities};
use git2::Repository;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};

/// The certificate of all servers of this process.
fn certificate() -> &'static Certificate {
    static MADE: OnceLock<Certificate> = OnceLock::new();
    MADE.get_or_init(certificate::make)
}

/// A file with it, for those who are to trust it.
pub fn certificate_file(directory: &Path) -> PathBuf {
    let file = directory.join("localhost.pem");
    std::fs::write(&file, certificate::pem(&certificate().der)).unwrap();
    file
}

/// What the server does with a path before it serves a repository there: a whole answer, or
/// nothing.
type Special = dyn Fn(&str) -> Option<String> + Send + Sync;

pub struct Web {
    pub port: u16,
    asked: Arc<Mutex<Vec<String>>>,
}

struct Site {
    root: PathBuf,
    can: Abilities,
    special: Box<Special>,
    tls: Option<Arc<ServerConfig>>,
    asked: Arc<Mutex<Vec<String>>>,
}

/// A server that lasts as long as the process.
pub fn serve(
    root: &Path,
    encrypted: bool,
    can: Abilities,
    special: impl Fn(&str) -> Option<String> + Send + Sync + 'static,
) -> Web {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let site = Arc::new(Site {
        root: root.to_owned(),
        can,
        special: Box::new(special),
        tls: encrypted.then(tls),
        asked: asked.clone(),
    });
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let site = site.clone();
            std::thread::spawn(move || site.connection(stream));
        }
    });
    Web { port, asked }
}

impl Web {
    /// First lines of the requests, in order.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn tls() -> Arc<ServerConfig> {
    let Certificate { der, key } = certificate();
    let certificate = CertificateDer::from(der.clone());
    let key = PrivateKeyDer::try_from(key.clone()).unwrap();
    let provider = rustls::crypto::ring::default_provider().into();
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key);
    Arc::new(config.unwrap())
}

impl Site {
    fn connection(&self, stream: TcpStream) {
        match &self.tls {
            None => self.requests(stream),
            Some(config) => {
                let connection = ServerConnection::new(config.clone()).unwrap();
                self.requests(StreamOwned::new(connection, stream));
            }
        }
    }

    fn requests(&self, stream: impl Read + Write) {
        let mut stream = BufReader::new(stream);
        while let Some((first, body)) = request(&mut stream) {
            self.asked.lock().unwrap().push(first.clone());
            let path = first.split(' ').nth(1).unwrap();
            let answer = match (self.special)(path) {
                Some(answer) => answer.into_bytes(),
                None => self.repository(path, &body),
            };
            if stream.get_mut().write_all(&answer).is_err() {
                return;
            }
            let _ = stream.get_mut().flush();
        }
    }

    fn repository(&self, path: &str, body: &[u8]) -> Vec<u8> {
        let info = "/info/refs?service=git-upload-pack";
        let (place, is_info) = match path.strip_suffix(info) {
            Some(place) => (place, true),
            None => (path.trim_end_matches("/git-upload-pack"), false),
        };
        let Ok(git) = Repository::open(self.root.join(place.trim_start_matches('/'))) else {
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_vec();
        };
        let mut out = Vec::new();
        let kind = match is_info {
            true => {
                let service = "# service=git-upload-pack\n";
                out.extend(format!("{:04x}{service}0000", service.len() + 4).bytes());
                out.extend(server::advertisement(&git, self.can));
                "advertisement"
            }
            false => {
                server::answer(&git, &mut &body[..], &mut out).unwrap();
                "result"
            }
        };
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/x-git-upload-pack-{kind}\r\n\
             Content-Length: {}\r\n\r\n",
            out.len()
        );
        [head.into_bytes(), out].concat()
    }
}

/// The first line of a request, and its body.
fn request(stream: &mut impl BufRead) -> Option<(String, Vec<u8>)> {
    let mut first = String::new();
    stream.read_line(&mut first).ok().filter(|n| *n > 0)?;
    let mut length = 0;
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).ok()?;
        let line = line.trim_end().to_ascii_lowercase();
        assert!(!line.starts_with("authorization:"), "credentials were sent");
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    Some((first.trim_end().to_owned(), body))
}
