"""Compares Reference with ONNX Runtime on random nodes, and with the node tests that the onnx package ships.

  compare_with_onnxruntime.py [--seed N] [--count N] [--ops Conv,Slice] [--node-tests] [--mutate] [--eval PROGRAM]

Each random node runs in ONNX Runtime without graph optimisations; what that does not support runs in onnx's own reference
evaluator. Nodes that neither accepts are not cases (they are counted). Ends with one line "N passed, N failed"; the exit
code says whether all passed.
"""
import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import warnings

import numpy as np
import onnx
from onnx import helper, numpy_helper

sys.dont_write_bytecode = True  # the source folder stays clean
import cases

warnings.filterwarnings("ignore")



def save(path, array):
    np.save(path, array if array.flags.c_contiguous else np.array(array, order="C"))


def load(path, like):
    array = np.load(path)
    return array.view(cases.BFLOAT16) if array.dtype.kind == "V" and like.dtype == cases.BFLOAT16 else array


def attribute(value):
    """The JSON form of an attribute."""
    if isinstance(value, int):
        return {"int": value}
    if isinstance(value, float):
        return {"float": value}
    if isinstance(value, (str, bytes)):
        return {"string": value if isinstance(value, str) else value.decode()}
    if value and isinstance(value[0], float):
        return {"floats": list(value)}
    if value and isinstance(value[0], (str, bytes)):
        return {"strings": [v if isinstance(v, str) else v.decode() for v in value]}
    return {"ints": [int(v) for v in value]}


def model_of(op, inputs, attributes, outputs, opset):
    names = [f"in{i}" if x is not None else "" for i, x in enumerate(inputs)]
    protos = {k: numpy_helper.from_array(v) if isinstance(v, np.ndarray) else v for k, v in attributes.items()}
    node = helper.make_node(op, names, [f"out{i}" for i in range(outputs)], **protos)
    info = [helper.make_tensor_value_info(n, helper.np_dtype_to_tensor_dtype(x.dtype), x.shape)
            for n, x in zip(names, inputs) if x is not None]
    results = [helper.make_empty_tensor_value_info(f"out{i}") for i in range(outputs)]
    graph = helper.make_graph([node], "g", info, results)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=10)
    return onnx.shape_inference.infer_shapes(model)


def expected_outputs(op, inputs, attributes, outputs):
    """What ONNX Runtime, or else onnx's evaluator, says; (None, reason) where both refuse."""
    import onnxruntime
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 4
    options.intra_op_num_threads = 1
    feeds = {f"in{i}": x for i, x in enumerate(inputs) if x is not None}
    reasons = []
    for opset in (26, 24, 23):
        try:
            model = model_of(op, inputs, attributes, outputs, opset)
            session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
            return session.run(None, feeds), f"onnxruntime@{opset}"
        except Exception as error:  # not supported in this opset
            reasons.append(str(error).splitlines()[0][:160])
    if op.endswith("Pool"):  # onnx's evaluator does not follow the specification at the borders
        return None, " | ".join(reasons)
    try:
        from onnx.reference import ReferenceEvaluator
        return ReferenceEvaluator(model_of(op, inputs, attributes, outputs, 26)).run(None, feeds), "onnx"
    except Exception as error:
        reasons.append(str(error)[:160])
    return None, " | ".join(reasons)


# Operators whose types do not follow those of their first input.
NOT_NARROWED = {"QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear", "QLinearConv", "QLinearMatMul", "Cast",
                "EyeLike", "ConstantOfShape", "NonMaxSuppression"}


def narrows(op, i, x):
    return x is not None and x.dtype == np.float32 and not (op == "Resize" and i > 0) and not (op == "Dropout" and i > 0)


def low_precision(op, inputs, random):
    """bfloat16 or float16 for some of the fp32 cases. They are computed in fp32 and rounded once: so is the expectation."""
    if op in NOT_NARROWED or not any(narrows(op, i, x) for i, x in enumerate(inputs)) or random.random() < 0.7:
        return None
    return cases.BFLOAT16 if random.random() < 0.5 else np.dtype(np.float16)


