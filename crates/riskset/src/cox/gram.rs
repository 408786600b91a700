//! Weighted cross-products of columns, where most of the time of a large fit goes.
//!
//! Sums run in fixed lanes and fixed chunks, so that the result is the same on every processor,
//! whatever vector instructions it has.

use std::array;

/// Independent partial sums of a dot product.
const LANES: usize = 4;
/// Rows at a time, so that a handful of columns stay in the nearest cache.
const CHUNK: usize = 256;

/// The scratch space that [`add_weighted_gram`] needs for `p` columns.
pub(super) fn scratch(p: usize) -> Vec<f64> {
    vec![0.0; p * CHUNK]
}

/// Adds the sum over rows of w x x' to the upper triangle of `gram` (p by p, row-major).
/// `columns` holds p columns of `weights.len()` values each.
pub(super) fn add_weighted_gram(
    columns: &[f64],
    weights: &[f64],
    gram: &mut [f64],
    scratch: &mut [f64],
) {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has just been found to have AVX2. The function is the safe one
        // below, compiled with wider vectors and no fused operations, so the bits are the same.
        return unsafe { add_weighted_gram_avx2(columns, weights, gram, scratch) };
    }
    add_weighted_gram_portable(columns, weights, gram, scratch);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
unsafe fn add_weighted_gram_avx2(
    columns: &[f64],
    weights: &[f64],
    gram: &mut [f64],
    scratch: &mut [f64],
) {
    add_weighted_gram_portable(columns, weights, gram, scratch);
}

#[inline(always)]
fn add_weighted_gram_portable(
    columns: &[f64],
    weights: &[f64],
    gram: &mut [f64],
    scratch: &mut [f64],
) {
    let n = weights.len();
    if n == 0 {
        return;
    }
    let p = columns.len() / n;
    let mut start = 0;
    while start < n {
        let len = CHUNK.min(n - start);
        let column = |j: usize| &columns[j * n + start..j * n + start + len];
        for j in 0..p {
            let weighted = &mut scratch[j * CHUNK..j * CHUNK + len];
            for ((out, x), w) in weighted.iter_mut().zip(column(j)).zip(&weights[start..]) {
                *out = x * w;
            }
        }
        let scratch = &scratch[..];
        let weighted = |j: usize| &scratch[j * CHUNK..j * CHUNK + len];
        let mut j = 0;
        while j < p {
            let mut k = j;
            while k < p {
                match (p - j, p - k) {
                    (1, 1) => tile::<1, 1>(p, j, k, len, &weighted, &column, gram),
                    (1, 2) => tile::<1, 2>(p, j, k, len, &weighted, &column, gram),
                    (1, 3) => tile::<1, 3>(p, j, k, len, &weighted, &column, gram),
                    (1, _) => tile::<1, 4>(p, j, k, len, &weighted, &column, gram),
                    (_, 1) => tile::<2, 1>(p, j, k, len, &weighted, &column, gram),
                    (_, 2) => tile::<2, 2>(p, j, k, len, &weighted, &column, gram),
                    (_, 3) => tile::<2, 3>(p, j, k, len, &weighted, &column, gram),
                    _ => tile::<2, 4>(p, j, k, len, &weighted, &column, gram),
                }
                k += 4;
            }
            j += 2;
        }
        start += len;
    }
}

/// Adds A by B dot products, of the columns from `j` with those from `k`.
#[inline(always)]
fn tile<'a, const A: usize, const B: usize>(
    p: usize,
    j: usize,
    k: usize,
    len: usize,
    left: &impl Fn(usize) -> &'a [f64],
    right: &impl Fn(usize) -> &'a [f64],
    gram: &mut [f64],
) {
    let left: [&[f64]; A] = array::from_fn(|a| left(j + a));
    let right: [&[f64]; B] = array::from_fn(|b| right(k + b));
    let mut sums = [[[0.0; LANES]; B]; A];
    let whole = len - len % LANES;
    let mut row = 0;
    while row < whole {
        let lanes = |values: &[f64]| -> [f64; LANES] { array::from_fn(|lane| values[row + lane]) };
        let x: [[f64; LANES]; B] = array::from_fn(|b| lanes(right[b]));
        for a in 0..A {
            let y = lanes(left[a]);
            for b in 0..B {
                for lane in 0..LANES {
                    sums[a][b][lane] += y[lane] * x[b][lane];
                }
            }
        }
        row += LANES;
    }
    for a in 0..A {
        for b in 0..B {
            let tail: f64 = (whole..len).map(|row| left[a][row] * right[b][row]).sum();
            let [s0, s1, s2, s3] = sums[a][b];
            if k + b >= j + a {
                gram[(j + a) * p + k + b] += ((s0 + s1) + (s2 + s3)) + tail;
            }
        }
    }
}

