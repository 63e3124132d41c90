//! The canonical tables (標準テーブル) as Arrow schemas with typed rows and builders: one file a table, one list.
//!
//! Every row begins with the same [`COMMON`] columns: whose it is (an opaque number), who delivered it, and its
//! **lineage**, down to the line. Codes keep their system and source text beside them; dates are ISO 8601 text at the
//! precision given ([`DateAsGiven`]); `extra` holds, as JSON, whatever the source carried that has no column.
//!
//! To add a table: one file here, one line in the list at the end of this one.
//!
//! **Invariant.** No column holds an identity. Paths of delivered files hold patient numbers (SS-MIX2), so lineage names
//! files by number; the vault knows the path.

use crate::{DateAsGiven, SubjectId};
use arrow::array::{ArrayRef, BooleanBuilder, Float64Builder, Int64Builder, RecordBatch, StringBuilder};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use std::fmt::Write as _;
use std::sync::Arc;

/// What a column holds; policies are checked against it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum ColumnKind {
    /// Free or source text (UTF-8).
    Text,
    /// A code of the system named in the neighbouring `*_system` column (UTF-8).
    Code,
    /// Name of a code system (UTF-8), see [`crate::tables::systems`].
    CodeSystem,
    /// ISO 8601 text at the precision given (UTF-8).
    Date,
    /// A number (float64); the text as given stands beside it where digits matter.
    Number,
    /// A whole number (int64).
    Integer,
    /// Yes or no (boolean).
    Flag,
    /// JSON text (UTF-8).
    Json,
}

impl ColumnKind {
    /// The Arrow type that holds it.
    pub const fn data_type(self) -> DataType {
        match self {
            Self::Text | Self::Code | Self::CodeSystem | Self::Date | Self::Json => DataType::Utf8,
            Self::Number => DataType::Float64,
            Self::Integer => DataType::Int64,
            Self::Flag => DataType::Boolean,
        }
    }
}

/// One column: name, Japanese name, kind and meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Name in tables and policies.
    pub name: &'static str,
    /// Japanese name.
    pub japanese: &'static str,
    /// What it holds.
    pub kind: ColumnKind,
    /// Meaning, units, source.
    pub doc: &'static str,
}

/// One canonical table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Table {
    /// Name in the store and in policies.
    pub name: &'static str,
    /// Japanese name.
    pub japanese: &'static str,
    /// What one row is.
    pub doc: &'static str,
    /// Its own columns, after the common ones and before `extra`.
    pub columns: &'static [Column],
}

/// Columns that stand before every table's own (lineage; blueprint §3). Not nullable, except `recorded_at`.
pub const COMMON: [Column; 9] = [
    Column {
        name: "subject_id",
        japanese: "提供元別本人番号",
        kind: ColumnKind::Integer,
        doc: "Opaque number of the person as this provider knows them; the person map says which subjects are one person.",
    },
    Column {
        name: "provider_id",
        japanese: "提供元",
        kind: ColumnKind::Text,
        doc: "Registered id of the provider.",
    },
    Column {
        name: "delivery_id",
        japanese: "提供番号",
        kind: ColumnKind::Text,
        doc: "Lineage: the delivery.",
    },
    Column {
        name: "file_no",
        japanese: "ファイル番号",
        kind: ColumnKind::Integer,
        doc: "Lineage: number of the file in the delivery, from 1; the vault knows its path.",
    },
    Column {
        name: "record_no",
        japanese: "レコード番号",
        kind: ColumnKind::Integer,
        doc: "Lineage: first segment, line or entry of the record, from 1.",
    },
    Column {
        name: "position",
        japanese: "位置",
        kind: ColumnKind::Integer,
        doc: "Lineage: segment, line or entry of this row, from 1.",
    },
    Column {
        name: "part",
        japanese: "位置内番号",
        kind: ColumnKind::Integer,
        doc: "Lineage: repetition within the position, such as the day of a day column; 0 where there is one.",
    },
    Column {
        name: "source_kind",
        japanese: "元データ種別",
        kind: ColumnKind::Text,
        doc: "What the source calls the record: ADT-00, UKE medical, FHIR Observation.",
    },
    Column {
        name: "recorded_at",
        japanese: "記録日時",
        kind: ColumnKind::Date,
        doc: "When the source recorded it.",
    },
];

