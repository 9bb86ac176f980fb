"""Draws digits beside what the simulated chip made of them, and where the time went. Usage: show.py FOLDER (of utils/demo)"""
import json
import sys

import numpy as np

SHADES = " .:-=+*#%@"


def main():
    folder = sys.argv[1]
    images = np.load(f"{folder}/images.npy")
    labels = np.load(f"{folder}/labels.npy")
    files = json.load(open(f"{folder}/outputs.json"))
    predictions = np.load(f"{folder}/{files['probabilities']}").argmax(1)
    for start in range(0, len(images), 8):
        row = images[start : start + 8, 0]
        for line in range(8):
            print("  ".join("".join(SHADES[int(v * 9)] * 2 for v in image[line]) for image in row))
        print("  ".join(f"{'read as ' + str(p) + ('' if p == y else f', is {y}'):16}"
                        for p, y in zip(predictions[start : start + 8], labels[start : start + 8])))
        print()
    report = json.load(open(f"{folder}/report.json"))
    right = (predictions == labels).mean()
    print(f"right: {right:.0%} of {len(labels)} digits")
    print(f"predicted time on {report['target']}: {report['time_ns'] / 1000:.1f} us, "
          f"{report['time_ns'] / 1000 / len(labels):.2f} us an image")
    print("where the time went:")
    for cause, ns in sorted(report["stalls"].items(), key=lambda item: -item[1]):
        if ns > 0:
            print(f"  {cause:14} {ns / 1000:8.1f} us  {'#' * round(40 * ns / report['time_ns'])}")


main()
