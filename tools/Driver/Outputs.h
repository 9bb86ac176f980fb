// Files of outputs, and lists of names on the command line.
#pragma once
#include "tarn/ISA/Program.h"
#include "tarn/Support/HostTensor.h"
#include <map>
#include <random>
#include <string>
#include <vector>

namespace tarn::driver {

/// Writes NAME.npy for each output into a folder (made when missing) and outputs.json, which maps names to
/// files. Characters of names other than A–Z a–z 0–9 _ . - become %XX.
llvm::Error writeOutputs(llvm::StringRef folder, const std::map<std::string, HostTensor> &outputs);

/// "a,b" as a list of names that are all known. "all" and "none" where they are allowed.
llvm::Expected<std::vector<std::string>> parseNames(llvm::StringRef option, llvm::StringRef text,
                                                    llvm::ArrayRef<llvm::StringLiteral> known, bool allOrNone);

/// Floats in [-1, 1), integers and booleans 0 or 1.
llvm::Expected<HostTensor> randomInput(llvm::StringRef name, DType type, llvm::ArrayRef<int64_t> shape,
                                       std::mt19937_64 &random);

/// Random values for the inputs of a program that are not given.
llvm::Error addRandomInputs(const isa::Program &program, uint64_t seed, std::map<std::string, HostTensor> &inputs);

/// Where a file that is to be written is one that was read, or two are to be written to one place.
llvm::Error checkPlaces(llvm::ArrayRef<std::string> read, llvm::ArrayRef<std::string> written);

} // namespace tarn::driver
