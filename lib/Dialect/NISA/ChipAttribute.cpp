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
  std::string text = chip.toYaml();
  // A printed form is easier to read with a name than with a file of some hundred numbers.
  if (llvm::is_contained(Chip::names(), chip.name)) {
    llvm::Expected<Chip> known = Chip::load(chip.name);
    if (!known)
      llvm::consumeError(known.takeError());
    else if (known->toYaml() == text)
      text = chip.name;
  }
  module->setAttr(chipAttributeName, StringAttr::get(module.getContext(), text));
}
