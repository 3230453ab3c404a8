#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "query/parser.h"
#include "query/printer.h"

// Whatever the text: no crash, errors that name a place, and what parses prints to a text that
// parses to the same tree.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace base = vedette::base;
  namespace query = vedette::query;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const base::Result<query::ExprPtr> first = query::Parse(text);
  if (!first.ok()) {
    VEDETTE_CHECK(first.error().code == base::ErrorCode::kInvalidArgument);
    VEDETTE_CHECK(first.error().field == "query");
    return 0;
  }
  const std::string printed = query::Print(**first);
  if (printed.size() > query::kQueryBytesMax) return 0;  // quoting and spaces made it too long
  const base::Result<query::ExprPtr> second = query::Parse(printed);
  VEDETTE_CHECK(second.ok());
  VEDETTE_CHECK(query::SameExpr(**first, **second));
  VEDETTE_CHECK(query::Print(**second) == printed);
  return 0;
}
