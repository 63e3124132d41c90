//! Tokens from end to end: two operators, one key holder, and what must not work (SUP-01, PSE-06).

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use kiban_link::normalise::normalise;
use kiban_link::tokens::{
    Blinded, Census, Client, Combination, Domain, Evaluated, LARGEST_BATCH, PublicKey, Server, Token,
    TokenError, TokenInput, inputs,
};
use kiban_model::{DateAsGiven, Identity, Private, Sex};
use proptest::prelude::*;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

const SECRET: [u8; 32] = [7; 32];

fn text(text: &str) -> Option<Private<String>> {
    Private::from_text(text)
}

/// A fictional person with every field.
fn hanako() -> Identity {
    Identity {
        name: text("厚労　花子"),
        kana: text("ｺｳﾛｳ　ﾊﾅｺ"),
        roman: text("KOUROU, Hanako"),
        birth_date: DateAsGiven::parse_iso("1980-02-03").ok().map(Private::new),
        sex: Some(Sex::Female),
        postal_code: text("100-8916"),
        address: text("東京都千代田区霞が関１丁目２番２号"),
        phones: vec![Private::new("03-5253-1111".to_owned())],
        insurer: text("06130012"),
        insurance_symbol: text("12-3"),
        insurance_number: text("4567"),
        insurance_branch: text("02"),
        other_numbers: vec![("recipient".to_owned(), Private::new("7654321".to_owned()))],
        ..Identity::default()
    }
}

fn of(identity: &Identity) -> Vec<TokenInput> {
    inputs([&normalise(identity)])
}

fn domain() -> Domain {
    Domain::new("test", 1).unwrap()
}

