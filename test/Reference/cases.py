"""Random single-node cases for every operator of Reference.

A case is (op, inputs, attributes, number of outputs). Inputs are numpy arrays or None. Each operator has one function that
draws a case from a random generator; OPERATORS maps names to them.
"""
import numpy as np
import ml_dtypes

OPERATORS = {}
BFLOAT16 = np.dtype(ml_dtypes.bfloat16)
ONNX_TYPE = {"float32": 1, "uint8": 2, "int8": 3, "uint16": 4, "int16": 5, "int32": 6, "int64": 7, "bool": 9,
             "float16": 10, "float64": 11, "uint32": 12, "uint64": 13, "bfloat16": 16}


def case(*names):
    def register(function):
        for name in names:
            OPERATORS[name] = lambda r, name=name: function(r, name)
        return function
    return register


def shape(r, low=0, high=5, largest=9):
    return tuple(int(r.choice([1, 2, 3, 5, 7, largest])) for _ in range(r.integers(low, high + 1)))


def floats(r, dims, dtype=None, low=-3.0, high=3.0):
    dtype = dtype or r.choice([np.float32, np.float32, np.float16, np.float64])
    return np.asarray(r.uniform(low, high, dims)).astype(dtype)


def integers(r, dims, dtype, low=-50, high=50):
    info = np.iinfo(dtype)
    return np.asarray(r.integers(max(low, info.min), min(high, info.max) + 1, dims)).astype(dtype)


def numbers(r, dims, dtype):
    return floats(r, dims, dtype) if np.dtype(dtype).kind == "f" else integers(r, dims, dtype)


def broadcastable(r, dims):
    """A shape that broadcasts to `dims`."""
    kept = dims[r.integers(0, len(dims) + 1):]
    return tuple(1 if r.random() < 0.3 else d for d in kept)


def pair(r):
    dims = shape(r)
    other = broadcastable(r, dims)
    a, b = (dims, other) if r.random() < 0.5 else (other, dims)
    return tuple(1 if r.random() < 0.15 else d for d in a), b


def axes_of(r, rank, at_least=0):
    count = r.integers(at_least, rank + 1)
    axes = r.permutation(rank)[:count]
    return np.array([int(a) - (rank if r.random() < 0.4 else 0) for a in axes], np.int64)


def i64(*values):
    return np.array(values, np.int64)


# ---- elementwise

@case("Add", "Sub", "Mul")
def arithmetic(r, op):
    a, b = pair(r)
    dtype = r.choice([np.float32, np.float16, np.float64, np.int32, np.int64, np.uint64])
    return op, [numbers(r, a, dtype), numbers(r, b, dtype)], {}, 1


@case("Div")
def div(r, op):
    a, b = pair(r)
    dtype = r.choice([np.float32, np.float16, np.float64, np.int32, np.int64])
    divisor = numbers(r, b, dtype)
    return op, [numbers(r, a, dtype), np.where(divisor == 0, 3, divisor).astype(dtype)], {}, 1


@case("Mod")
def mod(r, op):
    a, b = pair(r)
    dtype = r.choice([np.float32, np.int32, np.int64, np.uint8])
    fmod = int(np.dtype(dtype).kind == "f" or r.random() < 0.5)
    divisor = numbers(r, b, dtype)
    return op, [numbers(r, a, dtype), np.where(divisor == 0, 3, divisor).astype(dtype)], {"fmod": fmod}, 1


@case("Pow")
def power(r, op):
    a, b = pair(r)
    dtype = r.choice([np.float32, np.float32, np.int32, np.int64, np.float64])
    exponent = r.choice([np.float32, np.int32, np.int64])
    if np.dtype(dtype).kind == "f":
        return op, [floats(r, a, dtype, 0.1, 3), numbers(r, b, exponent) if exponent == np.float32
                    else integers(r, b, exponent, -3, 4)], {}, 1
    return op, [integers(r, a, dtype, -5, 5), integers(r, b, r.choice([np.int32, np.int64]), 0, 5)], {}, 1


@case("Min", "Max", "Sum", "Mean")
def variadic(r, op):
    dims = shape(r)
    dtype = r.choice([np.float32, np.float16, np.float64] + ([np.int32, np.int64] if op in ("Min", "Max") else []))
    return op, [numbers(r, broadcastable(r, dims), dtype) for _ in range(r.integers(1, 5))], {}, 1


@case("PRelu")
def prelu(r, op):
    dims = shape(r)
    dtype = r.choice([np.float32, np.float16])
    return op, [floats(r, dims, dtype), floats(r, broadcastable(r, dims), dtype)], {}, 1


@case("BitShift")
def bit_shift(r, op):
    a, b = pair(r)
    dtype = r.choice([np.uint8, np.uint32, np.uint64])
    return op, [integers(r, a, dtype, 0, 100), integers(r, b, dtype, 0, 5)], {"direction": str(r.choice(["LEFT", "RIGHT"]))}, 1


@case("Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual")
def comparison(r, op):
    a, b = pair(r)
    dtype = r.choice([np.float32, np.float16, np.int32, np.int64])
    x, y = integers(r, a, np.int32, -2, 2).astype(dtype), integers(r, b, np.int32, -2, 2).astype(dtype)
    return op, [x, y], {}, 1


@case("And", "Or", "Xor")
def logic(r, op):
    a, b = pair(r)
    return op, [r.random(a) < 0.5, r.random(b) < 0.5], {}, 1


@case("BitwiseAnd", "BitwiseOr", "BitwiseXor")
def bitwise(r, op):
    a, b = pair(r)
    dtype = r.choice([np.int32, np.uint8, np.int64])
    return op, [integers(r, a, dtype), integers(r, b, dtype)], {}, 1


@case("BitwiseNot")
def bitwise_not(r, op):
    return op, [integers(r, shape(r), r.choice([np.int32, np.uint8]))], {}, 1


