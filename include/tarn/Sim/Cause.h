// The closed set of things that time is spent on, in reports and in "what if this were free".
#pragma once
#include "llvm/ADT/StringRef.h"
#include <optional>

namespace tarn::sim {

enum class Cause : uint8_t {
  pe,
  act,
  dve,
  pool,
  sp,
  dmaIssue,
  dmaLatency,
  dmaBandwidth,
  semaphore,
  actTable,
  throttle,
  fetch,
  branch,
  bankConflict,
  registers,
  idle, // of an engine, never of the critical path
};
constexpr unsigned numCauses = unsigned(Cause::idle); // of the critical path

llvm::StringRef name(Cause cause);
std::optional<Cause> parseCause(llvm::StringRef name);

} // namespace tarn::sim
