//! The records of a medical receipt file as tables: how many columns each has and what the columns are called.
//!
//! Names go into `extra` for whatever has no column of its own in the canonical tables, so that nothing is lost. Source:
//! オンライン又は光ディスク等による請求に係る記録条件仕様(医科用), column order as measured in formats §5.

/// One kind of record.
#[derive(Debug)]
pub(super) struct Layout {
    /// Record id (レコード識別情報), two letters.
    pub(super) id: &'static str,
    /// Columns of the current specification; any number for records kept as they are.
    pub(super) full: usize,
    /// Columns of older versions. Any other number means that a comma is missing or too many, and that every column
    /// after it, such as a day or an insurance number, would be read as its neighbour.
    pub(super) older: &'static [usize],
    /// Names by column; empty where the specification reserves the column.
    pub(super) columns: &'static [&'static str],
    /// Column of day 1, for records with a column for each day.
    pub(super) first_day: Option<usize>,
}

impl Layout {
    /// Name of a column for `extra`: the specification's, else `RE-15`.
    pub(super) fn name(&self, column: usize) -> String {
        match (self.columns.get(column), self.first_day) {
            (Some(name), _) if !name.is_empty() => (*name).to_owned(),
            (_, Some(first)) if (first..first + 31).contains(&column) => format!("{}日", column - first + 1),
            _ => format!("{}-{column}", self.id),
        }
    }
}

const ANY: usize = usize::MAX;

macro_rules! layouts {
    ($( $id:ident $full:tt $(or [$($older:literal),*])? $(days $first:literal)? [ $($name:literal),* ]; )*) => {
        $( pub(super) static $id: Layout = Layout {
            id: stringify!($id),
            full: $full,
            older: &[ $($($older),*)? ],
            columns: &[ $($name),* ],
            first_day: first_day!($($first)?),
        }; )*

        /// The layout of a record id; `None` for one this reader does not know.
        pub(super) fn layout(id: &[u8]) -> Option<&'static Layout> {
            $( if id == stringify!($id).as_bytes() { return Some(&$id); } )*
            None
        }
    };
}
macro_rules! first_day {
    () => {
        None
    };
    ($first:literal) => {
        Some($first)
    };
}

layouts! {
    SI 44 or [13] days 13 ["レコード識別情報", "診療識別", "負担区分", "診療行為コード", "数量データ", "点数", "回数", "コメントコード1", "文字データ1", "コメントコード2", "文字データ2", "コメントコード3", "文字データ3"];
    IY 44 or [13] days 13 ["レコード識別情報", "診療識別", "負担区分", "医薬品コード", "使用量", "点数", "回数", "コメントコード1", "文字データ1", "コメントコード2", "文字データ2", "コメントコード3", "文字データ3"];
    TO 48 or [17] days 17 ["レコード識別情報", "診療識別", "負担区分", "特定器材コード", "使用量", "点数", "回数", "単位コード", "単価", "", "商品名及び規格又はサイズ", "コメントコード1", "文字データ1", "コメントコード2", "文字データ2", "コメントコード3", "文字データ3"];
    CO 5 or [4] ["レコード識別情報", "診療識別", "負担区分", "コメントコード", "文字データ"];
    SJ 3 ["レコード識別情報", "症状詳記区分", "症状詳記データ"];
    SY 8 ["レコード識別情報", "傷病名コード", "診療開始日", "転帰区分", "修飾語コード", "傷病名称", "主傷病", "補足コメント"];
    HO 15 ["レコード識別情報", "保険者番号", "被保険者証等の記号", "被保険者証等の番号", "診療実日数", "合計点数", "", "食事療養・生活療養回数", "食事療養・生活療養合計金額", "職務上の事由", "証明書番号", "負担金額(医療保険)", "減免区分", "減額割合", "減額金額"];
    KO 12 ["レコード識別情報", "負担者番号", "受給者番号", "任意給付区分", "診療実日数", "合計点数", "負担金額(公費)", "公費給付対象外来一部負担金", "公費給付対象入院一部負担金", "", "食事療養・生活療養回数", "食事療養・生活療養合計金額"];
    SN 9 or [8] ["レコード識別情報", "負担者種別", "確認区分", "保険者番号等(資格確認)", "記号(資格確認)", "番号(資格確認)", "枝番", "受給者番号", ""];
    JD 33 days 2 ["レコード識別情報", "負担者種別"];
    MF 33 or [2] ["レコード識別情報", "窓口負担額区分"];
    RE 38 or [21, 36] ["レコード識別情報", "レセプト番号", "レセプト種別", "診療年月", "氏名", "男女区分", "生年月日", "給付割合", "入院年月日", "病棟区分", "一部負担金・食事療養費・生活療養費標準負担額区分", "レセプト特記事項", "病床数", "カルテ番号等", "割引点数単価", "", "", "", "検索番号", "記録条件仕様年月情報", "請求情報", "診療科1 診療科名", "診療科1 人体の部位等", "診療科1 性別等", "診療科1 医学的処置", "診療科1 特定疾病", "診療科2 診療科名", "診療科2 人体の部位等", "診療科2 性別等", "診療科2 医学的処置", "診療科2 特定疾病", "診療科3 診療科名", "診療科3 人体の部位等", "診療科3 性別等", "診療科3 医学的処置", "診療科3 特定疾病", "カタカナ氏名", "患者の状態"];
    IR 10 or [8, 9] ["レコード識別情報", "審査支払機関", "都道府県", "点数表", "医療機関コード", "", "医療機関名称", "請求年月", "マルチボリューム識別情報", "電話番号"];
    MN 7 or [2, 3] ["レコード識別情報", "レセプト管理番号", "保険医療機関の所在地"];
    GO 4 or [3] ["レコード識別情報", "総件数", "総合計点数", "マルチボリューム識別情報"];
    NI ANY [];
    KH ANY [];
}

/// Records that make a receipt a DPC one: their neighbours follow other rules.
pub(super) const DPC_IDS: [&[u8]; 8] = [b"BU", b"SB", b"KK", b"SK", b"GA", b"HH", b"GT", b"CD"];

/// Records of an organ donor: what follows them is another person's care.
pub(super) const DONOR_IDS: [&[u8]; 3] = [b"TI", b"TR", b"TS"];
