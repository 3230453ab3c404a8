#include "learn/graph_ops.h"

#include <algorithm>
#include <cmath>

namespace vedette::learn {
namespace {

constexpr double kLeak = 0.2;  // the slope of LeakyReLU below zero, as in the paper

// One head of one node: whom it looks at, and the columns that are the head's.
struct Gaze {
  size_t row = 0;                  // of the node that looks
  std::span<const size_t> others;  // nodes
  size_t weight = 0;               // the place of the first weight
  size_t heads = 1;                // weights of one look
  size_t column = 0;
  size_t width = 0;
  size_t first_row = 0;  // of the copy

  size_t RowOf(size_t place) const { return first_row + others[place]; }
  size_t WeightOf(size_t place) const { return weight + place * heads; }
};

template <typename Function>
void ForEachGaze(const GraphShape& shape, size_t cols, Function function) {
  const Neighbours& graph = *shape.neighbours;
  const size_t width = cols / shape.heads;
  for (size_t copy = 0; copy < shape.copies; ++copy) {
    for (size_t node = 0; node < graph.nodes(); ++node) {
      for (size_t head = 0; head < shape.heads; ++head) {
        const size_t look = copy * graph.size() + graph.BeginOf(node);
        function(Gaze{.row = copy * graph.nodes() + node,
                      .others = graph.Of(node),
                      .weight = look * shape.heads + head,
                      .heads = shape.heads,
                      .column = head * width,
                      .width = width,
                      .first_row = copy * graph.nodes()});
      }
    }
  }
}

// How much the node cares for each that it looks at, before the softmax.
double CareFor(const double* looking, const double* seen, const double* a, size_t width) {
  double sum = 0;
  for (size_t k = 0; k < width; ++k) {
    const double x = looking[k] + seen[k];
    sum += a[k] * (x > 0 ? x : kLeak * x);
  }
  return sum;
}

void Softmax(const Gaze& gaze, std::vector<double>& weights) {
  double most = weights[gaze.WeightOf(0)];
  for (size_t j = 1; j < gaze.others.size(); ++j) most = std::max(most, weights[gaze.WeightOf(j)]);
  double sum = 0;
  for (size_t j = 0; j < gaze.others.size(); ++j) {
    double& weight = weights[gaze.WeightOf(j)];
    weight = std::exp(weight - most);
    sum += weight;
  }
  for (size_t j = 0; j < gaze.others.size(); ++j) weights[gaze.WeightOf(j)] /= sum;
}

// Where the derivatives go; null for what nobody wants.
struct Slopes {
  Matrix* looking = nullptr;
  Matrix* seen = nullptr;
  Matrix* a = nullptr;
};

// Adds what `gradient`, that of the node's result, means for one head.
void BackThrough(const Gaze& gaze, const Matrix& looking, const Matrix& seen, const Matrix& a,
                 const std::vector<double>& weights, const Matrix& gradient, const Slopes& slopes) {
  const double* const g = gradient.row(gaze.row) + gaze.column;
  std::vector<double> of_weight(gaze.others.size());
  double along = 0;
  for (size_t j = 0; j < gaze.others.size(); ++j) {
    const double weight = weights[gaze.WeightOf(j)];
    const double* const value = seen.row(gaze.RowOf(j)) + gaze.column;
    for (size_t k = 0; k < gaze.width; ++k) of_weight[j] += g[k] * value[k];
    along += weight * of_weight[j];
    if (slopes.seen == nullptr) continue;
    double* const to = slopes.seen->row(gaze.RowOf(j)) + gaze.column;
    for (size_t k = 0; k < gaze.width; ++k) to[k] += weight * g[k];
  }
  const double* const from = looking.row(gaze.row) + gaze.column;
  const double* const factors = a.row(0) + gaze.column;
  for (size_t j = 0; j < gaze.others.size(); ++j) {
    const double care = weights[gaze.WeightOf(j)] * (of_weight[j] - along);
    const size_t row = gaze.RowOf(j);
    for (size_t k = 0; k < gaze.width; ++k) {
      const double x = from[k] + seen(row, gaze.column + k);
      const double slope = x > 0 ? 1 : kLeak;
      const double moved = care * factors[k] * slope;
      if (slopes.looking != nullptr) (*slopes.looking)(gaze.row, gaze.column + k) += moved;
      if (slopes.seen != nullptr) (*slopes.seen)(row, gaze.column + k) += moved;
      if (slopes.a != nullptr) (*slopes.a)(0, gaze.column + k) += care * slope * x;
    }
  }
}

}  // namespace

Neighbours::Neighbours(size_t nodes, std::vector<Look> looks) {
  std::sort(looks.begin(), looks.end());
  looks.erase(std::unique(looks.begin(), looks.end()), looks.end());
  auto next = looks.begin();
  for (size_t node = 0; node < nodes; ++node) {
    begin_.push_back(seen_.size());
    seen_.push_back(node);
    for (; next != looks.end() && next->first == node; ++next) {
      if (next->second != node) seen_.push_back(next->second);
    }
  }
  begin_.push_back(seen_.size());
}

Var GraphAttention(Var looking, Var seen, Var a, GraphShape shape) {
  Matrix out(seen.rows(), seen.cols());
  std::vector<double> weights(shape.copies * shape.neighbours->size() * shape.heads);
  ForEachGaze(shape, seen.cols(), [&](const Gaze& gaze) {
    for (size_t j = 0; j < gaze.others.size(); ++j) {
      weights[gaze.WeightOf(j)] = CareFor(looking.value().row(gaze.row) + gaze.column,
                                          seen.value().row(gaze.RowOf(j)) + gaze.column,
                                          a.value().row(0) + gaze.column, gaze.width);
    }
    Softmax(gaze, weights);
    double* const to = out.row(gaze.row) + gaze.column;
    for (size_t j = 0; j < gaze.others.size(); ++j) {
      const double weight = weights[gaze.WeightOf(j)];
      const double* const value = seen.value().row(gaze.RowOf(j)) + gaze.column;
      for (size_t k = 0; k < gaze.width; ++k) to[k] += weight * value[k];
    }
  });
  Tape& tape = *seen.tape;
  const bool wanted = tape.wanted(looking) || tape.wanted(seen) || tape.wanted(a);
  return tape.Record(
      std::move(out), wanted,
      [=, weights = std::move(weights)](Tape& t, const Matrix&, const Matrix& gradient) {
        const Slopes slopes{.looking = t.wanted(looking) ? &t.gradient(looking) : nullptr,
                            .seen = t.wanted(seen) ? &t.gradient(seen) : nullptr,
                            .a = t.wanted(a) ? &t.gradient(a) : nullptr};
        ForEachGaze(shape, seen.cols(), [&](const Gaze& gaze) {
          BackThrough(gaze, looking.value(), seen.value(), a.value(), weights, gradient, slopes);
        });
      });
}

}  // namespace vedette::learn
