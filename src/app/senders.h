#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/embedded_file.h"
#include "base/mutex.h"
#include "sources/senders/mapping.h"
#include "yaml/reader.h"

namespace vedette::app {

// The files of catalog/senders.
std::span<const base::EmbeddedFile> EmbeddedSenders();

// The mappings that ship, in order of their names.
std::vector<sources::senders::Mapping> ShippedSenders();

// intake: files of mappings that people wrote, which take the place of shipped ones of their names.
// What is wrong with a file, and each of its examples that fails, goes to the reader.
void ReadIntake(yaml::YamlReader& reader, const std::string& folder,
                std::vector<sources::senders::Mapping>& out);

// The mappings as configured now. Thread-safe.
class Senders {
 public:
  using List = std::vector<sources::senders::Mapping>;

  // From now on the shipped ones and these.
  void Apply(const List& own) EXCLUDES(mutex_);
  std::shared_ptr<const List> list() const EXCLUDES(mutex_);

 private:
  mutable base::Mutex mutex_;
  std::shared_ptr<const List> list_ GUARDED_BY(mutex_) = std::make_shared<const List>();
};

}  // namespace vedette::app
