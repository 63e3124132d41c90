//! Nanoseconds a call for what linkage does once per record. `cargo run --release -p kiban-link --example normalise_speed`
#![allow(clippy::print_stdout)]

use kiban_link::normalise as n;
use std::hint::black_box;
use std::time::Instant;

fn main() {
    let addresses = [
        "静岡県静岡市葵区追手町九丁目６番地１　メゾン追手７０１号室",
        "東京都千代田区丸の内1-9-1",
        "北海道札幌市北区北二十二条西２丁目3番14号",
        "大阪府大阪市北区中之島１－３－２０　コーポ中之島３０２",
    ];
    let tails: Vec<&str> = addresses.iter().map(|a| n::split_at_blocks(a).1).collect();
    let heads: Vec<&str> = addresses.iter().map(|a| n::split_at_blocks(a).0).collect();
    let names = ["髙橋　花子", "佐々木　一郎", "渡邉　さくら", "山田太郎"];
    let kana = ["タカハシ　ハナコ", "ｻｻｷ ｲﾁﾛｳ", "わたなべ さくら", "ヤマダタロウ"];
    time("split_at_blocks", &addresses, |a| n::split_at_blocks(a).1.len());
    time("blocks", &tails, |a| usize::from(n::blocks(a).count));
    time("place", &heads, |a| n::place(a).locality.len());
    time("normalise_address", &addresses, |a| n::normalise_address(a).locality.len());
    time("parse_birth ISO", &["1970-03-02", "1941-12-31", "2019-05-01"], |a| {
        n::parse_birth(a).ok().flatten().map_or(0, |b| b.packed() as usize)
    });
    time("parse_birth 和暦", &["昭和45年3月2日", "S45.3.2", "令和元年5月1日"], |a| {
        n::parse_birth(a).ok().flatten().map_or(0, |b| b.packed() as usize)
    });
    time("phone_number", &["03-1234-5678", "09012345678", "０３（１２３４）５６７８"], |a| {
        n::phone_number(a).unwrap_or(0) as usize
    });
    time("fold", &names, |a| n::fold(a).len());
    time("kanji_match_form", &names, |a| n::kanji_match_form(a).len());
    time("kana_match_form", &kana, |a| n::kana_match_form(a).len());
    time("plain_name", &names, |a| n::plain_name(a).map_or(0, |(_, given)| given.len()));
    time("normalise_names", &names, |a| n::normalise_names(a, "", "").kanji.whole.len());
}

fn time(what: &str, texts: &[&str], call: impl Fn(&str) -> usize) {
    const ROUNDS: usize = 20_000;
    let mut sum = 0usize;
    let mut best = f64::MAX;
    // The best of many: the first fills the tables, and others use the machine too.
    for _ in 0..20 {
        let start = Instant::now();
        for _ in 0..ROUNDS {
            for text in texts {
                sum = sum.wrapping_add(call(black_box(text)));
            }
        }
        best = best.min(start.elapsed().as_nanos() as f64 / (ROUNDS * texts.len()) as f64);
    }
    println!("{what:<20} {best:>7.1} ns   (checksum {})", sum % 1000);
}
