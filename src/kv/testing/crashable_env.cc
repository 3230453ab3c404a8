#include "kv/testing/crashable_env.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <map>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <set>
#include <string>
#include <utility>

#include "base/mutex.h"

namespace vedette::kv {
namespace {

struct Inode {
  std::string data;
  size_t synced = 0;  // the first bytes that a power loss spares
};

using Names = std::map<std::string, std::shared_ptr<Inode>>;

std::string Normalized(const std::string& path) {
  std::string out;
  for (const char c : path) {
    if (c != '/' || out.empty() || out.back() != '/') out += c;
  }
  if (out.size() > 1 && out.back() == '/') out.pop_back();
  return out;
}

std::string ParentOf(const std::string& path) { return path.substr(0, path.rfind('/')); }

}  // namespace

struct CrashableEnv::Medium {
  base::Mutex mutex;
  uint64_t generation GUARDED_BY(mutex) = 0;  // grows with each crash; older handles fail
  Names names GUARDED_BY(mutex);              // as processes see them
  Names synced_names GUARDED_BY(mutex);       // as the folders were last synced
  std::set<std::string> folders GUARDED_BY(mutex);
  std::set<std::string> locks GUARDED_BY(mutex);
};

namespace {

using Medium = CrashableEnv::Medium;
using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

IOStatus NoSuchFile(const std::string& path) {
  return IOStatus::PathNotFound("no such file", path);
}

// A view of the medium by one process: dead after the next crash.
class Process {
 public:
  Process(std::shared_ptr<Medium> m, uint64_t generation)
      : medium(std::move(m)), generation_(generation) {}

  IOStatus Alive() const REQUIRES(medium->mutex) {
    if (medium->generation == generation_) return IOStatus::OK();
    return IOStatus::IOError("the process or the machine crashed");
  }

  const std::shared_ptr<Medium> medium;

 private:
  const uint64_t generation_;
};

IOStatus CopyOut(const Inode& inode, uint64_t offset, size_t n, Slice* result, char* scratch) {
  const size_t begin = std::min<size_t>(offset, inode.data.size());
  const size_t size = std::min(n, inode.data.size() - begin);
  std::memcpy(scratch, inode.data.data() + begin, size);
  *result = Slice(scratch, size);
  return IOStatus::OK();
}

class MemorySequentialFile final : public rocksdb::FSSequentialFile {
 public:
  MemorySequentialFile(Process process, std::shared_ptr<Inode> inode)
      : process_(std::move(process)), inode_(std::move(inode)) {}

  IOStatus Read(size_t n, const IOOptions& /*options*/, Slice* result, char* scratch,
                IODebugContext* /*dbg*/) override {
    base::MutexLock lock(process_.medium->mutex);
    IOStatus status = CopyOut(*inode_, position_, n, result, scratch);
    position_ += result->size();
    return status;
  }
  IOStatus Skip(uint64_t n) override {
    position_ += n;
    return IOStatus::OK();
  }

 private:
  const Process process_;
  const std::shared_ptr<Inode> inode_;
  uint64_t position_ = 0;
};

class MemoryRandomAccessFile final : public rocksdb::FSRandomAccessFile {
 public:
  MemoryRandomAccessFile(Process process, std::shared_ptr<Inode> inode)
      : process_(std::move(process)), inode_(std::move(inode)) {}

  IOStatus Read(uint64_t offset, size_t n, const IOOptions& /*options*/, Slice* result,
                char* scratch, IODebugContext* /*dbg*/) const override {
    base::MutexLock lock(process_.medium->mutex);
    return CopyOut(*inode_, offset, n, result, scratch);
  }

 private:
  const Process process_;
  const std::shared_ptr<Inode> inode_;
};

class MemoryWritableFile final : public rocksdb::FSWritableFile {
 public:
  MemoryWritableFile(Process process, std::shared_ptr<Inode> inode)
      : process_(std::move(process)), inode_(std::move(inode)) {}

  using FSWritableFile::Append;
  IOStatus Append(const Slice& data, const IOOptions& /*options*/,
                  IODebugContext* /*dbg*/) override {
    base::MutexLock lock(process_.medium->mutex);
    IOStatus status = process_.Alive();
    if (status.ok()) inode_->data.append(data.data(), data.size());
    return status;
  }
  IOStatus Truncate(uint64_t size, const IOOptions& /*options*/, IODebugContext* /*dbg*/) override {
    base::MutexLock lock(process_.medium->mutex);
    IOStatus status = process_.Alive();
    if (!status.ok()) return status;
    inode_->data.resize(size);
    inode_->synced = std::min<size_t>(inode_->synced, size);
    return status;
  }
  IOStatus Sync(const IOOptions& /*options*/, IODebugContext* /*dbg*/) override {
    base::MutexLock lock(process_.medium->mutex);
    IOStatus status = process_.Alive();
    if (status.ok()) inode_->synced = inode_->data.size();
    return status;
  }
  bool IsSyncThreadSafe() const override { return true; }
  IOStatus Close(const IOOptions& /*options*/, IODebugContext* /*dbg*/) override {
    return IOStatus::OK();
  }
  IOStatus Flush(const IOOptions& /*options*/, IODebugContext* /*dbg*/) override {
    return IOStatus::OK();
  }
  uint64_t GetFileSize(const IOOptions& /*options*/, IODebugContext* /*dbg*/) override {
    base::MutexLock lock(process_.medium->mutex);
    return inode_->data.size();
  }

