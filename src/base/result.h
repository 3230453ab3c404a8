#pragma once

#include <string_view>
#include <type_traits>
#include <utility>

#include <tl/expected.hpp>

#include "base/error.h"

namespace vedette::base {

// A value of T or the Error that prevented it; Result<> carries no value. It is nodiscard: handle
// it, return it, or drop it by name with IgnoreError. An Error converts to any Result:
//
//   base::Result<Config> Load(const Path& path) {
//     VEDETTE_TRY(std::string text, ReadFile(path));
//     VEDETTE_TRY_VOID(CheckSyntax(text));
//     if (text.empty()) return base::InvalidArgument("the file is empty");
//     return Parse(text);
//   }
template <typename T = void>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
  using tl::expected<T, Error>::expected;

  Result(Error error)  // NOLINT(google-explicit-constructor): `return InvalidArgument(...)`
      : tl::expected<T, Error>(tl::unexpect, std::move(error)) {}

  bool ok() const { return this->has_value(); }
};

// Drops an error on purpose. The reason says why nothing is lost by it; drops are counted, see
// IgnoredErrorCount.
void IgnoreError(const Error& error, std::string_view reason);
template <typename T>
void IgnoreError(const Result<T>& result, std::string_view reason) {
  if (!result.ok()) IgnoreError(result.error(), reason);
}

// How many errors this process has dropped with IgnoreError: exported as a self-metric.
long IgnoredErrorCount();

}  // namespace vedette::base

#define VEDETTE_CONCAT_INNER(a, b) a##b
#define VEDETTE_CONCAT(a, b) VEDETTE_CONCAT_INNER(a, b)

// Evaluates an expression of type Result<T>; returns its error to the caller or binds its value to
// `declaration` (for instance `auto body` or `const Limits limits`).
#define VEDETTE_TRY(declaration, ...) \
  VEDETTE_TRY_INNER(VEDETTE_CONCAT(vedette_try_, __LINE__), return, declaration, __VA_ARGS__)
#define VEDETTE_TRY_VOID(...) \
  VEDETTE_TRY_VOID_INNER(VEDETTE_CONCAT(vedette_try_, __LINE__), return, __VA_ARGS__)

// The same inside a coroutine (net and gateway only).
#define VEDETTE_CO_TRY(declaration, ...) \
  VEDETTE_TRY_INNER(VEDETTE_CONCAT(vedette_try_, __LINE__), co_return, declaration, __VA_ARGS__)
#define VEDETTE_CO_TRY_VOID(...) \
  VEDETTE_TRY_VOID_INNER(VEDETTE_CONCAT(vedette_try_, __LINE__), co_return, __VA_ARGS__)

#define VEDETTE_TRY_INNER(temporary, leave, declaration, ...) \
  auto temporary = (__VA_ARGS__);                             \
  if (!temporary.ok()) leave std::move(temporary).error();    \
  declaration = *std::move(temporary)
#define VEDETTE_TRY_VOID_INNER(temporary, leave, ...)                                        \
  do {                                                                                       \
    if (auto temporary = (__VA_ARGS__); !temporary.ok()) leave std::move(temporary).error(); \
  } while (false)
