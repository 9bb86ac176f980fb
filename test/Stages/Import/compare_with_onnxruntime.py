"""Old forms of operators: what Import makes of them, evaluated on the host, against ONNX Runtime on the model itself.

usage: compare_with_onnxruntime.py TARN_EVALUATE
"""
import os
import subprocess
import sys
import tempfile

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

rng = np.random.default_rng(7)


def reals(*shape):
    return rng.standard_normal(shape).astype(np.float32)


def ints(*values):
    return np.array(values, np.int64)


x4 = reals(2, 3, 4, 5)
# (operator, opset, inputs, attributes); an input given as a tuple ("w", array) is an initialiser.
cases = [
    ("Softmax", 11, [x4], {}),
    ("Softmax", 11, [x4], {"axis": 2}),
    ("Softmax", 11, [x4], {"axis": 3}),
    ("Softmax", 11, [x4], {"axis": -2}),
    ("Softmax", 8, [reals(3, 7)], {"axis": 0}),
    ("LogSoftmax", 12, [x4], {"axis": 1}),
    ("Softmax", 13, [x4], {"axis": 1}),
    ("Clip", 9, [x4], {"min": -0.5, "max": 0.5}),
    ("Clip", 9, [x4], {"max": 0.25}),
    ("Pad", 9, [x4], {"pads": [0, 0, 1, 2, 0, 0, 0, 3], "value": 1.5}),
    ("Pad", 9, [x4], {"pads": [0, 0, 1, 2, 0, 0, 1, 1], "mode": "reflect"}),
    ("Slice", 9, [x4], {"axes": [1, 3], "starts": [1, -3], "ends": [1000, -1]}),
    ("Slice", 9, [x4], {"starts": [0, 1], "ends": [1, 3]}),
    ("Split", 11, [x4], {"axis": 3, "split": [2, 3]}),
    ("Split", 11, [x4], {"axis": 2}),
    ("Split", 13, [x4, ("s", ints(1, 2))], {"axis": 1}),
    ("Squeeze", 11, [reals(1, 3, 1, 2)], {"axes": [0, 2]}),
    ("Squeeze", 11, [reals(1, 3, 1, 2)], {}),
    ("Unsqueeze", 11, [reals(3, 2)], {"axes": [0, 3]}),
    ("ReduceSum", 11, [x4], {"axes": [1, 2], "keepdims": 0}),
    ("ReduceSum", 11, [x4], {}),
    ("ReduceMean", 13, [x4], {"axes": [-1]}),
    ("ReduceMax", 13, [x4], {"axes": [0, 3], "keepdims": 1}),
    ("ReduceMin", 11, [x4], {"keepdims": 0}),
    ("ReduceL2", 13, [x4], {"axes": [2]}),
    ("ReduceLogSumExp", 13, [x4], {"axes": [1]}),
    ("ReduceProd", 13, [x4], {"axes": [3]}),
    ("TopK", 9, [x4], {"k": 2, "axis": 3}),
    ("TopK", 10, [x4, ("k", ints(3))], {}),
    ("Dropout", 10, [x4], {"ratio": 0.3}),
    ("BatchNormalization", 8, [x4, reals(3), reals(3), reals(3), np.abs(reals(3))], {"epsilon": 0.01}),
    ("BatchNormalization", 9, [x4, reals(3), reals(3), reals(3), np.abs(reals(3))], {}),
    ("Gemm", 10, [reals(3, 4), reals(4, 5), reals(5)], {"alpha": 0.5, "beta": 2.0}),
    ("PRelu", 8, [x4, reals(3, 1, 1)], {}),
    ("Upsample", 8, [x4], {"scales": [1.0, 1.0, 2.0, 3.0]}),
    ("Upsample", 9, [x4, ("s", np.array([1, 1, 2, 2], np.float32))], {"mode": "linear"}),
    ("Upsample", 9, [x4, ("s", np.array([1, 1, 1.5, 2], np.float32))], {"mode": "nearest"}),
    ("Resize", 10, [x4, ("s", np.array([1, 1, 2, 2], np.float32))], {"mode": "linear"}),
    ("Resize", 10, [x4, ("s", np.array([1, 1, 2, 3], np.float32))], {}),
    ("Resize", 11, [x4, ("r", np.array([], np.float32)), ("s", np.array([1, 1, 2, 2], np.float32))],
     {"mode": "nearest", "coordinate_transformation_mode": "tf_half_pixel_for_nn", "nearest_mode": "floor"}),
    ("Resize", 11, [x4, ("r", np.array([], np.float32)), ("s", np.array([1, 1, 1.7, 0.6], np.float32))],
     {"mode": "nearest", "coordinate_transformation_mode": "tf_half_pixel_for_nn"}),
    ("Resize", 11, [x4, ("r", np.array([], np.float32)), ("s", np.array([], np.float32)), ("z", ints(2, 3, 7, 9))],
     {"mode": "linear", "coordinate_transformation_mode": "align_corners"}),
    ("GroupNormalization", 18, [reals(2, 6, 4), reals(3), reals(3)], {"num_groups": 3}),
    ("Flatten", 8, [x4], {"axis": 2}),
    ("ArgMax", 11, [x4], {"axis": 2}),
    ("AveragePool", 9, [x4], {"kernel_shape": [2, 2], "strides": [1, 2]}),
    ("MaxPool", 7, [x4], {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1]}),
    ("InstanceNormalization", 8, [x4, reals(3), reals(3)], {}),
    ("DepthToSpace", 10, [reals(1, 8, 2, 3)], {"blocksize": 2}),
    ("Scatter", 9, [reals(3, 3), ("i", np.array([[1, 0, 2]], np.int64)), reals(1, 3)], {"axis": 0}),
    ("Sum", 8, [x4, x4, x4], {}),
    ("Cast", 9, [x4], {"to": TensorProto.INT32}),
    ("ConstantOfShape", 9, [("s", ints(2, 3))], {}),
    ("Constant", 12, [], {"value_floats": [1.0, 2.0]}),
    ("Gelu", 20, [x4], {"approximate": "tanh"}),
]