 private:
  const Process process_;
  const std::shared_ptr<Inode> inode_;
};

class MemoryDirectory final : public rocksdb::FSDirectory {
 public:
  MemoryDirectory(Process process, std::string path)
      : process_(std::move(process)), path_(std::move(path)) {}

  IOStatus Fsync(const IOOptions& /*options*/, IODebugContext* /*dbg*/) override {
    base::MutexLock lock(process_.medium->mutex);
    IOStatus status = process_.Alive();
    if (!status.ok()) return status;
    Names& synced = process_.medium->synced_names;
    std::erase_if(synced, [&](const auto& entry) { return ParentOf(entry.first) == path_; });
    for (const auto& [name, inode] : process_.medium->names) {
      if (ParentOf(name) == path_) synced[name] = inode;
    }
    return status;
  }
  IOStatus Close(const IOOptions& /*options*/, IODebugContext* /*dbg*/) override {
    return IOStatus::OK();
  }

 private:
  const Process process_;
  const std::string path_;
};

class MemoryLock final : public rocksdb::FileLock {
 public:
  explicit MemoryLock(std::string p) : path(std::move(p)) {}
  const std::string path;
};

class SilentLogger final : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char* /*format*/, va_list /*arguments*/) override {}
  size_t GetLogFileSize() const override { return 0; }
};

class MemoryFileSystem final : public rocksdb::FileSystem {
 public:
  explicit MemoryFileSystem(Process process) : process_(std::move(process)) {}

  const char* Name() const override { return "VedetteCrashableEnv"; }

  IOStatus NewSequentialFile(const std::string& path, const FileOptions& /*options*/,
                             std::unique_ptr<rocksdb::FSSequentialFile>* result,
                             IODebugContext* /*dbg*/) override {
    std::shared_ptr<Inode> inode;
    IOStatus status = Find(path, inode);
    if (status.ok()) *result = std::make_unique<MemorySequentialFile>(process_, inode);
    return status;
  }
  IOStatus NewRandomAccessFile(const std::string& path, const FileOptions& /*options*/,
                               std::unique_ptr<rocksdb::FSRandomAccessFile>* result,
                               IODebugContext* /*dbg*/) override {
    std::shared_ptr<Inode> inode;
    IOStatus status = Find(path, inode);
    if (status.ok()) *result = std::make_unique<MemoryRandomAccessFile>(process_, inode);
    return status;
  }
  IOStatus NewWritableFile(const std::string& path, const FileOptions& /*options*/,
                           std::unique_ptr<rocksdb::FSWritableFile>* result,
                           IODebugContext* /*dbg*/) override {
    base::MutexLock lock(process_.medium->mutex);
    IOStatus status = process_.Alive();
    if (!status.ok()) return status;
    auto inode = std::make_shared<Inode>();
    process_.medium->names[Normalized(path)] = inode;
    *result = std::make_unique<MemoryWritableFile>(process_, inode);
    return status;
  }
  IOStatus ReopenWritableFile(const std::string& path, const FileOptions& options,
                              std::unique_ptr<rocksdb::FSWritableFile>* result,
                              IODebugContext* dbg) override {
    std::shared_ptr<Inode> inode;
    if (!Find(path, inode).ok()) return NewWritableFile(path, options, result, dbg);
    *result = std::make_unique<MemoryWritableFile>(process_, inode);
    return IOStatus::OK();
  }
  IOStatus NewDirectory(const std::string& path, const IOOptions& /*options*/,
                        std::unique_ptr<rocksdb::FSDirectory>* result,
                        IODebugContext* /*dbg*/) override {
    *result = std::make_unique<MemoryDirectory>(process_, Normalized(path));
    return IOStatus::OK();
  }

