#pragma once

#include <cstdint>
#include <memory>

#include "kv/fault_injector.h"

namespace vedette::kv {

// Fails the n-th write, sync, rename, link or creation of a file, and if wished all that follow;
// a failing write leaves half of its bytes behind. Reads and deletions never fail. Thread-safe.
//
//   NthFault fault;
//   fault.Arm({.nth = 7});
//   ... open and use a Db with DbOptions::faults = &fault ...
//   if (!fault.fired()) it went well with all its operations
class NthFault final : public FaultInjector {
 public:
  struct Plan {
    uint64_t nth = 1;        // counted from Arm, from 1
    bool lasting = false;    // it and all after it, until Disarm
    bool disk_full = false;  // ENOSPC instead of EIO
  };

  NthFault();
  ~NthFault() override;

  void Arm(Plan plan);
  void Disarm();
  bool fired() const;           // since Arm
  uint64_t operations() const;  // since Arm

  std::shared_ptr<rocksdb::FileSystem> Wrap(std::shared_ptr<rocksdb::FileSystem> base) override;

  struct State;

 private:
  const std::shared_ptr<State> state_;
};

}  // namespace vedette::kv
