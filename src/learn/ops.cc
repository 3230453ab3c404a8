#include "learn/ops.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace vedette::learn {
namespace {

void AddRows(const Matrix& from, size_t from_row, size_t count, Matrix& out, size_t out_row) {
  const double* const source = from.row(from_row);
  double* const target = out.row(out_row);
  for (size_t i = 0; i < count * from.cols(); ++i) target[i] += source[i];
}

}  // namespace

double SigmoidOf(double x) { return x >= 0 ? 1 / (1 + std::exp(-x)) : 1 - 1 / (1 + std::exp(x)); }

Var MatMul(Var a, Var b) {
  Matrix out(a.rows(), b.cols());
  AddProduct(a.value(), b.value(), out);
  Tape& tape = *a.tape;
  return tape.Record(std::move(out), tape.wanted(a) || tape.wanted(b),
                     [a, b](Tape& t, const Matrix&, const Matrix& g) {
                       if (t.wanted(a)) AddRightTransposed(g, b.value(), t.gradient(a));
                       if (t.wanted(b)) AddLeftTransposed(a.value(), g, t.gradient(b));
                     });
}

Var Add(Var a, Var b) {
  Matrix out = a.value();
  AddScaled(b.value(), 1, out);
  Tape& tape = *a.tape;
  return tape.Record(std::move(out), tape.wanted(a) || tape.wanted(b),
                     [a, b](Tape& t, const Matrix&, const Matrix& g) {
                       if (t.wanted(a)) AddScaled(g, 1, t.gradient(a));
                       if (t.wanted(b)) AddScaled(g, 1, t.gradient(b));
                     });
}

Var AddRow(Var a, Var row) {
  Matrix out = a.value();
  for (size_t i = 0; i < out.rows(); ++i) AddRows(row.value(), 0, 1, out, i);
  Tape& tape = *a.tape;
  return tape.Record(std::move(out), tape.wanted(a) || tape.wanted(row),
                     [a, row](Tape& t, const Matrix&, const Matrix& g) {
                       if (t.wanted(a)) AddScaled(g, 1, t.gradient(a));
                       if (!t.wanted(row)) return;
                       for (size_t i = 0; i < g.rows(); ++i) AddRows(g, i, 1, t.gradient(row), 0);
                     });
}

Var Multiply(Var a, Var b) {
  Matrix out = a.value();
  for (size_t i = 0; i < out.size(); ++i) out.values()[i] *= b.value().values()[i];
  Tape& tape = *a.tape;
  const auto add = [](Tape& t, Var to, Var other, const Matrix& g) {
    if (!t.wanted(to)) return;
    const auto dx = t.gradient(to).values();
    for (size_t i = 0; i < dx.size(); ++i) dx[i] += g.values()[i] * other.value().values()[i];
  };
  return tape.Record(std::move(out), tape.wanted(a) || tape.wanted(b),
                     [a, b, add](Tape& t, const Matrix&, const Matrix& g) {
                       add(t, a, b, g);
                       add(t, b, a, g);
                     });
}

Var Relu(Var a) {
  Matrix out = a.value();
  for (double& each : out.values()) each = std::max(each, 0.0);
  Tape& tape = *a.tape;
  return tape.Record(std::move(out), tape.wanted(a),
                     [a](Tape& t, const Matrix& result, const Matrix& g) {
                       const auto dx = t.gradient(a).values();
                       for (size_t i = 0; i < dx.size(); ++i) {
                         if (result.values()[i] > 0) dx[i] += g.values()[i];
                       }
                     });
}

Var Elu(Var a) {
  Matrix out = a.value();
  for (double& each : out.values()) each = each > 0 ? each : std::expm1(each);
  Tape& tape = *a.tape;
  return tape.Record(std::move(out), tape.wanted(a),
                     [a](Tape& t, const Matrix& result, const Matrix& g) {
                       const auto dx = t.gradient(a).values();
                       for (size_t i = 0; i < dx.size(); ++i) {
                         const double value = result.values()[i];
                         dx[i] += g.values()[i] * (value > 0 ? 1 : value + 1);
                       }
                     });
}

Var LayerNorm(Var a, Var gain, Var bias) {
  constexpr double kEpsilon = 1e-5;
  const auto n = static_cast<double>(a.cols());
  Matrix normal = a.value();
  Matrix inverse(a.rows(), 1);  // 1 / standard deviation
  for (size_t i = 0; i < normal.rows(); ++i) {
    double mean = 0, square = 0;
    for (size_t j = 0; j < normal.cols(); ++j) mean += normal(i, j) / n;
    for (size_t j = 0; j < normal.cols(); ++j) {
      normal(i, j) -= mean;
      square += normal(i, j) * normal(i, j) / n;
    }
    inverse(i, 0) = 1 / std::sqrt(square + kEpsilon);
    for (size_t j = 0; j < normal.cols(); ++j) normal(i, j) *= inverse(i, 0);
  }
  Tape& tape = *a.tape;
  const Var unit = tape.Record(
      normal, tape.wanted(a), [a, n, inverse, normal](Tape& t, const Matrix&, const Matrix& g) {
        Matrix& dx = t.gradient(a);
        for (size_t i = 0; i < g.rows(); ++i) {
          double mean = 0, along = 0;
          for (size_t j = 0; j < g.cols(); ++j) {
            mean += g(i, j) / n;
            along += g(i, j) * normal(i, j) / n;
          }
          for (size_t j = 0; j < g.cols(); ++j) {
            dx(i, j) += inverse(i, 0) * (g(i, j) - mean - normal(i, j) * along);
          }
        }
      });
  Matrix ones(a.rows(), 1, 1);
  return AddRow(Multiply(unit, MatMul(tape.Constant(std::move(ones)), gain)), bias);
}

