"""Compares the conversions of small floats with ml_dtypes: all patterns to fp32, and 10^6 values of fp32 to each type,
among them all ties, their neighbours, subnormals, infinities and NaNs."""
import subprocess
import sys

import ml_dtypes
import numpy as np

TYPES = {
    "fp16": (np.float16, np.uint16), "bf16": (ml_dtypes.bfloat16, np.uint16),
    "fp8_e3m4": (ml_dtypes.float8_e3m4, np.uint8), "fp8_e4m3": (ml_dtypes.float8_e4m3, np.uint8),
    "fp8_e5m2": (ml_dtypes.float8_e5m2, np.uint8), "fp8_e4m3fn": (ml_dtypes.float8_e4m3fn, np.uint8),
    "fp8_e8m0fnu": (ml_dtypes.float8_e8m0fnu, np.uint8), "fp4_e2m1fn": (ml_dtypes.float4_e2m1fn, np.uint8),
}


def convert(way, name, data, to):
    result = subprocess.run(["tarn-convert", way, name], input=data.tobytes(), capture_output=True, check=True)
    return np.frombuffer(result.stdout, dtype=to)


def equal_floats(a, b):
    return (a.view(np.uint32) == b.view(np.uint32)) | (np.isnan(a) & np.isnan(b))


def values_for(numbers):
    """Where rounding decides, for a type with these (sorted, finite) numbers."""
    middles = ((numbers[1:].astype(np.float64) + numbers[:-1]) / 2).astype(np.float32)
    exact = np.concatenate([numbers, middles])
    beside = [exact, np.nextafter(exact, np.float32(np.inf)), np.nextafter(exact, np.float32(-np.inf))]
    random = np.random.default_rng(1)
    patterns = random.integers(0, 2**32, 10**6, dtype=np.uint64).astype(np.uint32).view(np.float32)
    near = (random.standard_normal(200000) * 2.0 ** random.integers(-20, 20, 200000)).astype(np.float32)
    tiny = random.integers(0, 2**24, 50000, dtype=np.uint32).view(np.float32)
    special = np.array([0, -0.0, np.inf, -np.inf, np.nan, -np.nan], np.float32)
    return np.concatenate([*beside, patterns, near, tiny, -tiny, special]).astype(np.float32)


def main():
    np.seterr(all="ignore")
    bad = 0
    for name, (dtype, bits) in TYPES.items():
        count = 16 if name == "fp4_e2m1fn" else 1 << 8 * np.dtype(bits).itemsize
        patterns = np.arange(count).astype(bits)
        expected = patterns.view(dtype).astype(np.float32)
        wrong = ~equal_floats(convert("widen", name, patterns, np.float32), expected)
        values = values_for(np.unique(expected[np.isfinite(expected)]))
        ours, theirs = convert("narrow", name, values, bits), values.astype(dtype).view(bits)
        # The payload of a NaN is free, its sign is not.
        nan = np.isnan(ours.view(dtype).astype(np.float32)) & np.isnan(theirs.view(dtype).astype(np.float32))
        sign = bits(1 << (8 * np.dtype(bits).itemsize - 1))
        if name == "fp4_e2m1fn":  # has no NaN: what one becomes is open
            nan = np.isnan(values)
            theirs = np.where(nan, ours, theirs)
        differ = (ours != theirs) & ~(nan & ((ours & sign) == (theirs & sign)))
        print(f"{name}: {count} patterns, {wrong.sum()} differ; {values.size} values, {differ.sum()} differ")
        for i in np.flatnonzero(differ)[:3]:
            print(f"  {values[i]!r}: {ours[i]:#x}, ml_dtypes {theirs[i]:#x}")
        bad += wrong.sum() + differ.sum()
    # tf32 is in no package: multiples of 2^-10 of the leading power of two, which is at least 2^-126.
    values = values_for(np.arange(-512, 513).astype(np.float32) / 512)
    wide = values.astype(np.float64)
    step = 2.0 ** (np.maximum(np.frexp(wide)[1] - 1.0, -126) - 10)
    rounded = np.where(np.isfinite(wide), np.rint(wide / step) * step, wide).astype(np.float32)
    ours = convert("narrow", "tf32", values, np.float32)
    differ = ~(equal_floats(ours, rounded) | (np.isnan(values) & np.isnan(ours)))
    print(f"tf32: {values.size} values, {differ.sum()} differ")
    return 1 if bad + differ.sum() else 0


sys.exit(main())
