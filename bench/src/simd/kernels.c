// Kernels with vector intrinsics. Each does its work `rounds` times and returns a number that depends on all of it.
#include <stdint.h>
#include <wasm_simd128.h>

#define EXPORT(name) __attribute__((export_name(#name)))

enum { BYTES = 1 << 14, FLOATS = 1 << 12, SIDE = 48 };

static uint8_t source[BYTES + 16], other[BYTES + 16], target[2 * BYTES];
static float left[FLOATS], right[FLOATS];
static int32_t a[SIDE][SIDE], b[SIDE][SIDE], c[SIDE][SIDE];

// Fills all arrays with numbers that look random.
EXPORT(prepare) void prepare(void) {
    uint32_t x = 12345;
    for (int i = 0; i < BYTES; i++) {
        x = x * 1664525 + 1013904223;
        source[i] = x >> 24;
        other[i] = x >> 16;
        left[i % FLOATS] = (int8_t)(x >> 20) * 0.25f;
        right[i % FLOATS] = (int8_t)(x >> 12) * 0.5f;
        a[i % SIDE][i / SIDE % SIDE] = (int16_t)(x >> 8);
        b[i % SIDE][i / SIDE % SIDE] = (int16_t)(x >> 9);
    }
}

// f32x4: the dot product of two arrays, in four sums.
EXPORT(dot) int dot(int rounds) {
    float total = 0;
    for (int r = 0; r < rounds; r++) {
        v128_t s0 = wasm_f32x4_splat(0), s1 = s0, s2 = s0, s3 = s0;
        for (int i = 0; i < FLOATS; i += 16) {
            s0 = wasm_f32x4_add(s0, wasm_f32x4_mul(wasm_v128_load(left + i), wasm_v128_load(right + i)));
            s1 = wasm_f32x4_add(s1, wasm_f32x4_mul(wasm_v128_load(left + i + 4), wasm_v128_load(right + i + 4)));
            s2 = wasm_f32x4_add(s2, wasm_f32x4_mul(wasm_v128_load(left + i + 8), wasm_v128_load(right + i + 8)));
            s3 = wasm_f32x4_add(s3, wasm_f32x4_mul(wasm_v128_load(left + i + 12), wasm_v128_load(right + i + 12)));
        }
        v128_t s = wasm_f32x4_add(wasm_f32x4_add(s0, s1), wasm_f32x4_add(s2, s3));
        total += wasm_f32x4_extract_lane(s, 0) + wasm_f32x4_extract_lane(s, 1) + wasm_f32x4_extract_lane(s, 2)
            + wasm_f32x4_extract_lane(s, 3);
        left[r % FLOATS] += 1;
    }
    return (int)total;
}

// i16x8: mixes two images, (x * alpha + y * (256 - alpha)) / 256, saturated.
EXPORT(blend) int blend(int rounds) {
    for (int r = 0; r < rounds; r++) {
        v128_t alpha = wasm_i16x8_splat(r & 255), rest = wasm_i16x8_splat(256 - (r & 255));
        for (int i = 0; i < BYTES; i += 16) {
            v128_t x = wasm_v128_load(source + i), y = wasm_v128_load(other + i);
            v128_t low = wasm_i16x8_add(wasm_i16x8_mul(wasm_u16x8_extend_low_u8x16(x), alpha),
                wasm_i16x8_mul(wasm_u16x8_extend_low_u8x16(y), rest));
            v128_t high = wasm_i16x8_add(wasm_i16x8_mul(wasm_u16x8_extend_high_u8x16(x), alpha),
                wasm_i16x8_mul(wasm_u16x8_extend_high_u8x16(y), rest));
            v128_t mixed = wasm_u8x16_narrow_i16x8(wasm_u16x8_shr(low, 8), wasm_u16x8_shr(high, 8));
            wasm_v128_store(target + i, wasm_u8x16_add_sat(mixed, wasm_u8x16_splat(3)));
        }
    }
    return target[77] | target[BYTES - 1] << 8;
}

// u8x16: base64 of 12 bytes at a time, by swizzles, shifts and a table of offsets (after Muła and Lemire, 2018).
EXPORT(base64) int base64(int rounds) {
    const v128_t offsets = wasm_i8x16_const(71, -4, -4, -4, -4, -4, -4, -4, -4, -4, -4, -19, -16, 65, 0, 0);
    for (int r = 0; r < rounds; r++) {
        uint8_t *out = target;
        for (int i = 0; i + 12 <= BYTES; i += 12, out += 16) {
            v128_t in = wasm_v128_load(source + i);
            in = wasm_i8x16_shuffle(in, in, 1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10);
            v128_t t0 = wasm_u16x8_shr(wasm_v128_and(in, wasm_i32x4_splat(0x0fc0fc00)), 10);
            v128_t t1 = wasm_u16x8_shr(wasm_v128_and(in, wasm_i32x4_splat(0x0fc0fc00)), 6);
            v128_t t2 = wasm_i16x8_mul(wasm_v128_and(in, wasm_i32x4_splat(0x003f03f0)), wasm_i32x4_splat(0x01000010));
            v128_t six = wasm_v128_or(wasm_v128_and(t0, wasm_i32x4_splat(0x0000003f)),
                wasm_v128_or(wasm_v128_and(t1, wasm_i32x4_splat(0x003f0000)), t2));
            v128_t kind = wasm_u8x16_sub_sat(six, wasm_u8x16_splat(51));
            kind = wasm_v128_or(kind, wasm_v128_and(wasm_i8x16_lt(six, wasm_i8x16_splat(26)), wasm_i8x16_splat(13)));
            wasm_v128_store(out, wasm_i8x16_add(six, wasm_i8x16_swizzle(offsets, kind)));
        }
        source[r % BYTES]++;
    }
    return target[5] | target[BYTES - 7] << 8;
}

