#include "sql/testing/fault_injector.h"

#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <sqlite3.h>
#include <system_error>
#include <utility>

#include "base/check.h"
#include "base/mutex.h"

namespace vedette::sql {

struct NthFault::State {
  enum class Operation { kWrite, kSync, kTruncate };

  // The error that the next operation meets, if any.
  std::optional<int> Next(Operation operation) EXCLUDES(mutex) {
    base::MutexLock lock(mutex);
    ++operations;
    if (!armed || operations < plan.nth || (fired && !plan.lasting)) return std::nullopt;
    fired = true;
    switch (operation) {
      case Operation::kWrite: return plan.disk_full ? SQLITE_FULL : SQLITE_IOERR_WRITE;
      case Operation::kSync: return SQLITE_IOERR_FSYNC;
      case Operation::kTruncate: return SQLITE_IOERR_TRUNCATE;
    }
    return std::nullopt;
  }

  bool Failing() EXCLUDES(mutex) {
    base::MutexLock lock(mutex);
    return armed && fired && plan.lasting;
  }

  void Opened(const std::string& path) EXCLUDES(mutex) {
    base::MutexLock lock(mutex);
    synced.try_emplace(path);
  }
  // SQLite syncs the folder with the first sync of a new log, and so makes deletions last.
  void Synced(const std::string& path, std::string content) EXCLUDES(mutex) {
    base::MutexLock lock(mutex);
    if (!synced[path].has_value()) {
      for (const std::string& gone : deleted) synced.erase(gone);
      deleted.clear();
    }
    deleted.erase(path);
    synced[path] = std::move(content);
  }
  void Deleted(const std::string& path, bool sync_folder) EXCLUDES(mutex) {
    base::MutexLock lock(mutex);
    if (sync_folder) {
      synced.erase(path);
    } else {
      deleted.insert(path);
    }
  }

  std::string name;
  sqlite3_vfs vfs{};
  sqlite3_vfs* base = nullptr;

