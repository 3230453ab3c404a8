#include <cstddef>
#include <cstdint>
#include <string_view>

#include "importer/people.h"
#include "importer/their_plan.h"

// Exports of PagerDuty, Opsgenie and Grafana OnCall, for the importers and for parity runs.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace importer = vedette::importer;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(importer::ImportPagerDuty(text));
  static_cast<void>(importer::ImportOpsgenie(text));
  static_cast<void>(importer::ImportGrafanaOnCall(text));
  for (const char* system : {"pagerduty", "opsgenie", "grafana-oncall"}) {
    const auto plan = importer::TheirPlan::Read(system, text);
    if (!plan.ok()) continue;
    for (const vedette::model::Labels& labels : plan->Samples()) {
      static_cast<void>(plan->Calls(labels, vedette::base::FromMillis(1'792'843'200'000)));
    }
  }
  return 0;
}
