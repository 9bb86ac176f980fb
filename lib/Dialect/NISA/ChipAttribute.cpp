#include "tarn/Dialect/NISA/ChipAttribute.h"

using namespace mlir;

llvm::Expected<tarn::Chip> tarn::chipOf(StringAttr attribute) {
  llvm::StringRef text = attribute ? attribute.getValue() : "trn2";
  bool isFile = text.contains('\n');
  return isFile ? Chip::parse(text, chipAttributeName) : Chip::load(text);
}

FailureOr<tarn::Chip> tarn::getChip(ModuleOp module) {
  llvm::Expected<Chip> chip = chipOf(module->getAttrOfType<StringAttr>(chipAttributeName));
  if (!chip)
    return module.emitError(llvm::toString(chip.takeError()));
  return std::move(*chip);
}

void tarn::setChip(ModuleOp module, const Chip &chip) {
  module->setAttr(chipAttributeName, StringAttr::get(module.getContext(), chip.toYaml()));
}