fn randomness(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

fn tokens(inputs: &[TokenInput], domain: &Domain, seed: u64) -> Vec<Token> {
    let server = Server::derive(&SECRET, domain).unwrap();
    let client = Client::new(domain.clone(), server.public_key());
    let (pending, blinded) = client.blind(inputs, &mut randomness(seed)).unwrap();
    pending.finalize(&server.evaluate(&blinded, &mut randomness(seed + 1)).unwrap()).unwrap()
}

/// Asks, and gives back what the server answered for tampering with.
fn asked(inputs: &[TokenInput]) -> (kiban_link::tokens::Pending, Blinded, Evaluated) {
    let server = Server::derive(&SECRET, &domain()).unwrap();
    let client = Client::new(domain(), server.public_key());
    let (pending, blinded) = client.blind(inputs, &mut randomness(3)).unwrap();
    let answer = server.evaluate(&blinded, &mut randomness(4)).unwrap();
    (pending, blinded, answer)
}

fn refused(pending: kiban_link::tokens::Pending, answer: &Evaluated) -> TokenError {
    pending.finalize(answer).err().unwrap()
}

#[test]
fn every_combination_is_there_once_and_a_missing_part_gives_none() {
    let all = of(&hanako());
    let kinds: Vec<_> = all.iter().filter_map(TokenInput::combination).collect();
    assert_eq!(kinds, Combination::ALL);
    let kinds =
        |identity: &Identity| -> Vec<_> { of(identity).iter().filter_map(TokenInput::combination).collect() };
    assert!(
        !kinds(&Identity { kana: text("コウロウハナコ"), ..hanako() }).contains(&Combination::PhoneGivenYear)
    );
    assert!(!kinds(&Identity { name: text("厚■　花子"), ..hanako() }).contains(&Combination::KanjiBirth));
    let year = Identity { birth_date: DateAsGiven::parse_iso("1980").ok().map(Private::new), ..hanako() };
    assert!(
        !kinds(&year).contains(&Combination::KanaBirth) && kinds(&year).contains(&Combination::NumberYear)
    );
    assert!(of(&Identity { birth_date: None, ..hanako() }).is_empty(), "a name alone names nobody");
    let test = Identity { name: text("テスト　太郎"), kana: text("テスト　タロウ"), ..hanako() };
    assert!(of(&test).is_empty(), "a test patient");
}

#[test]
fn ways_of_writing_do_not_matter_and_one_mistake_leaves_other_combinations() {
    let shared = |other: &Identity| {
        let (one, other) = (of(&hanako()), of(other));
        one.iter().filter(|input| other.contains(input)).count()
    };
    let written = Identity {
        kana: text("こうろう　はなこ"),
        postal_code: text("〒１００−８９１６"),
        address: text("千代田区霞ヶ関1-2-2 中央合同庁舎5号館"),
        phones: vec![Private::new("+81 3 5253 1111".to_owned())],
        ..hanako()
    };
    assert_eq!(shared(&written), Combination::ALL.len());
    let married =
        Identity { name: text("年金　花子"), kana: text("ネンキン　ハナコ"), ..hanako() };
    assert!(shared(&married) >= 5);
    let day =
        Identity { birth_date: DateAsGiven::parse_iso("1980-02-08").ok().map(Private::new), ..hanako() };
    assert!(shared(&day) >= 5);
    let moved = Identity {
        postal_code: None, address: text("大阪府大阪市中央区大手前2-1-22"), ..hanako()
    };
    assert!(shared(&moved) >= 5);
}

#[test]
fn a_stated_maiden_name_meets_the_record_from_before_the_marriage() {
    let bare = Identity {
        name: text("厚労　花子"), kana: text("コウロウ　ハナコ"), ..Identity::default()
    };
    let before = Identity { birth_date: hanako().birth_date, ..bare };
    let after = Identity {
        name: text("年金（旧姓：厚労）　花子"),
        kana: text("ネンキン　ハナコ"),
        birth_date: hanako().birth_date,
        ..Identity::default()
    };
    let before = of(&before);
    assert!(of(&after).iter().any(|input| before.contains(input)));
}

#[test]
fn a_newborn_under_its_mothers_name_is_known_by_numbers_only() {
    let newborn =
        Identity {
            name: text("厚労　花子ベビー"), kana: text("コウロウ　ハナコベビー"), ..hanako()
        };
    let kinds: Vec<_> = of(&newborn).iter().filter_map(TokenInput::combination).collect();
    assert!(!kinds.contains(&Combination::KanaBirth) && !kinds.contains(&Combination::KanjiYearPostal));
    assert!(kinds.contains(&Combination::NumberYear));
}

#[test]
fn twins_and_households_share_nothing() {
    let twin = Identity {
        name: text("厚労　月子"),
        kana: text("コウロウ　ツキコ"),
        roman: text("KOUROU, Tsukiko"),
        insurance_branch: text("03"),
        other_numbers: Vec::new(),
        ..hanako()
    };
    let one = of(&hanako());
    assert!(of(&twin).iter().all(|input| !one.contains(input)));
}

#[test]
fn what_names_several_of_ones_own_persons_is_withheld() {
    let other = Identity { kana: text("コウロウ　ツキコ"), insurance_branch: text("03"), ..hanako() };
    let mut people = [of(&hanako()), of(&other)];
    let mut census = Census::default();
    people.iter().for_each(|person| census.count(person));
    let common = census.common(1);
    // Kanji, Latin letters and recipient's number were copied from one to the other.
    let withheld: Vec<_> = people.iter_mut().map(|person| common.withhold(person)).collect();
    assert_eq!(withheld, [4, 4]);
    assert!(people[0].iter().all(|input| !people[1].contains(input)));
}

#[test]
fn the_token_of_a_fixed_person_under_a_fixed_key_never_changes() {
    let all = tokens(&of(&hanako()), &domain(), 1);
    let first =
        |at: usize| all[at].as_bytes()[..8].iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let found: Vec<_> = (0..all.len()).map(first).collect();
    // Changed? Then operators of the old and the new version would find nobody in common: raise `VERSION`.
    assert_eq!(found, GOLDEN);
}

const GOLDEN: [&str; 10] = [
    "23193bbb7ac3bb8a",
    "ae36279054d79a2d",
    "aa5598f84ed2b62f",
    "1757ad41f7ad0265",
    "3cf9e9f224463805",
    "dac3ac590f105bf4",
    "ba63624c90c28b5f",
    "126f841d93f7f63e",
    "8898d5d8f9e41cf7",
    "07c0d5160c9113e0",
];

#[test]
fn many_inputs_under_many_proofs_give_what_each_alone_gives() {
    let people: Vec<TokenInput> = (0..60).flat_map(|n| of(&person(n, n))).collect();
    assert!(people.len() > 2 * 256, "{}", people.len());
    let together = tokens(&people, &domain(), 1);
    assert_eq!(together.len(), people.len());
    for at in [0, 255, 256, people.len() - 1] {
        let alone = tokens(&people[at..=at], &domain(), 9);
        assert!(alone == together[at..=at], "input {at}");
    }
    let (pending, _, mut answer) = asked(&people);
    answer.proofs.swap(0, 1);
    assert_eq!(refused(pending, &answer), TokenError::Proof(0));
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let people: Vec<TokenInput> = (0..40).flat_map(|n| of(&person(n, n))).collect();
    let client = Client::new(domain(), Server::derive(&SECRET, &domain()).unwrap().public_key());
    let blinded = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| client.blind(&people, &mut randomness(5)).unwrap().1)
    };
    assert_eq!(blinded(1), blinded(3));
}

#[test]
fn batches_are_bounded_and_answers_complete() {
    let server = Server::derive(&SECRET, &domain()).unwrap();
    let flood = Blinded { elements: vec![[0; 32]; LARGEST_BATCH + 1] };
    assert_eq!(server.evaluate(&flood, &mut randomness(1)), Err(TokenError::TooMany));
    let identity = Blinded { elements: vec![[0; 32]] };
    assert_eq!(server.evaluate(&identity, &mut randomness(1)), Err(TokenError::Element(0)));
    let (pending, _, mut answer) = asked(&of(&hanako()));
    answer.elements.pop();
    assert_eq!(refused(pending, &answer), TokenError::Length);
    let (pending, _, mut answer) = asked(&of(&hanako()));
    answer.proofs.clear();
    assert_eq!(refused(pending, &answer), TokenError::Length);
    assert!(tokens(&[], &domain(), 1).is_empty());
}