def outputs_of(operator, attributes):
    if operator == "Split":
        return len(attributes.get("split", [0, 0]))
    return 2 if operator == "TopK" else 1


def run(evaluate, folder, operator, opset, inputs, attributes):
    names, initializers, graph_inputs, feeds = [], [], [], {}
    for i, value in enumerate(inputs):
        name = f"in{i}"
        names.append(name)
        if isinstance(value, tuple):
            initializers.append(numpy_helper.from_array(value[1], name))
            continue
        feeds[name] = value
        graph_inputs.append(helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(value.dtype), value.shape))
    results = [f"out{i}" for i in range(outputs_of(operator, attributes))]
    node = helper.make_node(operator, names, results, **attributes)
    untyped = [helper.make_empty_tensor_value_info(name) for name in results]
    graph = helper.make_graph([node], "case", graph_inputs, untyped, initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
    path = os.path.join(folder, "case.onnx")
    onnx.save(model, path)
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    expected = session.run(None, feeds)
    files = []
    for i, value in enumerate(list(feeds.values()) + expected):
        files.append(os.path.join(folder, f"{i}.npy"))
        np.save(files[-1], value)
    command = [evaluate, path, "onnx", *files[: len(feeds)], "--", *files[len(feeds):]]
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode:
        return result.stderr.strip()
    for line in result.stdout.splitlines():
        error, magnitude = float(line.split()[3]), float(line.split()[5])
        # fp32 with sums of up to 120 elements
        if not error <= 1e-5 * max(magnitude, 1.0):
            return line
    return None


def main():
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for operator, opset, inputs, attributes in cases:
            problem = run(sys.argv[1], folder, operator, opset, inputs, attributes)
            if problem:
                failed += 1
                print(f"{operator} at opset {opset} {attributes}: {problem}")
    print(f"{len(cases) - failed} of {len(cases)} old forms agree")
    return failed > 0


sys.exit(main())
