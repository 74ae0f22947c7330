//! Mutants of a corpus.

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

/// Pieces that readers stumble over.
const PIECES: [&[u8]; 24] = [
    b"\0",
    b"\r\n",
    b"\r\n\r\n",
    b"\xff",
    b"\xc3",
    b"\\u0000",
    b"\\ud800",
    b"9223372036854775807",
    b"-9223372036854775808",
    b"18446744073709551616",
    b"1e400",
    b"-0",
    b"null",
    b"{}",
    b"[[[[[[[[",
    b"\"",
    b"%00",
    b"%",
    b"&",
    b"=",
    b"Transfer-Encoding: chunked\r\n",
    b"Content-Length: 0\r\n",
    b"\"replayed\":true,",
    "\u{202e}é\u{1f514}".as_bytes(),
];

pub struct Mutants {
    dice: StdRng,
    corpus: Vec<Vec<u8>>,
}

impl Mutants {
    pub fn new(seed: u64, corpus: Vec<Vec<u8>>) -> Self {
        Self {
            dice: StdRng::seed_from_u64(seed),
            corpus,
        }
    }

    /// A file of the corpus after one to six changes.
    pub fn next(&mut self) -> Vec<u8> {
        let mut input = self.any().clone();
        for _ in 0..self.dice.random_range(1..=6) {
            self.change(&mut input);
        }
        input
    }

    fn any(&mut self) -> &Vec<u8> {
        let which = self.dice.random_range(0..self.corpus.len());
        &self.corpus[which]
    }

    /// A place in an input, and an end after it.
    fn range(&mut self, input: &[u8]) -> std::ops::Range<usize> {
        let from = self.dice.random_range(0..=input.len());
        let most = (input.len() - from).min(64);
        from..from + self.dice.random_range(0..=most)
    }

    fn change(&mut self, input: &mut Vec<u8>) {
        let range = self.range(input);
        match self.dice.random_range(0..8) {
            0 => {
                if let Some(byte) = input.get_mut(range.start) {
                    *byte ^= 1 << self.dice.random_range(0..8);
                }
            }
            1 => {
                if let Some(byte) = input.get_mut(range.start) {
                    *byte = self.dice.random();
                }
            }
            2 => drop(input.drain(range)),
            3 => {
                let again = input[range.clone()].to_vec();
                input.splice(range.end..range.end, again);
            }
            4 => {
                let piece = PIECES[self.dice.random_range(0..PIECES.len())];
                input.splice(range, piece.iter().copied());
            }
            5 => input.truncate(range.start),
            6 => {
                // The end of another one.
                let other = self.any().clone();
                let from = self.dice.random_range(0..=other.len());
                input.truncate(range.start);
                input.extend_from_slice(&other[from..]);
            }
            _ => self.change_digit(input),
        }
    }

    /// Most of what matters is a number somewhere.
    fn change_digit(&mut self, input: &mut [u8]) {
        let digits: Vec<usize> = (0..input.len())
            .filter(|at| input[*at].is_ascii_digit())
            .collect();
        if !digits.is_empty() {
            let at = digits[self.dice.random_range(0..digits.len())];
            input[at] = b'0' + self.dice.random_range(0..10);
        }
    }
}
