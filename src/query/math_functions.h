#pragma once

#include <cstdint>

#include "query/ast.h"
#include "query/function_table.h"

namespace vedette::query {

// Functions of single values. Pure. Values follow IEEE 754 as Go does, NaN included.

// Arithmetic operators, and comparisons as 0 or 1. REQUIRES: not a set operator.
double ApplyOperator(BinaryOp op, double lhs, double rhs);
bool Compare(BinaryOp op, double lhs, double rhs);

// Of an IsMathFunction with its scalar arguments, as far as it has them. Absent() for clamp with
// a minimum above the maximum.
double ApplyMath(FunctionId id, double value, double first, double second);

// Of an IsDateFunction: a part of the UTC date of a time in seconds since 1970.
double ApplyDate(FunctionId id, double seconds);

}  // namespace vedette::query
