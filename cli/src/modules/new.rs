//! `termite new lib NAME`: the beginnings of a library, in a directory of its own.

use super::Failure;
use std::path::{Path, PathBuf};
use termite_modules::ModuleName;

pub fn run(words: &[String]) -> Result<(), Failure> {
    let [kind, name] = words else {
        return Err(Failure::wrong("new: `termite new lib NAME` is expected"));
    };
    if kind != "lib" {
        return Err(Failure::wrong(format!(
            "new: {kind:?} cannot be made; `termite new lib NAME` is expected"
        )));
    }
    let name = ModuleName::parse(name).map_err(|e| Failure::wrong(e.to_string()))?;
    if name.version().is_some() || !name.path().is_empty() {
        return Err(Failure::wrong(format!(
            "new: {name}: the name of a repository is expected, such as hello or \
             github.com/fred/hello"
        )));
    }
    let short = name.repository().short();
    let directory = PathBuf::from(short);
    let fault = |path: &Path, e: std::io::Error| {
        Failure::missing(format!("cannot make {}: {e}", path.display()))
    };
    // It fails when something of that name is there.
    std::fs::create_dir(&directory).map_err(|e| fault(&directory, e))?;
    for (file, text) in files(&name) {
        let path = directory.join(file);
        std::fs::write(&path, text).map_err(|e| fault(&path, e))?;
        println!("{}", path.display());
    }
    Ok(())
}

/// The name as an import has it: the place of the repository in one piece.
fn written(name: &ModuleName) -> String {
    match name.repository().components() {
        [host, user, short] => format!("{host}/{user} {short}"),
        all => all.join(" "),
    }
}

fn files(name: &ModuleName) -> [(String, String); 3] {
    let short = name.repository().short();
    let library = written(name);
    [
        (format!("{short}.sld"), library_text(&library)),
        ("test.sld".to_owned(), test_text(&library)),
        ("README.md".to_owned(), readme(short, &library)),
    ]
}

fn library_text(library: &str) -> String {
    format!(
        "\
;; What ({library}) exports.

(define-library ({library})
  (export greeting)
  (import (scheme base))
  (begin

    ;; A text that greets NAME.
    (define (greeting name)
      (string-append \"Hello, \" name \"!\"))))
"
    )
}

fn test_text(library: &str) -> String {
    format!(
        "\
;; The tests of ({library}): they run when this library is loaded.

(define-library ({library} test)
  (import (scheme base) (scheme write) ({library}))
  (begin

    (define (check what expected found)
      (unless (equal? expected found)
        (error \"a test failed\" what expected found)))

    (check 'greeting \"Hello, Ada!\" (greeting \"Ada\"))

    (display \"all tests passed\")
    (newline)))
"
    )
}

fn readme(short: &str, library: &str) -> String {
    format!(
        "\
# {short}

```scheme
(import ({library}))
(display (greeting \"Ada\"))
```

Its tests are the library `({library} test)` in `test.sld`. Once this directory is a git
repository with a commit, `termite install ./{short}`, from the directory above, installs it;
a tag is a version.
"
    )
}