def random_cases(folder, seed, count, ops):
    nodes, expected, refused = [], {}, {}
    for op in ops:
        for number in range(count):
            random = np.random.default_rng([seed, number, *op.encode()])
            _, inputs, attributes, outputs = cases.OPERATORS[op](random)
            inputs = [None if x is None else np.asarray(x) for x in inputs]
            low = low_precision(op, inputs, random)
            if low is not None:
                inputs = [x.astype(low) if narrows(op, i, x) else x for i, x in enumerate(inputs)]
                widened = [x.astype(np.float32) if x is not None and x.dtype == low else x for x in inputs]
                values, source = expected_outputs(op, widened, attributes, outputs)
                if values is not None:
                    stay = op == "LayerNormalization"  # mean and deviation are fp32
                    values = [v.astype(low) if v.dtype == np.float32 and not (stay and i) else v
                              for i, v in enumerate(map(np.asarray, values))]
            else:
                values, source = expected_outputs(op, inputs, attributes, outputs)
            if values is None:
                refused.setdefault(op, []).append(source)
                continue
            name = f"{op}-{number}"
            paths = []
            for i, x in enumerate(inputs):
                paths.append(None if x is None else str(folder / f"{name}-in{i}.npy"))
                if x is not None:
                    save(paths[-1], x)
            described = {}
            for key, value in attributes.items():
                if isinstance(value, np.ndarray):
                    save(folder / f"{name}-{key}.npy", value)
                    described[key] = {"tensor": str(folder / f"{name}-{key}.npy")}
                else:
                    described[key] = attribute(value)
            nodes.append({"name": name, "op": op, "attributes": described, "inputs": paths,
                          "outputs": [str(folder / f"{name}-out{i}.npy") for i in range(outputs)]})
            about = f"[{source}] inputs {[None if x is None else (x.dtype.name, x.shape) for x in inputs]} {attributes}"
            expected[name] = ([np.asarray(v) for v in values], about)
    return nodes, expected, refused


