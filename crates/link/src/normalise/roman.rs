//! Latin letters: Western names as they are, Japanese ones whichever way they are romanised.

/// Lower case a–z only: marks taken off, ligatures written out.
///
/// ```
/// assert_eq!(kiban_link::normalise::roman_match_form("O’Brien-Müller"), "obrienmuller");
/// ```
pub fn roman_match_form(folded: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    let mut form = String::with_capacity(folded.len());
    for c in folded.nfd().flat_map(char::to_lowercase) {
        match c {
            'a'..='z' => form.push(c),
            'æ' => form.push_str("ae"),
            'œ' => form.push_str("oe"),
            'ø' => form.push('o'),
            'ß' => form.push_str("ss"),
            'đ' | 'ð' => form.push('d'),
            'þ' => form.push_str("th"),
            'ł' => form.push('l'),
            'ı' => form.push('i'),
            super::WILDCARD => form.push(c),
            _ => {}
        }
    }
    form
}

/// One spelling for what Hepburn, Kunrei and passport habits write differently: `ohno`, `oono`, `ono`; `shinichi`, `sinniti`.
pub(crate) fn sound(roman: &str) -> String {
    let mut text = roman.to_owned();
    // Each round leaves fewer of the letters that only one habit uses, so this ends.
    loop {
        let next = without_length(&respelled(&text));
        if next == text {
            return text;
        }
        text = next;
    }
}

fn respelled(roman: &str) -> String {
    const RULES: [(&str, &str); 34] = [
        ("sha", "sya"),
        ("shu", "syu"),
        ("sho", "syo"),
        ("shi", "si"),
        ("she", "sie"),
        ("cha", "tya"),
        ("chu", "tyu"),
        ("cho", "tyo"),
        ("chi", "ti"),
        ("che", "tie"),
        ("cy", "ty"),
        ("tsu", "tu"),
        ("jy", "zy"),
        ("ja", "zya"),
        ("ju", "zyu"),
        ("jo", "zyo"),
        ("ji", "zi"),
        ("je", "zie"),
        // ファ is フア in the kana match form.
        ("fa", "hua"),
        ("fi", "hui"),
        ("fe", "hue"),
        ("fo", "huo"),
        ("fu", "hu"),
        ("dzu", "zu"),
        ("mb", "nb"),
        ("mp", "np"),
        ("mm", "nm"),
        ("tch", "t"),
        ("l", "r"),
        ("v", "b"),
        ("wo", "o"),
        // キヨ and キョ are one in the kana match form.
        ("iya", "ya"),
        ("iyu", "yu"),
        ("iyo", "yo"),
    ];
    let mut text = roman.to_owned();
    for (from, to) in RULES {
        if text.contains(from) {
            text = text.replace(from, to);
        }
    }
    text
}

/// Long vowels and double letters short.
fn without_length(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut previous = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        // `oh` is a long vowel only where no vowel follows: ohno, but not ohara.
        let long_h =
            c == 'h' && previous == Some('o') && !chars.peek().is_some_and(|next| "aiueoy".contains(*next));
        let long_vowel = previous == Some('o') && c == 'u';
        if !long_h && !long_vowel && previous != Some(c) {
            out.push(c);
            previous = Some(c);
        }
    }
    out
}

/// Kana match form to Latin letters, spelled as [`roman_match_form`] would find it in Kunrei; for meeting a record that has
/// only Latin letters.
pub fn kana_to_roman(kana: &str) -> String {
    const ROWS: [(&str, &str); 15] = [
        ("", "アイウエオ"),
        ("k", "カキクケコ"),
        ("s", "サシスセソ"),
        ("t", "タチツテト"),
        ("n", "ナニヌネノ"),
        ("h", "ハヒフヘホ"),
        ("m", "マミムメモ"),
        ("r", "ラリルレロ"),
        ("g", "ガギグゲゴ"),
        ("z", "ザジズゼゾ"),
        ("d", "ダヂヅデド"),
        ("b", "バビブベボ"),
        ("p", "パピプペポ"),
        ("y", "ヤ ユ ヨ"),
        ("w", "ワ   ヲ"),
    ];
    let mut out = String::with_capacity(kana.len());
    for c in kana.chars() {
        if c == 'ン' {
            out.push('n');
            continue;
        }
        for (consonant, row) in ROWS {
            if let Some(column) = row.chars().position(|k| k == c) {
                // The match form writes キヨ for both キヨ and キョ: ky is the commoner in names.
                if consonant == "y" && out.len() > 1 && out.ends_with('i') {
                    out.pop();
                }
                out.push_str(consonant);
                out.extend("aiueo".chars().nth(column));
            }
        }
    }
    out
}
