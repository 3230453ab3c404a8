#pragma once

#include <optional>
#include <string>

#include "app/model_trainer.h"
#include "base/result.h"

namespace vedette::app {

// The training that runs, as a file beside the models: a process that ended in the middle of it
// finds there what to go on with. Not thread-safe; one process at a time owns the folder.
class TrainingOrderFile {
 public:
  // `folder` is that of the models.
  explicit TrainingOrderFile(const std::string& folder) : path_(folder + "/training.json") {}

  // A request that cannot be written is trained all the same; the log says so.
  void Write(const TrainingRequest& request) const;
  // What was begun and did not end. What cannot be read, was begun more than a day ago, or so often
  // that it may be what ends the process, is none.
  std::optional<TrainingRequest> Read(base::TimePoint now) const;
  void Remove() const;

 private:
  static constexpr int kBeginningsMax = 3;
  static constexpr base::Duration kOldest = std::chrono::hours(24);

  const std::string path_;
};

}  // namespace vedette::app
