//! レセプト電算処理 (UKE): medical receipts as hospitals bill them, one person, one institution, one month each.
//!
//! Turns `RECEIPTC.UKE` files into records, one a receipt. It must never read a receipt of another point table with the
//! medical columns (the same two letters mean other things there), never take half a receipt, and never let an insurance
//! number, a chart number or a name into a table. The rules come from オンライン又は光ディスク等による請求に係る記録条件仕様
//! (医科用) and from what real files were seen to hold (formats §5).
//!
//! # Grammar
//!
//! ```text
//! file        := IR receipt* GO            institution, its receipts of a month, totals
//! receipt     := [MN [IR]] RE line*        up to the next receipt, IR or GO
//! line        := HO | KO | SN | JD | MF    payers, confirmation, days of visit, payment
//!              | SY                        disease
//!              | SI | IY | TO | CO | NI    act, drug, material, comment, daily table
//!              | SJ                        symptom note
//! ```
//!
//! Lines end at CR LF (LF and CR are read too), columns are parted by commas, text is Windows-31J (UTF-8 is recognised
//! from its bytes), `0x1A` may end the file. Blank lines are no units. Example:
//!
//! ```text
//! IR,1,13,1,1234567,,基盤病院,202008,00,03-0000-0000
//! RE,1,1112,202008,厚労　花子,2,20030726,,,,,,,B002,,,,,S-1,,,01,,,,,,,,,,,,,,,コウロウ　ハナコ,
//! HO,01130012,１２３４,５６７,1,288,,,,,,,,,
//! SY,2500013,20200803,1,8002,,01,
//! SI,11,1,111000110,,288,1,,,,,,,,,1,,,,,,,,,,,,,,,,,,,,,,,,,,,,
//! GO,1,288,99
//! ```
//!
//! # What becomes what
//!
//! | record | rows |
//! |---|---|
//! | RE | `person` (sex, birth date) and `claim`; what has no column in the claim's `extra` |
//! | HO, KO | one `coverage` each: 法別番号, and money in `extra`; the numbers in the identity; days and points of the first in the claim |
//! | SY | `condition`; outcome 3 also `death` at the month |
//! | SI, IY, TO | `claim_line`, one for each day with a count; comments beside them from part 32 on |
//! | CO, SJ | `claim_line` of category comment, symptom; a row each |
//! | SN, JD, MF, NI, KH | the claim's `extra` under the record id, without numbers that identify |
//! | unknown ids | the claim's `extra` under `unknown`, whole |
//! | IR, GO | records without subject: reference to the institution, totals held against what was read |
//!
//! **Invariants.** A drug billed is a claim line and no medication row, an act billed is no procedure row: one fact, one
//! place. Points stand on the last line of their calculation unit (算定単位), once for each of its days, so that
//! Σ points × count is the receipt's total. Every non-empty column of every line is in a row, an identity or an `extra`.
//!
//! # What refuses a receipt
//!
//! Whatever leaves doubt about a clinical content: a line that is no record, a number of columns that no version of the
//! specification has (a comma is missing or too many, and days would be read as their neighbours), characters of no known encoding, a code of another kind, a number that is none, an impossible month, birth date
//! or day (31 April: the columns have most likely shifted), and the records of dental, pharmacy, DPC and donor receipts,
//! for which there is no reader yet. A disease's impossible start date, an impossible admission date and counts that
//! disagree are warnings: the value stays as written in `extra`.

use super::{Format, Reading};
use crate::{Masters, Source};
use grouping::Grouping;
use kiban_model::Outcome;

mod acts;
mod diseases;
mod encoding;
mod grouping;
mod institution;
mod layout;
mod line;
mod payers;
mod person;
mod reasons;
mod receipt;
mod warnings;

pub use person::insured_local_id;

#[cfg(test)]
mod tests;

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// First records of receipt files: medical and dental IR, audited MN, returned HI, pharmacy YK, visiting nurse HM, and
/// extracts that begin with a receipt.
const FIRST_RECORDS: [&[u8]; 7] = [b"IR", b"MN", b"HI", b"YK", b"HM", b"HS", b"RE"];

/// Reader of medical receipts (医科レセプト).
#[derive(Debug, Clone, Copy)]
pub struct Uke;

impl Format for Uke {
    fn id(&self) -> &'static str {
        "uke"
    }

    fn japanese(&self) -> &'static str {
        "レセプト電算処理"
    }

    fn claims(&self, path: &str, head: &[u8]) -> bool {
        let named = path.len() >= 4
            && path.as_bytes().iter().rev().zip(b"eku.").all(|(a, b)| a.eq_ignore_ascii_case(b));
        let head = head.strip_prefix(BYTE_ORDER_MARK).unwrap_or(head);
        let head = head.strip_prefix(b"\"").unwrap_or(head);
        // A digit follows the id in every one of them, which tells a receipt from a table with a column named IR.
        let value = head.get(2..).map(|rest| rest.iter().copied().filter(|b| *b != b'"'));
        let begins = head.get(..2).is_some_and(|id| FIRST_RECORDS.contains(&id))
            && value.is_some_and(|mut value| {
                value.next() == Some(b',') && value.next().is_some_and(|b| b.is_ascii_digit())
            });
        named || begins
    }

    fn read(
        &self,
        mut source: Source<'_>,
        masters: &Masters,
        sink: &mut dyn FnMut(Outcome),
    ) -> std::io::Result<Reading> {
        let mut grouping = Grouping::new(masters, source.limits.document);
        let (mut at, mut number, mut units, mut buffer) = (0, 0, 0, Vec::new());
        while let Some(line) = source.read_line(&mut at, &mut buffer)? {
            number += 1;
            let mut content = buffer.as_slice();
            if line.offset == 0 && content.starts_with(BYTE_ORDER_MARK) {
                content = content.get(BYTE_ORDER_MARK.len()..).unwrap_or_default();
                grouping.marked_utf8();
            }
            // 0x1A (and zeros in its place) ends files that were written on tapes and disks.
            while let Some((0x1A | 0, rest)) = content.split_last() {
                content = rest;
            }
            if content.trim_ascii().is_empty() && !line.oversized {
                continue;
            }
            units += 1;
            grouping.line(number, &line, content);
            if grouping.is_full() {
                grouping.flush(sink);
            }
        }
        grouping.end();
        grouping.flush(sink);
        Ok(Reading { units })
    }
}