/// The column after every table's own.
pub const EXTRA: Column = Column {
    name: "extra",
    japanese: "その他の項目",
    kind: ColumnKind::Json,
    doc: "Everything the source carried that has no column, as JSON with the source's own names. Identities are cut out and kept in the vault.",
};

/// Who and where a record's rows come from: the values of [`COMMON`] that a reader cannot know.
#[derive(Debug, Clone)]
pub struct RowContext<'a> {
    /// Whose rows they are.
    pub subject: SubjectId,
    /// Provider id.
    pub provider: &'a str,
    /// Delivery id.
    pub delivery: &'a str,
    /// File number, from 1.
    pub file_no: u32,
    /// Record number, from 1.
    pub record_no: u64,
    /// Source kind.
    pub source_kind: &'a str,
    /// When recorded.
    pub recorded_at: Option<DateAsGiven>,
}

impl Table {
    /// All columns in order: common, own, `extra`.
    pub fn all_columns(&self) -> impl Iterator<Item = &Column> {
        COMMON.iter().chain(self.columns).chain(std::iter::once(&EXTRA))
    }

    /// Finds a column by name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        COMMON.iter().chain(self.columns).find(|c| c.name == name).or((name == EXTRA.name).then_some(&EXTRA))
    }

    /// The Arrow schema.
    pub fn schema(&self) -> SchemaRef {
        let required = |c: &Column| COMMON.contains(c) && c.name != "recorded_at";
        let fields: Vec<Field> =
            self.all_columns().map(|c| Field::new(c.name, c.kind.data_type(), !required(c))).collect();
        Arc::new(Schema::new(fields))
    }
}

/// Builders of the common columns.
#[derive(Debug, Default)]
struct CommonBuilder {
    subject: Int64Builder,
    provider: StringBuilder,
    delivery: StringBuilder,
    file: Int64Builder,
    record: Int64Builder,
    position: Int64Builder,
    part: Int64Builder,
    kind: StringBuilder,
    recorded: DateColumn,
}

impl CommonBuilder {
    fn append(&mut self, context: &RowContext<'_>, position: u64, part: u32) {
        self.subject.append_value(context.subject.0);
        self.provider.append_value(context.provider);
        self.delivery.append_value(context.delivery);
        self.file.append_value(i64::from(context.file_no));
        self.record.append_value(i64::try_from(context.record_no).unwrap_or(i64::MAX));
        self.position.append_value(i64::try_from(position).unwrap_or(i64::MAX));
        self.part.append_value(i64::from(part));
        self.kind.append_value(context.source_kind);
        self.recorded.append(&context.recorded_at);
    }

    fn finish(&mut self) -> Vec<ArrayRef> {
        vec![
            Arc::new(self.subject.finish()),
            Arc::new(self.provider.finish()),
            Arc::new(self.delivery.finish()),
            Arc::new(self.file.finish()),
            Arc::new(self.record.finish()),
            Arc::new(self.position.finish()),
            Arc::new(self.part.finish()),
            Arc::new(self.kind.finish()),
            self.recorded.finish(),
        ]
    }
}

/// Writes dates as ISO text without allocating per value.
#[derive(Debug, Default)]
struct DateColumn {
    values: StringBuilder,
}

impl DateColumn {
    fn append(&mut self, value: &Option<DateAsGiven>) {
        match value {
            Some(date) => {
                // Writing into a StringBuilder cannot fail.
                let _ = write!(self.values, "{date}");
                self.values.append_value("");
            }
            None => self.values.append_null(),
        }
    }

    fn finish(&mut self) -> ArrayRef {
        Arc::new(self.values.finish())
    }
}

#[derive(Debug, Default)]
struct TextColumn(StringBuilder);
impl TextColumn {
    fn append(&mut self, value: &Option<String>) {
        self.0.append_option(value.as_deref());
    }
    fn finish(&mut self) -> ArrayRef {
        Arc::new(self.0.finish())
    }
}

#[derive(Debug, Default)]
struct NumberColumn(Float64Builder);
impl NumberColumn {
    fn append(&mut self, value: &Option<f64>) {
        self.0.append_option(*value);
    }
    fn finish(&mut self) -> ArrayRef {
        Arc::new(self.0.finish())
    }
}

