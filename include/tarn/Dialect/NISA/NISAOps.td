// Operations of the dialect `nisa`: structural, macro and (generated) instructions.
#ifndef TARN_DIALECT_NISA_OPS
#define TARN_DIALECT_NISA_OPS

include "tarn/Dialect/NISA/NISA.td"

def NISA_InstructionInterface : OpInterface<"InstructionInterface"> {
  let cppNamespace = "::tarn::nisa";
  let description = "An operation that is one instruction of an engine's stream.";
  let methods = [
    InterfaceMethod<"opcode of the record", "::tarn::isa::Opcode", "getOpcode", (ins),
                    [{ return ConcreteOp::opcode; }]>,
    InterfaceMethod<"tile operands, and whether they are read or written", "void", "getAccesses",
                    (ins "::llvm::SmallVectorImpl<::tarn::nisa::TileAccess> &":$accesses)>,
    InterfaceMethod<"", "std::optional<::tarn::nisa::Engine>", "getEngine", (ins),
                    [{ return $_op.getEngine(); }]>,
    InterfaceMethod<"", "void", "setEngine", (ins "std::optional<::tarn::nisa::Engine>":$engine),
                    [{ $_op.setEngine(engine); }]>,
    InterfaceMethod<"", "std::optional<::tarn::nisa::WaitAttr>", "getWait", (ins),
                    [{ return $_op.getWait(); }]>,
    InterfaceMethod<"", "void", "setWaitAttr", (ins "::tarn::nisa::WaitAttr":$wait),
                    [{ $_op.setWaitAttr(wait); }]>,
    InterfaceMethod<"", "std::optional<::tarn::nisa::UpdateAttr>", "getUpdate", (ins),
                    [{ return $_op.getUpdate(); }]>,
    InterfaceMethod<"", "void", "setUpdateAttr", (ins "::tarn::nisa::UpdateAttr":$update),
                    [{ $_op.setUpdateAttr(update); }]>,
  ];
}

class NISA_Op<string mnemonic, list<Trait> traits = []> : Op<NISA_Dialect, mnemonic, traits>;

class NISA_InstructionOp<string mnemonic, string record, list<Trait> traits = []>
    : NISA_Op<mnemonic, traits # [DeclareOpInterfaceMethods<NISA_InstructionInterface, ["getAccesses"]>]> {
  let extraClassDeclaration =
      "static constexpr ::tarn::isa::Opcode opcode = ::tarn::isa::Opcode::" # record # ";";
}

// ---- Structure

def NISA_TensorOp : NISA_Op<"tensor"> {
  let summary = "a tensor in HBM that has a name";
  let description = [{
    `%x = nisa.tensor "data" input : !nisa.tile<hbm, 1x3x224x224xf32>`. Constants carry `value`. Inputs and outputs whose
    type at the user's side differs (int64 indices) carry it in `host_type`. `address` (bytes of HBM) comes with the
    form `placed`.
  }];
  let arguments = (ins StrAttr:$name, NISA_TensorKind:$kind, OptionalAttr<ElementsAttr>:$value,
                       OptionalAttr<TypeAttr>:$host_type, OptionalAttr<I64Attr>:$address);
  let results = (outs NISA_Tile:$result);
  let assemblyFormat = "$name $kind attr-dict `:` type($result)";
}

def NISA_AllocOp : NISA_Op<"alloc", [MemoryEffects<[MemAlloc]>]> {
  let summary = "a fresh tile";
  let description = [{
    In a loop it is fresh in every turn. `address` (byte offset within the partition) and `partition` (first partition)
    come with the form `placed`.
  }];
  let arguments = (ins OptionalAttr<I64Attr>:$address, OptionalAttr<I64Attr>:$partition);
  let results = (outs NISA_Tile:$result);
  let assemblyFormat = "attr-dict `:` type($result)";
}

def NISA_ViewOp : NISA_Op<"view", [Pure]> {
  let summary = "part of a tile, or the tile walked in another order";
  let description = [{
    The map takes an index of the view to a coordinate of the tile; symbols are loop variables (of `affine.for`, from the
    form `scheduled` on of `nisa.loop`). The source is an alloc, a
    tensor or a function argument, never a view. On chip, result 0 (the partition) is `d0` plus terms without
    dimensions, and no other result depends on `d0`.
    ```mlir
    %m = nisa.view %x[%r, %s] affine_map<(d0, d1, d2)[s0, s1] -> (d0, d1 * 2 + s0, d2 * 2 + s1)>
           : !nisa.tile<sbuf, 64x59x59xf32> -> !nisa.tile<sbuf, 64x29x29xf32>
    ```
  }];
  let arguments = (ins NISA_Tile:$source, Variadic<Index>:$symbols, AffineMapAttr:$map);
  let results = (outs NISA_Tile:$result);
  // Spelt out: an alias behind the source, `%x #map`, would be read as a result number.
  let assemblyFormat = [{
    $source (`[` $symbols^ `]`)? custom<SpeltMap>($map) attr-dict `:` type($source) `->` type($result)
  }];
  let hasVerifier = 1;
}

