#include "tarn/Dialect/NISA/ChipAttribute.h"

using namespace mlir;

FailureOr<tarn::Chip> tarn::getChip(ModuleOp module) {
  auto attribute = module->getAttrOfType<StringAttr>(chipAttributeName);
  llvm::StringRef text = attribute ? attribute.getValue() : "trn2";
  bool isFile = text.contains('\n');
  llvm::Expected<Chip> chip = isFile ? Chip::parse(text, chipAttributeName) : Chip::load(text);
  if (!chip)
    return module.emitError(llvm::toString(chip.takeError()));
  return std::move(*chip);
}

void tarn::setChip(ModuleOp module, const Chip &chip) {
  module->setAttr(chipAttributeName, StringAttr::get(module.getContext(), chip.toYaml()));
}
