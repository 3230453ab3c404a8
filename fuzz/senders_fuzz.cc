// The first line is a mapping in YAML's flow style, the rest a message: no crash, and what becomes
// an alert has a name and bounded texts.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/check.h"
#include "sources/senders/mapping.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace senders = vedette::sources::senders;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t end = std::min(input.find('\n'), input.size());
  std::vector<vedette::yaml::Diagnostic> problems;
  const senders::Mapping mapping = senders::ReadMapping(input.substr(0, end), problems);
  if (!problems.empty()) return 0;
  for (const char* type : {"application/json", "application/x-www-form-urlencoded"}) {
    const auto message = senders::ReadMessage(input.substr(std::min(end + 1, input.size())), type);
    if (!message.ok()) continue;
    const auto now = vedette::base::FromMillis(1'800'000'000'000);
    const auto translation = senders::Translate(mapping, *message, now);
    if (!translation.ok()) continue;
    for (const senders::Mapped& mapped : translation->alerts) {
      VEDETTE_CHECK(!mapped.alert.labels.Get("alertname").empty());
      VEDETTE_CHECK(mapped.alert.starts_at <= now && mapped.key.size() <= 1'000);
      for (const auto& label : mapped.alert.labels) VEDETTE_CHECK(label.value.size() <= 1'000);
    }
  }
  return 0;
}
