//! Usual equivalents of characters that a Japanese code table lacks, and half-width kana made full-width.
//!
//! The pairs follow the practice of hospital systems (formats §2.4): NEC and IBM symbols are spelled out, the dashes and
//! waves of Unicode become the ones that decoders of the Japanese codes give.

/// What to write instead of a character.
pub(super) fn equivalent(character: char) -> Option<&'static str> {
    Some(match character {
        '\u{301C}' => "\u{FF5E}",
        '\u{2212}' | '\u{2013}' | '\u{2011}' => "\u{FF0D}",
        '\u{2014}' => "\u{2015}",
        '\u{2016}' => "\u{2225}",
        '\u{A0}' => " ",
        '①' => "(1)",
        '②' => "(2)",
        '③' => "(3)",
        '④' => "(4)",
        '⑤' => "(5)",
        '⑥' => "(6)",
        '⑦' => "(7)",
        '⑧' => "(8)",
        '⑨' => "(9)",
        '⑩' => "(10)",
        'Ⅰ' => "I",
        'Ⅱ' => "II",
        'Ⅲ' => "III",
        'Ⅳ' => "IV",
        'Ⅴ' => "V",
        'Ⅵ' => "VI",
        'Ⅶ' => "VII",
        'Ⅷ' => "VIII",
        'Ⅸ' => "IX",
        'Ⅹ' => "X",
        '㎎' => "mg",
        '㎏' => "kg",
        '㎜' => "mm",
        '㎝' => "cm",
        '㏄' => "cc",
        '㈱' => "(株)",
        '㈲' => "(有)",
        '№' => "No.",
        '℡' => "TEL",
        'µ' => "μ",
        _ => return None,
    })
}

/// Full-width equivalents of U+FF61 to U+FF9F, in order.
const FULL: &str = "。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン゛゜";

/// Half-width kana as full-width ones; a sound mark joins the kana before it where such a kana exists.
pub(super) fn widen_kana(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        let joined = match character {
            'ﾞ' => out.chars().last().and_then(voiced),
            'ﾟ' => out
                .chars()
                .last()
                .filter(|c| matches!(c, 'ハ' | 'ヒ' | 'フ' | 'ヘ' | 'ホ'))
                .and_then(|c| char::from_u32(c as u32 + 2)),
            _ => None,
        };
        if let Some(joined) = joined {
            out.pop();
            out.push(joined);
        } else {
            out.push(full_width(character).unwrap_or(character));
        }
    }
    out
}

fn full_width(half: char) -> Option<char> {
    let at = (half as u32).checked_sub(0xFF61)?;
    FULL.chars().nth(at as usize)
}

/// In Unicode the voiced kana follows its plain one.
fn voiced(kana: char) -> Option<char> {
    match kana {
        'ウ' => Some('ヴ'),
        'カ' | 'キ' | 'ク' | 'ケ' | 'コ' | 'サ' | 'シ' | 'ス' | 'セ' | 'ソ' | 'タ' | 'チ' | 'ツ' | 'テ'
        | 'ト' | 'ハ' | 'ヒ' | 'フ' | 'ヘ' | 'ホ' => char::from_u32(kana as u32 + 1),
        _ => None,
    }
}
