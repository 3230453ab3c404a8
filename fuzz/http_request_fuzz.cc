// Feeds the server's request reader with arbitrary bytes, in pieces whose sizes the input decides,
// and checks what must hold for every input: bounded memory, progress, canonical paths.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "net/body_budget.h"
#include "net/request_reader.h"

namespace {

using vedette::net::BodyBudget;
using vedette::net::ReaderLimits;
using vedette::net::Request;
using vedette::net::RequestReader;

constexpr size_t kBodyMax = 1 << 16;
constexpr size_t kBudgetMax = 1 << 18;

void CheckRequest(const Request& request) {
  VEDETTE_CHECK(request.path == "*" || request.path.front() == '/');
  VEDETTE_CHECK(request.path.find("/../") == std::string::npos);
  VEDETTE_CHECK(request.path.find("//") == std::string::npos);
  VEDETTE_CHECK(request.path.find('\0') == std::string::npos);
  VEDETTE_CHECK(request.body.size() <= kBodyMax);
  VEDETTE_CHECK(request.body.capacity() >= request.body.size() + 64);
  VEDETTE_CHECK(request.headers.size() <= 21);  // one may come from an absolute target
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  // The last byte says how the rest is cut up.
  const size_t piece = bytes.empty() || bytes.back() == 0
                           ? bytes.size() + 1
                           : static_cast<size_t>(static_cast<unsigned char>(bytes.back()));
  const ReaderLimits limits{.header_bytes_max = 4096,
                            .headers_max = 20,
                            .body_limit = [](std::string_view) { return kBodyMax; }};
  BodyBudget budget(kBudgetMax);
  {
    RequestReader reader(limits, budget);
    while (!bytes.empty()) {
      std::string_view part = bytes.substr(0, piece);
      bytes.remove_prefix(part.size());
      while (!part.empty()) {
        const size_t used = reader.Feed(part);
        VEDETTE_CHECK(used <= part.size());
        part.remove_prefix(used);
        VEDETTE_CHECK(budget.used() <= kBudgetMax);
        if (reader.state() == RequestReader::State::kFailed) return 0;
        if (reader.state() == RequestReader::State::kComplete) {
          CheckRequest(reader.TakeRequest());
          reader.Next();
        } else {
          VEDETTE_CHECK(part.empty());
        }
      }
    }
  }
  VEDETTE_CHECK(budget.used() == 0);
  return 0;
}
