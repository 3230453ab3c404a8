// A scenario in YAML: no crash, and what is read can be staged and run.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "sim/scenario.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace sim = vedette::sim;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto scenario = sim::ReadScenario("fuzz", text);
  if (!scenario.ok()) return 0;
  const auto start = vedette::base::FromMillis(1'800'000'000'000);
  auto simulator = sim::Stage(*scenario, 1, start);
  VEDETTE_CHECK(simulator.ok());
  if (scenario->options.topology.services.size() > 20) return 0;
  for (int i = 1; i <= 5; ++i) {
    const sim::Tick tick = simulator->Step(start + i * scenario->options.step);
    VEDETTE_CHECK(!tick.metrics.empty());
  }
  return 0;
}
