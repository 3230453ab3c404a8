#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "sql/fault_injector.h"

namespace vedette::sql {

// Fails the n-th write, sync or truncation of SQLite's files, and if wished all that follow, which
// is what a crash at that point leaves behind; a failing write leaves half of its bytes. Opening,
// reading and deleting never fail. Thread-safe. Must outlive the databases opened through it.
class NthFault final : public FaultInjector {
 public:
  struct Plan {
    uint64_t nth = 1;        // counted from Arm, from 1
    bool lasting = false;    // it and all after it, until Disarm
    bool disk_full = false;  // SQLITE_FULL instead of SQLITE_IOERR
  };

  NthFault();
  ~NthFault() override;

  void Arm(Plan plan);
  void Disarm();
  bool fired() const;           // since Arm
  uint64_t operations() const;  // since Arm

  // After a crash of the machine: makes the files what they were when each was last synced. To be
  // called when the databases on them are closed, after an Arm with `lasting`, which stands for the
  // moment at which power failed.
  void DropUnsynced();

  std::string VfsName() const override;

  struct State;

 private:
  const std::unique_ptr<State> state_;
};

}  // namespace vedette::sql
