#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "query/ast.h"

namespace vedette::query {

// The functions of PromQL: names, argument and result types. What they compute is in
// range_functions.h, math_functions.h and the evaluator. Immutable.

enum class FunctionId {
  // One value per window of a range vector.
  kRate,
  kIncrease,
  kDelta,
  kIrate,
  kIdelta,
  kDeriv,
  kPredictLinear,
  kChanges,
  kResets,
  kAvgOverTime,
  kMinOverTime,
  kMaxOverTime,
  kSumOverTime,
  kCountOverTime,
  kLastOverTime,
  kPresentOverTime,
  kStddevOverTime,
  kStdvarOverTime,
  kQuantileOverTime,
  kMadOverTime,
  kFirstOverTime,
  kTsOfFirstOverTime,
  kTsOfLastOverTime,
  kTsOfMinOverTime,
  kTsOfMaxOverTime,
  kDoubleExponentialSmoothing,
  // One value per value.
  kAbs,
  kCeil,
  kFloor,
  kSqrt,
  kExp,
  kLn,
  kLog2,
  kLog10,
  kSgn,
  kSin,
  kCos,
  kTan,
  kAsin,
  kAcos,
  kAtan,
  kSinh,
  kCosh,
  kTanh,
  kAsinh,
  kAcosh,
  kAtanh,
  kDeg,
  kRad,
  kRound,
  kClamp,
  kClampMin,
  kClampMax,
  // One value per value, which is a time in seconds; without argument the evaluation time.
  kMinute,
  kHour,
  kDayOfWeek,
  kDayOfMonth,
  kDayOfYear,
  kDaysInMonth,
  kMonth,
  kYear,
  // One value per native histogram.
  kHistogramCount,
  kHistogramSum,
  kHistogramAvg,
  kHistogramStddev,
  kHistogramStdvar,
  // Of their own kind.
  kAbsent,
  kAbsentOverTime,
  kHistogramQuantile,
  kHistogramQuantiles,
  kHistogramFraction,
  kInfo,
  kLabelReplace,
  kLabelJoin,
  kTime,
  kQueryStart,
  kQueryEnd,
  kQueryRange,
  kQueryStep,
  kPi,
  kMinOf,
  kMaxOf,
  kTimestamp,
  kVector,
  kScalar,
  kSort,
  kSortDesc,
  kSortByLabel,
  kSortByLabelDesc,
};

constexpr bool IsRangeFunction(FunctionId id) {
  return id <= FunctionId::kDoubleExponentialSmoothing;
}
constexpr bool IsMathFunction(FunctionId id) {
  return id >= FunctionId::kAbs && id <= FunctionId::kClampMax;
}
constexpr bool IsDateFunction(FunctionId id) {
  return id >= FunctionId::kMinute && id <= FunctionId::kYear;
}
constexpr bool IsHistogramFunction(FunctionId id) {
  return id >= FunctionId::kHistogramCount && id <= FunctionId::kHistogramStdvar;
}

struct Function {
  static constexpr int kAnyNumber = -1;
  std::string_view name;
  FunctionId id;
  ValueType result;
  std::array<ValueType, 5> args;
  size_t arg_count;  // entries of `args`; the last one's type holds for all that follow
  int optional = 0;  // how many of the last arguments may be missing, or kAnyNumber
};

// Null when there is no such function; names are case-sensitive.
const Function* FindFunction(std::string_view name);

}  // namespace vedette::query
