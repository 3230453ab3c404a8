#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "detect/learned/model.h"

namespace vedette::detect::learned {

// The models of a data folder, in memory and as files: one folder for each service, one file for
// each version, of which the last few are kept. The latest version of a service counts; if it was
// not kept, there is none to use. Thread-safe.
class ModelStore {
 public:
  using Shared = std::shared_ptr<const Model>;

  // Reads all that is in the folder; it need not exist. What cannot be read is left out and told to
  // the log.
  static base::Result<std::unique_ptr<ModelStore>> Open(std::string folder);

  // Links all models of one folder into another, durably, while a store uses the first; what is
  // not finished and checkpoints stay behind. REQUIRES: both are on one file system, `to` exists.
  // Error: kUnavailable.
  static base::Result<> LinkAll(const std::string& from, const std::string& to);

  // Gives the model its version, writes it durably and puts it in the place of the one before.
  base::Result<Shared> Save(std::unique_ptr<Model> model) EXCLUDES(mutex_);

  // The latest of each service, sorted; those that are not used too.
  std::vector<Shared> List(const std::string& tenant) const EXCLUDES(mutex_);
  std::vector<Shared> All() const EXCLUDES(mutex_);
  // To be used; null when there is none.
  Shared Find(const std::string& tenant, const std::string& service) const EXCLUDES(mutex_);
  // The latest, used or not; null when there is none.
  Shared Latest(const std::string& tenant, const std::string& service) const EXCLUDES(mutex_);

  // Where a training of a network keeps its state; Save removes those of its service.
  std::string CheckpointPath(const std::string& tenant, const std::string& service,
                             learn::NetworkKind kind) const;
  const std::string& folder() const { return folder_; }

  base::Result<> DeleteTenant(const std::string& tenant) EXCLUDES(mutex_);

 private:
  static constexpr size_t kVersionsKept = 3;
  static constexpr size_t kModelsMax = 10'000;
  using Key = std::pair<std::string, std::string>;  // tenant, service

  explicit ModelStore(std::string folder) : folder_(std::move(folder)) {}
  void ReadFolder(const std::string& folder) REQUIRES(mutex_);
  std::string FolderOf(const std::string& tenant, const std::string& service) const;

  const std::string folder_;
  mutable base::Mutex mutex_;
  std::map<Key, Shared> latest_ GUARDED_BY(mutex_);
};

}  // namespace vedette::detect::learned
