//! Why a receipt was refused or doubted, for the person at the institution who must act. Static text only, never a value.

use kiban_model::Reason;

macro_rules! reasons {
    ($list:ident: $( $name:ident = $code:literal, $japanese:literal, $english:literal, $advice_japanese:literal, $advice_english:literal; )*) => {
        $( pub(super) static $name: Reason = Reason {
            code: concat!("uke.", $code),
            japanese: $japanese,
            english: $english,
            advice_japanese: $advice_japanese,
            advice_english: $advice_english,
        }; )*

        #[cfg(test)]
        pub(super) static $list: &[&Reason] = &[ $( &$name, )* ];
    };
}

// Receipts that are refused whole.
reasons! { REFUSALS:
    DENTAL = "dental",
        "歯科レセプトは未対応です（点数表3）。同じ識別情報でも項目の並びが異なります。", "A dental receipt (point table 3): the same record ids mean other columns, and no reader for them exists yet.",
        "対応後に再度お送りください。受領したファイルは封印のまま保管しています。", "Deliver again once it can be read; the file as received is kept sealed.";
    PHARMACY = "pharmacy",
        "調剤レセプトは未対応です（点数表4）。同じ識別情報でも項目の並びが異なります。", "A pharmacy receipt (point table 4): the same record ids mean other columns, and no reader for them exists yet.",
        "対応後に再度お送りください。受領したファイルは封印のまま保管しています。", "Deliver again once it can be read; the file as received is kept sealed.";
    OTHER_TABLE = "other-point-table",
        "医科以外の点数表のレセプトです。項目の並びが分からないため読み取りません。", "A receipt of a point table other than the medical one: its columns are not known here.",
        "医療機関情報レコードの点数表とレセプト種別を確認してください。", "Check the point table of the institution record and the receipt type.";
    DPC = "dpc",
        "DPCレセプトは未対応です（BU・SB・CD等のレコードがあります）。", "A DPC receipt (it has records such as BU, SB or CD): no reader for them exists yet.",
        "対応後に再度お送りください。受領したファイルは封印のまま保管しています。", "Deliver again once it can be read; the file as received is kept sealed.";
    DONOR = "donor",
        "臓器提供者の情報（TI・TR・TS）が含まれます。別の人の診療が混ざるため読み取りません。", "It carries an organ donor's part (TI, TR, TS): the care of another person must not be mixed in.",
        "臓器提供者の部分の取扱いを運用者と相談してください。", "Agree with the operator how donors' parts are to be handled.";
    NO_RECEIPT = "no-receipt",
        "どのレセプトにも属さない行です（レセプト共通レコードREより前、または合計GOより後）。", "Lines that belong to no receipt (before the first RE, or after GO).",
        "REレコードの欠落や行の順序を確認してください。", "Look for a missing RE record or lines out of order.";
    NO_COMMON = "no-common-record",
        "レセプト管理レコードMNの後にレセプト共通レコードREがありません。", "A management record (MN) is not followed by the receipt's common record (RE).",
        "ファイルが途中で切れていないか確認してください。", "Check whether the file was cut short.";
    NOT_A_RECORD = "not-a-record",
        "レコード識別情報で始まらない行です。文字データ中の改行が疑われます。", "A line that does not begin with a record id, probably a line break inside text.",
        "この行と前の行を確認して、ファイルを再作成してください。", "Look at this line and the one before it, and create the file again.";
    LINE_TOO_LONG = "line-too-long",
        "行が上限の長さを超えています。", "A line is longer than the limit.",
        "改行が失われていないか確認してください。", "Check whether line ends were lost.";
    TOO_LARGE = "receipt-too-large",
        "1件のレセプトの行数または大きさが上限を超えています。", "One receipt has more lines, bytes or dated lines than the limit.",
        "REレコードが失われていないか確認してください。", "Check whether RE records were lost.";
    TOO_FEW_COLUMNS = "too-few-columns",
        "項目が足りず、内容を読み取れません。", "Too few columns to read the line.",
        "カンマの欠落を確認してください。", "Look for missing commas.";
    TOO_MANY_COLUMNS = "too-many-columns",
        "仕様より項目が多く、項目がずれている恐れがあります。", "More columns than the specification has: they may have shifted.",
        "文字データ中の半角カンマを確認してください。", "Look for a half-width comma inside text.";
    ENCODING = "encoding",
        "文字コードを判別できない文字があります（Windows-31JでもUTF-8でもない）。", "Characters that are neither Windows-31J (CP932) nor UTF-8.",
        "ファイルをWindows-31Jで再出力してください。", "Export the file again in Windows-31J.";
    MONTH = "month",
        "診療年月が暦にないか、年月の形でありません。", "The month of care is not in the calendar or not in the form of a month.",
        "REレコードの診療年月を確認してください。", "Check the month of care in the RE record.";
    BIRTH_DATE = "birth-date",
        "生年月日が暦にないか、元号の期間と合いません。", "The birth date is not in the calendar, or its era had not begun.",
        "REレコードの生年月日を確認してください。", "Check the birth date in the RE record.";
    DAY_NOT_IN_MONTH = "day-not-in-month",
        "その月にない日に回数があります（例：4月31日）。項目が1つずれている恐れがあります。", "A count on a day the month does not have (31 April): the day columns may have shifted by one.",
        "算定日の欄を確認してください。", "Check the day columns.";
    NUMBER = "number",
        "数字であるべき項目が数字でありません。", "A column that must be a number is not one.",
        "示された項目を確認してください。", "Check the column shown.";
    CODE = "code",
        "コードの桁数または種類が、このレコードのものではありません。", "A code without the length or first digit that this record's codes have.",
        "示された項目と点数表を確認してください。", "Check the column shown and the point table.";
    NO_PAYER = "no-payer",
        "保険者レコードHOも公費レコードKOもありません。", "Neither an insurer (HO) nor a public payer (KO).",
        "HO・KOレコードの欠落を確認してください。", "Look for missing HO or KO records.";
    NO_SUBJECT = "no-subject",
        "カルテ番号も、保険の番号と氏名もなく、誰のレセプトか分かりません。", "Neither a chart number nor an insurance number with a name: nobody can be found as its subject.",
        "REレコードのカルテ番号または氏名を確認してください。", "Check the chart number or the name in the RE record.";
    INSTITUTION = "institution",
        "医療機関情報レコードIRを読み取れません。", "The institution record (IR) cannot be read.",
        "IRレコードの項目数・点数表・文字コードを確認してください。", "Check the columns, the point table and the encoding of the IR record.";
    TOTAL = "total",
        "診療報酬請求書レコードGOを読み取れません。", "The total record (GO) cannot be read.",
        "GOレコードの項目を確認してください。", "Check the columns of the GO record.";
}