  IOStatus FileExists(const std::string& path, const IOOptions& /*options*/,
                      IODebugContext* /*dbg*/) override {
    base::MutexLock lock(process_.medium->mutex);
    const std::string name = Normalized(path);
    const bool exists =
        process_.medium->names.contains(name) || process_.medium->folders.contains(name);
    return exists ? IOStatus::OK() : IOStatus::NotFound("no such file", path);
  }
  IOStatus GetChildren(const std::string& path, const IOOptions& /*options*/,
                       std::vector<std::string>* result, IODebugContext* /*dbg*/) override {
    base::MutexLock lock(process_.medium->mutex);
    const std::string folder = Normalized(path);
    if (!process_.medium->folders.contains(folder)) {
      return IOStatus::NotFound("no such folder", path);
    }
    result->clear();
    for (const auto& [name, inode] : process_.medium->names) {
      if (ParentOf(name) == folder) result->push_back(name.substr(folder.size() + 1));
    }
    for (const std::string& name : process_.medium->folders) {
      if (name != folder && ParentOf(name) == folder) {
        result->push_back(name.substr(folder.size() + 1));
      }
    }
    return IOStatus::OK();
  }
  IOStatus GetFileSize(const std::string& path, const IOOptions& /*options*/, uint64_t* size,
                       IODebugContext* /*dbg*/) override {
    base::MutexLock lock(process_.medium->mutex);
    const auto it = process_.medium->names.find(Normalized(path));
    if (it == process_.medium->names.end()) return NoSuchFile(path);
    *size = it->second->data.size();
    return IOStatus::OK();
  }
  IOStatus GetFileModificationTime(const std::string& /*path*/, const IOOptions& /*options*/,
                                   uint64_t* time, IODebugContext* /*dbg*/) override {
    *time = 0;
    return IOStatus::OK();
  }
  IOStatus IsDirectory(const std::string& path, const IOOptions& /*options*/, bool* is_folder,
                       IODebugContext* /*dbg*/) override {
    base::MutexLock lock(process_.medium->mutex);
    *is_folder = process_.medium->folders.contains(Normalized(path));
    return IOStatus::OK();
  }

  IOStatus DeleteFile(const std::string& path, const IOOptions& /*options*/,
                      IODebugContext* /*dbg*/) override {
    base::MutexLock lock(process_.medium->mutex);
    IOStatus status = process_.Alive();
    if (!status.ok()) return status;
    return process_.medium->names.erase(Normalized(path)) > 0 ? status : NoSuchFile(path);
  }
  IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions& /*options*/,
                      IODebugContext* /*dbg*/) override {
    base::MutexLock lock(process_.medium->mutex);
    IOStatus status = process_.Alive();
    if (!status.ok()) return status;
    return RenameLocked(Normalized(from), Normalized(to));
  }
  IOStatus LinkFile(const std::string& from, const std::string& to, const IOOptions& /*options*/,
                    IODebugContext* /*dbg*/) override {
    base::MutexLock lock(process_.medium->mutex);
    IOStatus status = process_.Alive();
    if (!status.ok()) return status;
    const auto it = process_.medium->names.find(Normalized(from));
    if (it == process_.medium->names.end()) return NoSuchFile(from);
    process_.medium->names[Normalized(to)] = it->second;
    return status;
  }
  IOStatus CreateDir(const std::string& path, const IOOptions& /*options*/,
                     IODebugContext* /*dbg*/) override {
    base::MutexLock lock(process_.medium->mutex);
    IOStatus status = process_.Alive();
    if (!status.ok()) return status;
    return process_.medium->folders.insert(Normalized(path)).second
               ? status
               : IOStatus::IOError("the folder exists", path);
  }
  IOStatus CreateDirIfMissing(const std::string& path, const IOOptions& /*options*/,
                              IODebugContext* /*dbg*/) override {
    base::MutexLock lock(process_.medium->mutex);
    IOStatus status = process_.Alive();
    if (status.ok()) process_.medium->folders.insert(Normalized(path));
    return status;
  }
  IOStatus DeleteDir(const std::string& path, const IOOptions& /*options*/,
                     IODebugContext* /*dbg*/) override {
    base::MutexLock lock(process_.medium->mutex);
    process_.medium->folders.erase(Normalized(path));
    return IOStatus::OK();
  }

  IOStatus LockFile(const std::string& path, const IOOptions& /*options*/, rocksdb::FileLock** lock,
                    IODebugContext* /*dbg*/) override {
    base::MutexLock guard(process_.medium->mutex);
    IOStatus status = process_.Alive();
    if (!status.ok()) return status;
    const std::string name = Normalized(path);
    if (!process_.medium->locks.insert(name).second) {
      return IOStatus::IOError("While lock file", path);
    }
    *lock = std::make_unique<MemoryLock>(name).release();  // UnlockFile takes it back
    return status;
  }
  IOStatus UnlockFile(rocksdb::FileLock* lock, const IOOptions& /*options*/,
                      IODebugContext* /*dbg*/) override {
    const std::unique_ptr<MemoryLock> owned(static_cast<MemoryLock*>(lock));
    base::MutexLock guard(process_.medium->mutex);
    // After a crash the next process may hold the same lock.
    if (process_.Alive().ok()) process_.medium->locks.erase(owned->path);
    return IOStatus::OK();
  }
  IOStatus GetTestDirectory(const IOOptions& /*options*/, std::string* path,
                            IODebugContext* /*dbg*/) override {
    *path = "/test";
    return IOStatus::OK();
  }
  IOStatus NewLogger(const std::string& /*path*/, const IOOptions& /*options*/,
                     std::shared_ptr<rocksdb::Logger>* result, IODebugContext* /*dbg*/) override {
    *result = std::make_shared<SilentLogger>();
    return IOStatus::OK();
  }
  IOStatus GetAbsolutePath(const std::string& path, const IOOptions& /*options*/,
                           std::string* absolute, IODebugContext* /*dbg*/) override {
    *absolute = Normalized(path);
    return IOStatus::OK();
  }

 private:
  IOStatus Find(const std::string& path, std::shared_ptr<Inode>& inode) {
    base::MutexLock lock(process_.medium->mutex);
    const auto it = process_.medium->names.find(Normalized(path));
    if (it == process_.medium->names.end()) return NoSuchFile(path);
    inode = it->second;
    return IOStatus::OK();
  }

  // Files, or a folder with all that is in it (a checkpoint is made under another name first).
  IOStatus RenameLocked(const std::string& from, const std::string& to)
      REQUIRES(process_.medium->mutex) {
    Names& names = process_.medium->names;
    if (const auto it = names.find(from); it != names.end()) {
      names[to] = it->second;
      names.erase(from);
      return IOStatus::OK();
    }
    if (process_.medium->folders.erase(from) == 0) return NoSuchFile(from);
    process_.medium->folders.insert(to);
    for (Names* all : {&names, &process_.medium->synced_names}) {
      Names moved;
      for (const auto& [name, inode] : *all) {
        if (ParentOf(name) == from) moved[to + name.substr(from.size())] = inode;
      }
      std::erase_if(*all, [&](const auto& entry) { return ParentOf(entry.first) == from; });
      all->merge(moved);
    }
    return IOStatus::OK();
  }

  const Process process_;
};

}  // namespace

