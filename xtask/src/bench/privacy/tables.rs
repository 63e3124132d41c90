//! What is anonymized, and what ARX was measured to make of it.

use super::super::peers::{Environment, succeed};
use crate::house::root;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Where rows come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Data {
    /// The UCI table, so many times over.
    Adult(u64),
    /// Generated persons.
    Generated(u64),
}

/// ARX 3.9.2 on a row; what was not measured is not there.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Arx {
    pub(crate) loss: Option<f64>,
    pub(crate) search: Option<f64>,
    pub(crate) process: Option<f64>,
    pub(crate) megabytes: Option<f64>,
}

/// One line of the bench.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) data: Data,
    pub(crate) k: u64,
    pub(crate) limit: f64,
    pub(crate) arithmetic: bool,
    /// Distinct l-diversity on occupation.
    pub(crate) diversity: Option<u64>,
    pub(crate) local: bool,
    pub(crate) arx: Arx,
}

impl Row {
    fn new(name: impl Into<String>, data: Data, limit: f64, arx: Arx) -> Self {
        let name = name.into();
        Self { name, data, k: 5, limit, arithmetic: false, diversity: None, local: false, arx }
    }

    fn arithmetic(self) -> Self {
        Self { arithmetic: true, ..self }
    }

    fn local(self) -> Self {
        Self { local: true, limit: 0.0, ..self.arithmetic() }
    }

    /// What to say where no optimum is proven.
    pub(crate) fn unproven(&self, bound: Option<f64>) -> String {
        bound.map_or("no bound for local".to_owned(), |bound| format!("≥ {bound:.5}"))
    }
}

/// Every row; generated tables of other sizes where some are named.
pub(crate) fn rows(sizes: Option<&[u64]>) -> Vec<Row> {
    let arx = |loss: f64, search: f64, process: f64, megabytes: f64| Arx {
        loss: Some(loss),
        search: Some(search),
        process: Some(process),
        megabytes: Some(megabytes),
    };
    let adult = Data::Adult(1);
    let mut rows = vec![
        Row::new("Adult, 0 %", adult, 0.0, arx(0.57315, 0.17, 1.65, 400.0)),
        Row::new("Adult, 2 %", adult, 0.02, arx(0.31371, 1.2, 2.2, 500.0)),
        Row::new("Adult, 2 %, arithmetic", adult, 0.02, arx(0.35748, 1.2, 2.2, 500.0)).arithmetic(),
        Row::new("Adult, 100 %", adult, 1.0, arx(0.22041, 3.4, 4.6, 700.0)),
        Row {
            diversity: Some(3),
            ..Row::new(
                "Adult, 2 %, 3-diverse",
                adult,
                0.02,
                Arx { megabytes: None, ..arx(0.24691, 0.9, 2.95, 0.0) },
            )
        },
        Row {
            k: 1655,
            ..Row::new("Adult × 331, 2 %", Data::Adult(331), 0.02, arx(0.35748, 4.3, 19.6, 3900.0))
                .arithmetic()
        },
        Row::new("Adult, local", adult, 0.0, Arx { loss: Some(0.0589), search: Some(3.3), ..Arx::default() })
            .local(),
    ];
    let known = |size: u64, arithmetic: bool| match (size, arithmetic) {
        (30_000, false) => arx(0.40703, 4.8, 6.8, 1100.0),
        (30_000, true) => Arx { loss: Some(0.45881), ..Arx::default() },
        (100_000, false) => arx(0.34006, 18.2, 19.5, 2200.0),
        (100_000, true) => arx(0.40017, 13.4, 15.2, 1100.0),
        (1_000_000, false) => Arx { megabytes: Some(11_600.0), search: Some(500.0), ..Arx::default() },
        _ => Arx::default(),
    };
    for size in sizes.unwrap_or(&[30_000, 100_000, 1_000_000]) {
        let data = Data::Generated(*size);
        let name = format!("gen_qi {size}, 2 %");
        rows.push(Row::new(name.clone(), data, 0.02, known(*size, false)));
        rows.push(Row::new(format!("{name}, arithmetic"), data, 0.02, known(*size, true)).arithmetic());
        rows.push(Row::new(format!("gen_qi {size}, local"), data, 0.0, Arx::default()).local());
    }
    rows
}

/// A table and its hierarchies.
pub(crate) struct Table {
    pub(crate) csv: PathBuf,
    pub(crate) hierarchies: PathBuf,
    /// Before a column's name in the names of hierarchy files.
    pub(crate) prefix: &'static str,
    /// In the names of the policies.
    pub(crate) policy: &'static str,
}

/// Makes tables, once each.
pub(crate) struct Tables<'a> {
    environment: &'a Environment,
    folder: &'a Path,
}

fn shared(variable: &str, folder: &str) -> PathBuf {
    std::env::var_os(variable).map_or_else(|| root().join("../shared").join(folder), PathBuf::from)
}

/// Where the generator and the checker are.
pub(crate) fn shared_bench() -> PathBuf {
    shared("KIBAN_SHARED_BENCH", "bench")
}

impl<'a> Tables<'a> {
    pub(crate) fn new(environment: &'a Environment, folder: &'a Path) -> Self {
        Self { environment, folder }
    }

    /// A table, if its source is here.
    pub(crate) fn make(&self, data: &Data) -> Result<Option<Table>, String> {
        match *data {
            Data::Adult(times) => self.adult(times),
            Data::Generated(rows) => self.generated(rows),
        }
    }

    fn adult(&self, times: u64) -> Result<Option<Table>, String> {
        let hierarchies = shared("KIBAN_SHARED_DATA", "data").join("anonymize");
        let mut csv = hierarchies.join("adult.csv");
        if !csv.exists() {
            return Ok(None);
        }
        if times > 1 {
            let many = self.folder.join(format!("adult_{times}.csv"));
            if !many.exists() {
                repeat(&csv, &many, times).map_err(|error| format!("{}: {error}", many.display()))?;
            }
            csv = many;
        }
        Ok(Some(Table { csv, hierarchies, prefix: "adult_hierarchy_", policy: "adult" }))
    }

    fn generated(&self, rows: u64) -> Result<Option<Table>, String> {
        let generator = shared_bench().join("gen_qi.py");
        if !generator.exists() {
            return Ok(None);
        }
        let csv = self.folder.join(format!("gen_qi_{rows}.csv"));
        let hierarchies = self.folder.join(format!("gen_qi_{rows}_hierarchies"));
        if !csv.exists() {
            let making = csv.with_extension("making");
            succeed(
                self.environment.python().arg(generator).arg(rows.to_string()).args([&making, &hierarchies]),
            )?;
            std::fs::rename(&making, &csv).map_err(|error| error.to_string())?;
        }
        Ok(Some(Table { csv, hierarchies, prefix: "", policy: "gen_qi" }))
    }
}

/// A table's rows so many times under one heading.
fn repeat(from: &Path, to: &Path, times: u64) -> std::io::Result<()> {
    let mut text = std::fs::read_to_string(from)?;
    if !text.ends_with('\n') {
        text.push('\n');
    }
    let (heading, rows) = text.split_at(text.find('\n').map_or(text.len(), |end| end + 1));
    let making = to.with_extension("making");
    let mut file = File::create(&making)?;
    file.write_all(heading.as_bytes())?;
    for _ in 0..times {
        file.write_all(rows.as_bytes())?;
    }
    std::fs::rename(making, to)
}
