//! What the `Cargo.toml` of a crate says about other crates.

use std::collections::BTreeSet;

/// Names of dependencies, by kind.
#[derive(Clone, Default, Debug)]
pub struct Manifest {
    pub name: String,
    /// Of the crate and of its build script.
    pub dependencies: BTreeSet<String>,
    pub dev_dependencies: BTreeSet<String>,
}

/// Reads the subset of TOML that our manifests are written in: a key a line, tables of
/// dependencies as sections or inline.
pub fn read(text: &str) -> Manifest {
    let mut manifest = Manifest::default();
    let mut section = String::new();
    for line in text.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix('[') {
            section = name.trim_end_matches(']').to_owned();
            if let Some((kind, name)) = section.split_once("dependencies.") {
                insert(&mut manifest, &format!("{kind}dependencies"), name);
            }
            continue;
        }
        let Some((key, value)) = line.split_once('=') else {
            continue;
        };
        let key = key.trim().trim_end_matches(".workspace").trim_matches('"');
        if section == "package" && key == "name" {
            manifest.name = value.trim().trim_matches('"').to_owned();
        } else if !section.contains("dependencies.") {
            insert(&mut manifest, &section, key);
        }
    }
    manifest
}

/// `section` may stand behind a `target.'cfg(...)'.`.
fn insert(manifest: &mut Manifest, section: &str, name: &str) {
    if section.ends_with("dev-dependencies") {
        manifest.dev_dependencies.insert(name.to_owned());
    } else if section.ends_with("dependencies") {
        manifest.dependencies.insert(name.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_ways_of_naming_a_crate() {
        let text = "[package]\nname = \"x\"\n[dependencies]\na.workspace = true\nb = { version = \"1\" }\n\
                    [build-dependencies]\nc = \"1\"\n[dev-dependencies]\nd = \"1\"\n\
                    [dependencies.e]\nversion = \"1\"\n[target.'cfg(unix)'.dependencies]\nf = \"1\"\n";
        let manifest = read(text);
        let names: Vec<&str> = manifest.dependencies.iter().map(String::as_str).collect();
        assert_eq!(
            (manifest.name.as_str(), names),
            ("x", vec!["a", "b", "c", "e", "f"])
        );
        assert_eq!(manifest.dev_dependencies.len(), 1);
    }
}
