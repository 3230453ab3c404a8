// The operations of ops.h on windows of time, with derivatives by hand: as chains of the small ones
// they would make thousands of nodes of a few numbers.

#include <algorithm>
#include <cmath>
#include <utility>

#include "learn/ops.h"

namespace vedette::learn {

Var LstmCell(Var gates, Var cell) {
  const size_t n = cell.cols();
  Matrix active = gates.value();  // the gates after their functions
  Matrix out(active.rows(), 2 * n);
  for (size_t i = 0; i < active.rows(); ++i) {
    double* const g = active.row(i);
    for (size_t j = 0; j < 4 * n; ++j) {
      g[j] = j >= 2 * n && j < 3 * n ? std::tanh(g[j]) : SigmoidOf(g[j]);
    }
    for (size_t j = 0; j < n; ++j) {
      const double c = g[n + j] * cell.value()(i, j) + g[j] * g[2 * n + j];
      out(i, n + j) = c;
      out(i, j) = g[3 * n + j] * std::tanh(c);
    }
  }
  Tape& tape = *gates.tape;
  return tape.Record(
      std::move(out), tape.wanted(gates) || tape.wanted(cell),
      [gates, cell, n, active = std::move(active)](Tape& t, const Matrix& result, const Matrix& d) {
        for (size_t i = 0; i < d.rows(); ++i) {
          const double* const g = active.row(i);
          for (size_t j = 0; j < n; ++j) {
            const double in = g[j], forget = g[n + j], candidate = g[2 * n + j], o = g[3 * n + j];
            const double th = std::tanh(result(i, n + j));
            const double dh = d(i, j);
            const double dc = d(i, n + j) + dh * o * (1 - th * th);
            if (t.wanted(gates)) {
              double* const dg = t.gradient(gates).row(i);
              dg[j] += dc * candidate * in * (1 - in);
              dg[n + j] += dc * cell.value()(i, j) * forget * (1 - forget);
              dg[2 * n + j] += dc * in * (1 - candidate * candidate);
              dg[3 * n + j] += dh * th * o * (1 - o);
            }
            if (t.wanted(cell)) t.gradient(cell)(i, j) += dc * forget;
          }
        }
      });
}

namespace {

// The columns of one head of one window, as a matrix of steps x width, and back.
struct Head {
  Layout layout;
  size_t window = 0;
  size_t column = 0;
  size_t width = 0;

  Matrix Of(const Matrix& all) const {
    Matrix out(layout.steps, width);
    for (size_t t = 0; t < layout.steps; ++t) {
      std::copy_n(all.row(t * layout.windows + window) + column, width, out.row(t));
    }
    return out;
  }
  void AddTo(const Matrix& part, Matrix& all) const {
    for (size_t t = 0; t < layout.steps; ++t) {
      double* const row = all.row(t * layout.windows + window) + column;
      for (size_t j = 0; j < width; ++j) row[j] += part(t, j);
    }
  }
};

template <typename Function>
void ForEachHead(const AttentionShape& shape, size_t cols, Function function) {
  const size_t width = cols / shape.heads;
  for (size_t w = 0; w < shape.layout.windows; ++w) {
    for (size_t h = 0; h < shape.heads; ++h) {
      function(Head{shape.layout, w, h * width, width});
    }
  }
}

// The weights with which each step looks at the others.
Matrix WeightsOf(const Matrix& q, const Matrix& k) {
  Matrix weights(q.rows(), k.rows());
  AddRightTransposed(q, k, weights);
  const double scale = 1 / std::sqrt(static_cast<double>(q.cols()));
  for (size_t i = 0; i < weights.rows(); ++i) {
    double* const row = weights.row(i);
    const double most = *std::max_element(row, row + weights.cols());
    double sum = 0;
    for (size_t j = 0; j < weights.cols(); ++j) {
      row[j] = std::exp((row[j] - most) * scale);
      sum += row[j];
    }
    for (size_t j = 0; j < weights.cols(); ++j) row[j] /= sum;
  }
  return weights;
}

// What the derivative of the weights means for the products that they were made of.
void BackThroughSoftmax(const Matrix& weights, size_t width, Matrix& gradient) {
  const double scale = 1 / std::sqrt(static_cast<double>(width));
  for (size_t i = 0; i < weights.rows(); ++i) {
    double along = 0;
    for (size_t j = 0; j < weights.cols(); ++j) along += gradient(i, j) * weights(i, j);
    for (size_t j = 0; j < weights.cols(); ++j) {
      gradient(i, j) = weights(i, j) * (gradient(i, j) - along) * scale;
    }
  }
}

}  // namespace

Var Attention(Var query, Var key, Var value, AttentionShape shape) {
  Matrix out(value.rows(), value.cols());
  ForEachHead(shape, query.cols(), [&](const Head& head) {
    Matrix part(shape.layout.steps, head.width);
    AddProduct(WeightsOf(head.Of(query.value()), head.Of(key.value())), head.Of(value.value()),
               part);
    head.AddTo(part, out);
  });
  Tape& tape = *query.tape;
  const bool wanted = tape.wanted(query) || tape.wanted(key) || tape.wanted(value);
  // The weights are computed again: keeping them would take more room than all else together.
  return tape.Record(std::move(out), wanted, [=](Tape& t, const Matrix&, const Matrix& gradient) {
    ForEachHead(shape, query.cols(), [&](const Head& head) {
      const Matrix q = head.Of(query.value()), k = head.Of(key.value()), d = head.Of(gradient);
      const Matrix weights = WeightsOf(q, k);
      const auto add = [&](Var to, const Matrix& part) {
        if (t.wanted(to)) head.AddTo(part, t.gradient(to));
      };
      Matrix dv(q.rows(), q.cols()), dw(q.rows(), q.rows()), dq = dv, dk = dv;
      AddLeftTransposed(weights, d, dv);
      AddRightTransposed(d, head.Of(value.value()), dw);
      BackThroughSoftmax(weights, head.width, dw);
      AddProduct(dw, k, dq);
      AddLeftTransposed(dw, q, dk);
      add(query, dq);
      add(key, dk);
      add(value, dv);
    });
  });
}

}  // namespace vedette::learn
