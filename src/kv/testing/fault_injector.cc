#include "kv/testing/fault_injector.h"

#include <rocksdb/file_system.h>
#include <string>
#include <utility>

#include "base/mutex.h"

namespace vedette::kv {

struct NthFault::State {
  // The status that the next operation meets.
  rocksdb::IOStatus Next() EXCLUDES(mutex) {
    base::MutexLock lock(mutex);
    ++operations;
    if (!armed || operations < plan.nth) return rocksdb::IOStatus::OK();
    if (fired && !plan.lasting) return rocksdb::IOStatus::OK();
    fired = true;
    return plan.disk_full ? rocksdb::IOStatus::NoSpace("injected fault")
                          : rocksdb::IOStatus::IOError("injected fault");
  }

  base::Mutex mutex;
  Plan plan GUARDED_BY(mutex);
  bool armed GUARDED_BY(mutex) = false;
  bool fired GUARDED_BY(mutex) = false;
  uint64_t operations GUARDED_BY(mutex) = 0;
};

namespace {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;
using State = NthFault::State;

class FaultyWritableFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  FaultyWritableFile(std::unique_ptr<rocksdb::FSWritableFile> file, std::shared_ptr<State> state)
      : FSWritableFileOwnerWrapper(std::move(file)), state_(std::move(state)) {}

  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* dbg) override {
    IOStatus fault = state_->Next();
    if (fault.ok()) return target()->Append(data, options, dbg);
    target()->Append(Slice(data.data(), data.size() / 2), options, dbg).PermitUncheckedError();
    return fault;
  }
  IOStatus Append(const Slice& data, const IOOptions& options,
                  const rocksdb::DataVerificationInfo& /*info*/, IODebugContext* dbg) override {
    return Append(data, options, dbg);
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* dbg) override {
    IOStatus fault = state_->Next();
    return fault.ok() ? target()->Sync(options, dbg) : fault;
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* dbg) override {
    IOStatus fault = state_->Next();
    return fault.ok() ? target()->Fsync(options, dbg) : fault;
  }
  IOStatus RangeSync(uint64_t offset, uint64_t bytes, const IOOptions& options,
                     IODebugContext* dbg) override {
    IOStatus fault = state_->Next();
    return fault.ok() ? target()->RangeSync(offset, bytes, options, dbg) : fault;
  }

 private:
  const std::shared_ptr<State> state_;
};

class FaultyDirectory final : public rocksdb::FSDirectoryWrapper {
 public:
  FaultyDirectory(std::unique_ptr<rocksdb::FSDirectory> directory, std::shared_ptr<State> state)
      : FSDirectoryWrapper(std::move(directory)), state_(std::move(state)) {}

  IOStatus Fsync(const IOOptions& options, IODebugContext* dbg) override {
    IOStatus fault = state_->Next();
    return fault.ok() ? FSDirectoryWrapper::Fsync(options, dbg) : fault;
  }
  IOStatus FsyncWithDirOptions(const IOOptions& options, IODebugContext* dbg,
                               const rocksdb::DirFsyncOptions& how) override {
    IOStatus fault = state_->Next();
    return fault.ok() ? FSDirectoryWrapper::FsyncWithDirOptions(options, dbg, how) : fault;
  }

 private:
  const std::shared_ptr<State> state_;
};

class FaultyFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  FaultyFileSystem(const std::shared_ptr<rocksdb::FileSystem>& base, std::shared_ptr<State> state)
      : FileSystemWrapper(base), state_(std::move(state)) {}

  const char* Name() const override { return "VedetteNthFault"; }

  IOStatus NewWritableFile(const std::string& name, const FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* result,
                           IODebugContext* dbg) override {
    IOStatus fault = state_->Next();
    if (!fault.ok()) return fault;
    return Guard(target()->NewWritableFile(name, options, result, dbg), result);
  }
  IOStatus ReopenWritableFile(const std::string& name, const FileOptions& options,
                              std::unique_ptr<rocksdb::FSWritableFile>* result,
                              IODebugContext* dbg) override {
    IOStatus fault = state_->Next();
    if (!fault.ok()) return fault;
    return Guard(target()->ReopenWritableFile(name, options, result, dbg), result);
  }
  IOStatus ReuseWritableFile(const std::string& name, const std::string& old_name,
                             const FileOptions& options,
                             std::unique_ptr<rocksdb::FSWritableFile>* result,
                             IODebugContext* dbg) override {
    IOStatus fault = state_->Next();
    if (!fault.ok()) return fault;
    return Guard(target()->ReuseWritableFile(name, old_name, options, result, dbg), result);
  }
  IOStatus NewDirectory(const std::string& name, const IOOptions& options,
                        std::unique_ptr<rocksdb::FSDirectory>* result,
                        IODebugContext* dbg) override {
    IOStatus status = target()->NewDirectory(name, options, result, dbg);
    if (status.ok()) *result = std::make_unique<FaultyDirectory>(std::move(*result), state_);
    return status;
  }
  IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions& options,
                      IODebugContext* dbg) override {
    IOStatus fault = state_->Next();
    return fault.ok() ? target()->RenameFile(from, to, options, dbg) : fault;
  }
  IOStatus LinkFile(const std::string& from, const std::string& to, const IOOptions& options,
                    IODebugContext* dbg) override {
    IOStatus fault = state_->Next();
    return fault.ok() ? target()->LinkFile(from, to, options, dbg) : fault;
  }

 private:
  IOStatus Guard(IOStatus status, std::unique_ptr<rocksdb::FSWritableFile>* file) {
    if (status.ok()) *file = std::make_unique<FaultyWritableFile>(std::move(*file), state_);
    return status;
  }

  const std::shared_ptr<State> state_;
};

}  // namespace

NthFault::NthFault() : state_(std::make_shared<State>()) {}
NthFault::~NthFault() = default;

void NthFault::Arm(Plan plan) {
  base::MutexLock lock(state_->mutex);
  state_->plan = plan;
  state_->armed = true;
  state_->fired = false;
  state_->operations = 0;
}

void NthFault::Disarm() {
  base::MutexLock lock(state_->mutex);
  state_->armed = false;
}

bool NthFault::fired() const {
  base::MutexLock lock(state_->mutex);
  return state_->fired;
}

uint64_t NthFault::operations() const {
  base::MutexLock lock(state_->mutex);
  return state_->operations;
}

std::shared_ptr<rocksdb::FileSystem> NthFault::Wrap(std::shared_ptr<rocksdb::FileSystem> base) {
  return std::make_shared<FaultyFileSystem>(std::move(base), state_);
}

}  // namespace vedette::kv
