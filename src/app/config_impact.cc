#include <fmt/core.h>
#include <string>
#include <utility>

#include "app/config_sections.h"
#include "query/parser.h"

namespace vedette::app {
namespace {

constexpr size_t kMeasuresMax = 20;

void ReadMeasure(yaml::YamlReader& reader, diagnose::live::ImpactOptions& out) {
  diagnose::live::ImpactOptions::Measure measure;
  reader.Read("name", measure.name);
  reader.Read("query", measure.query);
  reader.Read("unit", measure.unit);
  if (measure.name.empty()) reader.Problem("name", "a measure needs a name");
  if (const auto parsed = query::Parse(measure.query); !parsed.ok()) {
    reader.Problem("query", parsed.error().message);
  }
  if (out.measures.size() == kMeasuresMax) {
    reader.Problem("", fmt::format("there are more than {} measures", kMeasuresMax));
    return;
  }
  out.measures.push_back(std::move(measure));
}

}  // namespace

void ReadImpact(yaml::YamlReader& impact, diagnose::live::ImpactOptions& out) {
  double objective = 0;
  if (impact.Read("objective", objective, 0, 1)) {
    if (objective == 0 || objective == 1) {
      impact.Problem("objective", "must be between 0 and 1, for instance 0.999");
    }
    out.objective = objective;
  }
  impact.Read("period", out.period);
  impact.Read("user_fields", out.user_fields);
  impact.ReadList("measures", [&](yaml::YamlReader& reader) { ReadMeasure(reader, out); });
}

}  // namespace vedette::app
