// Matrix products through OpenBLAS, on one thread so that the sums are always taken in the same order.
#pragma once
#include <cstdint>

namespace tarn::reference {

/// C = alpha · op(A) · op(B) + beta · C, row-major; op(A) is m × k, op(B) k × n. Leading dimensions are the
/// row lengths as stored.
void gemm(bool transposeA, bool transposeB, int64_t m, int64_t n, int64_t k, float alpha, const float *a, int64_t lda,
          const float *b, int64_t ldb, float beta, float *c, int64_t ldc);
void gemm(bool transposeA, bool transposeB, int64_t m, int64_t n, int64_t k, double alpha, const double *a, int64_t lda,
          const double *b, int64_t ldb, double beta, double *c, int64_t ldc);

} // namespace tarn::reference
