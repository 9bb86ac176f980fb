# lit: .mlir, .onnxtxt, .s and .test files by their RUN lines; Google Test programs whole.
import os

import lit.formats

config.name = "Tarn"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".onnxtxt", ".s", ".test"]
config.excludes = ["Inputs", "Corpus", "Kernels", "Captures"]
config.test_source_root = os.path.join(config.tarn_source_dir, "test")
config.test_exec_root = os.path.join(config.tarn_binary_dir, "test")
config.environment["PATH"] = os.pathsep.join(
    [os.path.join(config.tarn_binary_dir, "bin"), config.llvm_tools_dir, config.environment["PATH"]]
)
config.environment["FILECHECK_OPTS"] = "--dump-input=fail"
for name in ("TARN_MODELS", "TARN_CACHE", "HOME"):
    if name in os.environ:
        config.environment[name] = os.environ[name]
config.substitutions += [
    ("%python", config.tarn_python),
    ("%source", config.tarn_source_dir),
    ("%unit", os.path.join(config.tarn_binary_dir, "test", "Unit")),
]