// Noted while the receipt is taken.
reasons! { WARNINGS:
    QUOTES = "quotes",
        "引用符（\"）があります。仕様にはないため取り除きました。", "Quotation marks, which the specification does not have, were removed.",
        "表計算ソフトで保存し直していないか確認してください。", "Check whether the file was saved again by a spreadsheet.";
    FEWER_COLUMNS = "fewer-columns",
        "仕様より項目が少ない行です（旧仕様の可能性）。", "Fewer columns than the specification has, as in older versions of it.",
        "記録条件仕様の版を確認してください。", "Check which version of the specification was used.";
    EXTRA_COLUMNS = "extra-columns",
        "仕様より項目が多い行です。余分な項目はそのまま残しました。", "More columns than the specification has; the surplus was kept.",
        "記録条件仕様の版を確認してください。", "Check which version of the specification was used.";
    CUT_CHARACTER = "cut-character",
        "項目の最後の文字が途中で切れています。切れた1文字を除きました。", "The last character of a column is cut in half; the half was left out.",
        "文字数上限での切り方を確認してください。", "Check how text is cut at the length limit.";
    PRIVATE_CHARACTER = "private-character",
        "外字（私用領域の文字）があります。他の機関では読めません。", "A character of the private use area (gaiji), which nobody else can read.",
        "外字を標準の文字に置き換えてください。", "Replace it by a standard character.";
    UNKNOWN_RECORD = "unknown-record",
        "未知のレコードです。内容はそのまま残しました。", "A record id this reader does not know; the line was kept as it is.",
        "対応が必要なら運用者に知らせてください。", "Tell the operator if it should be read.";
    START_DATE = "start-date",
        "傷病の診療開始日が暦にありません。書かれたまま残しました。", "The start date of a disease is not in the calendar; it was kept as written.",
        "SYレコードの診療開始日を確認してください。", "Check the start date in the SY record.";
    ADMISSION_DATE = "admission-date",
        "入院年月日が暦にありません。書かれたまま残しました。", "The admission date is not in the calendar; it was kept as written.",
        "REレコードの入院年月日を確認してください。", "Check the admission date in the RE record.";
    MODIFIERS = "modifiers",
        "修飾語コードが4桁の並びでありません。書かれたまま残しました。", "Modifier codes are not groups of four digits; they were kept as written.",
        "SYレコードの修飾語コードを確認してください。", "Check the modifier codes in the SY record.";
    SEX = "sex",
        "男女区分が1（男）・2（女）のどちらでもありません。", "The sex is neither 1 (male) nor 2 (female).",
        "REレコードの男女区分を確認してください。", "Check the sex in the RE record.";
    BIRTH_AFTER_CARE = "birth-after-care",
        "生年月日が診療年月より後です。", "The birth date is later than the month of care.",
        "REレコードの生年月日を確認してください。", "Check the birth date in the RE record.";
    DAY_COUNT = "day-count",
        "算定日の回数の合計が回数と一致しません。", "The counts of the days do not add up to the count.",
        "示された行の回数と算定日を確認してください。", "Check the count and the days of the line shown.";
    COMMENT_CODE = "comment-code",
        "コメントコードが8で始まる9桁でありません。書かれたまま残しました。", "A comment code is not nine digits beginning with 8; it was kept as written.",
        "コメントコードを確認してください。", "Check the comment code.";
    CHART_NUMBER = "chart-number",
        "カルテ番号が0だけです。番号がないものとして扱いました。", "The chart number is all zeros and was taken as absent.",
        "REレコードのカルテ番号を確認してください。", "Check the chart number in the RE record.";
    SECOND_INSURER = "second-insurer",
        "1件のレセプトに保険者レコードHOが複数あります。", "One receipt has more than one insurer record (HO).",
        "REレコードの欠落を確認してください。", "Look for a missing RE record.";
    NO_INSTITUTION = "no-institution",
        "医療機関情報レコードIRがなく、機関と請求年月が分かりません。", "No institution record (IR) stands before the receipt: institution and billing month are unknown.",
        "ファイルの先頭を確認してください。", "Check the beginning of the file.";
    BILLING_MONTH = "billing-month",
        "請求年月が暦にないか、年月の形でありません。", "The billing month is not in the calendar or not in the form of a month.",
        "IRレコードの請求年月を確認してください。", "Check the billing month in the IR record.";
    TOTAL_COUNT = "total-count",
        "総件数がHO・KOレコードの数と一致しません。レセプトが欠けている恐れがあります。", "The total count is not the number of HO and KO records: receipts may be missing.",
        "ファイルが途中で切れていないか確認してください。", "Check whether the file was cut.";
    TOTAL_POINTS = "total-points",
        "総合計点数がレセプトの合計点数の和と一致しません。", "The total points are not the sum of the receipts' points.",
        "ファイルが途中で切れていないか確認してください。", "Check whether the file was cut.";
}
