//! The test vectors of RFC 9497, appendix A.1 (ristretto255-SHA512), modes OPRF and VOPRF: the library that makes the tokens
//! does what the standard says, key derivation, blinding, evaluation, proof and output.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use rand_core_06::{CryptoRng, Error, RngCore};
use voprf::{
    BlindedElement, EvaluationElement, OprfClient, OprfServer, Proof, Ristretto255, VoprfClient, VoprfServer,
};

const SEED: [u8; 32] = [0xa3; 32];
const KEY_INFO: &[u8] = b"test key";
const BLIND: &str = "64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706";
const OTHER_BLIND: &str = "222a5e897cf59db8145db8d16e597e8facb80ae7d4e26d9881aa6f61d645fc0e";
const INPUTS: [&str; 2] = ["00", "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a"];

/// Gives the scalars of the vectors, in order. A scalar is drawn as 64 bytes and reduced; what is below the order stays.
struct Scalars(Vec<Vec<u8>>);

impl Scalars {
    fn new(scalars: &[&str]) -> Self {
        Self(scalars.iter().rev().map(|scalar| bytes(scalar)).collect())
    }
}

impl RngCore for Scalars {
    fn next_u32(&mut self) -> u32 {
        unreachable!("scalars are drawn as bytes")
    }

    fn next_u64(&mut self) -> u64 {
        unreachable!("scalars are drawn as bytes")
    }

    fn fill_bytes(&mut self, target: &mut [u8]) {
        let scalar = self.0.pop().unwrap();
        target.fill(0);
        target[..scalar.len()].copy_from_slice(&scalar);
    }

    fn try_fill_bytes(&mut self, target: &mut [u8]) -> Result<(), Error> {
        self.fill_bytes(target);
        Ok(())
    }
}

impl CryptoRng for Scalars {}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2).map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap()).collect()
}

fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn oprf_mode() {
    let vectors = [
        [
            "609a0ae68c15a3cf6903766461307e5c8bb2f95e7e6550e1ffa2dc99e412803c",
            "7ec6578ae5120958eb2db1745758ff379e77cb64fe77b0b2d8cc917ea0869c7e",
            "527759c3d9366f277d8c6020418d96bb393ba2afb20ff90df23fb7708264e2f3ab9135e3bd69955851de4b1f9fe8a0973396719b7912ba9ee8aa7d0b5e24bcf6",
        ],
        [
            "da27ef466870f5f15296299850aa088629945a17d1f5b7f5ff043f76b3c06418",
            "b4cbf5a4f1eeda5a63ce7b77c7d23f461db3fcab0dd28e4e17cecb5c90d02c25",
            "f4a74c9c592497375e796aa837e907b1a045d34306a749db9f34221f7e750cb4f2a6413a6bf6fa5e19ba6348eb673934a722a7ede2e7621306d18951e7cf2c73",
        ],
    ];
    let server = OprfServer::<Ristretto255>::new_from_seed(&SEED, KEY_INFO).unwrap();
    assert_eq!(hex(server.serialize()), "5ebcea5ee37023ccb9fc2d2019f9d7737be85591ae8652ffa9ef0f4d37063b0e");
    for (input, [blinded, evaluated, output]) in INPUTS.map(bytes).iter().zip(vectors) {
        let client = OprfClient::<Ristretto255>::blind(input, &mut Scalars::new(&[BLIND])).unwrap();
        assert_eq!(hex(client.message.serialize()), blinded);
        let answer = server.blind_evaluate(&client.message);
        assert_eq!(hex(answer.serialize()), evaluated);
        assert_eq!(hex(client.state.finalize(input, &answer).unwrap()), output);
    }
}

const VERIFIABLE_OUTPUTS: [&str; 2] = [
    "b58cfbe118e0cb94d79b5fd6a6dafb98764dff49c14e1770b566e42402da1a7da4d8527693914139caee5bd03903af43a491351d23b430948dd50cde10d32b3c",
    "8a9a2f3c7f085b65933594309041fc1898d42d0858e59f90814ae90571a6df60356f4610bf816f27afdd84f47719e480906d27ecd994985890e5f539e7ea74b6",
];

