#pragma once

#include <vector>

#include "base/clock.h"
#include "detect/learned/model.h"
#include "yaml/reader.h"

namespace vedette::app {

// models: what learns from stored history.
struct ModelsConfig {
  base::Duration history = std::chrono::hours(24 * 14);   // that a training reads
  base::Duration step{60'000};                            // of it
  base::Duration retrain_every = std::chrono::hours(24);  // services with a model; 0: never
  base::Duration score_every = std::chrono::minutes(1);   // 0: only when asked
  base::Duration time_max = std::chrono::minutes(10);     // of the training of one network
  std::vector<learn::NetworkKind> kinds = {learn::NetworkKind::kLstmAutoencoder,
                                           learn::NetworkKind::kTcn};
  bool bidirectional = false;  // lstm_attention reads windows from both ends
  friend bool operator==(const ModelsConfig&, const ModelsConfig&) = default;
};

// Problems go to the reader.
void ReadModels(yaml::YamlReader& models, ModelsConfig& out);

}  // namespace vedette::app
