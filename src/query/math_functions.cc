#include "query/math_functions.h"

#include <chrono>
#include <cmath>
#include <limits>
#include <numbers>

#include "base/check.h"
#include "query/block.h"

namespace vedette::query {
namespace {

// NaN wins, unlike in std::fmin and std::fmax, but not over the infinity that nothing is beyond;
// -0 is less than +0. So are Go's math.Min and math.Max.
double Smaller(double a, double b) {
  constexpr double kLeast = -std::numeric_limits<double>::infinity();
  if (a == kLeast || b == kLeast) return kLeast;
  if (std::isnan(a) || std::isnan(b)) return std::numeric_limits<double>::quiet_NaN();
  if (a == b) return std::signbit(a) ? a : b;
  return a < b ? a : b;
}
double Larger(double a, double b) { return -Smaller(-a, -b); }

double Sign(double value) { return value < 0 ? -1 : value > 0 ? 1 : value; }

double RoundTo(double value, double step) {
  const double inverse = 1 / step;
  return std::floor(value * inverse + 0.5) / inverse;
}

}  // namespace

bool Compare(BinaryOp op, double lhs, double rhs) {
  switch (op) {
    case BinaryOp::kEqual: return lhs == rhs;
    case BinaryOp::kNotEqual: return lhs != rhs;
    case BinaryOp::kLess: return lhs < rhs;
    case BinaryOp::kLessEqual: return lhs <= rhs;
    case BinaryOp::kGreater: return lhs > rhs;
    case BinaryOp::kGreaterEqual: return lhs >= rhs;
    default: break;
  }
  VEDETTE_CHECK(false && "not a comparison");
  return false;
}

double ApplyOperator(BinaryOp op, double lhs, double rhs) {
  switch (op) {
    case BinaryOp::kAdd: return lhs + rhs;
    case BinaryOp::kSub: return lhs - rhs;
    case BinaryOp::kMul: return lhs * rhs;
    case BinaryOp::kDiv: return lhs / rhs;
    case BinaryOp::kMod: return std::fmod(lhs, rhs);
    case BinaryOp::kPow: return std::pow(lhs, rhs);
    case BinaryOp::kAtan2: return std::atan2(lhs, rhs);
    case BinaryOp::kTrimUpper:
    case BinaryOp::kTrimLower: return Absent();
    default: return Compare(op, lhs, rhs) ? 1 : 0;
  }
}

double ApplyMath(FunctionId id, double value, double first, double second) {
  switch (id) {
    case FunctionId::kAbs: return std::abs(value);
    case FunctionId::kCeil: return std::ceil(value);
    case FunctionId::kFloor: return std::floor(value);
    case FunctionId::kSqrt: return std::sqrt(value);
    case FunctionId::kExp: return std::exp(value);
    case FunctionId::kLn: return std::log(value);
    case FunctionId::kLog2: return std::log2(value);
    case FunctionId::kLog10: return std::log10(value);
    case FunctionId::kSgn: return Sign(value);
    case FunctionId::kSin: return std::sin(value);
    case FunctionId::kCos: return std::cos(value);
    case FunctionId::kTan: return std::tan(value);
    case FunctionId::kAsin: return std::asin(value);
    case FunctionId::kAcos: return std::acos(value);
    case FunctionId::kAtan: return std::atan(value);
    case FunctionId::kSinh: return std::sinh(value);
    case FunctionId::kCosh: return std::cosh(value);
    case FunctionId::kTanh: return std::tanh(value);
    case FunctionId::kAsinh: return std::asinh(value);
    case FunctionId::kAcosh: return std::acosh(value);
    case FunctionId::kAtanh: return std::atanh(value);
    case FunctionId::kDeg: return value * 180 / std::numbers::pi;
    case FunctionId::kRad: return value * std::numbers::pi / 180;
    case FunctionId::kRound: return RoundTo(value, first);
    case FunctionId::kClamp:
      return second < first ? Absent() : Larger(first, Smaller(second, value));
    case FunctionId::kClampMin: return Larger(first, value);
    case FunctionId::kClampMax: return Smaller(first, value);
    default: break;
  }
  VEDETTE_CHECK(false && "not a math function");
  return value;
}

double ApplyDate(FunctionId id, double seconds) {
  using std::chrono::days;
  using std::chrono::sys_days;
  using std::chrono::year_month_day;
  // Beyond this std::chrono's years (16 bits) end; Prometheus' answers there mean nothing either.
  constexpr double kSecondsMax = 1e12;
  if (!(std::abs(seconds) < kSecondsMax)) return std::numeric_limits<double>::quiet_NaN();
  const std::chrono::sys_seconds time{std::chrono::seconds(static_cast<int64_t>(seconds))};
  const sys_days day = std::chrono::floor<days>(time);
  const year_month_day date(day);
  const int64_t second_of_day = (time - day).count();
  switch (id) {
    case FunctionId::kMinute: return static_cast<double>(second_of_day / 60 % 60);
    case FunctionId::kHour: return static_cast<double>(second_of_day / 3600);
    case FunctionId::kDayOfWeek: return static_cast<double>(std::chrono::weekday(day).c_encoding());
    case FunctionId::kDayOfMonth: return static_cast<double>(static_cast<unsigned>(date.day()));
    case FunctionId::kDayOfYear: {
      const sys_days first(date.year() / std::chrono::January / 1);
      return static_cast<double>((day - first).count() + 1);
    }
    case FunctionId::kDaysInMonth: {
      const year_month_day last(sys_days(date.year() / date.month() / std::chrono::last));
      return static_cast<double>(static_cast<unsigned>(last.day()));
    }
    case FunctionId::kMonth: return static_cast<double>(static_cast<unsigned>(date.month()));
    case FunctionId::kYear: return static_cast<double>(static_cast<int>(date.year()));
    default: break;
  }
  VEDETTE_CHECK(false && "not a date function");
  return 0;
}

}  // namespace vedette::query
