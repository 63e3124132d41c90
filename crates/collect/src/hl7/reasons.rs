//! What can be wrong with an HL7 v2 message as such.

use kiban_model::Reason;

/// MSH-1 and MSH-2 do not declare usable delimiters.
pub static NO_DELIMITERS: Reason = Reason {
    code: "hl7.no-delimiters",
    japanese: "MSH に区切り文字がないか、区切り文字として使えません",
    english: "MSH declares no usable delimiters",
    advice_japanese: "MSH-1 と MSH-2 は通常 |^~\\& です。出力プログラムを確認してください",
    advice_english: "MSH-1 and MSH-2 are normally |^~\\&; check the program that writes the file",
};

/// The bytes fit no single character set.
pub static UNDECODABLE: Reason = Reason {
    code: "hl7.undecodable",
    japanese: "文字コードを確定できないため、文字化けを避けて読み取りませんでした",
    english: "the character set cannot be established; the text was not read rather than garbled",
    advice_japanese: "MSH-18 の宣言と本文の文字コードを一致させて出し直してください（SS-MIX2 は ~ISO IR87）",
    advice_english: "write the message again in the character set that MSH-18 declares (SS-MIX2: ~ISO IR87)",
};

/// Two-byte text runs on to the end of the segment, so that delimiters may have been swallowed.
pub static NOT_CLOSED: Reason = Reason {
    code: "hl7.escape-not-closed",
    japanese: "漢字モードのまま区切り文字を越えてセグメントが終わっています",
    english: "a segment ends in two-byte mode after bytes that may have been delimiters",
    advice_japanese: "フィールドの終わりごとに ESC ( B で ASCII に戻してください",
    advice_english: "return to ASCII with ESC ( B at the end of each field",
};

/// As [`NOT_CLOSED`], but no delimiter can have been swallowed: the text was read.
pub static LEFT_OPEN: Reason = Reason {
    code: "hl7.escape-left-open",
    japanese: "セグメントの末尾で ASCII に戻っていません（内容は読み取れました）",
    english: "a segment does not return to ASCII at its end (its text was readable)",
    advice_japanese: "セグメントの終わりで ESC ( B を出力してください",
    advice_english: "write ESC ( B at the end of the segment",
};

/// JIS X 0212 is used, which SS-MIX2 does not allow.
pub static JIS_X_0212: Reason = Reason {
    code: "hl7.jis-x-0212",
    japanese: "補助漢字（JIS X 0212）が使われています（読み取りました）",
    english: "supplementary kanji (JIS X 0212) are used (they were read)",
    advice_japanese: "SS-MIX2 で使えるのは JIS X 0208 までです。照合で別字と扱われないか確認してください",
    advice_english: "SS-MIX2 allows JIS X 0208 only; check that names still match",
};

/// A two-byte code that stands for no character; U+FFFD was put in its place.
pub static UNMAPPED: Reason = Reason {
    code: "hl7.unmapped-character",
    japanese: "文字表にない文字コード（外字など）があり、U+FFFD に置き換えました",
    english: "a code without a character (gaiji) was replaced by U+FFFD",
    advice_japanese: "外字は ■ に置き換えて出力してください。原本の電文は保管されています",
    advice_english: "write gaiji as ■; the original message is kept",
};

/// U+FFFD in the source: a character was lost before it came here.
pub static REPLACEMENT: Reason = Reason {
    code: "hl7.replacement-character",
    japanese: "提供元で失われた文字（U+FFFD）が含まれています",
    english: "the source holds U+FFFD: a character was lost before delivery",
    advice_japanese: "提供元の文字変換を確認してください",
    advice_english: "check the character conversion at the source",
};

/// A private-use character (外字).
pub static PRIVATE_USE: Reason = Reason {
    code: "hl7.private-use",
    japanese: "外字（私用領域の文字）が含まれています",
    english: "a private-use character (gaiji) is present",
    advice_japanese: "外字の字形は施設ごとに異なります。氏名の照合に注意してください",
    advice_english: "its shape differs from site to site; take care when matching names",
};

/// The bytes prove another character set than the one declared.
pub static OTHER_CHARSET: Reason = Reason {
    code: "hl7.other-charset",
    japanese: "MSH-18 の宣言と実際の文字コードが異なります（実際の文字コードで読み取りました）",
    english: "the text is in another character set than MSH-18 declares (it was read in its real one)",
    advice_japanese: "MSH-18 の値か出力文字コードを直してください",
    advice_english: "correct MSH-18 or the character set of the output",
};
