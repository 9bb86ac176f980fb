// One function per change of an operator; Normalize.cpp says which operator takes which at what opset.
#pragma once
#include "Normalize.h"

namespace tarn {

/// Answers a reason to refuse, or nothing.
using Step = std::string (*)(Rewrite &rewrite);

// Elementwise operators (NormalizeElementwise.cpp)
std::string alignBroadcast(Rewrite &);
std::string spreadSlope(Rewrite &);
std::string castNameToNumber(Rewrite &);
std::string limitsToInputs(Rewrite &);
std::string dropTestMode(Rewrite &);
std::string ratioToInput(Rewrite &);
std::string flattenAroundAxis(Rewrite &);

// Operators that move elements, reductions (NormalizeShapes.cpp)
std::string concatDefaultAxis(Rewrite &);
std::string shapeToInput(Rewrite &);
std::string tilesToRepeats(Rewrite &);
std::string paddingsToPads(Rewrite &);
std::string padsToInputs(Rewrite &);
std::string sliceBoundsToInputs(Rewrite &);
std::string refuseSplitInput(Rewrite &);
std::string splitToInput(Rewrite &);
std::string countOutputs(Rewrite &);
std::string axesToInput(Rewrite &);
std::string countToInput(Rewrite &);
std::string scatterToElements(Rewrite &);

// Resampling (NormalizeResize.cpp)
std::string refuseUpsample(Rewrite &);
std::string scalesToInput(Rewrite &);
std::string upsampleToResize(Rewrite &);
std::string resizeAsymmetric(Rewrite &);
std::string dropEmptyResizeInputs(Rewrite &);
std::string replaceTfHalfPixel(Rewrite &);
std::string gridModes(Rewrite &);
std::string roiWithoutHalfPixel(Rewrite &);
std::string transformAxisToInput(Rewrite &);

// Layers (NormalizeLayers.cpp)
std::string dropNormalizationTestMode(Rewrite &);
std::string dropSpatial(Rewrite &);
std::string dropRunningOutputs(Rewrite &);
std::string dropBroadcast(Rewrite &);
std::string spreadGroupScale(Rewrite &);
std::string realPowerToInteger(Rewrite &);
std::string dropOutputSequence(Rewrite &);

} // namespace tarn