@case("Not")
def logical_not(r, op):
    return op, [np.asarray(r.random(shape(r)) < 0.5)], {}, 1


@case("IsNaN", "IsInf")
def classify(r, op):
    x = floats(r, shape(r), np.float32)
    specials = np.array([np.nan, np.inf, -np.inf, 0], np.float32)[r.integers(0, 4, x.shape)]
    x = np.where(r.random(x.shape) < 0.5, specials, x).astype(np.float32)
    attributes = {"detect_positive": int(r.integers(0, 2))} if op == "IsInf" else {}
    return op, [x], attributes, 1


@case("Where")
def where(r, op):
    dims = shape(r)
    dtype = r.choice([np.float32, np.int64, np.int32, np.uint8, np.float16])
    return op, [np.asarray(r.random(broadcastable(r, dims)) < 0.5), numbers(r, broadcastable(r, dims), dtype),
                numbers(r, broadcastable(r, dims), dtype)], {}, 1


@case("Abs", "Neg", "Sign", "Relu")
def unary_numbers(r, op):
    return op, [numbers(r, shape(r), r.choice([np.float32, np.float16, np.float64, np.int32, np.int64]))], {}, 1


@case("Exp", "Erf", "Floor", "Ceil", "Round", "Sin", "Cos", "Tanh", "Sigmoid", "Softplus", "Softsign", "HardSwish", "Mish",
      "Atan", "Sinh", "Cosh", "Asinh", "Tan")
def unary(r, op):
    x = floats(r, shape(r), high=10.0 if op in ("Sigmoid", "Softplus") else 3.0)
    if op == "Round" and r.random() < 0.5:
        x = (np.round(x * 2) / 2).astype(x.dtype)
    return op, [x], {}, 1


@case("Sqrt", "Log", "Reciprocal")
def unary_positive(r, op):
    return op, [floats(r, shape(r), low=0.05)], {}, 1


@case("Asin", "Acos", "Atanh")
def unary_unit(r, op):
    return op, [floats(r, shape(r), np.float32, -0.95, 0.95)], {}, 1


@case("Acosh")
def acosh(r, op):
    return op, [floats(r, shape(r), np.float32, 1.05, 5)], {}, 1


@case("LeakyRelu", "Elu", "Selu", "ThresholdedRelu", "HardSigmoid", "Celu", "Shrink", "Swish")
def unary_parameters(r, op):
    names = {"Selu": ["alpha", "gamma"], "HardSigmoid": ["alpha", "beta"], "Shrink": ["bias", "lambd"]}.get(op, ["alpha"])
    attributes = {name: float(np.float32(r.uniform(0.1, 1.5))) for name in names if r.random() < 0.7}
    return op, [floats(r, shape(r), np.float32)], attributes, 1


@case("Gelu")
def gelu(r, op):
    return op, [floats(r, shape(r))], {"approximate": str(r.choice(["none", "tanh"]))}, 1


@case("Clip")
def clip(r, op):
    dtype = r.choice([np.float32, np.float16, np.int32, np.int64, np.int8, np.uint8])
    x = numbers(r, shape(r), dtype)
    low, high = np.asarray(1, dtype), np.asarray(2, dtype)
    return op, [x, low if r.random() < 0.7 else None, high if r.random() < 0.7 else None], {}, 1


# ---- matrices and convolutions

@case("MatMul")
def matmul(r, op):
    m, k, n = (int(r.choice([1, 2, 5, 17, 33])) for _ in range(3))
    outer = shape(r, 0, 3, 4)
    a = broadcastable(r, outer) + (m, k) if r.random() < 0.8 else (k,)
    b = broadcastable(r, outer) + (k, n) if r.random() < 0.8 else (k,)
    dtype = r.choice([np.float32, np.float32, np.float16, np.float64, np.int32, np.int64])
    return op, [numbers(r, a, dtype), numbers(r, b, dtype)], {}, 1


@case("Gemm")
def gemm(r, op):
    m, k, n = (int(r.choice([1, 2, 5, 17, 33])) for _ in range(3))
    ta, tb = int(r.integers(0, 2)), int(r.integers(0, 2))
    dtype = r.choice([np.float32, np.float16, np.float64])
    inputs = [floats(r, (k, m) if ta else (m, k), dtype), floats(r, (n, k) if tb else (k, n), dtype)]
    if r.random() < 0.8:
        inputs.append(floats(r, broadcastable(r, (m, n)), dtype))
    attributes = {"transA": ta, "transB": tb}
    if r.random() < 0.5:
        attributes |= {"alpha": 0.5, "beta": 2.0}
    return op, inputs, attributes, 1


def window(r, rank, extents, pool=False):
    """Attributes of a window that fits into `extents`."""
    kernel = [int(r.integers(1, 4)) for _ in range(rank)]
    attributes = {}
    if r.random() < 0.6:
        attributes["strides"] = [int(r.integers(1, 4)) for _ in range(rank)]
    dilations = [1] * rank
    if r.random() < 0.4:
        dilations = [int(r.integers(1, 3)) for _ in range(rank)]
        attributes["dilations"] = dilations
    for d in range(rank):
        if (kernel[d] - 1) * dilations[d] + 1 > extents[d]:
            kernel[d] = 1
    choice = r.random()
    if choice < 0.5:
        most = [max(0, k - 1) if pool else k for k in kernel]
        attributes["pads"] = [int(r.integers(0, m + 1)) for m in most + most]
    elif choice < 0.8:
        attributes["auto_pad"] = str(r.choice(["SAME_UPPER", "SAME_LOWER", "VALID"]))
        if attributes["auto_pad"] != "VALID" and pool:
            attributes.pop("dilations", None)
            if "strides" in attributes:  # where the padding would be negative few agree
                attributes["strides"] = [min(s, k + 1) for s, k in zip(attributes["strides"], kernel)]
    return kernel, attributes


