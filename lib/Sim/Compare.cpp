#include "tarn/Sim/Compare.h"
#include "tarn/Support/ScalarShape.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"

namespace tarn::sim {

static double errorOf(double found, double expected) {
  if (found == expected || (std::isnan(found) && std::isnan(expected)))
    return 0;
  double error = std::fabs(found - expected);
  return std::isnan(error) ? std::numeric_limits<double>::infinity() : error;
}

Comparison compare(const HostTensor &found, const HostTensor &expected, const Tolerance &tolerance) {
  Comparison result;
  if (!isShapeAccepted(expected.shape(), found.shape())) {
    result.problem =
        llvm::formatv("shape {0} where {1} is expected", toString(found.shape()), toString(expected.shape()));
    return result;
  }
  if (isFloat(found.type()) != isFloat(expected.type())) {
    result.problem = llvm::formatv("type {0} where {1} is expected", name(found.type()), name(expected.type()));
    return result;
  }
  bool isLowPrecision = tolerance.isLowPrecision || sizeInBytes(expected.type()) == 2 || sizeInBytes(found.type()) == 2;
  double rtol = !isFloat(expected.type()) ? 0 : isLowPrecision ? 1e-2 : 1e-3;
  rtol = tolerance.rtol.value_or(rtol);

  double largest = 0;
  std::vector<std::pair<double, int64_t>> worst; // a heap with the least error first
  for (int64_t i = 0; i < expected.size(); ++i) {
    double e = expected.getDouble(i), f = found.getDouble(i);
    if (std::isfinite(e))
      largest = std::max(largest, std::fabs(e));
    double error = errorOf(f, e);
    if (error == 0)
      continue;
    result.maxAbsoluteError = std::max(result.maxAbsoluteError, error);
    if (worst.size() < 5 || error > worst.front().first) {
      if (worst.size() == 5) {
        std::pop_heap(worst.begin(), worst.end(), std::greater<>());
        worst.pop_back();
      }
      worst.push_back({error, i});
      std::push_heap(worst.begin(), worst.end(), std::greater<>());
    }
  }
  llvm::sort(worst,
             [](const auto &a, const auto &b) { return std::tie(b.first, a.second) < std::tie(a.first, b.second); });
  result.maxRelativeError = largest > 0 ? result.maxAbsoluteError / largest : result.maxAbsoluteError;
  result.allowed = tolerance.atol.value_or(0) + rtol * largest;
  for (auto [error, i] : worst)
    if (error > result.allowed)
      result.worst.push_back({i, found.getDouble(i), expected.getDouble(i)});
  result.matches = result.maxAbsoluteError <= result.allowed;
  return result;
}

/// "[0, 3, 17]"
static std::string position(llvm::ArrayRef<int64_t> shape, int64_t index) {
  std::vector<int64_t> at(shape.size());
  for (size_t k = shape.size(); k-- > 0;) {
    at[k] = index % shape[k];
    index /= shape[k];
  }
  std::string text = "[";
  for (size_t k = 0; k < at.size(); ++k)
    text += (k ? ", " : "") + std::to_string(at[k]);
  return text + "]";
}

void print(llvm::raw_ostream &os, llvm::StringRef name, const HostTensor &expected, const Comparison &comparison) {
  if (!comparison.problem.empty()) {
    os << llvm::formatv("output {0}: {1}\n", name, comparison.problem);
    return;
  }
  os << llvm::formatv("output {0}: {1}, largest difference {2:e3} ({3:e3} of the largest value), allowed {4:e3}\n",
                      name, comparison.matches ? "as expected" : "DIFFERS", comparison.maxAbsoluteError,
                      comparison.maxRelativeError, comparison.allowed);
  if (comparison.matches)
    return;
  auto number = [](double value) { return llvm::format("%.7g", std::isnan(value) ? std::fabs(value) : value); };
  for (const Comparison::Element &element : comparison.worst)
    os << "  at " << position(expected.shape(), element.index) << ": " << number(element.found) << " where "
       << number(element.expected) << " is expected\n";
}

llvm::json::Object Comparison::toJson() const {
  auto number = [](double value) -> llvm::json::Value {
    return std::isfinite(value) ? llvm::json::Value(value) : llvm::json::Value(nullptr);
  };
  llvm::json::Object object{{"matches", matches},
                            {"max_abs_err", number(maxAbsoluteError)},
                            {"max_rel_err", number(maxRelativeError)},
                            {"allowed", number(allowed)}};
  if (!problem.empty())
    object["problem"] = problem;
  return object;
}

} // namespace tarn::sim