  base::Mutex mutex;
  Plan plan GUARDED_BY(mutex);
  bool armed GUARDED_BY(mutex) = false;
  bool fired GUARDED_BY(mutex) = false;
  uint64_t operations GUARDED_BY(mutex) = 0;
  // What a power loss leaves of each file; nothing for files that were never synced.
  std::map<std::string, std::optional<std::string>> synced GUARDED_BY(mutex);
  std::set<std::string> deleted GUARDED_BY(mutex);  // but the folder was not synced since
};

namespace {

using State = NthFault::State;

// SQLite gives the memory; the file of the real VFS lies right behind.
struct FaultyFile {
  sqlite3_file head;
  State* state;
  const char* path;  // SQLite keeps it while the file is open; null for temporary files
};

sqlite3_file* RealOf(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(reinterpret_cast<FaultyFile*>(file) + 1);
}
State& StateOf(sqlite3_file* file) { return *reinterpret_cast<FaultyFile*>(file)->state; }

int Write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
  sqlite3_file* real = RealOf(file);
  const auto fault = StateOf(file).Next(State::Operation::kWrite);
  if (!fault) return real->pMethods->xWrite(real, data, size, offset);
  real->pMethods->xWrite(real, data, size / 2, offset);
  return *fault;
}
int Sync(sqlite3_file* file, int /*flags*/) {
  const auto fault = StateOf(file).Next(State::Operation::kSync);
  if (fault) return *fault;
  // What power spares is kept here, so the real file need not be synced: tests are quick on any
  // disk.
  const char* path = reinterpret_cast<FaultyFile*>(file)->path;
  if (path == nullptr) return SQLITE_OK;
  sqlite3_file* real = RealOf(file);
  sqlite3_int64 size = 0;
  int code = real->pMethods->xFileSize(real, &size);
  std::string content(static_cast<size_t>(size), '\0');
  if (code == SQLITE_OK && size > 0) {
    code = real->pMethods->xRead(real, content.data(), static_cast<int>(size), 0);
  }
  if (code == SQLITE_OK) StateOf(file).Synced(path, std::move(content));
  return code;
}
int Truncate(sqlite3_file* file, sqlite3_int64 size) {
  const auto fault = StateOf(file).Next(State::Operation::kTruncate);
  return fault ? *fault : RealOf(file)->pMethods->xTruncate(RealOf(file), size);
}

int Close(sqlite3_file* file) { return RealOf(file)->pMethods->xClose(RealOf(file)); }
int Read(sqlite3_file* file, void* data, int size, sqlite3_int64 offset) {
  return RealOf(file)->pMethods->xRead(RealOf(file), data, size, offset);
}
int FileSize(sqlite3_file* file, sqlite3_int64* size) {
  return RealOf(file)->pMethods->xFileSize(RealOf(file), size);
}
int Lock(sqlite3_file* file, int level) {
  return RealOf(file)->pMethods->xLock(RealOf(file), level);
}
int Unlock(sqlite3_file* file, int level) {
  return RealOf(file)->pMethods->xUnlock(RealOf(file), level);
}
int CheckReservedLock(sqlite3_file* file, int* result) {
  return RealOf(file)->pMethods->xCheckReservedLock(RealOf(file), result);
}
int FileControl(sqlite3_file* file, int operation, void* argument) {
  return RealOf(file)->pMethods->xFileControl(RealOf(file), operation, argument);
}
int SectorSize(sqlite3_file* file) { return RealOf(file)->pMethods->xSectorSize(RealOf(file)); }
int DeviceCharacteristics(sqlite3_file* file) {
  return RealOf(file)->pMethods->xDeviceCharacteristics(RealOf(file));
}
int ShmMap(sqlite3_file* file, int page, int size, int extend, void volatile** out) {
  return RealOf(file)->pMethods->xShmMap(RealOf(file), page, size, extend, out);
}
int ShmLock(sqlite3_file* file, int offset, int n, int flags) {
  return RealOf(file)->pMethods->xShmLock(RealOf(file), offset, n, flags);
}
void ShmBarrier(sqlite3_file* file) { RealOf(file)->pMethods->xShmBarrier(RealOf(file)); }
int ShmUnmap(sqlite3_file* file, int remove) {
  return RealOf(file)->pMethods->xShmUnmap(RealOf(file), remove);
}

// Version 2: with shared memory, which WAL needs, without memory-mapped reads.
constexpr sqlite3_io_methods kMethods = {
    .iVersion = 2,
    .xClose = &Close,
    .xRead = &Read,
    .xWrite = &Write,
    .xTruncate = &Truncate,
    .xSync = &Sync,
    .xFileSize = &FileSize,
    .xLock = &Lock,
    .xUnlock = &Unlock,
    .xCheckReservedLock = &CheckReservedLock,
    .xFileControl = &FileControl,
    .xSectorSize = &SectorSize,
    .xDeviceCharacteristics = &DeviceCharacteristics,
    .xShmMap = &ShmMap,
    .xShmLock = &ShmLock,
    .xShmBarrier = &ShmBarrier,
    .xShmUnmap = &ShmUnmap,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

int Open(sqlite3_vfs* vfs, sqlite3_filename name, sqlite3_file* file, int flags, int* out_flags) {
  auto* state = static_cast<State*>(vfs->pAppData);
  auto* faulty = reinterpret_cast<FaultyFile*>(file);
  faulty->state = state;
  faulty->path = name;
  if (name != nullptr) state->Opened(name);
  sqlite3_file* real = RealOf(file);
  const int code = state->base->xOpen(state->base, name, real, flags, out_flags);
  // SQLite closes a file that failed to open if it has methods.
  file->pMethods = real->pMethods != nullptr ? &kMethods : nullptr;
  return code;
}

// Only fails when the machine is down.
int Delete(sqlite3_vfs* vfs, const char* path, int sync_folder) {
  auto* state = static_cast<State*>(vfs->pAppData);
  if (state->Failing()) return SQLITE_IOERR_DELETE;
  const int code = state->base->xDelete(state->base, path, sync_folder);
  if (code == SQLITE_OK) state->Deleted(path, sync_folder != 0);
  return code;
}

}  // namespace

NthFault::NthFault() : state_(std::make_unique<State>()) {
  state_->base = ::sqlite3_vfs_find(nullptr);
  VEDETTE_CHECK(state_->base != nullptr);
  state_->name = fmt::format("vedette-nth-fault-{}", static_cast<const void*>(state_.get()));
  // The rest of the real VFS works on its own data, so it is called as it is.
  state_->vfs = *state_->base;
  state_->vfs.pNext = nullptr;
  state_->vfs.szOsFile = static_cast<int>(sizeof(FaultyFile)) + state_->base->szOsFile;
  state_->vfs.zName = state_->name.c_str();
  state_->vfs.pAppData = state_.get();
  state_->vfs.xOpen = &Open;
  state_->vfs.xDelete = &Delete;
  VEDETTE_CHECK(::sqlite3_vfs_register(&state_->vfs, 0) == SQLITE_OK);
}

NthFault::~NthFault() { ::sqlite3_vfs_unregister(&state_->vfs); }

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

void NthFault::DropUnsynced() {
  base::MutexLock lock(state_->mutex);
  for (const auto& [path, content] : state_->synced) {
    std::error_code ignored;  // the file need not be there
    std::filesystem::remove(path, ignored);
    std::filesystem::remove(path + "-shm", ignored);
    if (content.has_value()) std::ofstream(path, std::ios::binary) << *content;
  }
}

std::string NthFault::VfsName() const { return state_->name; }

}  // namespace vedette::sql
