#pragma once

#include <cstddef>
#include <span>

#include "base/random.h"
#include "learn/tape.h"

namespace vedette::learn {

// The operations of a tape, each with its derivative. REQUIRES everywhere: variables of one tape
// and shapes that fit.

Var MatMul(Var a, Var b);
Var Add(Var a, Var b);
Var AddRow(Var a, Var row);  // to every row of a
Var Multiply(Var a, Var b);  // element by element

Var Relu(Var a);
Var Elu(Var a);  // exp(a) - 1 below zero
// Each row to mean 0 and variance 1, then times `gain` plus `bias` (one row each).
Var LayerNorm(Var a, Var gain, Var bias);
// Drops each element with that probability and makes up for it; nothing happens without `random`.
Var Dropout(Var a, double probability, base::Random* random);

Var ConcatRows(std::span<const Var> parts);
Var ConcatCols(Var a, Var b);
Var SliceRows(Var a, size_t from, size_t count);
Var SliceCols(Var a, size_t from, size_t count);
// Rows move down by `count`, zeros come in at the top.
Var ShiftRows(Var a, size_t count);

// One step of an LSTM: `gates` are the four sums (input, forget, candidate, output), n columns
// each; `cell` has n columns. The result is [hidden | cell].
Var LstmCell(Var gates, Var cell);

// How rows are windows: row t * windows + w is step t of window w.
struct Layout {
  size_t steps = 0;
  size_t windows = 0;
  size_t rows() const { return steps * windows; }
};

// Scaled dot-product attention of each window's steps to each other, in `heads` groups of columns.
struct AttentionShape {
  Layout layout;
  size_t heads = 1;
};
Var Attention(Var query, Var key, Var value, AttentionShape shape);

// The mean of (a - target)^2.
Var MeanSquare(Var a, Matrix target);
// The mean binary cross entropy of a column of log odds with labels from 0 to 1.
Var CrossEntropy(Var logits, const Matrix& labels);

double SigmoidOf(double x);

}  // namespace vedette::learn
