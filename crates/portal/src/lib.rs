//! The window onto what a demonstration made (デモの閲覧窓): releases, their reports, receipts. Read-only, this machine only.
//!
//! It must never write, run or list anything the caller did not name, leave its root folder, follow a link, or answer
//! another machine or another site's page. It knows no stage: it shows files. The people's desks of blueprint §7 come later
//! and go through `app`.
//!
//! | path | what |
//! |---|---|
//! | `/` | the index |
//! | `/folder/<path>` | the files of a folder that the index names |
//! | `/view/<path>` | a JSON file as a page of tables |
//! | `/files/<path>` | the file itself |

mod headers;
mod html;
mod index;
mod pages;
mod paths;
mod serve;
#[cfg(test)]
mod tests;
mod tree;

pub use index::{DemoIndex, Item, ItemKind, Section};
pub use serve::{ServeError, serve};
