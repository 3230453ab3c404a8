// The first byte says which webhook, the rest is its body: no crash, and every change has an id, a
// service and a title.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "base/check.h"
#include "base/json.h"
#include "sources/changes/webhooks.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace changes = vedette::sources::changes;
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto body = vedette::base::ParseJson(text);
  if (!body.ok()) return 0;
  constexpr std::string_view kEvents[] = {"push", "deployment", "deployment_status", "release",
                                          "workflow_run"};
  const auto now = vedette::base::FromMillis(1'700'000'000'000);
  const changes::WebhookOptions options;
  const size_t which = data[0] % 8;
  const auto parsed = which < 5    ? changes::ParseGitHub(kEvents[which], *body, now, options)
                      : which == 5 ? changes::ParseGitLab(*body, now, options)
                      : which == 6 ? changes::ParseArgoCd(*body, now, options)
                                   : changes::ParseJenkins(*body, now, options);
  if (!parsed.ok()) return 0;
  for (const auto& change : *parsed) {
    VEDETTE_CHECK(!change.id.empty() && !change.kind.empty() && !change.title.empty());
  }
  return 0;
}