#[derive(Debug, Default)]
struct IntegerColumn(Int64Builder);
impl IntegerColumn {
    fn append(&mut self, value: &Option<i64>) {
        self.0.append_option(*value);
    }
    fn finish(&mut self) -> ArrayRef {
        Arc::new(self.0.finish())
    }
}

#[derive(Debug, Default)]
struct FlagColumn(BooleanBuilder);
impl FlagColumn {
    fn append(&mut self, value: &Option<bool>) {
        self.0.append_option(*value);
    }
    fn finish(&mut self) -> ArrayRef {
        Arc::new(self.0.finish())
    }
}

macro_rules! value_of {
    (Text) => { Option<String> };
    (Code) => { Option<String> };
    (CodeSystem) => { Option<String> };
    (Json) => { Option<String> };
    (Date) => { Option<DateAsGiven> };
    (Number) => { Option<f64> };
    (Integer) => { Option<i64> };
    (Flag) => { Option<bool> };
}
macro_rules! builder_of {
    (Text) => {
        TextColumn
    };
    (Code) => {
        TextColumn
    };
    (CodeSystem) => {
        TextColumn
    };
    (Json) => {
        TextColumn
    };
    (Date) => {
        DateColumn
    };
    (Number) => {
        NumberColumn
    };
    (Integer) => {
        IntegerColumn
    };
    (Flag) => {
        FlagColumn
    };
}

