#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace vedette::learn {

// A dense matrix of doubles, row after row in memory: the only numeric type of this module. Sums
// are taken in one order whatever the machine, so that equal seeds give equal models. Not
// thread-safe; a const one may be read by many.
class Matrix {
 public:
  Matrix() = default;
  Matrix(size_t rows, size_t cols, double value = 0)
      : rows_(rows), cols_(cols), values_(rows * cols, value) {}

  size_t rows() const { return rows_; }
  size_t cols() const { return cols_; }
  size_t size() const { return values_.size(); }
  bool empty() const { return values_.empty(); }

  // REQUIRES: within the matrix.
  double& operator()(size_t row, size_t col) { return values_[row * cols_ + col]; }
  double operator()(size_t row, size_t col) const { return values_[row * cols_ + col]; }
  double* row(size_t row) { return values_.data() + row * cols_; }
  const double* row(size_t row) const { return values_.data() + row * cols_; }
  std::span<double> values() { return values_; }
  std::span<const double> values() const { return values_; }

  friend bool operator==(const Matrix&, const Matrix&) = default;

 private:
  size_t rows_ = 0;
  size_t cols_ = 0;
  std::vector<double> values_;
};

Matrix Transposed(const Matrix& a);

// out += a * b, aT * b, a * bT. REQUIRES: shapes that fit; out is neither a nor b.
void AddProduct(const Matrix& a, const Matrix& b, Matrix& out);
void AddLeftTransposed(const Matrix& a, const Matrix& b, Matrix& out);
void AddRightTransposed(const Matrix& a, const Matrix& b, Matrix& out);

// out += scale * a. REQUIRES: equal shapes.
void AddScaled(const Matrix& a, double scale, Matrix& out);

}  // namespace vedette::learn