#[test]
fn errors_say_what_to_do_in_both_languages() {
    let errors = [
        TokenError::Purpose,
        TokenError::TooMany,
        TokenError::PublicKey,
        TokenError::Element(3),
        TokenError::Length,
        TokenError::Proof(3),
        TokenError::Library,
    ];
    for error in errors {
        let (japanese, english) = error.words();
        assert!(japanese.ends_with("ください。") && english.is_ascii(), "{error:?}");
    }
}

/// A fictional person by number; kana of its own.
fn person(name: u32, day: u32) -> Identity {
    let syllables: Vec<char> = "アイウエオカキクケコサシスセソタチツテト".chars().collect();
    let syllable = |n: u32| syllables[n as usize % syllables.len()];
    let given: String = [name, name / 20, name / 400].map(syllable).into_iter().collect();
    let date = format!("{}-{:02}-{:02}", 1930 + name % 90, 1 + day % 12, 1 + day % 28);
    Identity {
        kana: text(&format!("コウロウ　{given}")),
        birth_date: DateAsGiven::parse_iso(&date).ok().map(Private::new),
        ..hanako()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn two_operators_get_one_token_for_one_person_and_never_for_two(
        names in prop::collection::vec((0u32..8000, 0u32..28), 1..5),
        seeds in (0u64..1000, 1000u64..2000),
    ) {
        let inputs: Vec<TokenInput> = names.iter().flat_map(|(name, day)| of(&person(*name, *day))).collect();
        let reversed: Vec<TokenInput> =
            names.iter().rev().flat_map(|(name, day)| of(&person(*name, *day))).collect();
        let ours = tokens(&inputs, &domain(), seeds.0);
        let theirs = tokens(&reversed, &domain(), seeds.1);
        for (a, one) in inputs.iter().zip(&ours) {
            for (b, other) in reversed.iter().zip(&theirs) {
                prop_assert!((a == b) == (one == other));
            }
        }
    }

    #[test]
    fn the_key_holder_sees_nothing_twice(name in 0u32..8000, seed in 0u64..1000) {
        let client = Client::new(domain(), Server::derive(&SECRET, &domain()).unwrap().public_key());
        let inputs = of(&person(name, 1));
        let mut rng = randomness(seed);
        let (_, first) = client.blind(&inputs, &mut rng).unwrap();
        let (_, second) = client.blind(&inputs, &mut rng).unwrap();
        prop_assert!(first.elements.iter().all(|element| !second.elements.contains(element)));
    }

    #[test]
    fn purposes_and_epochs_share_no_token(name in 0u32..8000, epoch in 2u32..1000) {
        let inputs = of(&person(name, 1));
        let here = tokens(&inputs, &domain(), 1);
        for elsewhere in [Domain::new("test", epoch), Domain::new("test2", 1)] {
            let there = tokens(&inputs, &elsewhere.unwrap(), 1);
            prop_assert!(here.iter().all(|token| !there.contains(token)));
        }
    }

    #[test]
    fn another_key_is_refused(name in 0u32..8000, secret in any::<[u8; 32]>()) {
        prop_assume!(secret != SECRET);
        let published = Server::derive(&SECRET, &domain()).unwrap().public_key();
        let published = PublicKey::from_bytes(&published.to_bytes()).unwrap();
        let other = Server::derive(&secret, &domain()).unwrap();
        let (pending, blinded) =
            Client::new(domain(), published).blind(&of(&person(name, 1)), &mut randomness(1)).unwrap();
        let answer = other.evaluate(&blinded, &mut randomness(2)).unwrap();
        prop_assert_eq!(refused(pending, &answer), TokenError::Proof(0));
    }

    #[test]
    fn a_changed_answer_is_refused(at in any::<prop::sample::Index>(), bit in 0usize..256, in_proof: bool) {
        let (pending, _, mut answer) = asked(&of(&hanako()));
        let changed = if in_proof {
            answer.proofs[0].as_mut_slice()
        } else {
            let at = at.index(answer.elements.len());
            answer.elements[at].as_mut_slice()
        };
        changed[bit / 8] ^= 1 << (bit % 8);
        prop_assert!(matches!(refused(pending, &answer), TokenError::Proof(0) | TokenError::Element(_)));
    }

    #[test]
    fn answers_exchanged_among_themselves_are_refused(a in 0usize..10, b in 0usize..10) {
        prop_assume!(a != b);
        let (pending, blinded, mut answer) = asked(&of(&hanako()));
        answer.elements.swap(a, b);
        prop_assert_eq!(refused(pending, &answer), TokenError::Proof(0));
        let (pending, _, mut answer) = asked(&of(&hanako()));
        answer.elements[a] = blinded.elements[a];
        prop_assert_eq!(refused(pending, &answer), TokenError::Proof(0));
    }
}
