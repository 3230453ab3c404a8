#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "kv/fault_injector.h"

namespace vedette::kv {

// A disk in memory that databases can be opened on one after another, with crashes in between:
//
//   CrashableEnv env;
//   auto db = *Db::Open({.path = "/db", .families = ..., .faults = &env});
//   ... write ...
//   env.CutPower();  // or env.KillProcess(); from now on `db` can only fail
//   db = *Db::Open(...);
//
// Files keep what was written, and separately what was synced; names of files are kept as they are
// and as they were when their folder was last synced. Folders themselves are never lost.
// Thread-safe. Must outlive the databases opened on it.
class CrashableEnv final : public FaultInjector {
 public:
  // How many of a file's unsynced bytes reach the medium all the same when power fails.
  using KeepUnsynced = std::function<size_t(size_t unsynced)>;

  // `faults` stands before this disk too; not owned, may be null.
  explicit CrashableEnv(FaultInjector* faults = nullptr);
  ~CrashableEnv() override;

  // As kill -9: keeps what was written, takes the disk away from whoever has it open.
  void KillProcess();
  // As a power loss: the same, and drops what was not synced.
  void CutPower(const KeepUnsynced& keep = {});

  // The files that there are, by their whole paths, in order.
  std::vector<std::string> Files() const;
  // As a medium that decays: changes the bytes of a file. After a crash, before the next Open.
  void Damage(const std::string& file, const std::function<void(std::string& bytes)>& change);

  std::shared_ptr<rocksdb::FileSystem> Wrap(std::shared_ptr<rocksdb::FileSystem> base) override;

  struct Medium;

 private:
  FaultInjector* const faults_;
  const std::shared_ptr<Medium> medium_;
};

}  // namespace vedette::kv
