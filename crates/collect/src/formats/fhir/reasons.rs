//! Why a FHIR resource was refused or doubted, each declared once.

use kiban_model::Reason;

macro_rules! reasons {
    ($( $(#[doc = $doc:literal])+ $name:ident = $code:literal, $japanese:literal, $english:literal, $advice_japanese:literal, $advice_english:literal; )*) => {
        $( $(#[doc = $doc])+ pub(super) static $name: Reason = Reason {
            code: $code, japanese: $japanese, english: $english, advice_japanese: $advice_japanese, advice_english: $advice_english,
        }; )*
    };
}

reasons! {
    /// The bytes are not UTF-8.
    ENCODING = "fhir.encoding", "UTF-8で書かれていません。", "The text is not UTF-8.",
        "FHIRのJSONはUTF-8に限られます。UTF-8で出力し直してください。", "FHIR JSON is UTF-8 only; export it again as UTF-8.";
    /// The document is larger than the limit.
    DOCUMENT_TOO_LARGE = "fhir.document-too-large", "1つの文書として大きすぎます。", "The document is larger than may be read whole.",
        "Bundleを分けるか、NDJSONで提供してください。", "Split the bundle, or deliver NDJSON.";
    /// A line is longer than the limit.
    LINE_TOO_LONG = "fhir.line-too-long", "NDJSONの1行が長すぎます。", "A line of the NDJSON file is too long.",
        "添付の大きいリソースは単独のJSONファイルで提供してください。", "Deliver resources with large attachments as JSON files of their own.";
    /// Nothing in the file.
    EMPTY = "fhir.empty", "ファイルが空です。", "The file is empty.",
        "出力が途中で止まっていないか確かめてください。", "Check whether the export stopped early.";
    /// Not JSON.
    SYNTAX = "fhir.not-json", "JSONとして読めません。", "The text is not valid JSON.",
        "示した位置を確かめ、出力し直してください。", "Look at the place given and export again.";
    /// Too deeply nested.
    TOO_DEEP = "fhir.too-deep", "入れ子が深すぎます。", "The JSON is nested too deeply.",
        "正しいFHIRではこの深さになりません。出力を確かめてください。", "Honest FHIR does not nest this deep; check the export.";
    /// A name stated twice.
    DUPLICATE_KEY = "fhir.duplicate-key", "同じ名前の要素が2回あります。", "An object states the same element twice.",
        "どちらが正しいか分からないため受け取れません。出力し直してください。", "Which one holds cannot be known; export it again.";
    /// No resource.
    NOT_FHIR = "fhir.not-a-resource", "FHIRのリソースではありません。", "This is not a FHIR resource.",
        "resourceTypeのあるFHIR R4のJSONを提供してください。", "Deliver FHIR R4 JSON with a resourceType.";
    /// Another version.
    NOT_R4 = "fhir.not-r4", "FHIR R4の形ではありません（DSTU2・STU3・R5など）。", "The resource has the shape of another FHIR version (DSTU2, STU3, R5).",
        "FHIR R4（JP Core）で出力し直してください。", "Export it as FHIR R4 (JP Core).";
    /// Bundle in bundle.
    NESTED_BUNDLE = "fhir.nested-bundle", "Bundleの中またはNDJSONの行にBundleがあります。", "A Bundle stands inside a Bundle or on an NDJSON line.",
        "Bundleは1つずつ別のファイルで提供してください。", "Deliver each Bundle as a file of its own.";
    /// Entry without a resource.
    NO_RESOURCE = "fhir.entry-without-resource", "Bundleのentryにリソースがありません。", "An entry of the Bundle holds no resource.",
        "リソースの抜けがないか、削除の指示でないかを確かめてください。", "Check for a missing resource or an instruction to delete.";
    /// Required element missing.
    MISSING = "fhir.missing-element", "意味を定めるのに必要な要素がありません。", "An element the meaning depends on is missing.",
        "示した要素を入れて提供し直してください。", "Deliver it again with the element named.";
    /// Wrong JSON type.
    WRONG_TYPE = "fhir.wrong-type", "要素の型がFHIR R4と違います。", "An element has another type than FHIR R4 says.",
        "示した要素を直して提供し直してください。", "Correct the element named and deliver it again.";
    /// Status outside R4.
    UNKNOWN_STATUS = "fhir.unknown-status", "状態（status）がFHIR R4の値ではありません。", "The status is not one of FHIR R4.",
        "FHIR R4の値で提供し直してください。", "Deliver it again with a status of FHIR R4.";
    /// Nobody's record.
    NO_SUBJECT = "fhir.no-subject", "誰の記録か書かれていません。", "The resource does not say whose it is.",
        "subjectまたはpatientを入れて提供し直してください。", "Deliver it again with its subject or patient.";
    /// Subject cannot be resolved.
    SUBJECT_NOT_FOUND = "fhir.subject-not-found", "本人への参照の先がありません。", "The reference to the patient leads nowhere.",
        "Patientを同じBundleかcontainedに入れるか、患者番号を書いてください。", "Put the Patient into the same Bundle or contained, or state the patient number.";
    /// Two persons.
    SUBJECT_CONTRADICTION = "fhir.subject-contradiction", "本人が2通りに読めます。", "The resource points to two different patients.",
        "別人の記録が混ざっていないか確かめてください。", "Check whether records of two persons are mixed.";
    /// Impossible birth date.
    BIRTH_DATE = "fhir.birth-date", "生年月日が日付として成り立ちません。", "The date of birth is not a possible date.",
        "生年月日を確かめて提供し直してください。", "Check the date of birth and deliver it again.";

    /// Subject taken from the Composition.
    INHERITED_SUBJECT = "fhir.inherited-subject", "本人の記載がなく、文書の本人とみなしました。", "No subject of its own; the document's subject was taken.",
        "できればsubjectを書いてください。", "State the subject where possible.";
    /// Date unreadable.
    BAD_DATE = "fhir.bad-date", "日付として読めない値があり、列を空にしました。", "A value is not a date; its column was left empty.",
        "元の値は保管されています。", "The value itself is kept.";
    /// Other time zone.
    OTHER_ZONE = "fhir.other-zone", "日本時間以外の時刻です。書かれたままの時刻を採りました。", "A time is in another zone than +09:00; its clock time was taken as written.",
        "日本時間（+09:00）で出力してください。", "Export times in +09:00.";
    /// Reference leads nowhere.
    DANGLING = "fhir.dangling-reference", "参照の先がありません。", "A reference leads nowhere.",
        "参照されるリソースを同じ文書に入れてください。", "Put the resource referred to into the same document.";
    /// eCS drug codes.
    NO_STANDARD_DRUG_CODE = "fhir.no-standard-drug-code", "YJコードも一般処方コードもありません。", "Neither a YJ code nor a general-name code is given.",
        "電子カルテ情報共有の仕様に合いません。標準コードを付けてください。", "The eCS profile asks for one; add a standard code.";
    /// Drug code unknown to the master.
    UNKNOWN_DRUG_CODE = "fhir.unknown-drug-code", "医薬品コードがマスターにありません。", "The drug code is not in the operator's master.",
        "コードの誤りか、マスターが古いかを確かめてください。", "Check the code, or the age of the master.";
    /// eCS local code.
    NO_LOCAL_CODE = "fhir.no-local-code", "検査の施設固有コードがありません。", "The institution's own laboratory code is missing.",
        "電子カルテ情報共有の仕様に合いません。できれば付けてください。", "The eCS profile asks for it; add it where possible.";
    /// Identifier used for several resources.
    SHARED_IDENTIFIER = "fhir.shared-identifier", "同じ識別子のリソースが1つの文書に複数あります。", "Several resources of one document share an identifier.",
        "版の取り違えを避けるためidも合わせて見分けました。識別子を一意にしてください。", "They were told apart by id too; make identifiers unique.";
    /// Refuted diagnosis.
    REFUTED = "fhir.refuted", "否定された傷病です。転帰に「refuted」と記しました。", "The condition was refuted; its outcome says so.",
        "件数に数えないよう注意してください。", "Take care not to count it.";
    /// Gender unknown.
    UNKNOWN_GENDER = "fhir.unknown-gender", "性別がFHIR R4の値ではありません。", "The gender is not one of FHIR R4.",
        "male・female・other・unknownのいずれかにしてください。", "Use male, female, other or unknown.";
}
