#include "app/config_sections.h"

namespace vedette::app {

void ReadOtlp(yaml::YamlReader& otlp, sources::otlp::MetricsOptions& out) {
  std::string strategy;
  if (otlp.Read("translation_strategy", strategy)) {
    if (const auto translation = sources::otlp::ParseTranslation(strategy)) {
      out.translation = *translation;
    } else {
      otlp.Problem("translation_strategy", "no strategy is called " + strategy,
                   "one of UnderscoreEscapingWithSuffixes, UnderscoreEscapingWithoutSuffixes, "
                   "NoUTF8EscapingWithSuffixes, NoTranslation");
    }
  }
  otlp.Read("promote_resource_attributes", out.promoted_attributes);
  otlp.Read("promote_scope_metadata", out.promote_scope);
}

}  // namespace vedette::app