CrashableEnv::CrashableEnv(FaultInjector* faults)
    : faults_(faults), medium_(std::make_shared<Medium>()) {}
CrashableEnv::~CrashableEnv() = default;

void CrashableEnv::KillProcess() {
  base::MutexLock lock(medium_->mutex);
  ++medium_->generation;
  medium_->locks.clear();
}

void CrashableEnv::CutPower(const KeepUnsynced& keep) {
  base::MutexLock lock(medium_->mutex);
  ++medium_->generation;
  medium_->locks.clear();
  Names survivors;
  for (const auto& [name, inode] : medium_->synced_names) {
    const size_t unsynced = inode->data.size() - inode->synced;
    const size_t kept = keep ? std::min(keep(unsynced), unsynced) : 0;
    // A copy: the dead process may still read its files.
    auto survivor = std::make_shared<Inode>();
    survivor->data = inode->data.substr(0, inode->synced + kept);
    survivor->synced = survivor->data.size();
    survivors[name] = std::move(survivor);
  }
  medium_->synced_names = survivors;
  medium_->names = std::move(survivors);
}

std::vector<std::string> CrashableEnv::Files() const {
  base::MutexLock lock(medium_->mutex);
  std::vector<std::string> files;
  for (const auto& [name, inode] : medium_->names) files.push_back(name);
  return files;
}

void CrashableEnv::Damage(const std::string& file,
                          const std::function<void(std::string& bytes)>& change) {
  base::MutexLock lock(medium_->mutex);
  const auto found = medium_->names.find(file);
  if (found == medium_->names.end()) return;
  auto damaged = std::make_shared<Inode>();
  damaged->data = found->second->data;
  change(damaged->data);
  damaged->synced = std::min(found->second->synced, damaged->data.size());
  found->second = damaged;
  medium_->synced_names[file] = damaged;
}

std::shared_ptr<rocksdb::FileSystem> CrashableEnv::Wrap(
    std::shared_ptr<rocksdb::FileSystem> /*base*/) {
  uint64_t generation = 0;
  {
    base::MutexLock lock(medium_->mutex);
    generation = medium_->generation;
  }
  auto files = std::make_shared<MemoryFileSystem>(Process(medium_, generation));
  if (faults_ == nullptr) return files;
  return faults_->Wrap(std::move(files));
}

}  // namespace vedette::kv
