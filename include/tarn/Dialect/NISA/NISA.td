// The dialect `nisa`: NeuronCore instructions on tiles. Instruction operations are generated from the records of
// include/tarn/ISA; here are the tile type, the structural operations and the macro operations.
#ifndef TARN_DIALECT_NISA
#define TARN_DIALECT_NISA

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/BuiltinAttributes.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/OpBase.td"
include "mlir/IR/OpAsmInterface.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def NISA_Dialect : Dialect {
  let name = "nisa";
  let cppNamespace = "::tarn::nisa";
  let summary = "instructions of a NeuronCore on tiles of its memories";
  let useDefaultTypePrinterParser = 1;
  let useDefaultAttributePrinterParser = 1;
  let extraClassDeclaration = [{
    /// The chip that an operation is compiled for, read once for each text of the module attribute; null when that
    /// cannot be read. Safe from several threads.
    const ::tarn::Chip *getChipOf(::mlir::Operation *op);

  private:
    struct ChipCache;
    static std::shared_ptr<ChipCache> makeChips();
    std::shared_ptr<ChipCache> chips;
  }];
}

// ---- Enumerations and attributes

def NISA_Memory : I32EnumAttr<"Memory", "a memory", [
    I32EnumAttrCase<"sbuf", 0>, I32EnumAttrCase<"psum", 1>, I32EnumAttrCase<"hbm", 2>]> {
  let cppNamespace = "::tarn::nisa";
}
def NISA_Engine : I32EnumAttr<"Engine", "an engine", [
    I32EnumAttrCase<"pe", 0>, I32EnumAttrCase<"act", 1>, I32EnumAttrCase<"dve", 2>, I32EnumAttrCase<"pool", 3>,
    I32EnumAttrCase<"sp", 4>]> {
  let cppNamespace = "::tarn::nisa";
}
def NISA_TensorKind : I32EnumAttr<"TensorKind", "what a tensor in HBM is to the user", [
    I32EnumAttrCase<"input", 0>, I32EnumAttrCase<"output", 1>, I32EnumAttrCase<"constant", 2>,
    I32EnumAttrCase<"scratch", 3>]> {
  let cppNamespace = "::tarn::nisa";
}

class NISA_Attr<string name, string theMnemonic> : AttrDef<NISA_Dialect, name> { let mnemonic = theMnemonic; }

def NISA_WaitAttr : NISA_Attr<"Wait", "wait"> {
  let summary = "the instruction starts when a semaphore is at least (or exactly, with `exact`) a value";
  let description = "In turn i of a `nisa.loop` the value is `value + i * step`, written `#nisa.wait<5, 16 step 32>`.";
  let parameters = (ins "unsigned":$semaphore, "int64_t":$value, DefaultValuedParameter<"int64_t", "0">:$step,
                        DefaultValuedParameter<"bool", "false">:$exact);
  let assemblyFormat = "`<` $semaphore `,` $value (`step` $step^)? (`,` `exact` $exact^)? `>`";
}
def NISA_UpdateAttr : NISA_Attr<"Update", "update"> {
  let summary = "at completion a value is added to a semaphore";
  let parameters = (ins "unsigned":$semaphore, "int64_t":$value);
  let assemblyFormat = "`<` $semaphore `,` $value `>`";
}

// ---- Type

def NISA_TileType : TypeDef<NISA_Dialect, "Tile"> {
  let mnemonic = "tile";
  let summary = "elements in a named memory";
  let description = [{
    `!nisa.tile<sbuf, 128x512xf32>`. On chip (sbuf, psum) dimension 0 lies on the partitions (at most 128) and the others
    are row-major within each partition. In hbm all dimensions are row-major.
  }];
  let parameters = (ins "::tarn::nisa::Memory":$memory, ArrayRefParameter<"int64_t">:$shape, "::mlir::Type":$elementType);
  let hasCustomAssemblyFormat = 1;
  let extraClassDeclaration = [{
    bool isOnChip() const { return getMemory() != ::tarn::nisa::Memory::hbm; }
    int64_t getNumPartitions() const { return getShape().empty() ? 1 : getShape().front(); }
    int64_t getNumElements() const;
    /// Bytes of one element.
    int64_t getElementSize() const;
    /// On chip: bytes that the tile takes in each of its partitions.
    int64_t getBytesPerPartition() const;
    int64_t getSizeInBytes() const { return getNumElements() * getElementSize(); }
  }];
  let genVerifyDecl = 1;
}
def NISA_Tile : Type<CPred<"::llvm::isa<::tarn::nisa::TileType>($_self)">, "tile", "::tarn::nisa::TileType">;

#endif
