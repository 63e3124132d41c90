//! データ辞書: every table and column of the product, what it means and what was done to it (REG-02).

use super::Error;
use super::writer::ClosedTable;
use arrow::datatypes::DataType;
use std::fmt::Write as _;

/// `dictionary.csv`: one line a column.
pub(super) fn csv(tables: &[ClosedTable]) -> Result<String, Error> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let failed = |source| Error::Csv { table: "dictionary".to_owned(), source };
    let header = [
        "table",
        "table_ja",
        "column",
        "column_ja",
        "type",
        "nullable",
        "meaning",
        "treatment_ja",
        "treatment_en",
    ];
    writer.write_record(header).map_err(failed)?;
    for table in tables {
        let about = &table.description;
        for (column, field) in about.columns.iter().zip(table.schema.fields()) {
            let nullable = if field.is_nullable() { "true" } else { "false" };
            let line = [
                about.name.as_str(),
                &about.japanese,
                &column.name,
                &column.japanese,
                type_name(field.data_type()),
                nullable,
                column.doc.trim(),
                &column.treatment.ja,
                &column.treatment.en,
            ];
            writer.write_record(line).map_err(failed)?;
        }
    }
    let bytes = writer
        .into_inner()
        .map_err(|e| Error::Io { path: "dictionary.csv".into(), source: e.into_error() })?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// `dictionary.md`: the same, a table of columns for each table.
pub(super) fn markdown(tables: &[ClosedTable]) -> String {
    let mut text = String::from(
        "# データ辞書 / Data dictionary\n\n\
         CSV では、空欄は値がないことを表します。 In CSV, an empty field means no value.\n",
    );
    for table in tables {
        let about = &table.description;
        // Writing into a String cannot fail.
        let _ =
            write!(text, "\n## {}（`{}`）\n\n{}\n\n", cell(&about.japanese), about.name, cell(&about.doc));
        let _ = writeln!(text, "行数 Rows: {}\n", table.rows);
        text.push_str("| 列 Column | 名称 Name | 型 Type | 意味 Meaning | 処理 | Treatment |\n|---|---|---|---|---|---|\n");
        for (column, field) in about.columns.iter().zip(table.schema.fields()) {
            let _ = writeln!(
                text,
                "| `{}` | {} | {} | {} | {} | {} |",
                column.name,
                cell(&column.japanese),
                type_name(field.data_type()),
                cell(&column.doc),
                cell(&column.treatment.ja),
                cell(&column.treatment.en)
            );
        }
    }
    text
}

/// The name of a type for people who do not know Arrow.
pub(super) const fn type_name(data_type: &DataType) -> &'static str {
    match data_type {
        DataType::Boolean => "boolean",
        DataType::Int32 | DataType::Int64 | DataType::UInt64 => "integer",
        DataType::Float64 => "number",
        _ => "text",
    }
}

/// Text in a Markdown table: one line, no cell border, no markup.
pub(super) fn cell(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.trim().chars() {
        match c {
            '\n' | '\r' => out.push(' '),
            '|' | '\\' | '<' | '[' | ']' | '`' | '*' | '_' => {
                out.push('\\');
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    out
}
