#include "learn/matrix.h"

namespace vedette::learn {
namespace {

// out[j] += s0 a0[j] + ... + s3 a3[j]: four rows at a time, since loading and storing `out` is what
// a product costs otherwise. The compiler makes vectors of it; each sum keeps its order.
void AddFour(size_t n, const double* const a[4], const double s[4], double* __restrict out) {
  const double* const a0 = a[0];
  const double* const a1 = a[1];
  const double* const a2 = a[2];
  const double* const a3 = a[3];
  const double s0 = s[0], s1 = s[1], s2 = s[2], s3 = s[3];
  for (size_t j = 0; j < n; ++j) {
    out[j] += (s0 * a0[j] + s1 * a1[j]) + (s2 * a2[j] + s3 * a3[j]);
  }
}

void AddOne(size_t n, const double* a, double s, double* __restrict out) {
  for (size_t j = 0; j < n; ++j) out[j] += s * a[j];
}

}  // namespace

Matrix Transposed(const Matrix& a) {
  Matrix out(a.cols(), a.rows());
  for (size_t i = 0; i < a.rows(); ++i) {
    for (size_t j = 0; j < a.cols(); ++j) out(j, i) = a(i, j);
  }
  return out;
}

void AddProduct(const Matrix& a, const Matrix& b, Matrix& out) {
  const size_t inner = a.cols();
  for (size_t i = 0; i < a.rows(); ++i) {
    const double* const scales = a.row(i);
    size_t k = 0;
    for (; k + 4 <= inner; k += 4) {
      const double* const rows[4] = {b.row(k), b.row(k + 1), b.row(k + 2), b.row(k + 3)};
      AddFour(b.cols(), rows, scales + k, out.row(i));
    }
    for (; k < inner; ++k) AddOne(b.cols(), b.row(k), scales[k], out.row(i));
  }
}

void AddLeftTransposed(const Matrix& a, const Matrix& b, Matrix& out) {
  size_t i = 0;
  for (; i + 4 <= a.rows(); i += 4) {
    const double* const rows[4] = {b.row(i), b.row(i + 1), b.row(i + 2), b.row(i + 3)};
    for (size_t k = 0; k < a.cols(); ++k) {
      const double scales[4] = {a(i, k), a(i + 1, k), a(i + 2, k), a(i + 3, k)};
      AddFour(b.cols(), rows, scales, out.row(k));
    }
  }
  for (; i < a.rows(); ++i) {
    for (size_t k = 0; k < a.cols(); ++k) AddOne(b.cols(), b.row(i), a(i, k), out.row(k));
  }
}

void AddRightTransposed(const Matrix& a, const Matrix& b, Matrix& out) {
  AddProduct(a, Transposed(b), out);
}

void AddScaled(const Matrix& a, double scale, Matrix& out) {
  AddOne(a.size(), a.values().data(), scale, out.values().data());
}

}  // namespace vedette::learn
