//! Whatever the bytes: no panic, and every unit accounted for.

use super::support::{DOCTOR, message, path, read};
use crate::{Format, hl7};
use proptest::prelude::*;

fn good() -> Vec<u8> {
    message(
        "OUL^R22^OUL_R22",
        &[
            &format!("PV1||I|32^302^1^^^N||||{DOCTOR}"),
            "SPM|1|||023^血清^JC10|||||||||||||202405030830",
            "ORC|NW|1||||||||D1^入力^花子",
            "OBX|1|NM|3A016000002327102^A/G比^JC10||1.70||1.2-2.0|H|||F|||202405030831",
            "OBX|2|CWE|A^B^C^D^E^F||1^a^x~2^b^y",
            "PRB|AD|20240503|2^胃炎^MDCDX2",
            "RXE||1^x^HOT9|1||TAB",
            "TQ1|1||1&2&3|||5^d",
            "IN1|1|67|6799|||||||1~2~3",
        ],
    )
}

fn check(path: &str, bytes: &[u8]) {
    read(path, bytes);
    read("inbox/any.hl7", bytes);
    super::super::SsMix2.claims(path, bytes.get(..bytes.len().min(4096)).unwrap_or(b""));
    let lines = hl7::lines(bytes);
    let covered: usize = hl7::chunks(&lines).iter().map(|chunk| chunk.lines.len()).sum();
    assert_eq!(covered, lines.len());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        check(&path("OML-11", "20240503", "1"), &bytes);
    }

    #[test]
    fn random_segments(lines in proptest::collection::vec("(MSH\\|\\^~\\\\&|PID|OBX|ORC|RXE|RXC|RXA|TQ1|PRB|ZPR|IN1|IAM|AL1|SPM|OBR|NTE|PV1|EVN|BHS|Z[A-Z]1)[|^~&\\\\\"A-Z0-9. あア-]{0,80}", 0..20)) {
        let header = super::support::header("OUL^R22");
        let text = format!("{header}\r{}\r{}", super::support::PID, lines.join("\r"));
        check(&path("OML-11", "20240503", "1"), text.as_bytes());
        check(&path("PPR-01", "-", "1"), text.replace("OUL^R22", "PPR^ZD1").as_bytes());
        check(&path("OMP-01", "20240503", "1"), text.replace("OUL^R22", "RDE^O11").as_bytes());
        check(&path("OMG-01", "20240503", "1"), text.replace("OUL^R22", "OMG^O19").as_bytes());
        check(&path("ADT-52", "20240503", "1"), text.replace("OUL^R22", "ADT^A03").as_bytes());
    }

    #[test]
    fn mutations_of_a_good_message(edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3u8), 1..12)) {
        let mut bytes = good();
        for (at, byte, what) in edits {
            let at = at.index(bytes.len());
            match what {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => { bytes.remove(at); }
            }
        }
        check(&path("OML-11", "20240503", "1"), &bytes);
    }

    #[test]
    fn random_paths(path in "[0-9]{0,3}/[0-9]{0,3}/[0-9]{0,8}/([0-9]{8}|-)/(OML-11|ADT-00|L\\^x\\^99)/[0-9_A-Z^/-]{0,60}", bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
        read(&path, &bytes);
    }
}
