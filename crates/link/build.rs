//! Says which engine this is: what its sources and tables come to. An index another engine made is not gone on with, because
//! names may be read otherwise since, and nobody has to remember to count a version up.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::Path;

fn main() -> std::io::Result<()> {
    let mut engine = DefaultHasher::new();
    for folder in ["src", "data"] {
        println!("cargo::rerun-if-changed={folder}");
        read(Path::new(folder), &mut engine)?;
    }
    println!("cargo::rustc-env=KIBAN_LINK_ENGINE={:016x}", engine.finish());
    Ok(())
}

fn read(folder: &Path, engine: &mut DefaultHasher) -> std::io::Result<()> {
    let mut inside =
        std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>()?;
    inside.sort();
    for path in inside {
        if path.is_dir() {
            read(&path, engine)?;
        } else {
            path.to_string_lossy().hash(engine);
            std::fs::read(&path)?.hash(engine);
        }
    }
    Ok(())
}