/// Declares a table: its row struct, its [`Table`] description and its builder.
macro_rules! table {
    (
        $(#[doc = $doc:literal])+
        $row:ident, $builder:ident = $name:literal $japanese:literal {
            $( $(#[doc = $column_doc:literal])+ $column:ident : $kind:ident $column_japanese:literal, )*
        }
    ) => {
        use super::{ArrayRef, Arc, Column, ColumnKind, CommonBuilder, RecordBatch, RowContext, Table, StringBuilder};
        #[allow(unused_imports)]
        use super::{DateColumn, FlagColumn, IntegerColumn, NumberColumn, TextColumn};
        #[allow(unused_imports)]
        use crate::DateAsGiven;

        $(#[doc = $doc])+
        #[derive(Debug, Clone, Default, PartialEq)]
        pub struct $row {
            /// Lineage: segment, line or entry of this row, from 1.
            pub position: u64,
            /// Lineage: repetition within the position; 0 where there is one.
            pub part: u32,
            $( $(#[doc = $column_doc])+ pub $column: value_of!($kind), )*
            /// Whatever the source carried that has no column, as JSON.
            pub extra: Option<String>,
        }

        impl $row {
            /// What this table is and holds.
            pub const TABLE: Table = Table {
                name: $name,
                japanese: $japanese,
                doc: concat!($($doc),+),
                columns: &[ $( Column {
                    name: stringify!($column),
                    japanese: $column_japanese,
                    kind: ColumnKind::$kind,
                    doc: concat!($($column_doc),+),
                }, )* ],
            };
        }

        #[derive(Debug, Default)]
        pub(super) struct $builder {
            common: CommonBuilder,
            $( $column: builder_of!($kind), )*
            extra: StringBuilder,
            len: usize,
        }

        impl $builder {
            pub(super) fn append(&mut self, context: &RowContext<'_>, row: &$row) {
                self.common.append(context, row.position, row.part);
                $( self.$column.append(&row.$column); )*
                self.extra.append_option(row.extra.as_deref());
                self.len += 1;
            }

            pub(super) const fn len(&self) -> usize {
                self.len
            }

            pub(super) fn finish(&mut self) -> Result<RecordBatch, arrow::error::ArrowError> {
                self.len = 0;
                let mut columns: Vec<ArrayRef> = self.common.finish();
                $( columns.push(self.$column.finish()); )*
                columns.push(Arc::new(self.extra.finish()));
                RecordBatch::try_new($row::TABLE.schema(), columns)
            }
        }
    };
}

/// The one list of tables.
macro_rules! tables {
    ($( $module:ident :: $row:ident, $builder:ident; )*) => {
        $( mod $module; pub use $module::$row; )*

        /// Every canonical table, in reading order.
        pub const TABLES: &[Table] = &[ $( $row::TABLE, )* ];

        /// One row of some canonical table.
        #[derive(Debug, Clone, PartialEq)]
        #[allow(missing_docs)]
        pub enum Row { $( $row($row), )* }

        $( impl From<$row> for Row {
            fn from(row: $row) -> Self { Self::$row(row) }
        } )*

        impl Row {
            /// The table it belongs to.
            pub const fn table(&self) -> &'static Table {
                match self { $( Self::$row(_) => const { &$row::TABLE }, )* }
            }

            /// Lineage: (position, part).
            pub const fn position(&self) -> (u64, u32) {
                match self { $( Self::$row(row) => (row.position, row.part), )* }
            }
        }

        /// One builder a table: rows in, record batches out.
        #[derive(Debug, Default)]
        pub struct TableSet { $( $module: $module::$builder, )* }

        impl TableSet {
            /// Appends a row of any table.
            pub fn append(&mut self, context: &RowContext<'_>, row: &Row) {
                match row { $( Row::$row(row) => self.$module.append(context, row), )* }
            }

            /// Rows waiting in all builders.
            pub fn len(&self) -> usize {
                0 $( + self.$module.len() )*
            }

            /// Takes what was appended: a batch for each table that has rows, in the order of [`TABLES`].
            ///
            /// # Errors
            /// An Arrow error would mean a builder and its schema disagree, which the tests of this module exclude.
            pub fn finish(&mut self) -> Result<Vec<(&'static Table, RecordBatch)>, arrow::error::ArrowError> {
                let mut batches = Vec::new();
                $( if self.$module.len() > 0 {
                    batches.push((const { &$row::TABLE }, self.$module.finish()?));
                } )*
                Ok(batches)
            }
        }
    };
}

tables! {
    person::Person, PersonBuilder;
    visit::Visit, VisitBuilder;
    condition::Condition, ConditionBuilder;
    medication::Medication, MedicationBuilder;
    observation::Observation, ObservationBuilder;
    procedure::Procedure, ProcedureBuilder;
    claim::Claim, ClaimBuilder;
    claim_line::ClaimLine, ClaimLineBuilder;
    dpc_case::DpcCase, DpcCaseBuilder;
    coverage::Coverage, CoverageBuilder;
    allergy::Allergy, AllergyBuilder;
    checkup::Checkup, CheckupBuilder;
    document::Document, DocumentBuilder;
    image::Image, ImageBuilder;
    death::Death, DeathBuilder;
}

impl TableSet {
    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Finds a table by name.
pub fn table(name: &str) -> Option<&'static Table> {
    TABLES.iter().find(|t| t.name == name)
}

pub mod systems;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_builder_agrees_with_its_schema_and_names_are_unique() {
        let context = RowContext {
            subject: SubjectId(7),
            provider: "p",
            delivery: "d",
            file_no: 1,
            record_no: 1,
            source_kind: "test",
            recorded_at: None,
        };
        let mut set = TableSet::default();
        set.append(&context, &Person::default().into());
        set.append(
            &context,
            &Observation { value: Some("3.50".into()), value_number: Some(3.5), ..Default::default() }.into(),
        );
        set.append(
            &context,
            &Death { date: DateAsGiven::from_month(2020, 8).ok(), ..Default::default() }.into(),
        );
        assert_eq!(set.len(), 3);
        let batches = set.finish().unwrap();
        assert_eq!(
            batches.iter().map(|(t, _)| t.name).collect::<Vec<_>>(),
            ["person", "observation", "death"]
        );
        assert!(set.is_empty());
        for table in TABLES {
            let mut names: Vec<_> = table.all_columns().map(|c| c.name).collect();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), table.all_columns().count(), "{} repeats a column", table.name);
            assert!(table.all_columns().all(|c| !c.doc.trim().is_empty() && !c.japanese.is_empty()));
        }
    }

    #[test]
    fn no_table_has_a_column_for_an_identity() {
        // Blueprint §3 (law): these live in the vault only.
        let forbidden = [
            "name",
            "kana",
            "address",
            "phone",
            "postal_code",
            "local_id",
            "patient_id",
            "insurer",
            "insurance_number",
            "path",
        ];
        for table in TABLES {
            for column in table.all_columns() {
                assert!(!forbidden.contains(&column.name), "{}.{}", table.name, column.name);
            }
        }
    }
}
