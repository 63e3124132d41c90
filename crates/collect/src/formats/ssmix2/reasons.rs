//! Why an SS-MIX2 file is held back or doubted.

use kiban_model::Reason;

macro_rules! reasons {
    ($( $(#[$doc:meta])* $name:ident = $code:literal: $japanese:literal, $english:literal, $advice_japanese:literal, $advice_english:literal; )*) => {
        $( $(#[$doc])* pub static $name: Reason = Reason {
            code: $code,
            japanese: $japanese,
            english: $english,
            advice_japanese: $advice_japanese,
            advice_english: $advice_english,
        }; )*
    };
}

reasons! {
    /// No bytes, or nothing but line ends.
    EMPTY = "ssmix2.empty":
        "ファイルが空です", "the file is empty",
        "出力が途中で失敗していないか確認し、出し直してください", "check whether writing failed midway, and write it again";
    /// Larger than is read whole.
    TOO_LARGE = "ssmix2.too-large":
        "1電文として読み取れる大きさを超えています", "the file is larger than a message may be",
        "複数の電文が連結されていないか確認してください", "check whether several messages were joined";
    /// No MSH.
    NOT_HL7 = "ssmix2.not-hl7":
        "HL7 電文ではありません（MSH セグメントがありません）", "not an HL7 message: there is no MSH segment",
        "壊れたファイルか、別のファイルが混入しています", "the file is damaged or does not belong here";
    /// Lines outside any message.
    STRAY = "ssmix2.stray-segments":
        "MSH のないセグメントが並んでいます", "segments stand outside any message",
        "電文の先頭（MSH）が失われていないか確認してください", "check whether the beginning of the message (MSH) was lost";
    /// The file name has not the prescribed parts.
    FILE_NAME = "ssmix2.file-name":
        "ファイル名が 患者ID_診療日_データ種別_オーダNo_発生日時_診療科_コンディション の7項目になっていません",
        "the file name has not the seven prescribed parts, or one of them has the wrong form",
        "標準化ストレージ仕様書の命名規則に合わせてください", "name the file as the storage specification says";
    /// Condition flag other than 0, 1, 2.
    CONDITION = "ssmix2.condition":
        "コンディションフラグが 0・1・2 のいずれでもありません", "the condition flag is none of 0, 1, 2",
        "有効なデータは 1、削除は 0、旧版は 2 です", "1 is current, 0 is deleted, 2 is superseded";
    /// Patient in the file name or in the upper folders differs from the patient folder.
    PATH_PATIENT = "ssmix2.path-patient":
        "ファイル名またはフォルダーの患者IDが一致しません", "the patient id of the file name or of the upper folders differs from the patient folder",
        "別の患者のフォルダーに置かれていないか確認してください", "check whether the file lies in another patient's folder";
    /// Kind in the file name differs from the folder.
    PATH_KIND = "ssmix2.path-kind":
        "ファイル名のデータ種別がフォルダーと一致しません", "the data kind of the file name differs from its folder",
        "正しいデータ種別フォルダーに置いてください", "put the file into the folder of its kind";
    /// Date in the file name differs from the folder.
    PATH_DATE = "ssmix2.path-date":
        "ファイル名の診療日がフォルダーと一致しないか、日付ではありません", "the care date of the file name differs from its folder, or is no date",
        "正しい診療日フォルダーに置いてください", "put the file into the folder of its care date";
    /// More than one MSH in a file of the storage.
    SEVERAL_MESSAGES = "ssmix2.several-messages":
        "1ファイルに複数の電文（MSH）があります", "several messages (MSH) are in one file",
        "標準化ストレージは1ファイル1電文です。分けて出力してください", "the storage holds one message a file; write them apart";
    /// Message type does not belong to the kind.
    MESSAGE_TYPE = "ssmix2.message-type":
        "電文の種類（MSH-9）がデータ種別と合いません", "the message type (MSH-9) does not belong to the data kind",
        "データ種別と電文の対応を確認してください", "check which messages the kind holds";
    /// Message type is unusual for the kind.
    UNUSUAL_TYPE = "ssmix2.unusual-type":
        "電文の種類（MSH-9）がデータ種別の規定と異なります（データ種別に従って読み取りました）",
        "the message type (MSH-9) is not the one prescribed for the kind (it was read by its kind)",
        "出力プログラムの MSH-9 を確認してください", "check MSH-9 in the program that writes it";
    /// A kind we do not know.
    UNKNOWN_KIND = "ssmix2.unknown-kind":
        "表にないデータ種別です（内容はその他の項目にすべて残しました）", "an unknown data kind (its content was kept whole)",
        "新しいデータ種別であれば運用者に知らせてください", "tell the operator if this is a new kind";
    /// No patient id in the message.
    NO_PATIENT = "ssmix2.no-patient":
        "患者ID（PID-3）がないため誰の記録か確かめられません", "there is no patient id (PID-3): it cannot be known whose record this is",
        "PID-3 に患者IDを出力してください", "write the patient id into PID-3";
    /// PID-3 differs from the path.
    PATIENT_MISMATCH = "ssmix2.patient-mismatch":
        "電文の患者ID（PID-3）がフォルダーの患者IDと一致しません", "the patient id of the message (PID-3) differs from its folder",
        "別の患者の記録が混ざるおそれがあります。正しい患者のフォルダーに出し直してください",
        "the record may be another patient's; write it into the right folder";
    /// Several PID-3 in a message disagree.
    SEVERAL_PATIENTS = "ssmix2.several-patients":
        "1電文に異なる患者IDの PID が複数あります", "a message holds PID segments of different patients",
        "1電文1患者で出力してください", "write one patient a message";
    /// An attachment of the extended storage.
    ATTACHMENT = "ssmix2.attachment":
        "拡張ストレージの添付ファイル（文書・電文以外）は読み取りません", "attachments of the extended storage that are neither document nor message are not read",
        "必要であれば DICOM など対応する形式で提供してください", "deliver it in a supported format such as DICOM if it is needed";
    /// A date or time that cannot be read.
    BAD_DATE = "ssmix2.date":
        "日付・時刻として読めない値があります（値はその他の項目に残しました）", "a value is no date or time (it was kept as written)",
        "年月日（YYYYMMDD[HHMM[SS]]）で出力してください", "write YYYYMMDD[HHMM[SS]]";
    /// Birth date after the record was made.
    BIRTH_DATE = "ssmix2.birth-date":
        "生年月日が記録日より後です", "the date of birth is after the record was made",
        "患者基本情報を確認してください", "check the patient's basic data";
    /// Sex code unknown.
    SEX = "ssmix2.sex":
        "性別コードを解釈できません", "the code for sex is not known",
        "M・F・O・U のいずれかで出力してください", "write M, F, O or U";
    /// Transaction time not of 17 digits.
    TRANSACTION_TIME = "ssmix2.transaction-time":
        "ファイル名の発生日時が17桁ではありません（0で補って版の順を決めます）", "the transaction time of the file name has not 17 digits (it was padded with zeros)",
        "YYYYMMDDHHMMSSFFF で出力してください", "write YYYYMMDDHHMMSSFFF";
}
