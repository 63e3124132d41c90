//! What people see of Kiban in a browser on this machine: the window onto a demonstration (デモの閲覧窓), the desk where
//! doubtful pairs are reviewed (名寄せの確認), and the page on the quality of linkage.
//!
//! It must never decide, nor reach vault or store: the desk goes through `app`, which writes every look to the ledger
//! before it hands out what may be seen (SEC-03, SEC-07). The window is read-only and shows nothing its caller did not name.
//! Nothing here answers another machine or another site's page, follows a link out of its folder, or runs a script.
//!
//! | path of the window | what |
//! |---|---|
//! | `/` | the index |
//! | `/folder/<path>` | the files of a folder that the index names |
//! | `/view/<path>` | a JSON file as a page of tables |
//! | `/files/<path>` | the file itself |

mod desk;
mod headers;
mod html;
mod index;
mod pages;
mod paths;
mod quality;
mod serve;
mod svg;
#[cfg(test)]
mod tests;
mod tree;

pub use desk::{Desk, serve_desk};
pub use index::{DemoIndex, Item, ItemKind, Section};
pub use quality::quality_page;
pub use serve::{ServeError, serve};
