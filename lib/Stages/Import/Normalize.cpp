// The table of all changes of meaning or form between opset 1 and 28. Versions that only widen types or add
// an attribute whose default is the old behaviour need no step. Each step expects the form just before its
// version and leaves the form of that version; it answers a reason when the old form means something that
// opset 28 cannot say.
#include "NormalizeSteps.h"
#include "llvm/ADT/STLExtras.h"

namespace tarn {
namespace {

struct Entry {
  llvm::StringLiteral type;
  int64_t opset;
  Step step;
};

const Entry table[] = {
    // Elementwise
    {"Add", 7, alignBroadcast},
    {"And", 7, alignBroadcast},
    {"Div", 7, alignBroadcast},
    {"Equal", 7, alignBroadcast},
    {"Greater", 7, alignBroadcast},
    {"Less", 7, alignBroadcast},
    {"Mul", 7, alignBroadcast},
    {"Or", 7, alignBroadcast},
    {"Pow", 7, alignBroadcast},
    {"Sub", 7, alignBroadcast},
    {"Xor", 7, alignBroadcast},
    {"PRelu", 7, spreadSlope},
    {"Cast", 6, castNameToNumber},
    {"Clip", 11, limitsToInputs},
    {"Dropout", 7, dropTestMode},
    {"Dropout", 12, ratioToInput},
    {"Softmax", 13, flattenAroundAxis},
    {"LogSoftmax", 13, flattenAroundAxis},
    {"Hardmax", 13, flattenAroundAxis},
    // Shapes
    {"Concat", 4, concatDefaultAxis},
    {"Reshape", 5, shapeToInput},
    {"Tile", 6, tilesToRepeats},
    {"Pad", 2, paddingsToPads},
    {"Pad", 11, padsToInputs},
    {"Slice", 10, sliceBoundsToInputs},
    {"Split", 2, refuseSplitInput},
    {"Split", 13, splitToInput},
    {"Split", 18, countOutputs},
    {"Squeeze", 13, axesToInput},
    {"Unsqueeze", 13, axesToInput},
    {"TopK", 10, countToInput},
    {"Upsample", 7, refuseUpsample},
    {"Upsample", 9, scalesToInput},
    {"Upsample", 10, upsampleToResize},
    {"Resize", 11, resizeAsymmetric},
    {"Resize", 13, dropEmptyResizeInputs},
    {"Resize", 28, replaceTfHalfPixel},
    {"Scatter", 11, scatterToElements},
    {"GridSample", 20, gridModes},
    {"RoiAlign", 16, roiWithoutHalfPixel},
    {"DFT", 20, transformAxisToInput},
    // Reductions
    {"ReduceSum", 13, axesToInput},
    {"ReduceL1", 18, axesToInput},
    {"ReduceL2", 18, axesToInput},
    {"ReduceLogSum", 18, axesToInput},
    {"ReduceLogSumExp", 18, axesToInput},
    {"ReduceMax", 18, axesToInput},
    {"ReduceMean", 18, axesToInput},
    {"ReduceMin", 18, axesToInput},
    {"ReduceProd", 18, axesToInput},
    {"ReduceSumSquare", 18, axesToInput},
    // Layers
    {"BatchNormalization", 7, dropNormalizationTestMode},
    {"BatchNormalization", 9, dropSpatial},
    {"BatchNormalization", 14, dropRunningOutputs},
    {"Gemm", 7, dropBroadcast},
    {"GroupNormalization", 21, spreadGroupScale},
    {"LpPool", 2, realPowerToInteger},
    {"GlobalLpPool", 2, realPowerToInteger},
    {"GRU", 7, dropOutputSequence},
    {"LSTM", 7, dropOutputSequence},
    {"RNN", 7, dropOutputSequence},
};

} // namespace

Normalized normalize(const onnxfile::Node &original, const KnownValues &known, unsigned &counter) {
  Rewrite rewrite(original, known, counter);
  int64_t opset = original.opset;
  // An optimisation hint of the first opsets, on thirty operators.
  if (opset < 6)
    rewrite.takeIntegers("consumed_inputs");
  while (true) {
    // A step may change the operator: look again with its name.
    const Entry *next = nullptr;
    for (const Entry &entry : table)
      if (entry.type == rewrite.node.type && entry.opset > opset && (!next || entry.opset < next->opset))
        next = &entry;
    if (!next)
      break;
    if (std::string reason = next->step(rewrite); !reason.empty())
      return {{}, std::move(reason)};
    opset = next->opset;
  }
  Normalized result;
  result.nodes = std::move(rewrite.before);
  result.nodes.push_back(std::move(rewrite.node));
  result.nodes.insert(result.nodes.end(), std::make_move_iterator(rewrite.after.begin()),
                      std::make_move_iterator(rewrite.after.end()));
  return result;
}

} // namespace tarn
