#pragma once

#include <string>

namespace vedette::sql {

// Stands between SQLite and its files, for tests: sql/testing has one that fails the n-th
// operation. Must outlive the Database.
class FaultInjector {
 public:
  virtual ~FaultInjector() = default;

  // The name of the registered SQLite VFS to use.
  virtual std::string VfsName() const = 0;
};

}  // namespace vedette::sql
