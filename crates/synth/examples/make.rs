fn main() {
    let a: Vec<String> = std::env::args().collect();
    let d = |s: &str| kiban_model::DateAsGiven::parse_iso(s).unwrap();
    let t = std::time::Instant::now();
    let w = kiban_synth::World::generate(a[2].parse().unwrap(), a[3].parse().unwrap(), d("2023-04-01"), d("2025-03-31"));
    println!("generated {:?}", t.elapsed());
    let x = w.write(std::path::Path::new(&a[1])).unwrap();
    println!("{:?}", t.elapsed());
    println!("{}", serde_json::to_string_pretty(&x.expected).unwrap());
}
