#include "tarn/Dialect/NISA/Origin.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;

static void collectNames(Location location, llvm::SetVector<StringRef> &names) {
  if (auto name = dyn_cast<NameLoc>(location))
    names.insert(name.getName().getValue());
  else if (auto fused = dyn_cast<FusedLoc>(location))
    for (Location part : fused.getLocations())
      collectNames(part, names);
  else if (auto call = dyn_cast<CallSiteLoc>(location))
    collectNames(call.getCaller(), names);
}

std::string tarn::nisa::nodesOf(Location location, StringRef separator) {
  llvm::SetVector<StringRef> names;
  collectNames(location, names);
  return llvm::join(names, separator);
}