def node_tests(folder, implemented):
    """The single-node tests of the onnx package, with the inputs as the .pb files they come as."""
    from onnx.backend.test.case.node import collect_testcases
    nodes, expected, refused = [], {}, {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tests = collect_testcases(None)
    for test in tests:
        graph = test.model.graph
        if len(graph.node) != 1 or graph.initializer or graph.node[0].domain not in ("", "ai.onnx"):
            continue
        node = graph.node[0]
        versions = {o.domain: o.version for o in test.model.opset_import}
        newest = onnx.defs.get_schema(node.op_type, 28).since_version
        if onnx.defs.get_schema(node.op_type, versions.get("", 28)).since_version != newest:
            continue
        inputs, outputs = test.data_sets[0]
        try:
            described = {}
            for a in node.attribute:
                value = helper.get_attribute_value(a)
                if isinstance(value, onnx.TensorProto):
                    path = folder / f"{test.name}-{a.name}.pb"
                    path.write_bytes(value.SerializeToString())
                    described[a.name] = {"tensor": str(path)}
                else:
                    described[a.name] = attribute(value)
            by_name = dict(zip([i.name for i in graph.input], inputs))
            paths = []
            for i, name in enumerate(node.input):
                paths.append(str(folder / f"{test.name}-in{i}.pb") if name else None)
                if name:
                    value = by_name[name]
                    proto = value if isinstance(value, onnx.TensorProto) else numpy_helper.from_array(np.asarray(value))
                    pathlib.Path(paths[-1]).write_bytes(proto.SerializeToString())
            wanted = [numpy_helper.to_array(v) if isinstance(v, onnx.TensorProto) else np.asarray(v) for v in outputs]
            if any(v.dtype.kind in "OUSc" for v in wanted):
                raise TypeError("strings or complex numbers")
        except Exception as error:
            refused.setdefault(node.op_type, []).append(str(error)[:100])
            continue
        nodes.append({"name": test.name, "op": node.op_type, "attributes": described, "inputs": paths,
                      "outputs": [str(folder / f"{test.name}-out{i}.npy") if o else None for i, o in enumerate(node.output)]})
        expected[test.name] = (wanted, f"{node.op_type} [{versions.get('')}]")
    return nodes, expected, refused


# Largest difference relative to the largest expected magnitude: fp32 sums are taken in another order; in the 16-bit floats
# that may tip the rounding by one unit, and ONNX Runtime's own fp16 operators round in between.
TOLERANCE = {"float64": 1e-6, "float32": 2e-5, "float16": 2e-3, "bfloat16": 8e-3}
# Operators whose quotients lie on a rounding border once in a while: one unit may differ.
ONE_UNIT = {"QLinearConv", "QLinearMatMul", "QuantizeLinear", "DynamicQuantizeLinear"}


def mutated_cases(folder, seed, count, ops):
    """Nodes with operands and attributes that do not fit each other: the evaluator may refuse them but not fall over."""
    random = np.random.default_rng(seed)
    types = [np.float32, np.float16, np.float64, np.int8, np.uint8, np.int32, np.int64, np.uint64, np.bool_]
    extremes = [-2**63, 2**63 - 1, -2**31, 2**31 - 1, 2**40, -1, 0, 1, 2, 3, 7, 100]

    def strange(value):
        choice = random.random()
        if isinstance(value, str):
            return str(random.choice(["", "linear", "SAME_UPPER", "reflect", "cubic", "reverse", "add"]))
        if isinstance(value, list) and value and isinstance(value[0], int):
            return [int(random.choice(extremes)) for _ in range(len(value) if choice < 0.7 else random.integers(0, 5))]
        if isinstance(value, int):
            return int(random.choice(extremes))
        if isinstance(value, float):
            return float(random.choice([0.0, -1.0, 1e30]))
        return value

    def tensor(x):
        choice = random.random()
        if x is not None and x.dtype == np.int64 and choice < 0.6:
            return random.choice(extremes, x.shape).astype(np.int64)
        dims = tuple(int(d) for d in random.choice([0, 1, 2, 3, 5], random.integers(0, 5)))
        if x is not None and choice < 0.8:
            dims = list(x.shape)
            if dims:
                dims[random.integers(0, len(dims))] = int(random.choice([0, 1, 4]))
        dtype = x.dtype if x is not None and choice > 0.3 else random.choice(types)
        return random.uniform(-5, 5, dims).astype(dtype)

    nodes = []
    for op in ops:
        for number in range(count):
            _, inputs, attributes, outputs = cases.OPERATORS[op](random)
            inputs = [None if x is None else np.asarray(x) for x in inputs]
            attributes = {k: v for k, v in attributes.items() if not isinstance(v, np.ndarray)}
            for _ in range(random.integers(1, 3)):
                choice = random.random()
                if choice < 0.5 and inputs:
                    at = random.integers(0, len(inputs))
                    inputs[at] = tensor(inputs[at])
                elif choice < 0.6 and inputs:
                    inputs[random.integers(0, len(inputs))] = None
                elif choice < 0.7 and inputs:
                    inputs.pop()
                elif attributes:
                    key = str(random.choice(sorted(attributes)))
                    attributes[key] = strange(attributes[key])
            name = f"{op}-{number}"
            paths = [None if x is None else str(folder / f"{name}-in{i}.npy") for i, x in enumerate(inputs)]
            for path, x in zip(paths, inputs):
                if path:
                    save(path, x)
            nodes.append({"name": name, "op": op, "attributes": {k: attribute(v) for k, v in attributes.items()},
                          "inputs": paths, "outputs": [None] * outputs})
    return nodes


# Node tests that ONNX Runtime fails too, where the specification is on its side.
DISAGREEMENTS = {
    # align_corners with the fractional length in · scale instead of the length of the output
    "test_resize_downsample_scales_linear_align_corners", "test_resize_downsample_scales_cubic_align_corners",
}


def difference(op, got, wanted, slack):
    if got.dtype != wanted.dtype or got.shape != wanted.shape:
        return f"is {got.dtype} {got.shape}, expected {wanted.dtype} {wanted.shape}"
    if got.size == 0:
        return None
    if wanted.dtype.name not in TOLERANCE:
        apart = np.abs(got.astype(np.int64) - wanted.astype(np.int64)).max()
        if apart > (1 if op in ONE_UNIT else 0):
            return f"differs by {apart}"
        return None
    a, b = got.astype(np.float64), wanted.astype(np.float64)
    if not np.array_equal(np.isnan(a), np.isnan(b)) or not np.array_equal(np.isinf(a), np.isinf(b)):
        return "has NaN or infinity elsewhere"
    finite = np.isfinite(b)
    if not np.array_equal(np.sign(a[~finite & ~np.isnan(b)]), np.sign(b[~finite & ~np.isnan(b)])):
        return "has infinities of another sign"
    if not finite.any():
        return None
    apart = np.abs(a[finite] - b[finite]).max()
    allowed = slack * TOLERANCE[wanted.dtype.name] * max(1e-3, np.abs(b[finite]).max())
    return None if apart <= allowed else f"differs by {apart:g}, allowed {allowed:g}"


def crashes(options, nodes, folder):
    """Evaluates each operator's nodes in one process; says which processes died."""
    dead = []
    for op in sorted({n["op"] for n in nodes}):
        (folder / "nodes.json").write_text(json.dumps([n for n in nodes if n["op"] == op]))
        run = subprocess.run([options.eval, str(folder / "nodes.json")], capture_output=True, text=True)
        if run.returncode != 0:
            dead.append(op)
            print(f"FAILED {op}: exit code {run.returncode}\n{run.stderr[-2000:]}")
    print(f"seed {options.seed}: {len({n['op'] for n in nodes}) - len(dead)} passed, {len(dead)} failed")
    return bool(dead)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--eval", default=shutil.which("tarn-reference-eval") or "build/bin/tarn-reference-eval")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=10, help="random nodes for each operator")
    parser.add_argument("--ops", help="comma-separated; default: all")
    parser.add_argument("--node-tests", action="store_true", help="the node tests of the onnx package instead")
    parser.add_argument("--mutate", action="store_true", help="only see that nodes which do not fit crash nothing")
    parser.add_argument("--verbose", action="store_true", help="also say what was not compared and why")
    options = parser.parse_args()
    ops = options.ops.split(",") if options.ops else sorted(cases.OPERATORS)

    with tempfile.TemporaryDirectory(prefix="tarn-reference-") as name:
        folder = pathlib.Path(name)
        if options.mutate:
            sys.exit(crashes(options, mutated_cases(folder, options.seed, options.count, ops), folder))
        if options.node_tests:
            nodes, expected, refused = node_tests(folder, ops)
            if options.ops:
                nodes = [n for n in nodes if n["op"] in ops]
        else:
            nodes, expected, refused = random_cases(folder, options.seed, options.count, ops)
        (folder / "nodes.json").write_text(json.dumps(nodes))
        run = subprocess.run([options.eval, str(folder / "nodes.json")], capture_output=True, text=True)
        if run.returncode != 0:
            sys.exit(f"{options.eval}: exit code {run.returncode}\n{run.stderr}")
        errors = json.loads(run.stdout)
        passed, failed, missing = 0, 0, {}
        slack = 10 if options.node_tests else 1  # some of their expectations are typed in with five digits
        for node in nodes:
            wanted, about = expected[node["name"]]
            problem = errors.get(node["name"])
            if options.node_tests and problem and re.search("is not (implemented|supported)", problem):
                missing[node["op"]] = missing.get(node["op"], 0) + 1
                continue
            if node["name"] in DISAGREEMENTS:
                continue
            if problem is None:
                for i, (path, value) in enumerate(zip([o for o in node["outputs"] if o], wanted)):
                    apart = difference(node["op"], load(path, value), value, slack)
                    if apart:
                        problem = f"output {i} {apart}"
                        break
            if problem is None:
                passed += 1
            else:
                failed += 1
                print(f"FAILED {node['name']}: {problem}; {about}")
    if missing:
        print("outside of what Reference does:", ", ".join(f"{op} ({count})" for op, count in sorted(missing.items())))
    if refused:
        print("not compared:", ", ".join(f"{op} ({len(why)})" for op, why in sorted(refused.items())))
        if options.verbose:
            for op, why in sorted(refused.items()):
                print(f"  {op}: {why[0]}")
    print(f"seed {options.seed}: {passed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
