#include "Blas.h"
#include <algorithm>
#include <cblas.h>

namespace tarn::reference {
namespace {
CBLAS_TRANSPOSE transposed(bool yes) { return yes ? CblasTrans : CblasNoTrans; }
int leading(int64_t columns) { return static_cast<int>(std::max<int64_t>(columns, 1)); }
void useOneThread() {
  static const bool once = (openblas_set_num_threads(1), true);
  (void)once;
}
} // namespace

void gemm(bool transposeA, bool transposeB, int64_t m, int64_t n, int64_t k, float alpha, const float *a, int64_t lda,
          const float *b, int64_t ldb, float beta, float *c, int64_t ldc) {
  useOneThread();
  cblas_sgemm(CblasRowMajor, transposed(transposeA), transposed(transposeB), m, n, k, alpha, a, leading(lda), b,
              leading(ldb), beta, c, leading(ldc));
}

void gemm(bool transposeA, bool transposeB, int64_t m, int64_t n, int64_t k, double alpha, const double *a, int64_t lda,
          const double *b, int64_t ldb, double beta, double *c, int64_t ldc) {
  useOneThread();
  cblas_dgemm(CblasRowMajor, transposed(transposeA), transposed(transposeB), m, n, k, alpha, a, leading(lda), b,
              leading(ldb), beta, c, leading(ldc));
}

} // namespace tarn::reference