fn verifiable_server() -> VoprfServer<Ristretto255> {
    let server = VoprfServer::new_from_seed(&SEED, KEY_INFO).unwrap();
    // Private key, then public key.
    assert_eq!(
        hex(server.serialize()),
        "e6f73f344b79b379f1a0dd37e07ff62e38d9f71345ce62ae3a9bc60b04ccd909\
         c803e2cc6b05fc15064549b5920659ca4a77b2cca6f04f6b357009335476ad4e"
    );
    server
}

#[test]
fn voprf_mode_one_input_a_proof() {
    let vectors = [
        [
            "863f330cc1a1259ed5a5998a23acfd37fb4351a793a5b3c090b642ddc439b945",
            "aa8fa048764d5623868679402ff6108d2521884fa138cd7f9c7669a9a014267e",
            "ddef93772692e535d1a53903db24367355cc2cc78de93b3be5a8ffcc6985dd066d4346421d17bf5117a2a1ff0fcb2a759f58a539dfbe857a40bce4cf49ec600d",
        ],
        [
            "cc0b2a350101881d8a4cba4c80241d74fb7dcbfde4a61fde2f91443c2bf9ef0c",
            "60a59a57208d48aca71e9e850d22674b611f752bed48b36f7a91b372bd7ad468",
            "401a0da6264f8cf45bb2f5264bc31e109155600babb3cd4e5af7d181a2c9dc0a67154fabf031fd936051dec80b0b6ae29c9503493dde7393b722eafdf5a50b02",
        ],
    ];
    let server = verifiable_server();
    let cases = INPUTS.map(bytes).into_iter().zip(vectors).zip(VERIFIABLE_OUTPUTS);
    for ((input, [blinded, evaluated, proof]), output) in cases {
        let client = VoprfClient::<Ristretto255>::blind(&input, &mut Scalars::new(&[BLIND])).unwrap();
        assert_eq!(hex(client.message.serialize()), blinded);
        let answer = server.blind_evaluate(&mut Scalars::new(&[OTHER_BLIND]), &client.message);
        assert_eq!(hex(answer.message.serialize()), evaluated);
        assert_eq!(hex(answer.proof.serialize()), proof);
        let key = server.get_public_key();
        assert_eq!(hex(client.state.finalize(&input, &answer.message, &answer.proof, key).unwrap()), output);
    }
}

#[test]
fn voprf_mode_two_inputs_under_one_proof() {
    let server = verifiable_server();
    let inputs = INPUTS.map(bytes).to_vec();
    let mut randomness = Scalars::new(&[BLIND, OTHER_BLIND]);
    let (states, messages): (Vec<_>, Vec<BlindedElement<Ristretto255>>) = inputs
        .iter()
        .map(|input| VoprfClient::<Ristretto255>::blind(input, &mut randomness).unwrap())
        .map(|blinded| (blinded.state, blinded.message))
        .unzip();
    assert_eq!(
        hex(messages[1].serialize()),
        "90a0145ea9da29254c3a56be4fe185465ebb3bf2a1801f7124bbbadac751e654"
    );
    let mut randomness = Scalars::new(&["419c4f4f5052c53c45f3da494d2b67b220d02118e0857cdbcf037f9ea84bbe0c"]);
    let answer = server.batch_blind_evaluate(&mut randomness, &messages).unwrap();
    let elements: Vec<_> = answer.messages.iter().map(|element| hex(element.serialize())).collect();
    let expected = [
        "aa8fa048764d5623868679402ff6108d2521884fa138cd7f9c7669a9a014267e",
        "cc5ac221950a49ceaa73c8db41b82c20372a4c8d63e5dded2db920b7eee36a2a",
    ];
    assert_eq!(elements, expected);
    let proof = "cc203910175d786927eeb44ea847328047892ddf8590e723c37205cb74600b0a5ab5337c8eb4ceae0494c2cf89529dcf94572ed267473d567aeed6ab873dee08";
    assert_eq!(hex(answer.proof.serialize()), proof);
    let elements: Vec<EvaluationElement<Ristretto255>> =
        expected.iter().map(|element| EvaluationElement::deserialize(&bytes(element)).unwrap()).collect();
    let proof = Proof::deserialize(&bytes(proof)).unwrap();
    let key = server.get_public_key();
    let outputs = VoprfClient::batch_finalize(&inputs, &states, &elements, &proof, key).unwrap();
    let outputs: Vec<_> = outputs.map(|output| hex(output.unwrap())).collect();
    assert_eq!(outputs, VERIFIABLE_OUTPUTS);
}
