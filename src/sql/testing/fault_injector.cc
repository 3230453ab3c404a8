#include "sql/testing/fault_injector.h"

#include <cstring>
#include <fmt/format.h>
#include <optional>
#include <sqlite3.h>

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

  std::string name;
  sqlite3_vfs vfs{};
  sqlite3_vfs* base = nullptr;

  base::Mutex mutex;
  Plan plan GUARDED_BY(mutex);
  bool armed GUARDED_BY(mutex) = false;
  bool fired GUARDED_BY(mutex) = false;
  uint64_t operations GUARDED_BY(mutex) = 0;
};

namespace {

using State = NthFault::State;

// SQLite gives the memory; the file of the real VFS lies right behind.
struct FaultyFile {
  sqlite3_file head;
  State* state;
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
int Sync(sqlite3_file* file, int flags) {
  const auto fault = StateOf(file).Next(State::Operation::kSync);
  return fault ? *fault : RealOf(file)->pMethods->xSync(RealOf(file), flags);
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
  reinterpret_cast<FaultyFile*>(file)->state = state;
  sqlite3_file* real = RealOf(file);
  const int code = state->base->xOpen(state->base, name, real, flags, out_flags);
  // SQLite closes a file that failed to open if it has methods.
  file->pMethods = real->pMethods != nullptr ? &kMethods : nullptr;
  return code;
}

}  // namespace

NthFault::NthFault() : state_(std::make_unique<State>()) {
  state_->base = ::sqlite3_vfs_find(nullptr);
  VEDETTE_CHECK(state_->base != nullptr);
  state_->name = fmt::format("vedette-nth-fault-{}", static_cast<const void*>(state_.get()));
  // All but xOpen of the real VFS works on its own data, so it is called as it is.
  state_->vfs = *state_->base;
  state_->vfs.pNext = nullptr;
  state_->vfs.szOsFile = static_cast<int>(sizeof(FaultyFile)) + state_->base->szOsFile;
  state_->vfs.zName = state_->name.c_str();
  state_->vfs.pAppData = state_.get();
  state_->vfs.xOpen = &Open;
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

std::string NthFault::VfsName() const { return state_->name; }

}  // namespace vedette::sql
