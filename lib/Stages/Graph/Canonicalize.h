// The groups of rewrites that graph-canonicalize-ops applies together, one file each.
#pragma once
#include "Nodes.h"

namespace tarn::graph {

void populateReshapeRewrites(mlir::RewritePatternSet &patterns);
void populateSliceRewrites(mlir::RewritePatternSet &patterns);
void populatePadRewrites(mlir::RewritePatternSet &patterns);
void populateElementwiseRewrites(mlir::RewritePatternSet &patterns);
void populateReductionRewrites(mlir::RewritePatternSet &patterns);
void populateNormalizationRewrites(mlir::RewritePatternSet &patterns);
void populateWindowRewrites(mlir::RewritePatternSet &patterns);
void populateMatMulRewrites(mlir::RewritePatternSet &patterns);
void populateResizeRewrites(mlir::RewritePatternSet &patterns);

} // namespace tarn::graph