Var Dropout(Var a, double probability, base::Random* random) {
  if (random == nullptr || probability <= 0) return a;
  Matrix keep(a.rows(), a.cols());
  for (double& each : keep.values()) {
    each = random->Uniform() < probability ? 0 : 1 / (1 - probability);
  }
  return Multiply(a, a.tape->Constant(std::move(keep)));
}

Var ConcatRows(std::span<const Var> parts) {
  size_t rows = 0;
  bool wanted = false;
  Tape& tape = *parts.front().tape;
  for (const Var& part : parts) {
    rows += part.rows();
    wanted |= tape.wanted(part);
  }
  Matrix out(rows, parts.front().cols());
  size_t at = 0;
  for (const Var& part : parts) {
    AddRows(part.value(), 0, part.rows(), out, at);
    at += part.rows();
  }
  return tape.Record(std::move(out), wanted,
                     [inputs = std::vector<Var>(parts.begin(), parts.end())](Tape& t, const Matrix&,
                                                                             const Matrix& g) {
                       size_t row = 0;
                       for (const Var& input : inputs) {
                         if (t.wanted(input)) AddRows(g, row, input.rows(), t.gradient(input), 0);
                         row += input.rows();
                       }
                     });
}

Var ConcatCols(Var a, Var b) {
  const size_t split = a.cols();
  Matrix out(a.rows(), split + b.cols());
  for (size_t i = 0; i < out.rows(); ++i) {
    std::copy_n(a.value().row(i), split, out.row(i));
    std::copy_n(b.value().row(i), b.cols(), out.row(i) + split);
  }
  Tape& tape = *a.tape;
  return tape.Record(std::move(out), tape.wanted(a) || tape.wanted(b),
                     [a, b, split](Tape& t, const Matrix&, const Matrix& g) {
                       for (size_t i = 0; i < g.rows(); ++i) {
                         for (size_t j = 0; j < split && t.wanted(a); ++j)
                           t.gradient(a)(i, j) += g(i, j);
                         for (size_t j = split; j < g.cols() && t.wanted(b); ++j) {
                           t.gradient(b)(i, j - split) += g(i, j);
                         }
                       }
                     });
}

Var SliceRows(Var a, size_t from, size_t count) {
  Matrix out(count, a.cols());
  AddRows(a.value(), from, count, out, 0);
  Tape& tape = *a.tape;
  return tape.Record(std::move(out), tape.wanted(a),
                     [a, from, count](Tape& t, const Matrix&, const Matrix& g) {
                       AddRows(g, 0, count, t.gradient(a), from);
                     });
}

Var SliceCols(Var a, size_t from, size_t count) {
  Matrix out(a.rows(), count);
  for (size_t i = 0; i < out.rows(); ++i) {
    std::copy_n(a.value().row(i) + from, count, out.row(i));
  }
  Tape& tape = *a.tape;
  return tape.Record(std::move(out), tape.wanted(a),
                     [a, from](Tape& t, const Matrix&, const Matrix& g) {
                       Matrix& dx = t.gradient(a);
                       for (size_t i = 0; i < g.rows(); ++i) {
                         for (size_t j = 0; j < g.cols(); ++j) dx(i, from + j) += g(i, j);
                       }
                     });
}

Var ShiftRows(Var a, size_t count) {
  if (count == 0) return a;
  Matrix out(a.rows(), a.cols());
  const size_t kept = a.rows() - std::min(count, a.rows());
  if (kept > 0) AddRows(a.value(), 0, kept, out, count);
  Tape& tape = *a.tape;
  return tape.Record(std::move(out), tape.wanted(a),
                     [a, count, kept](Tape& t, const Matrix&, const Matrix& g) {
                       if (kept > 0) AddRows(g, count, kept, t.gradient(a), 0);
                     });
}

Var MeanSquare(Var a, Matrix target) {
  AddScaled(a.value(), -1, target);  // target - a
  Matrix out(1, 1);
  const auto n = static_cast<double>(target.size());
  for (const double each : target.values()) out(0, 0) += each * each / n;
  Tape& tape = *a.tape;
  return tape.Record(std::move(out), tape.wanted(a),
                     [a, n, residual = std::move(target)](Tape& t, const Matrix&, const Matrix& g) {
                       AddScaled(residual, -2 * g(0, 0) / n, t.gradient(a));
                     });
}

Var CrossEntropy(Var logits, const Matrix& labels) {
  const auto n = static_cast<double>(labels.rows());
  Matrix out(1, 1), slope(labels.rows(), 1);
  for (size_t i = 0; i < labels.rows(); ++i) {
    const double x = logits.value()(i, 0), y = labels(i, 0);
    out(0, 0) += (std::max(x, 0.0) - x * y + std::log1p(std::exp(-std::abs(x)))) / n;
    slope(i, 0) = (SigmoidOf(x) - y) / n;
  }
  Tape& tape = *logits.tape;
  return tape.Record(std::move(out), tape.wanted(logits),
                     [logits, slope](Tape& t, const Matrix&, const Matrix& g) {
                       AddScaled(slope, g(0, 0), t.gradient(logits));
                     });
}

}  // namespace vedette::learn
