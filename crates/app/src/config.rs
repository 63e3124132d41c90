//! `kiban.toml`: an operator's settings, the only file of its folder that people edit.

use crate::AppError;
use kiban_law::Rules;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// Settings of one operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The operator's name (認定作成事業者名).
    pub operator: String,
    /// Folder with the operator's own copies of the receipt masters (マスター), if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub masters: Option<PathBuf>,
    /// Numbers of the ordinance and guideline.
    #[serde(default)]
    pub rules: Rules,
}

impl Config {
    pub(crate) fn read(path: &Path) -> Result<Self, AppError> {
        let text = std::fs::read_to_string(path).map_err(AppError::at(path))?;
        toml::from_str(&text)
            .map_err(|error| AppError::Grammar { path: path.to_path_buf(), problem: error.to_string() })
    }

    pub(crate) fn write(&self, path: &Path) -> Result<(), AppError> {
        let text = toml::to_string_pretty(self)
            .map_err(|error| AppError::Grammar { path: path.to_path_buf(), problem: error.to_string() })?;
        std::fs::write(path, text).map_err(AppError::at(path))
    }
}