def spatial(r):
    rank = int(r.choice([1, 2, 2, 2, 3]))
    return rank, tuple(int(r.integers(3, 12 if rank < 3 else 7)) for _ in range(rank))


@case("Conv")
def conv(r, op):
    rank, extents = spatial(r)
    group = int(r.choice([1, 1, 2, 3]))
    per_group, filters = int(r.integers(1, 6)), int(r.integers(1, 5)) * group
    kernel, attributes = window(r, rank, extents)
    if "auto_pad" in attributes and attributes["auto_pad"] != "VALID":
        attributes.pop("dilations", None)
    dtype = r.choice([np.float32, np.float32, np.float32, np.float64])
    inputs = [floats(r, (int(r.integers(1, 3)), per_group * group) + extents, dtype),
              floats(r, (filters, per_group, *kernel), dtype)]
    if r.random() < 0.6:
        inputs.append(floats(r, (filters,), dtype))
    if r.random() < 0.5:
        attributes["kernel_shape"] = kernel
    return op, inputs, attributes | {"group": group}, 1


@case("ConvTranspose")
def conv_transpose(r, op):
    rank = int(r.choice([1, 2, 2, 3]))
    extents = tuple(int(r.integers(1, 7)) for _ in range(rank))
    group = int(r.choice([1, 1, 2, 3]))
    per_group, filters = int(r.integers(1, 5)), int(r.integers(1, 4))
    kernel = [int(r.integers(1, 5)) for _ in range(rank)]
    strides = [int(r.integers(1, 4)) for _ in range(rank)]
    attributes = {"strides": strides, "group": group}
    dilations = [1] * rank
    if r.random() < 0.4:
        dilations = [int(r.integers(1, 3)) for _ in range(rank)]
        attributes["dilations"] = dilations
    full = [(e - 1) * s + (k - 1) * d + 1 for e, s, k, d in zip(extents, strides, kernel, dilations)]
    choice = r.random()
    if choice < 0.4:
        most = [min(k - 1, (f - 1) // 2) for k, f in zip(kernel, full)]
        attributes["pads"] = [int(r.integers(0, m + 1)) for m in most + most]
    elif choice < 0.6:
        attributes["auto_pad"] = str(r.choice(["SAME_UPPER", "SAME_LOWER"]))
    elif choice < 0.8:
        attributes["output_shape"] = [int(r.integers(max(1, f - 3), f + 1)) for f in full]
        if r.random() < 0.5:
            attributes["auto_pad"] = str(r.choice(["SAME_UPPER", "SAME_LOWER"]))
    if choice < 0.4 and r.random() < 0.5:
        attributes["output_padding"] = [int(r.integers(0, max(s, d))) for s, d in zip(strides, dilations)]
    dtype = np.float32
    inputs = [floats(r, (int(r.integers(1, 3)), per_group * group) + extents, dtype),
              floats(r, (per_group * group, filters, *kernel), dtype)]
    if r.random() < 0.6:
        inputs.append(floats(r, (filters * group,), dtype))
    return op, inputs, attributes, 1


@case("MaxPool", "AveragePool", "LpPool")
def pool(r, op):
    rank, extents = spatial(r)
    kernel, attributes = window(r, rank, extents, pool=True)
    attributes["kernel_shape"] = kernel
    if r.random() < 0.4 and attributes.get("auto_pad", "NOTSET") == "NOTSET":
        attributes["ceil_mode"] = 1
    if op == "AveragePool" and r.random() < 0.5:
        attributes["count_include_pad"] = 1
    if op == "LpPool":
        attributes["p"] = int(r.integers(1, 4))
    outputs = 1
    if op == "MaxPool" and r.random() < 0.3:
        outputs = 2
    dtype = r.choice([np.float32, np.float32, np.float64] + ([np.int8, np.uint8] if op == "MaxPool" else []))
    if dtype == np.float64 and op == "LpPool":
        dtype = np.float32
    return op, [numbers(r, (int(r.integers(1, 3)), int(r.integers(1, 4))) + extents, dtype)], attributes, outputs


@case("GlobalAveragePool", "GlobalMaxPool")
def global_pool(r, op):
    return op, [floats(r, (2, 3) + spatial(r)[1], np.float32)], {}, 1


# ---- normalisations

def channels_first(r):
    return (int(r.integers(1, 4)), int(r.choice([1, 2, 4, 6]))) + shape(r, 1, 3, 6)


@case("BatchNormalization")
def batch_normalization(r, op):
    dims = channels_first(r)
    c = (dims[1],)
    dtype = r.choice([np.float32, np.float64])
    return op, [floats(r, dims, dtype), floats(r, c, dtype), floats(r, c, dtype), floats(r, c, dtype),
                floats(r, c, dtype, 0.1, 2)], {"epsilon": 1e-3} if r.random() < 0.5 else {}, 1


@case("InstanceNormalization")
def instance_normalization(r, op):
    dims = channels_first(r)
    return op, [floats(r, dims, np.float32)] + [floats(r, (dims[1],), np.float32) for _ in range(2)], {"epsilon": 1e-2}, 1


@case("GroupNormalization")
def group_normalization(r, op):
    dims = channels_first(r)
    groups = int(r.choice([g for g in (1, 2, 3, 6) if dims[1] % g == 0]))
    return op, [floats(r, dims, np.float32)] + [floats(r, (dims[1],), np.float32) for _ in range(2)], \
        {"num_groups": groups, "epsilon": 1e-2}, 1


@case("LayerNormalization", "RMSNormalization")
def layer_normalization(r, op):
    dims = shape(r, 1, 4)
    axis = int(r.integers(0, len(dims)))
    dtype = np.float32
    inputs = [floats(r, dims, dtype), floats(r, dims[axis:], dtype)]
    outputs = 1
    if op == "LayerNormalization":
        if r.random() < 0.6:
            inputs.append(floats(r, dims[axis:], dtype))
        outputs = int(r.choice([1, 3]))
    attributes = {"axis": axis - (len(dims) if r.random() < 0.5 else 0), "epsilon": 1e-2}
    return op, inputs, attributes, outputs


@case("Softmax", "LogSoftmax", "Hardmax", "LpNormalization")
def along_axis(r, op):
    dims = shape(r, 1, 4)
    dtype = r.choice([np.float32, np.float64, np.float16]) if "Softmax" in op else np.float32
    attributes = {"axis": int(r.integers(-len(dims), len(dims)))} if r.random() < 0.8 else {}
    if op == "LpNormalization":
        attributes["p"] = int(r.integers(1, 3))
    return op, [floats(r, dims, dtype)], attributes, 1


@case("LRN")
def lrn(r, op):
    return op, [floats(r, channels_first(r)[:2] + (3, 4), np.float32)], \
        {"size": int(r.choice([1, 3, 5])), "alpha": 0.3, "beta": 0.6, "bias": 1.5}, 1


# ---- reductions

@case("ReduceSum", "ReduceMean", "ReduceProd", "ReduceMax", "ReduceMin", "ReduceL1", "ReduceL2", "ReduceSumSquare",
      "ReduceLogSum", "ReduceLogSumExp")
def reduce(r, op):
    dims = shape(r, 1, 5, 6)
    dtype = r.choice([np.float32, np.float32, np.float64] +
                     ([np.int32, np.int64] if op in ("ReduceSum", "ReduceMax", "ReduceMin", "ReduceProd") else []))
    x = numbers(r, dims, dtype)
    if op == "ReduceLogSum":
        x = np.abs(x) + dtype(0.1)
    if op == "ReduceProd":
        x = np.where(r.random(dims) < 0.9, 1, integers(r, dims, np.int32, -1, 2)).astype(dtype) if np.dtype(dtype).kind == "i" else (x / 3 + np.sign(x)).astype(dtype)
    attributes = {"keepdims": int(r.integers(0, 2))}
    if r.random() < 0.3:
        attributes["noop_with_empty_axes"] = 1
    inputs = [x]
    if r.random() < 0.8:
        axes = axes_of(r, len(dims), 1)
        inputs.append(axes)
    return op, inputs, attributes, 1


@case("ArgMax", "ArgMin")
def arg(r, op):
    dims = shape(r, 1, 4)
    x = integers(r, dims, np.int32, -3, 3).astype(r.choice([np.float32, np.int32, np.float64]))
    return op, [x], {"axis": int(r.integers(-len(dims), len(dims))), "keepdims": int(r.integers(0, 2)),
                     "select_last_index": int(r.integers(0, 2))}, 1


@case("CumSum")
def cumsum(r, op):
    dims = shape(r, 1, 4)
    x = numbers(r, dims, r.choice([np.float32, np.float64, np.int32, np.int64]))
    axis = np.asarray(r.integers(-len(dims), len(dims)), np.int64)
    return op, [x, axis], {"exclusive": int(r.integers(0, 2)), "reverse": int(r.integers(0, 2))}, 1


# ---- shapes and movement

ANY_TYPE = [np.float32, np.float16, np.int64, np.int32, np.uint8, np.int8, np.float64]


@case("Reshape")
def reshape(r, op):
    dims = shape(r)
    target = list(r.permutation(list(dims))) if dims else []
    if target and r.random() < 0.5:
        target[r.integers(0, len(target))] = -1
    if r.random() < 0.3 and dims:
        target = [0] * r.integers(0, len(dims) + 1) + [-1]
    return op, [numbers(r, dims, r.choice(ANY_TYPE)), i64(*target)], {}, 1


@case("Flatten")
def flatten(r, op):
    dims = shape(r, 1)
    return op, [numbers(r, dims, np.float32)], {"axis": int(r.integers(-len(dims), len(dims) + 1))}, 1


@case("Squeeze")
def squeeze(r, op):
    dims = tuple(1 if r.random() < 0.4 else d for d in shape(r, 1))
    ones = [d - (len(dims) if r.random() < 0.4 else 0) for d in range(len(dims)) if dims[d] == 1]
    inputs = [numbers(r, dims, np.float32)]
    if ones and r.random() < 0.7:
        inputs.append(i64(*ones[:r.integers(1, len(ones) + 1)]))
    return op, inputs, {}, 1


@case("Unsqueeze")
def unsqueeze(r, op):
    dims = shape(r, 0, 3)
    return op, [numbers(r, dims, np.float32), axes_of(r, len(dims) + 2)[:2] if r.random() < 0 else
                r.permutation(len(dims) + 2)[:2].astype(np.int64) - (len(dims) + 2) * int(r.integers(0, 2))], {}, 1


@case("Shape")
def shape_of(r, op):
    attributes = {name: int(r.integers(-7, 8)) for name in ("start", "end") if r.random() < 0.5}
    return op, [numbers(r, shape(r), np.float32)], attributes, 1


@case("Size", "Identity")
def plain(r, op):
    return op, [numbers(r, shape(r), r.choice(ANY_TYPE))], {}, 1


@case("Dropout")
def dropout(r, op):
    return op, [floats(r, shape(r), np.float32), np.float32(0.5)], {}, int(r.choice([1, 2]))


@case("Cast")
def cast(r, op):
    source, target = r.choice(["float32", "float16", "float64", "int32", "int64", "int8", "uint8", "bool"], 2)
    x = floats(r, shape(r), np.float32, -100, 100)
    if target == "uint8":
        x = np.abs(x)
    x = x.astype(source) if source != "uint8" else np.abs(x).astype(source)
    return op, [x], {"to": ONNX_TYPE[str(target)]}, 1


@case("Transpose")
def transpose(r, op):
    dims = shape(r)
    attributes = {"perm": [int(p) for p in r.permutation(len(dims))]} if dims and r.random() < 0.8 else {}
    return op, [numbers(r, dims, r.choice(ANY_TYPE))], attributes, 1


@case("Concat")
def concat(r, op):
    dims = list(shape(r, 1))
    axis = int(r.integers(0, len(dims)))
    dtype = r.choice(ANY_TYPE)
    inputs = []
    for _ in range(r.integers(1, 5)):
        dims[axis] = int(r.integers(0, 6))
        inputs.append(numbers(r, tuple(dims), dtype))
    return op, inputs, {"axis": axis - (len(dims) if r.random() < 0.5 else 0)}, 1


@case("Split")
def split(r, op):
    dims = list(shape(r, 1))
    axis = int(r.integers(0, len(dims)))
    if r.random() < 0.5:
        parts = [int(p) for p in r.integers(0, 5, r.integers(1, 5))]
        dims[axis] = sum(parts)
        return op, [numbers(r, tuple(dims), r.choice(ANY_TYPE)), i64(*parts)], {"axis": axis - len(dims)}, len(parts)
    count = int(r.integers(1, 5))
    dims[axis] = int(r.choice([count, 2 * count, 3 * count + 1]))
    if -(-dims[axis] // count) * (count - 1) >= dims[axis]:  # the last part would be empty
        dims[axis] = count
    return op, [numbers(r, tuple(dims), r.choice(ANY_TYPE))], {"axis": axis, "num_outputs": count}, count


@case("Slice")
def slice_(r, op):
    dims = shape(r, 1)
    axes = axes_of(r, len(dims), 1)
    edge = [-2**63, 2**63 - 1, -100, 100]
    draw = lambda: int(r.choice(edge)) if r.random() < 0.3 else int(r.integers(-12, 12))
    steps = [int(r.choice([-3, -2, -1, 1, 2, 3])) for _ in axes]
    starts, ends = [draw() for _ in axes], [draw() for _ in axes]
    choice = r.random()
    if 0.2 <= choice < 0.8:  # backwards to the largest number is nothing; ONNX Runtime takes it for everything
        ends = [e if e < 2**62 or s > 0 else 100 for e, s in zip(ends, steps)]
    inputs = [numbers(r, dims, r.choice(ANY_TYPE)), i64(*starts), i64(*ends)]
    if choice < 0.2:
        n = int(r.integers(1, len(dims) + 1))
        return op, [inputs[0], i64(*[draw() for _ in range(n)]), i64(*[draw() for _ in range(n)])], {}, 1
    inputs.append(axes)
    if choice < 0.8:
        inputs.append(i64(*steps))
    return op, inputs, {}, 1


@case("Pad")
def pad(r, op):
    dims = tuple(d + 2 for d in shape(r, 1, 4))
    mode = str(r.choice(["constant", "reflect", "edge", "wrap"]))
    dtype = r.choice([np.float32, np.float64, np.int32, np.int64])
    axes = axes_of(r, len(dims), 1) if r.random() < 0.5 else None
    count = len(dims) if axes is None else len(axes)
    low = -1 if mode == "constant" else 0
    pads = i64(*[int(r.integers(low, 3)) for _ in range(2 * count)])
    value = np.asarray(7, dtype) if mode == "constant" and r.random() < 0.6 else None
    return op, [numbers(r, dims, dtype), pads, value, axes], {"mode": mode}, 1


@case("Expand")
def expand(r, op):
    dims = shape(r)
    source = broadcastable(r, dims)
    target = tuple(1 if r.random() < 0.2 else d for d in dims)
    return op, [numbers(r, source, r.choice([np.float32, np.int64, np.float16])), i64(*target)], {}, 1


@case("Tile")
def tile(r, op):
    dims = shape(r, 1, 4, 5)
    return op, [numbers(r, dims, r.choice([np.float32, np.int64])), r.integers(0, 4, len(dims)).astype(np.int64)], {}, 1


@case("DepthToSpace")
def depth_to_space(r, op):
    b = int(r.integers(1, 4))
    return op, [floats(r, (2, 3 * b * b, 2, 5), np.float32)], {"blocksize": b, "mode": str(r.choice(["DCR", "CRD"]))}, 1


@case("SpaceToDepth")
def space_to_depth(r, op):
    b = int(r.integers(1, 4))
    return op, [floats(r, (2, 3, 2 * b, 5 * b), np.float32)], {"blocksize": b}, 1


@case("Trilu")
def trilu(r, op):
    inputs = [numbers(r, shape(r, 0, 2) + (int(r.integers(1, 6)), int(r.integers(1, 6))), r.choice([np.float32, np.int64]))]
    if r.random() < 0.7:
        inputs.append(np.asarray(r.integers(-7, 8), np.int64))
    return op, inputs, {"upper": int(r.integers(0, 2))}, 1


@case("ReverseSequence")
def reverse_sequence(r, op):
    batch = int(r.integers(0, 2))
    dims = (4, 3, 2)
    return op, [floats(r, dims, np.float32), r.integers(1, dims[1 - batch] + 1, dims[batch]).astype(np.int64)], \
        {"batch_axis": batch, "time_axis": 1 - batch}, 1


# ---- generators

@case("ConstantOfShape")
def constant_of_shape(r, op):
    value = numbers(r, (1,), r.choice([np.float32, np.int64, np.int32, np.uint8]))
    return op, [i64(*shape(r))], {"value": value} if r.random() < 0.7 else {}, 1


@case("Range")
def range_(r, op):
    dtype = r.choice([np.float32, np.int32, np.int64, np.float64])
    delta = [1, 2, -1, -3, 0.5] if np.dtype(dtype).kind == "f" else [1, 2, -1, -3]
    return op, [np.asarray(r.integers(-9, 9), dtype), np.asarray(r.integers(-9, 9), dtype),
                np.asarray(r.choice(delta), dtype)], {}, 1


@case("EyeLike")
def eye_like(r, op):
    return op, [floats(r, (4, 6), np.float32)], {"k": int(r.integers(-5, 7)), "dtype": int(r.choice([1, 6, 7]))}, 1


# ---- indexing

def indices(r, dims, extent):
    return r.integers(-extent, extent, dims).astype(r.choice([np.int32, np.int64]))


@case("Gather")
def gather(r, op):
    dims = shape(r, 1, 4)
    axis = int(r.integers(0, len(dims)))
    return op, [numbers(r, dims, r.choice(ANY_TYPE)), indices(r, shape(r, 0, 3, 4), dims[axis])], \
        {"axis": axis - (len(dims) if r.random() < 0.4 else 0)}, 1


@case("GatherElements")
def gather_elements(r, op):
    dims = shape(r, 1, 4)
    axis = int(r.integers(0, len(dims)))
    at = tuple(int(r.integers(1, d + 1)) if k != axis else int(r.integers(1, 6)) for k, d in enumerate(dims))
    return op, [numbers(r, dims, r.choice(ANY_TYPE)), indices(r, at, dims[axis])], {"axis": axis}, 1


@case("ScatterElements")
def scatter_elements(r, op):
    dims = shape(r, 1, 3)
    axis = int(r.integers(0, len(dims)))
    at = tuple(int(r.integers(1, d + 1)) for d in dims)
    dtype = r.choice([np.float32, np.int64])
    reduction = str(r.choice(["none", "add", "mul", "min", "max"]))
    if reduction == "none":  # each target once
        where = np.argsort(r.random(at), axis=axis).astype(np.int64)
    else:
        where = indices(r, at, dims[axis])
    return op, [numbers(r, dims, dtype), where, numbers(r, at, dtype)], {"axis": axis, "reduction": reduction}, 1


@case("GatherND")
def gather_nd(r, op):
    dims = shape(r, 1, 4, 4)
    batch = int(r.integers(0, len(dims)))
    width = int(r.integers(1, len(dims) - batch + 1))
    middle = shape(r, 0, 2, 3)
    at = np.stack([r.integers(-e, e, dims[:batch] + middle) for e in dims[batch:batch + width]], -1).astype(np.int64)
    return op, [numbers(r, dims, r.choice([np.float32, np.int64])), at], {"batch_dims": batch}, 1


@case("ScatterND")
def scatter_nd(r, op):
    dims = shape(r, 1, 4, 4)
    width = int(r.integers(1, len(dims) + 1))
    reduction = str(r.choice(["none", "add", "mul", "min", "max"]))
    count = int(np.prod(dims[:width]))
    n = int(r.integers(1, count + 1))
    flat = r.permutation(count)[:n] if reduction == "none" else r.integers(0, count, n)
    at = np.stack(np.unravel_index(flat, dims[:width]), -1).astype(np.int64)
    dtype = r.choice([np.float32, np.int64])
    return op, [numbers(r, dims, dtype), at, numbers(r, (n,) + dims[width:], dtype)], {"reduction": reduction}, 1


@case("TopK")
def topk(r, op):
    dims = shape(r, 1, 4)
    axis = int(r.integers(-len(dims), len(dims)))
    x = integers(r, dims, np.int32, -4, 4).astype(r.choice([np.float32, np.int64, np.int32]))
    return op, [x, i64(int(r.integers(0, dims[axis] + 1)))], {"axis": axis, "largest": int(r.integers(0, 2))}, 2


@case("OneHot")
def one_hot(r, op):
    x = r.integers(-7, 8, shape(r, 0, 3)).astype(np.int64)
    return op, [x, np.asarray(int(r.integers(1, 7)), np.int64), np.array([2, 5], r.choice([np.float32, np.int64]))], \
        {"axis": int(r.integers(-x.ndim - 1, x.ndim + 1))}, 1


@case("NonZero")
def non_zero(r, op):
    return op, [integers(r, shape(r, 1, 4), np.int32, -1, 1).astype(r.choice([np.float32, np.int64, np.bool_]))], {}, 1


@case("Compress")
def compress(r, op):
    dims = shape(r, 1, 4)
    axis = int(r.integers(0, len(dims)))
    if r.random() < 0.4:
        return op, [floats(r, dims, np.float32), r.random(int(r.integers(1, int(np.prod(dims)) + 1))) < 0.5], {}, 1
    return op, [floats(r, dims, np.float32), r.random(int(r.integers(1, dims[axis] + 1))) < 0.5], {"axis": axis}, 1


# ---- resize

@case("Resize")
def resize(r, op):
    dims = (int(r.integers(1, 3)), int(r.integers(1, 4))) + tuple(int(r.integers(2, 8)) for _ in range(int(r.choice([1, 2, 2, 3]))))
    mode = str(r.choice(["nearest", "linear", "cubic"] if len(dims) == 4 else ["nearest", "linear"]))
    coordinates = str(r.choice(["half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners", "asymmetric",
                                "tf_crop_and_resize"]))
    attributes = {"mode": mode, "coordinate_transformation_mode": coordinates}
    if mode == "nearest":
        attributes["nearest_mode"] = str(r.choice(["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"]))
    if mode == "cubic" and r.random() < 0.5:
        attributes |= {"cubic_coeff_a": -0.5, "exclude_outside": 1}
    rank = len(dims) - 2
    if mode != "nearest" and rank == 2 and coordinates in ("half_pixel", "pytorch_half_pixel") and r.random() < 0.3:
        attributes |= {"antialias": 1, "exclude_outside": 1}
    x = floats(r, dims, np.float32)
    crop = coordinates == "tf_crop_and_resize"  # ONNX Runtime does not crop dimensions whose scale is 1
    use_axes = r.random() < 0.4
    if use_axes:
        attributes["axes"] = list(range(2, len(dims)))
    full = (lambda values, one: np.concatenate([one, values])) if not use_axes else (lambda values, one: values)
    roi = None
    if coordinates == "tf_crop_and_resize":
        starts, ends = r.uniform(-0.1, 0.4, rank), r.uniform(0.5, 1.1, rank)
        attributes["extrapolation_value"] = 9.0
        roi = np.concatenate([full(starts, np.zeros(2)), full(ends, np.ones(2))]).astype(np.float32)
    if r.random() < 0.5:
        scales = full(r.choice([0.5, 0.6, 1.5, 2.0, 3.0, 2.3] + [1.0] * (not crop), rank), np.ones(2)).astype(np.float32)
        return op, [x, roi, scales], attributes, 1
    if r.random() < 0.3 and not crop:
        attributes["keep_aspect_ratio_policy"] = str(r.choice(["not_larger", "not_smaller"]))
        attributes["axes"] = list(range(2, len(dims)))
        full = lambda values, one: values
    sizes = r.integers(1, 12, rank)
    if crop:
        sizes = np.where(sizes == dims[2:], sizes + 1, sizes)
    sizes = full(sizes, np.array(dims[:2])).astype(np.int64)
    return op, [x, roi, None, sizes], attributes, 1


# ---- quantisation

def scale_for(r, dims, dtype=np.float32):
    """A scale for `dims`: for all, by axis, or by blocks; with the attributes that say so."""
    choice = r.random()
    if choice < 0.4 or not dims:
        return np.asarray(r.uniform(0.01, 0.5)).astype(dtype), {}
    axis = int(r.integers(0, len(dims)))
    if choice < 0.8:
        return r.uniform(0.01, 0.5, dims[axis]).astype(dtype), {"axis": axis - (len(dims) if r.random() < 0.4 else 0)}
    block = int(r.integers(1, dims[axis] + 1))
    blocks = list(dims)
    blocks[axis] = -(-dims[axis] // block)
    if len(dims) < 2 or blocks[axis] * block != dims[axis]:
        return r.uniform(0.01, 0.5, dims[axis]).astype(dtype), {"axis": axis}
    return r.uniform(0.01, 0.5, blocks).astype(dtype), {"axis": axis, "block_size": block}


@case("QuantizeLinear")
def quantize(r, op):
    dims = shape(r, 1, 4)
    scale, attributes = scale_for(r, dims)
    dtype = r.choice([np.int8, np.uint8, np.int16, np.uint16])
    inputs = [floats(r, dims, np.float32, -30, 30), scale]
    if r.random() < 0.7:
        inputs.append(integers(r, scale.shape, dtype, -20, 20))
    return op, inputs, attributes, 1


@case("DequantizeLinear")
def dequantize(r, op):
    dims = shape(r, 1, 4)
    scale, attributes = scale_for(r, dims)
    dtype = r.choice([np.int8, np.uint8, np.int16, np.uint16, np.int32])
    inputs = [integers(r, dims, dtype, -300, 300), scale]
    if r.random() < 0.7 and dtype != np.int32:
        inputs.append(integers(r, scale.shape, dtype, -20, 20))
    return op, inputs, attributes, 1


@case("DynamicQuantizeLinear")
def dynamic_quantize(r, op):
    return op, [floats(r, shape(r, 1), np.float32, *r.choice([[-3, 3], [0.5, 2], [-4, -1]]))], {}, 3


@case("MatMulInteger")
def matmul_integer(r, op):
    a, b = r.choice([np.int8, np.uint8], 2)
    x, y = integers(r, (2, 3, 17), a, -128, 255), integers(r, (17, 5), b, -128, 255)
    return op, [x, y, np.asarray(3, a), integers(r, (5,) if r.random() < 0.5 else (), b)], {}, 1


@case("ConvInteger")
def conv_integer(r, op):
    x, w = integers(r, (2, 3, 7, 6), np.uint8, 0, 255), integers(r, (4, 3, 3, 2), np.uint8, 0, 255)
    return op, [x, w, np.asarray(9, np.uint8)], {"pads": [1, 0, 1, 1], "strides": [2, 1]}, 1


@case("QLinearMatMul")
def qlinear_matmul(r, op):
    x, y = integers(r, (3, 17), np.uint8, 0, 255), integers(r, (17, 5), np.uint8, 0, 255)
    s = lambda v: np.asarray(v, np.float32)
    return op, [x, s(0.02), np.uint8(113), y, s(0.03), np.uint8(120), s(0.15), np.uint8(118)], {}, 1


@case("QLinearConv")
def qlinear_conv(r, op):
    x, w = integers(r, (1, 3, 7, 6), np.uint8, 0, 255), integers(r, (4, 3, 3, 3), np.int8, -100, 100)
    s = lambda v: np.asarray(v, np.float32)
    scales = r.uniform(0.01, 0.03, 4).astype(np.float32)
    return op, [x, s(0.02), np.uint8(113), w, scales, np.zeros(4, np.int8), s(0.15), np.uint8(118),
                integers(r, (4,), np.int32, -500, 500)], {"pads": [1, 1, 1, 1]}, 1


# ---- recurrent networks

def recurrent(r, op, gates):
    steps, batch, size, hidden = (int(r.integers(1, 6)) for _ in range(4))
    direction = str(r.choice(["forward", "reverse", "bidirectional"]))
    d = 2 if direction == "bidirectional" else 1
    dtype = np.float32
    inputs = [floats(r, (steps, batch, size), dtype), floats(r, (d, gates * hidden, size), dtype, -1, 1),
              floats(r, (d, gates * hidden, hidden), dtype, -1, 1)]
    options = [floats(r, (d, 2 * gates * hidden), dtype), r.integers(1, steps + 1, batch).astype(np.int32),
               floats(r, (d, batch, hidden), dtype)]
    if op == "LSTM":
        options += [floats(r, (d, batch, hidden), dtype), floats(r, (d, 3 * hidden), dtype)]
    inputs += [x if r.random() < 0.6 else None for x in options]
    while inputs[-1] is None:
        inputs.pop()
    attributes = {"hidden_size": hidden, "direction": direction}
    if r.random() < 0.3:
        attributes["clip"] = 1.5
    return inputs, attributes


@case("RNN")
def rnn(r, op):
    inputs, attributes = recurrent(r, op, 1)
    if r.random() < 0.4:
        attributes["activations"] = [str(r.choice(["Relu", "Sigmoid", "Softsign"]))] * (2 if "bi" in attributes["direction"] else 1)
    return op, inputs, attributes, 2


@case("GRU")
def gru(r, op):
    inputs, attributes = recurrent(r, op, 3)
    attributes.pop("clip", None)
    return op, inputs, attributes | {"linear_before_reset": int(r.integers(0, 2))}, 2


@case("LSTM")
def lstm(r, op):
    inputs, attributes = recurrent(r, op, 4)
    return op, inputs, attributes, 3


@case("Einsum")
def einsum(r, op):
    equation, *dims = r.choice(np.array([
        ("ij,jk->ik", (3, 5), (5, 4)), ("bhid,bhjd->bhij", (2, 3, 4, 5), (2, 3, 6, 5)), ("ij->ji", (3, 4), None),
        ("ij->", (3, 4), None), ("ii->i", (4, 4), None), ("...ij,...jk->...ik", (2, 3, 4), (4, 5)), ("ij,jk", (3, 5), (5, 4)),
        ("i,j->ij", (3,), (4,)), ("bij,bjk->bki", (2, 3, 4), (2, 4, 5))], dtype=object))
    dtype = r.choice([np.float32, np.float64])
    return op, [floats(r, d, dtype) for d in dims if d is not None], {"equation": equation}, 1


# ---- transformers and sampling

@case("Attention")
def attention(r, op):
    batch, heads, queries, keys, size = (int(r.integers(1, 5)) for _ in range(5))
    kv_heads = int(r.choice([h for h in range(1, heads + 1) if heads % h == 0]))
    value_size = int(r.integers(1, 5))
    dtype = np.float32
    attributes = {}
    if r.random() < 0.5:
        q, k, v = ((batch, queries, heads * size), (batch, keys, kv_heads * size), (batch, keys, kv_heads * value_size))
        attributes |= {"q_num_heads": heads, "kv_num_heads": kv_heads}
    else:
        q, k, v = ((batch, heads, queries, size), (batch, kv_heads, keys, size), (batch, kv_heads, keys, value_size))
    inputs = [floats(r, d, dtype) for d in (q, k, v)]
    outputs = 1
    past = int(r.integers(1, 4)) if r.random() < 0.4 else 0
    if r.random() < 0.4:
        dims = broadcastable(r, (batch, heads)) + (queries, keys + past)
        inputs.append(floats(r, dims, dtype) if r.random() < 0.5 else r.random(dims) < 0.8)
    if past:
        inputs += [None] * (4 - len(inputs))
        inputs += [floats(r, (batch, kv_heads, past, size), dtype), floats(r, (batch, kv_heads, past, value_size), dtype)]
        outputs = 3
    if r.random() < 0.4 and not past and queries <= keys:
        attributes["is_causal"] = 1
    if r.random() < 0.3:
        attributes["softcap"] = 2.0
    if r.random() < 0.3:
        attributes["scale"] = 0.3
    return op, inputs, attributes, outputs


@case("RotaryEmbedding")
def rotary(r, op):
    batch, heads, length, half = (int(r.integers(1, 5)) for _ in range(4))
    extra = int(r.choice([0, 2]))
    flat = r.random() < 0.5
    x = floats(r, (batch, length, heads * (2 * half + extra)) if flat else (batch, heads, length, 2 * half + extra), np.float32)
    attributes = {"interleaved": int(r.integers(0, 2))}
    if flat:
        attributes["num_heads"] = heads
    if extra:
        attributes["rotary_embedding_dim"] = 2 * half
        attributes["num_heads"] = heads
    if r.random() < 0.5:
        return op, [x, floats(r, (9, half), np.float32), floats(r, (9, half), np.float32),
                    r.integers(0, 9, (batch, length)).astype(np.int64)], attributes, 1
    return op, [x, floats(r, (batch, length, half), np.float32), floats(r, (batch, length, half), np.float32)], attributes, 1


@case("GridSample")
def grid_sample(r, op):
    rank = int(r.choice([2, 2, 3]))
    mode = str(r.choice(["linear", "nearest", "cubic"] if rank == 2 else ["linear", "nearest"]))
    n, c = int(r.integers(1, 3)), int(r.integers(1, 4))
    x = floats(r, (n, c) + tuple(int(d) for d in r.integers(1, 6, rank)), np.float32)
    grid = floats(r, (n,) + tuple(int(d) for d in r.integers(1, 6, rank)) + (rank,), np.float32, -1.4, 1.4)
    return op, [x, grid], {"mode": mode, "padding_mode": str(r.choice(["zeros", "border", "reflection"])),
                           "align_corners": int(r.integers(0, 2))}, 1


@case("NonMaxSuppression")
def non_max_suppression(r, op):
    batch, classes, count = int(r.integers(1, 3)), int(r.integers(1, 3)), int(r.integers(1, 9))
    corners = r.uniform(0, 5, (batch, count, 2))
    sizes = r.uniform(0.5, 4, (batch, count, 2))
    center = int(r.integers(0, 2))
    boxes = np.concatenate([corners, sizes if center else corners + sizes], -1).astype(np.float32)
    scores = r.uniform(0, 1, (batch, classes, count)).astype(np.float32)
    inputs = [boxes, scores, i64(int(r.integers(1, 6))), np.array([r.uniform(0.1, 0.6)], np.float32)]
    if r.random() < 0.5:
        inputs.append(np.array([0.4], np.float32))
    return op, inputs, {"center_point_box": center}, 1
