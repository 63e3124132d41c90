//! What is compared, how it can agree, and the words for both.

/// What two statements are compared on, and the two parts of a weight that are no field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[repr(u8)]
pub enum Field {
    /// 姓
    FamilyName,
    /// 名
    GivenName,
    /// 生年月日
    BirthDate,
    /// 性別
    Sex,
    /// 住所
    Address,
    /// 電話番号
    Phone,
    /// 被保険者証の記号・番号
    Insurance,
    /// その他の番号
    OtherNumber,
    /// 提供元
    Provider,
    /// その他の属性（出生地、職業など）
    AttributeA,
    /// その他の属性（出生地、職業など）
    AttributeB,
    /// その他の属性（出生地、職業など）
    AttributeC,
    /// How rare a match is before anything is compared.
    Prior,
    /// What two persons of one household would agree on anyway: taken off once.
    Household,
}

/// How a field agrees. Not every level belongs to every field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[repr(u8)]
pub enum Level {
    /// One side or both do not say.
    Missing,
    /// The same as written.
    Exact,
    /// The same but for old or variant kanji, or an unwritable character.
    Variant,
    /// The same reading; the kanji is missing on a side.
    Reading,
    /// The same reading in other kanji.
    ReadingOtherKanji,
    /// Kanji on one side, on the other a reading these kanji are known to have.
    PossibleReading,
    /// A slip: a letter, a digit, a voiced mark, day and month exchanged, another era.
    Close,
    /// Alike: two of the three parts of a date, much of a name.
    Similar,
    /// Partly given and not in contradiction.
    Compatible,
    /// Another family name with the given name the same and neither a man: may be marriage.
    Changed,
    /// Family and given name exchanged.
    Exchanged,
    /// The same locality, other or no block numbers.
    Locality,
    /// The same postal code.
    PostalCode,
    /// The same municipality.
    Municipality,
    /// The same prefecture.
    Prefecture,
    /// The same insured person: branch and all.
    Insured,
    /// The same symbol and number, the branch unknown: the household.
    InsuredHousehold,
    /// The same symbol and number with another branch: another member of the household.
    OtherBranch,
    /// The same insurer.
    Insurer,
    /// Another name, one that others have: relatives and twins have that, one person hardly ever.
    OtherName,
    /// Not the same.
    Different,
    /// For the prior and the household, which have no level.
    Applied,
}

/// Fields compared.
pub(crate) const FIELDS: usize = 12;
/// Levels there are.
pub(crate) const LEVELS: usize = 22;

impl Field {
    /// The fields compared, in the order of evidence.
    pub const COMPARED: [Self; FIELDS] = [
        Self::FamilyName,
        Self::GivenName,
        Self::BirthDate,
        Self::Sex,
        Self::Address,
        Self::Phone,
        Self::Insurance,
        Self::OtherNumber,
        Self::Provider,
        Self::AttributeA,
        Self::AttributeB,
        Self::AttributeC,
    ];

    /// The attributes, in the order of a row's.
    pub(crate) const ATTRIBUTES: [Self; 3] = [Self::AttributeA, Self::AttributeB, Self::AttributeC];

    /// In Japanese and English.
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::FamilyName => ("姓", "family name"),
            Self::GivenName => ("名", "given name"),
            Self::BirthDate => ("生年月日", "date of birth"),
            Self::Sex => ("性別", "sex"),
            Self::Address => ("住所", "address"),
            Self::Phone => ("電話番号", "telephone"),
            Self::Insurance => ("被保険者記号・番号", "insurance"),
            Self::OtherNumber => ("その他の番号", "other number"),
            Self::Provider => ("提供元", "provider"),
            Self::AttributeA => ("属性１", "attribute 1"),
            Self::AttributeB => ("属性２", "attribute 2"),
            Self::AttributeC => ("属性３", "attribute 3"),
            Self::Prior => ("事前の見込み", "prior"),
            Self::Household => ("世帯で共通する分", "shared by the household"),
        }
    }
}

impl Level {
    /// Every level, in order.
    pub const ALL: [Self; LEVELS] = [
        Self::Missing,
        Self::Exact,
        Self::Variant,
        Self::Reading,
        Self::ReadingOtherKanji,
        Self::PossibleReading,
        Self::Close,
        Self::Similar,
        Self::Compatible,
        Self::Changed,
        Self::Exchanged,
        Self::Locality,
        Self::PostalCode,
        Self::Municipality,
        Self::Prefecture,
        Self::Insured,
        Self::InsuredHousehold,
        Self::OtherBranch,
        Self::Insurer,
        Self::OtherName,
        Self::Different,
        Self::Applied,
    ];

    /// In Japanese and English.
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Missing => ("不明", "unknown"),
            Self::Exact => ("一致", "the same"),
            Self::Variant => ("異体字を除き一致", "the same but for variant characters"),
            Self::Reading => ("読みが一致", "the same reading"),
            Self::ReadingOtherKanji => ("読みは一致、漢字は相違", "the same reading in other kanji"),
            Self::PossibleReading => ("漢字がそう読める", "a reading the kanji can have"),
            Self::Close => ("一字違いなど", "a slip apart"),
            Self::Similar => ("類似", "alike"),
            Self::Compatible => ("一部のみで矛盾なし", "partly given, no contradiction"),
            Self::Changed => ("相違（改姓の可能性）", "different, a change of name is possible"),
            Self::Exchanged => ("姓と名が逆", "family and given name exchanged"),
            Self::Locality => ("町字まで一致", "the same locality"),
            Self::PostalCode => ("郵便番号が一致", "the same postal code"),
            Self::Municipality => ("市区町村が一致", "the same municipality"),
            Self::Prefecture => ("都道府県が一致", "the same prefecture"),
            Self::Insured => ("枝番まで一致", "the same insured person"),
            Self::InsuredHousehold => ("世帯の番号が一致", "the same household number"),
            Self::OtherBranch => ("番号は一致、枝番が相違", "the same number, another branch"),
            Self::Insurer => ("保険者のみ一致", "the same insurer only"),
            Self::OtherName => ("別の名", "another name"),
            Self::Different => ("相違", "different"),
            Self::Applied => ("適用", "applied"),
        }
    }

    pub(crate) const fn agrees(self) -> bool {
        !matches!(self, Self::Missing | Self::Different | Self::OtherName | Self::Changed | Self::Applied)
    }
}

/// One part of a weight: a field, how it agreed, and what that is worth in bits.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Evidence {
    /// The field.
    pub field: Field,
    /// How it agreed.
    pub level: Level,
    /// Bits for (positive) or against (negative) one person.
    pub weight: f32,
}

/// Twelve fields of five bits: one number.
const BITS: u32 = 5;

/// The levels of all fields in one number, so that pairs can be counted by pattern.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Pattern(pub(crate) u64);

impl Pattern {
    /// Each field is set once.
    pub(crate) const fn set(&mut self, field: Field, level: Level) {
        self.0 |= (level as u64) << (field as u32 * BITS);
    }

    pub(crate) fn get(self, field: Field) -> Level {
        let code = (self.0 >> (field as u32 * BITS)) & 0b1_1111;
        usize::try_from(code).ok().and_then(|at| Level::ALL.get(at)).copied().unwrap_or(Level::Missing)
    }

    /// A hash, for counting.
    pub(crate) const fn hash(self) -> u64 {
        crate::hash::mix(0, self.0)
    }

    /// Field and level, in the order of evidence.
    pub(crate) fn levels(self) -> impl Iterator<Item = (Field, Level)> {
        Field::COMPARED.into_iter().map(move |field| (field, self.get(field)))
    }
}
