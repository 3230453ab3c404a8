#include "query/function_table.h"

#include <algorithm>
#include <initializer_list>

namespace vedette::query {
namespace {

constexpr ValueType kS = ValueType::kScalar;
constexpr ValueType kT = ValueType::kString;
constexpr ValueType kV = ValueType::kVector;
constexpr ValueType kM = ValueType::kMatrix;

constexpr Function Make(std::string_view name, FunctionId id, ValueType result,
                        std::initializer_list<ValueType> args, int optional = 0) {
  Function function{name, id, result, {kS, kS, kS, kS, kS}, args.size(), optional};
  size_t i = 0;
  for (const ValueType type : args) function.args[i++] = type;
  return function;
}

constexpr Function Range(std::string_view name, FunctionId id) { return Make(name, id, kV, {kM}); }
constexpr Function Math(std::string_view name, FunctionId id) { return Make(name, id, kV, {kV}); }
constexpr Function Date(std::string_view name, FunctionId id) {
  return Make(name, id, kV, {kV}, 1);
}

constexpr Function kFunctions[] = {
    Range("rate", FunctionId::kRate),
    Range("increase", FunctionId::kIncrease),
    Range("delta", FunctionId::kDelta),
    Range("irate", FunctionId::kIrate),
    Range("idelta", FunctionId::kIdelta),
    Range("deriv", FunctionId::kDeriv),
    Make("predict_linear", FunctionId::kPredictLinear, kV, {kM, kS}),
    Range("changes", FunctionId::kChanges),
    Range("resets", FunctionId::kResets),
    Range("avg_over_time", FunctionId::kAvgOverTime),
    Range("min_over_time", FunctionId::kMinOverTime),
    Range("max_over_time", FunctionId::kMaxOverTime),
    Range("sum_over_time", FunctionId::kSumOverTime),
    Range("count_over_time", FunctionId::kCountOverTime),
    Range("last_over_time", FunctionId::kLastOverTime),
    Range("present_over_time", FunctionId::kPresentOverTime),
    Range("stddev_over_time", FunctionId::kStddevOverTime),
    Range("stdvar_over_time", FunctionId::kStdvarOverTime),
    Make("quantile_over_time", FunctionId::kQuantileOverTime, kV, {kS, kM}),
    Range("mad_over_time", FunctionId::kMadOverTime),
    Range("first_over_time", FunctionId::kFirstOverTime),
    Range("ts_of_first_over_time", FunctionId::kTsOfFirstOverTime),
    Range("ts_of_last_over_time", FunctionId::kTsOfLastOverTime),
    Range("ts_of_min_over_time", FunctionId::kTsOfMinOverTime),
    Range("ts_of_max_over_time", FunctionId::kTsOfMaxOverTime),
    Make("double_exponential_smoothing", FunctionId::kDoubleExponentialSmoothing, kV, {kM, kS, kS}),
    Make("holt_winters", FunctionId::kDoubleExponentialSmoothing, kV, {kM, kS, kS}),
    Math("abs", FunctionId::kAbs),
    Math("ceil", FunctionId::kCeil),
    Math("floor", FunctionId::kFloor),
    Math("sqrt", FunctionId::kSqrt),
    Math("exp", FunctionId::kExp),
    Math("ln", FunctionId::kLn),
    Math("log2", FunctionId::kLog2),
    Math("log10", FunctionId::kLog10),
    Math("sgn", FunctionId::kSgn),
    Math("sin", FunctionId::kSin),
    Math("cos", FunctionId::kCos),
    Math("tan", FunctionId::kTan),
    Math("asin", FunctionId::kAsin),
    Math("acos", FunctionId::kAcos),
    Math("atan", FunctionId::kAtan),
    Math("sinh", FunctionId::kSinh),
    Math("cosh", FunctionId::kCosh),
    Math("tanh", FunctionId::kTanh),
    Math("asinh", FunctionId::kAsinh),
    Math("acosh", FunctionId::kAcosh),
    Math("atanh", FunctionId::kAtanh),
    Math("deg", FunctionId::kDeg),
    Math("rad", FunctionId::kRad),
    Make("round", FunctionId::kRound, kV, {kV, kS}, 1),
    Make("clamp", FunctionId::kClamp, kV, {kV, kS, kS}),
    Make("clamp_min", FunctionId::kClampMin, kV, {kV, kS}),
    Make("clamp_max", FunctionId::kClampMax, kV, {kV, kS}),
    Date("minute", FunctionId::kMinute),
    Date("hour", FunctionId::kHour),
    Date("day_of_week", FunctionId::kDayOfWeek),
    Date("day_of_month", FunctionId::kDayOfMonth),
    Date("day_of_year", FunctionId::kDayOfYear),
    Date("days_in_month", FunctionId::kDaysInMonth),
    Date("month", FunctionId::kMonth),
    Date("year", FunctionId::kYear),
    Make("absent", FunctionId::kAbsent, kV, {kV}),
    Make("absent_over_time", FunctionId::kAbsentOverTime, kV, {kM}),
    Make("histogram_quantile", FunctionId::kHistogramQuantile, kV, {kS, kV}),
    Make("histogram_quantiles", FunctionId::kHistogramQuantiles, kV, {kV, kT, kS, kS},
         Function::kAnyNumber),
    Make("histogram_fraction", FunctionId::kHistogramFraction, kV, {kS, kS, kV}),
    Math("histogram_count", FunctionId::kHistogramCount),
    Math("histogram_sum", FunctionId::kHistogramSum),
    Math("histogram_avg", FunctionId::kHistogramAvg),
    Math("histogram_stddev", FunctionId::kHistogramStddev),
    Math("histogram_stdvar", FunctionId::kHistogramStdvar),
    Make("info", FunctionId::kInfo, kV, {kV, kV}, 1),
    Make("label_replace", FunctionId::kLabelReplace, kV, {kV, kT, kT, kT, kT}),
    Make("label_join", FunctionId::kLabelJoin, kV, {kV, kT, kT, kT}, Function::kAnyNumber),
    Make("time", FunctionId::kTime, kS, {}),
    Make("start", FunctionId::kQueryStart, kS, {}),
    Make("end", FunctionId::kQueryEnd, kS, {}),
    Make("range", FunctionId::kQueryRange, kS, {}),
    Make("step", FunctionId::kQueryStep, kS, {}),
    Make("pi", FunctionId::kPi, kS, {}),
    Make("min_of", FunctionId::kMinOf, kS, {kS, kS}),
    Make("max_of", FunctionId::kMaxOf, kS, {kS, kS}),
    Make("timestamp", FunctionId::kTimestamp, kV, {kV}),
    Make("vector", FunctionId::kVector, kV, {kS}),
    Make("scalar", FunctionId::kScalar, kS, {kV}),
    Make("sort", FunctionId::kSort, kV, {kV}),
    Make("sort_desc", FunctionId::kSortDesc, kV, {kV}),
    Make("sort_by_label", FunctionId::kSortByLabel, kV, {kV, kT}, Function::kAnyNumber),
    Make("sort_by_label_desc", FunctionId::kSortByLabelDesc, kV, {kV, kT}, Function::kAnyNumber),
};

}  // namespace

const Function* FindFunction(std::string_view name) {
  const auto* found = std::find_if(std::begin(kFunctions), std::end(kFunctions),
                                   [&](const Function& f) { return f.name == name; });
  return found == std::end(kFunctions) ? nullptr : found;
}

}  // namespace vedette::query
