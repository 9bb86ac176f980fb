// The `onnx` dialect: a faithful ONNX graph, every node at opset 28. Only what ONNX's schemas do not say stands here;
// the operators come from OnnxSchemas.inc.
#ifndef TARN_DIALECT_ONNX_ONNXDIALECT_TD
#define TARN_DIALECT_ONNX_ONNXDIALECT_TD

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/BuiltinAttributeInterfaces.td"
include "mlir/IR/OpBase.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Onnx_Dialect : Dialect {
  let name = "onnx";
  let summary = "operators of ONNX's domain ai.onnx at opset 28";
  let description = [{
    Operand i of an operation is input i of the ONNX node, result i its output i, attributes have ONNX's names.
    An optional input that is absent before a present one is an `onnx.NoValue`; absent ones at the end are left out.

    ```mlir
    %2 = onnx.Conv(%0, %1) {strides = array<i64: 2, 2>} : (tensor<1x3x8x8xf32>, tensor<4x3x1x1xf32>) -> tensor<1x4x4x4xf32>
    ```
  }];
  let cppNamespace = "::tarn::onnx";
  let hasConstantMaterializer = 1;
  let useDefaultTypePrinterParser = 1;
}

class Onnx_Type<string name, string typeMnemonic> : TypeDef<Onnx_Dialect, name> {
  let mnemonic = typeMnemonic;
}

def Onnx_UnknownType : Onnx_Type<"Unknown", "unknown"> {
  let summary = "element type of a tensor, not known yet";
}

def Onnx_StringType : Onnx_Type<"String", "string"> {
  let summary = "element type of a tensor of strings";
}

def Onnx_SequenceType : Onnx_Type<"Sequence", "sequence"> {
  let summary = "sequence of values of one type";
  let parameters = (ins "::mlir::Type":$elementType);
  let assemblyFormat = "`<` $elementType `>`";
}

def Onnx_OptionalType : Onnx_Type<"Optional", "optional"> {
  let summary = "a value or nothing";
  let parameters = (ins "::mlir::Type":$elementType);
  let assemblyFormat = "`<` $elementType `>`";
}

class Onnx_Op<string mnemonic, list<Trait> traits = []> : Op<Onnx_Dialect, mnemonic, traits>;

def Onnx_ConstantOp : Onnx_Op<"Constant", [ConstantLike, Pure]> {
  let summary = "a tensor known at compile time";
  let description = [{
    Weights lie in resource blobs over the mapped model file, small values are dense.

    ```mlir
    %0 = onnx.Constant {value = dense<1.0> : tensor<4xf32>} : tensor<4xf32>
    ```
  }];
  let arguments = (ins ElementsAttr:$value);
  let results = (outs AnyTensor:$output);
  let assemblyFormat = "attr-dict `:` type($output)";
  let hasFolder = 1;
  let hasVerifier = 1;
  let builders = [OpBuilder<(ins "::mlir::ElementsAttr":$value), [{
    build($_builder, $_state, value.getType(), value);
  }]>];
}

def Onnx_NoValueOp : Onnx_Op<"NoValue", [ConstantLike, Pure]> {
  let summary = "stands for an optional input that is absent";
  let results = (outs NoneType:$none);
  let assemblyFormat = "attr-dict";
  let hasFolder = 1;
  let builders = [OpBuilder<(ins), [{
    build($_builder, $_state, $_builder.getNoneType());
  }]>];
}

#endif
