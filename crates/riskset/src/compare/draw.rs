//! Random numbers from a seed that the caller gives: one stream for each replicate.
//!
//! A stream depends on the seed and on the number of the replicate alone, so that replicates can be
//! shared out among any number of threads and the answer keeps its bits.
//!
//! Sources: Steele, Lea and Flood (2014), OOPSLA 453-472 (splitmix64); Blackman and Vigna (2021),
//! ACM Trans Math Softw 47:36 (xoshiro256++); Lemire (2019), ACM Trans Model Comput Simul 29:3
//! (a whole number below a bound, without bias).

/// A stream of random numbers.
pub(crate) struct Draw([u64; 4]);

impl Draw {
    /// The stream of one replicate of one seed.
    pub fn new(seed: u64, replicate: u64) -> Draw {
        let mut state = split_mix(&mut { seed }) ^ replicate.wrapping_mul(0xd134_2543_de82_ef95);
        Draw(std::array::from_fn(|_| split_mix(&mut state)))
    }

    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        let s = &mut self.0;
        let answer = s[0].wrapping_add(s[3]).rotate_left(23).wrapping_add(s[0]);
        let shifted = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= shifted;
        s[3] = s[3].rotate_left(45);
        answer
    }

    /// A number in (0, 1), never 0 and never 1.
    pub fn uniform(&mut self) -> f64 {
        ((self.bits() >> 12) as f64 + 0.5) / (1u64 << 52) as f64
    }

    /// A whole number from 0 to `bound` - 1, each as likely as the others; `bound` at least 1.
    pub fn below(&mut self, bound: usize) -> usize {
        let bound = bound as u64;
        loop {
            let product = u128::from(self.bits()) * u128::from(bound);
            // The few low parts that would make some answers likelier are drawn anew.
            if product as u64 >= bound.wrapping_neg() % bound {
                return (product >> 64) as usize;
            }
        }
    }

    /// Puts the values in random order, every order as likely as the others.
    pub fn shuffle<T>(&mut self, values: &mut [T]) {
        for last in (1..values.len()).rev() {
            values.swap(last, self.below(last + 1));
        }
    }
}

fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first answer of splitmix64 from a state of 0, as its authors publish it.
    #[test]
    fn split_mix_gives_the_published_number() {
        assert_eq!(split_mix(&mut 0), 0xe220_a839_7b1d_cdaf);
    }

    /// All six orders of three values come up about as often: 6000 draws, 1000 each, with a
    /// standard deviation of 29.
    #[test]
    fn every_order_is_as_likely() {
        let mut counts = std::collections::BTreeMap::new();
        for replicate in 0..6000 {
            let mut values = [0, 1, 2];
            Draw::new(7, replicate).shuffle(&mut values);
            *counts.entry(values).or_insert(0) += 1;
        }
        assert_eq!(counts.len(), 6);
        assert!(counts.values().all(|count| (900..1100).contains(count)), "{counts:?}");
    }

    #[test]
    fn uniform_numbers_have_the_mean_and_variance_of_theirs() {
        let mut draw = Draw::new(1, 0);
        let values: Vec<f64> = (0..20_000).map(|_| draw.uniform()).collect();
        let mean = values.iter().sum::<f64>() / 20_000.0;
        let square = values.iter().map(|value| value * value).sum::<f64>() / 20_000.0;
        // Standard errors 0.002 and 0.0021.
        assert!((mean - 0.5).abs() < 0.008 && (square - 1.0 / 3.0).abs() < 0.0084);
    }
}