// i8x16: counts the places of each byte by comparisons and masks, as a search does.
EXPORT(find) int find(int rounds) {
    int found = 0;
    for (int r = 0; r < rounds; r++) {
        v128_t wanted = wasm_i8x16_splat(r);
        for (int i = 0; i < BYTES; i += 16) {
            v128_t same = wasm_i8x16_eq(wasm_v128_load(source + i), wanted);
            if (wasm_v128_any_true(same)) {
                for (uint32_t mask = wasm_i8x16_bitmask(same); mask != 0; mask &= mask - 1) {
                    found += i + __builtin_ctz(mask);
                }
            }
        }
    }
    return found;
}

// f64x2: steps of the Mandelbrot set, two points at a time.
EXPORT(mandelbrot) int mandelbrot(int rounds) {
    v128_t four = wasm_f64x2_splat(4);
    int64_t steps = 0;
    for (int r = 0; r < rounds; r++) {
        for (int x = 0; x < 32; x++) {
            v128_t cr = wasm_f64x2_make(x * 0.09 - 2.0, x * 0.09 - 1.955), ci = wasm_f64x2_splat((r & 31) * 0.06 - 1.0);
            v128_t zr = wasm_f64x2_splat(0), zi = zr, count = wasm_i64x2_splat(0);
            for (int n = 0; n < 64; n++) {
                v128_t rr = wasm_f64x2_mul(zr, zr), ii = wasm_f64x2_mul(zi, zi);
                v128_t inside = wasm_f64x2_le(wasm_f64x2_add(rr, ii), four);
                if (!wasm_v128_any_true(inside)) break;
                count = wasm_i64x2_sub(count, inside);
                v128_t ri = wasm_f64x2_mul(zr, zi);
                zr = wasm_f64x2_add(wasm_f64x2_sub(rr, ii), cr);
                zi = wasm_f64x2_add(wasm_f64x2_add(ri, ri), ci);
            }
            steps += wasm_i64x2_extract_lane(count, 0) + wasm_i64x2_extract_lane(count, 1);
        }
    }
    return (int)steps;
}

// i32x4: the product of two matrices.
EXPORT(matrix) int matrix(int rounds) {
    for (int r = 0; r < rounds; r++) {
        for (int i = 0; i < SIDE; i++) {
            for (int j = 0; j < SIDE; j += 8) {
                v128_t s0 = wasm_i32x4_splat(0), s1 = s0;
                for (int k = 0; k < SIDE; k++) {
                    v128_t x = wasm_v128_load32_splat(&a[i][k]);
                    s0 = wasm_i32x4_add(s0, wasm_i32x4_mul(x, wasm_v128_load(&b[k][j])));
                    s1 = wasm_i32x4_add(s1, wasm_i32x4_mul(x, wasm_v128_load(&b[k][j + 4])));
                }
                wasm_v128_store(&c[i][j], s0);
                wasm_v128_store(&c[i][j + 4], s1);
            }
        }
        a[r % SIDE][0] += c[0][r % SIDE] & 7;
    }
    return c[3][5] ^ c[SIDE - 1][SIDE - 1];
}

// u8x16: the sum of absolute differences, widened pairwise.
EXPORT(differences) int differences(int rounds) {
    v128_t sums = wasm_i32x4_splat(0);
    for (int r = 0; r < rounds; r++) {
        for (int i = 0; i < BYTES; i += 16) {
            v128_t x = wasm_v128_load(source + i), y = wasm_v128_load(other + i);
            v128_t d = wasm_v128_or(wasm_u8x16_sub_sat(x, y), wasm_u8x16_sub_sat(y, x));
            sums = wasm_i32x4_add(sums, wasm_u32x4_extadd_pairwise_u16x8(wasm_u16x8_extadd_pairwise_u8x16(d)));
        }
    }
    return wasm_i32x4_extract_lane(sums, 0) + wasm_i32x4_extract_lane(sums, 1) + wasm_i32x4_extract_lane(sums, 2)
        + wasm_i32x4_extract_lane(sums, 3);
}

// f32x4: turns rows of four by four numbers into columns by shuffles, and scales them.
EXPORT(transpose) int transpose(int rounds) {
    v128_t factor = wasm_f32x4_const(1, -1, 1, -1);
    for (int r = 0; r < rounds; r++) {
        for (int i = 0; i < FLOATS; i += 16) {
            v128_t x0 = wasm_v128_load(left + i), x1 = wasm_v128_load(left + i + 4);
            v128_t x2 = wasm_v128_load(left + i + 8), x3 = wasm_v128_load(left + i + 12);
            v128_t t0 = wasm_i32x4_shuffle(x0, x1, 0, 4, 1, 5), t1 = wasm_i32x4_shuffle(x2, x3, 0, 4, 1, 5);
            v128_t t2 = wasm_i32x4_shuffle(x0, x1, 2, 6, 3, 7), t3 = wasm_i32x4_shuffle(x2, x3, 2, 6, 3, 7);
            wasm_v128_store(left + i, wasm_f32x4_mul(wasm_i32x4_shuffle(t0, t1, 0, 1, 4, 5), factor));
            wasm_v128_store(left + i + 4, wasm_f32x4_mul(wasm_i32x4_shuffle(t0, t1, 2, 3, 6, 7), factor));
            wasm_v128_store(left + i + 8, wasm_f32x4_mul(wasm_i32x4_shuffle(t2, t3, 0, 1, 4, 5), factor));
            wasm_v128_store(left + i + 12, wasm_f32x4_mul(wasm_i32x4_shuffle(t2, t3, 2, 3, 6, 7), factor));
        }
    }
    return (int)(left[0] + left[1] * 3 + left[FLOATS - 2] * 5);
}
