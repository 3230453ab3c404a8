#include "app/config_models.h"

#include <string>

namespace vedette::app {

void ReadModels(yaml::YamlReader& models, ModelsConfig& out) {
  models.Read("history", out.history);
  models.Read("step", out.step);
  models.Read("retrain_every", out.retrain_every);
  models.Read("score_every", out.score_every);
  models.Read("time_max", out.time_max);
  models.Read("bidirectional", out.bidirectional);
  if (out.step < std::chrono::seconds(1)) models.Problem("step", "must be at least 1s");
  std::vector<std::string> names;
  if (!models.Read("detectors", names)) return;
  out.kinds.clear();
  for (const std::string& name : names) {
    if (const auto kind = learn::ParseNetworkKind(name)) {
      out.kinds.push_back(*kind);
    } else {
      models.Problem("detectors", "'" + name + "' is no detector",
                     "one of " + learn::NetworkKindNames());
    }
  }
  if (out.kinds.empty()) models.Problem("detectors", "needs at least one");
}

}  // namespace vedette::app