def NISA_ReshapeOp : NISA_Op<"reshape", [Pure]> {
  let summary = "the same bytes of HBM under another shape";
  let description = "Row-major; as many elements. Takes an hbm tensor, function argument or alloc.";
  let arguments = (ins NISA_Tile:$source);
  let results = (outs NISA_Tile:$result);
  let assemblyFormat = "$source attr-dict `:` type($source) `->` type($result)";
  let hasVerifier = 1;
}

def NISA_LoopOp : NISA_Op<"loop", [SingleBlock, NoTerminator]> {
  let summary = "its body, a number of times (forms `scheduled` to `queued`)";
  let description = [{
    The variable counts the turns from 0; it may be a symbol of views and nothing else. A tile allocated in the body is
    the same memory in every turn. In the form `queued` each queue has its own loop. Loops are not nested.
    ```mlir
    nisa.loop %i = 0 to 28 {
      %row = nisa.view %x[%i] affine_map<(d0, d1)[s0] -> (d0, d1 + s0 * 8)>
             : !nisa.tile<hbm, 64x224xf32> -> !nisa.tile<hbm, 64x8xf32>
      nisa.dma_copy …
    }
    ```
  }];
  let arguments = (ins ConfinedAttr<I64Attr, [IntMinValue<1>, IntMaxValue<2147483647>]>:$count);
  let regions = (region SizedRegion<1>:$body);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let skipDefaultBuilders = 1;
  let builders = [OpBuilder<(ins "int64_t":$count)>];
  let extraClassDeclaration = [{
    ::mlir::BlockArgument getVariable() { return getBody().getArgument(0); }
  }];
}

def NISA_QueueOp : NISA_Op<"queue", [SingleBlock, NoTerminator]> {
  let summary = "the instruction stream of one engine (form `queued`)";
  let arguments = (ins NISA_Engine:$engine);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "$engine $body attr-dict";
}

// ---- Instructions and the enumerations of their fields, printed by tarn-tblgen

include "tarn/ISA/NISAInstructions.td"

// ---- Macro operations: legal in the form `virtual`, expanded by the first pass of Schedule

def NISA_NcMatmulOp : NISA_Op<"nc_matmul"> {
  let summary = "dst[m,n] (+)= sum over k of stationary[k,m] * moving[k,n]";
  let description = [{
    dst: psum [M <= 128, free dims of moving], stationary: sbuf [K <= 128, M (any free dims, M in all)], moving: sbuf
    [K, N <= 512 elements in all]. Overwrites when all of `first` are 0 or when there are none and `accumulate` is not
    set; accumulates otherwise.
  }];
  let arguments = (ins NISA_Tile:$dst, NISA_Tile:$stationary, NISA_Tile:$moving, Variadic<Index>:$first,
                       UnitAttr:$accumulate);
  let assemblyFormat = [{
    `dst` `(` $dst `:` type($dst) `)` `stationary` `(` $stationary `:` type($stationary) `)`
    `moving` `(` $moving `:` type($moving) `)` (`first` `(` $first^ `)`)? attr-dict
  }];
  let hasVerifier = 1;
}

def NISA_NcTransposeOp : NISA_Op<"nc_transpose"> {
  let summary = "dst[f,p] = data[p,f], through the Tensor engine";
  let description = "dst: psum [F <= 128, P], data: sbuf [P <= 128, F]; same element type, bit for bit.";
  let arguments = (ins NISA_Tile:$dst, NISA_Tile:$data);
  let assemblyFormat = "`dst` `(` $dst `:` type($dst) `)` `data` `(` $data `:` type($data) `)` attr-dict";
  let hasVerifier = 1;
}

def NISA_ActivationReduceOp : NISA_Op<"activation_reduce", [AttrSizedOperandSegments]> {
  let summary = "activation, and the sum of its results along the free dimensions";
  let arguments = (ins NISA_Tile:$dst, NISA_Tile:$data, NISA_Tile:$reduce_res, Optional<NISA_Tile>:$scale,
                       Optional<NISA_Tile>:$bias, DefaultValuedAttr<F32Attr, "1.0f">:$scale_value,
                       DefaultValuedAttr<F32Attr, "0.0f">:$bias_value, DefaultValuedAttr<F32Attr, "0.0f">:$alpha,
                       NISA_ActivationFunction:$op);
  let assemblyFormat = [{
    `dst` `(` $dst `:` type($dst) `)` `data` `(` $data `:` type($data) `)` $op
    `reduce_res` `(` $reduce_res `:` type($reduce_res) `)` (`scale` `(` $scale^ `:` type($scale) `)`)?
    (`bias` `(` $bias^ `:` type($bias) `)`)? attr-dict
  }];
  let hasVerifier = 1;
}

#endif
