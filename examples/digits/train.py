"""Trains the digit classifier of utils/demo and exports it as ONNX: a small CNN on the 8x8 handwritten digits that
scikit-learn ships, in NumPy alone. Deterministic: the same file every time on the same NumPy.

Usage: train.py OUT.onnx
       train.py --samples N FOLDER     writes N test images and their labels as .npy"""
import sys

import numpy as np
from sklearn.datasets import load_digits

TEST_FRACTION = 5  # every fifth image is kept for the test


def load():
    digits = load_digits()
    images = (digits.images / 16.0).astype(np.float32)[:, None]
    labels = digits.target
    is_test = np.arange(len(labels)) % TEST_FRACTION == 0
    return images[~is_test], labels[~is_test], images[is_test], labels[is_test]


def windows(x):
    """[N,C,H,W] with a border of one zero -> [N,H,W,C*9]: what each 3x3 window sees."""
    n, c, h, w = x.shape
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    taps = [padded[:, :, i : i + h, j : j + w] for i in range(3) for j in range(3)]
    return np.stack(taps, 2).transpose(0, 3, 4, 1, 2).reshape(n, h, w, c * 9)


def windows_backward(gradient, shape):
    n, c, h, w = shape
    taps = gradient.reshape(n, h, w, c, 9).transpose(0, 3, 4, 1, 2)
    padded = np.zeros((n, c, h + 2, w + 2), np.float32)
    for k in range(9):
        padded[:, :, k // 3 : k // 3 + h, k % 3 : k % 3 + w] += taps[:, :, k]
    return padded[:, :, 1:-1, 1:-1]


class Network:
    """conv 3x3 (1 -> 16) relu, maxpool 2, conv 3x3 (16 -> 32) relu, maxpool 2, dense 128 -> 10."""

    def __init__(self, rng):
        def normal(*shape):
            return (rng.standard_normal(shape) * np.sqrt(2.0 / shape[0])).astype(np.float32)

        self.parameters = [normal(9, 16), np.zeros(16, np.float32), normal(144, 32), np.zeros(32, np.float32),
                           normal(128, 10), np.zeros(10, np.float32)]

    def forward(self, x):
        w1, b1, w2, b2, w3, b3 = self.parameters
        self.tape = []
        for w, b in ((w1, b1), (w2, b2)):
            seen = windows(x)
            y = np.maximum(seen @ w + b, 0).transpose(0, 3, 1, 2)
            n, c, h, wd = y.shape
            blocks = y.reshape(n, c, h // 2, 2, wd // 2, 2)
            pooled = blocks.max((3, 5))
            self.tape.append((x.shape, seen, y, pooled))
            x = pooled
        self.flat = x.reshape(len(x), -1)
        return self.flat @ w3 + b3

    def backward(self, gradient):
        w3 = self.parameters[4]
        gradients = [self.flat.T @ gradient, gradient.sum(0)]
        g = (gradient @ w3.T).reshape(self.tape[-1][3].shape)
        for layer in (1, 0):
            shape, seen, y, pooled = self.tape[layer]
            up = pooled.repeat(2, 2).repeat(2, 3)
            g = g.repeat(2, 2).repeat(2, 3) * (y == up) * (y > 0)
            g = g.transpose(0, 2, 3, 1)
            flat = g.reshape(-1, g.shape[-1])
            gradients = [seen.reshape(-1, seen.shape[-1]).T @ flat, flat.sum(0)] + gradients
            if layer:
                g = windows_backward(g @ self.parameters[2].T, shape)
        return gradients


def train(images, labels, epochs=40, batch=64):
    rng = np.random.default_rng(1)
    network = Network(rng)
    first = [np.zeros_like(p) for p in network.parameters]
    second = [np.zeros_like(p) for p in network.parameters]
    step = 0
    for epoch in range(epochs):
        rate = 2e-3 * 0.5 * (1 + np.cos(np.pi * epoch / epochs))
        order = rng.permutation(len(labels))
        for start in range(0, len(order), batch):
            chosen = order[start : start + batch]
            logits = network.forward(images[chosen])
            p = np.exp(logits - logits.max(1, keepdims=True))
            p /= p.sum(1, keepdims=True)
            p[np.arange(len(chosen)), labels[chosen]] -= 1
            step += 1
            for i, g in enumerate(network.backward(p / len(chosen))):
                first[i] = 0.9 * first[i] + 0.1 * g
                second[i] = 0.999 * second[i] + 0.001 * g * g
                network.parameters[i] -= (rate * (first[i] / (1 - 0.9**step))
                                          / (np.sqrt(second[i] / (1 - 0.999**step)) + 1e-8)).astype(np.float32)
    return network


def export(network, path):
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    w1, b1, w2, b2, w3, b3 = network.parameters
    # [C*9, M], taps innermost -> ONNX's [M, C, 3, 3].
    convolution = lambda w, c: np.ascontiguousarray(w.reshape(c, 3, 3, -1).transpose(3, 0, 1, 2))
    weights = {"conv1.weight": convolution(w1, 1), "conv1.bias": b1, "conv2.weight": convolution(w2, 16),
               "conv2.bias": b2, "dense.weight": w3, "dense.bias": b3}
    pads = {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1]}
    pool = {"kernel_shape": [2, 2], "strides": [2, 2]}
    nodes = [
        helper.make_node("Conv", ["image", "conv1.weight", "conv1.bias"], ["c1"], "conv1", **pads),
        helper.make_node("Relu", ["c1"], ["r1"], "relu1"),
        helper.make_node("MaxPool", ["r1"], ["p1"], "pool1", **pool),
        helper.make_node("Conv", ["p1", "conv2.weight", "conv2.bias"], ["c2"], "conv2", **pads),
        helper.make_node("Relu", ["c2"], ["r2"], "relu2"),
        helper.make_node("MaxPool", ["r2"], ["p2"], "pool2", **pool),
        helper.make_node("Flatten", ["p2"], ["flat"], "flatten"),
        helper.make_node("Gemm", ["flat", "dense.weight", "dense.bias"], ["logits"], "dense"),
        helper.make_node("Softmax", ["logits"], ["probabilities"], "softmax"),
    ]
    graph = helper.make_graph(
        nodes, "digits", [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["N", 1, 8, 8])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["N", 10])],
        [numpy_helper.from_array(value, name) for name, value in weights.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8,
                              producer_name="tarn-digits")
    onnx.checker.check_model(model)
    onnx.save(model, path)


def main():
    train_images, train_labels, test_images, test_labels = load()
    if sys.argv[1] == "--samples":
        count, folder = int(sys.argv[2]), sys.argv[3]
        np.save(f"{folder}/images.npy", test_images[:count])
        np.save(f"{folder}/labels.npy", test_labels[:count])
        return
    network = train(train_images, train_labels)
    accuracy = (network.forward(test_images).argmax(1) == test_labels).mean()
    print(f"accuracy on {len(test_labels)} test images: {accuracy:.4f}")
    export(network, sys.argv[1])


main()
