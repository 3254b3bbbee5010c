//! Compiles `lib-scheme` into the image that the program carries, and joins the pages of
//! the manual.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{env, fs, process};
use termite_driver::{Compiler, Image, ImageBuilder, MacroEvaluator, Prims, with_big_stack};
use termite_expand::LibraryName;
use termite_expand::core::Module;

/// The standard library uses no `define-macro`.
struct NoMacros;

impl MacroEvaluator for NoMacros {
    fn evaluate_macro(
        &mut self,
        _: &Arc<Module>,
        _: &termite_driver::Datum,
    ) -> Result<termite_driver::Datum, String> {
        Err("lib-scheme cannot use define-macro".into())
    }
}

fn main() {
    let manifest = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let home = manifest.parent().unwrap_or(&manifest).to_owned();
    let root = home.join("lib-scheme");
    println!("cargo::rerun-if-changed={}", root.display());
    let image = with_big_stack(|| build(&home, &root));
    match image {
        Ok(bytes) => {
            let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
            let written = fs::write(out.join("build-id.txt"), build_id(&bytes))
                .and_then(|()| fs::write(out.join("image.bin"), bytes))
                .and_then(|()| fs::write(out.join("manual.txt"), manual(&home)?));
            if let Err(e) = written {
                fail(&format!("cannot write the image and the manual: {e}"));
            }
        }
        Err(report) => fail(&report),
    }
}

/// The pages of `docs/manual` with entries, one after the other.
fn manual(home: &Path) -> std::io::Result<String> {
    let folder = home.join("docs/manual");
    println!("cargo::rerun-if-changed={}", folder.display());
    let pages = fs::read_dir(folder)?.map(|entry| entry.map(|e| e.path()));
    let mut pages = pages.collect::<std::io::Result<Vec<_>>>()?;
    pages.retain(|page| !page.ends_with("index.md"));
    pages.sort();
    let texts = pages.iter().map(fs::read_to_string);
    Ok(texts.collect::<std::io::Result<Vec<_>>>()?.join("\n"))
}

/// A name for the compiler that made the image: one that makes other code makes another
/// image. The version is there for what the image does not show.
fn build_id(image: &[u8]) -> String {
    let hash = blake3::hash(image).to_hex();
    format!("{}-{}", env!("CARGO_PKG_VERSION"), &hash[..16])
}

fn fail(report: &str) -> ! {
    eprintln!("{report}");
    process::exit(1);
}

fn build(home: &Path, root: &Path) -> Result<Vec<u8>, String> {
    let rows = termite_stdlib::table()
        .iter()
        .copied()
        .chain(termite_vm::prims::table());
    let prims = Prims::new(rows.map(|p| p.info));
    let mut compiler = Compiler::new(prims, &[], Image::default(), vec![root.to_owned()]);
    compiler.set_base(home.to_owned());
    let mut builder = ImageBuilder::default();
    let mut files = Vec::new();
    find_libraries(root, &mut files).map_err(|e| e.to_string())?;
    files.sort();
    let mut done = std::collections::HashSet::new();
    for file in files {
        println!("cargo::rerun-if-changed={}", file.display());
        let unit = unit_name(root, &file);
        if done.contains(&unit) {
            continue;
        }
        let name = LibraryName::from_unit(&unit);
        let (units, _) = compiler.library(&name, &mut NoMacros).map_err(|all| {
            let texts = all.iter().map(|d| d.render(compiler.sources()));
            texts.collect::<Vec<_>>().join("\n")
        })?;
        for u in units {
            let Some(interface) = &u.interface else {
                continue;
            };
            if done.insert(u.name.clone()) {
                let code = termite_ir::encode(&u.unit);
                builder.add(
                    &u.name,
                    &u.requires,
                    interface.encode(),
                    u.lowered.encode(),
                    &code,
                );
            }
        }
    }
    Ok(builder.finish())
}

fn find_libraries(dir: &Path, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            find_libraries(&path, found)?;
        } else if path.extension().is_some_and(|e| e == "sld") {
            found.push(path);
        }
    }
    Ok(())
}

/// `scheme/base` for `lib-scheme/scheme/base.sld`.
fn unit_name(root: &Path, file: &Path) -> String {
    let relative = file.strip_prefix(root).unwrap_or(file).with_extension("");
    relative
        .iter()
        .map(|p| p.to_string_lossy())
        .collect::<Vec<_>>()
        .join("/")
}