/// The sum of a column, in fixed lanes.
#[inline(always)]
pub(super) fn sum(x: &[f64]) -> f64 {
    let mut sums = [0.0; LANES];
    let (whole, rest) = x.as_chunks::<LANES>();
    for x in whole {
        for lane in 0..LANES {
            sums[lane] += x[lane];
        }
    }
    ((sums[0] + sums[1]) + (sums[2] + sums[3])) + rest.iter().sum::<f64>()
}

/// The dot product of two columns, in fixed lanes.
#[inline(always)]
pub(super) fn dot(x: &[f64], y: &[f64]) -> f64 {
    let mut sums = [0.0; LANES];
    let (x_lanes, y_lanes) = (x.chunks_exact(LANES), y.chunks_exact(LANES));
    let tail: f64 = x_lanes.remainder().iter().zip(y_lanes.remainder()).map(|(x, y)| x * y).sum();
    for (x, y) in x_lanes.zip(y_lanes) {
        for lane in 0..LANES {
            sums[lane] += x[lane] * y[lane];
        }
    }
    ((sums[0] + sums[1]) + (sums[2] + sums[3])) + tail
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every tile shape, and lengths that leave tails, against the plain double loop.
    #[test]
    fn the_tiles_cover_the_upper_triangle() {
        for p in 1..12 {
            for n in [1, 3, 4, 255, 256, 261, 600] {
                let value = |i: usize| ((i * 7919 % 104_729) as f64 / 104_729.0) - 0.5;
                let columns: Vec<f64> = (0..p * n).map(value).collect();
                let weights: Vec<f64> = (0..n).map(|i| value(i + 31) + 0.6).collect();
                let mut gram = vec![0.0; p * p];
                add_weighted_gram(&columns, &weights, &mut gram, &mut scratch(p));
                for j in 0..p {
                    for k in j..p {
                        let plain: f64 = (0..n)
                            .map(|i| weights[i] * columns[j * n + i] * columns[k * n + i])
                            .sum();
                        assert!((gram[j * p + k] - plain).abs() < 1e-12, "{p} {n} {j} {k}");
                    }
                }
            }
        }
    }

    /// The wide path and the portable one, bit for bit.
    #[test]
    #[cfg(target_arch = "x86_64")]
    fn wide_vectors_change_no_bit() {
        if !std::arch::is_x86_feature_detected!("avx2") {
            println!("no AVX2 here: there is one path only");
            return;
        }
        for p in 1..12 {
            for n in [1, 3, 4, 7, 255, 256, 261, 600] {
                let value = |i: usize| (i as f64 * 0.7).sin() * 10_f64.powi((i % 9) as i32 - 4);
                let columns: Vec<f64> = (0..p * n).map(value).collect();
                let weights: Vec<f64> = (0..n).map(|i| value(i + 31).abs()).collect();
                let (mut portable, mut wide) = (vec![0.0; p * p], vec![0.0; p * p]);
                add_weighted_gram_portable(&columns, &weights, &mut portable, &mut scratch(p));
                // SAFETY: the processor has just been found to have AVX2.
                unsafe {
                    add_weighted_gram_avx2(&columns, &weights, &mut wide, &mut scratch(p));
                }
                let bits = |values: &[f64]| values.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
                assert_eq!(bits(&portable), bits(&wide), "{p} columns, {n} rows");
            }
        }
    }
}
