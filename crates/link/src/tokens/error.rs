//! What can go wrong, and what to do about it. No error carries a value.

use super::LARGEST_BATCH;
use std::fmt;

/// Why no token was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenError {
    /// The purpose is not written in the plain alphabet.
    Purpose,
    /// More inputs than one batch may hold.
    TooMany,
    /// The published key is not an element of the group.
    PublicKey,
    /// An element is not one of the group, at this place counted from 0.
    Element(usize),
    /// The answer has not as many elements or proofs as were asked for.
    Length,
    /// The proof at this place, counted from 0, does not verify: another key answered, or an element was changed.
    Proof(usize),
    /// The library refused; with inputs of bounded length this is not expected.
    Library,
}

impl TokenError {
    /// In Japanese and English: what, where, and what to do.
    pub fn words(self) -> (String, String) {
        let (japanese, english) = match self {
            Self::Purpose => (
                "用途の名前に使えない文字があるか、長すぎます。英小文字・数字・「-」「.」「_」で64字以内にしてください。",
                "the purpose has characters it may not have, or is too long: use up to 64 of a-z, 0-9, '-', '.', '_'",
            ),
            Self::TooMany => {
                return (
                    format!("一度に送れるのは{LARGEST_BATCH}件までです。分けて送ってください。"),
                    format!("a batch holds at most {LARGEST_BATCH} inputs: send several"),
                );
            }
            Self::PublicKey => (
                "公開鍵が正しい値ではありません。公開された場所から取り直してください。",
                "the public key is not a key of this group: fetch it again from where it is published",
            ),
            Self::Element(at) => {
                return (
                    format!(
                        "{at}番目（0から数えて）の値が壊れています。同じ一括分をもう一度送ってください。"
                    ),
                    format!("element {at} (from 0) is damaged: send the same batch again"),
                );
            }
            Self::Length => (
                "返答の件数が依頼と合いません。返答は使わず、依頼をやり直してください。",
                "the answer has another length than the question: discard it and ask again",
            ),
            Self::Proof(at) => {
                return (
                    format!(
                        "{at}番目（0から数えて）の証明が公開鍵と合いません。返答は使わず、用途・世代・公開鍵を確かめ、\
                         一致していれば支援機関に知らせてください。"
                    ),
                    format!(
                        "proof {at} (from 0) does not fit the public key: discard the answer, check purpose, epoch and \
                         key, and if they agree, report it to the support agency"
                    ),
                );
            }
            Self::Library => (
                "暗号ライブラリが処理を拒みました。入力は送られていません。不具合として報告してください。",
                "the cryptographic library refused; nothing was sent: please report it as a defect",
            ),
        };
        (japanese.to_owned(), english.to_owned())
    }
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words().1)
    }
}

impl std::error::Error for TokenError {}
