#include "sql/sealed_vfs.h"

#include <array>
#include <cstdint>
#include <cstring>
#include <fmt/format.h>
#include <sqlite3.h>

#include "base/check.h"
#include "sql/reserve.h"

namespace vedette::sql {

struct SealedVfs::State {
  std::string name;
  sqlite3_vfs vfs{};
  sqlite3_vfs* base = nullptr;
  Reserve* reserve = nullptr;
};

namespace {

using State = SealedVfs::State;

constexpr int kPageBytes = kSealedPageBytes;
constexpr int kIsSealed = 0x56645365;  // a file control of our own
// In the header of a database: how many bytes are free at the end of each page.
constexpr int kReserveOffset = 20;

constexpr int kLogHeaderBytes = 32;

// SQLite gives the memory; the file of the real VFS lies right behind.
struct SealedFile {
  sqlite3_file head;
  bool sealed;
  bool is_log;
  Reserve* reserve;  // null: none
};

SealedFile& FileOf(sqlite3_file* file) { return *reinterpret_cast<SealedFile*>(file); }
sqlite3_file* RealOf(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(reinterpret_cast<SealedFile*>(file) + 1);
}

// Each step is a bijection of what was before, so that no change of one word can go unseen.
uint64_t SealOf(const char* page, sqlite3_int64 offset) {
  uint64_t seal = 0x9e3779b97f4a7c15u ^ static_cast<uint64_t>(offset);
  for (size_t at = 0; at < kSealedPageBytes - kSealBytes; at += 8) {
    uint64_t word = 0;
    std::memcpy(&word, page + at, sizeof(word));
    seal = (seal ^ word) * 0xd6e8feb86659fd93u;
    seal ^= seal >> 32;
  }
  return seal;
}

bool IsPage(int size, sqlite3_int64 offset) {
  return size == kPageBytes && offset % kPageBytes == 0;
}

int Read(sqlite3_file* file, void* data, int size, sqlite3_int64 offset) {
  sqlite3_file* real = RealOf(file);
  const int code = real->pMethods->xRead(real, data, size, offset);
  if (!FileOf(file).sealed || !IsPage(size, offset)) return code;
  if (code == SQLITE_IOERR_SHORT_READ) {
    // Beyond the end a page is zeros; one that the file ends in was cut.
    sqlite3_int64 end = 0;
    const int sized = real->pMethods->xFileSize(real, &end);
    return sized == SQLITE_OK && offset < end ? SQLITE_IOERR_DATA : code;
  }
  if (code != SQLITE_OK) return code;
  const char* page = static_cast<const char*>(data);
  uint64_t seal = 0;
  std::memcpy(&seal, page + kPageBytes - kSealBytes, kSealBytes);
  return seal == SealOf(page, offset) ? SQLITE_OK : SQLITE_IOERR_DATA;
}

int Write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
  sqlite3_file* real = RealOf(file);
  if (!FileOf(file).sealed || !IsPage(size, offset)) {
    return real->pMethods->xWrite(real, data, size, offset);
  }
  std::array<char, kPageBytes> page{};
  std::memcpy(page.data(), data, kPageBytes);
  const uint64_t seal = SealOf(page.data(), offset);
  std::memcpy(page.data() + kPageBytes - kSealBytes, &seal, kSealBytes);
  return real->pMethods->xWrite(real, page.data(), size, offset);
}

int FileControl(sqlite3_file* file, int operation, void* argument) {
  if (operation == kIsSealed) {
    *static_cast<bool*>(argument) = FileOf(file).sealed;
    return SQLITE_OK;
  }
  return RealOf(file)->pMethods->xFileControl(RealOf(file), operation, argument);
}

int Close(sqlite3_file* file) { return RealOf(file)->pMethods->xClose(RealOf(file)); }

// SQLite empties the log when the last connection is closed. Without a header it is as empty, and
// keeps its room.
int TruncateLog(sqlite3_file* real, sqlite3_int64 size, sqlite3_int64 kept) {
  if (size > 0) return real->pMethods->xTruncate(real, size);
  static constexpr std::array<char, kLogHeaderBytes> kNoHeader{};
  const int code = real->pMethods->xWrite(real, kNoHeader.data(), kLogHeaderBytes, 0);
  sqlite3_int64 now = 0;
  if (code != SQLITE_OK || real->pMethods->xFileSize(real, &now) != SQLITE_OK || now <= kept) {
    return code;
  }
  return real->pMethods->xTruncate(real, kept);
}

int Truncate(sqlite3_file* file, sqlite3_int64 size) {
  sqlite3_file* real = RealOf(file);
  Reserve* const reserve = FileOf(file).reserve;
  if (reserve == nullptr) return real->pMethods->xTruncate(real, size);
  if (FileOf(file).is_log) return TruncateLog(real, size, reserve->bytes());
  // To the size that it has already: the room behind its end would go.
  sqlite3_int64 now = 0;
  if (real->pMethods->xFileSize(real, &now) == SQLITE_OK && now == size) return SQLITE_OK;
  const int code = real->pMethods->xTruncate(real, size);
  reserve->Take();
  return code;
}

// The log is synced with every transaction, the database when pages went from the log to it.
int Sync(sqlite3_file* file, int flags) {
  const int code = RealOf(file)->pMethods->xSync(RealOf(file), flags);
  Reserve* const reserve = FileOf(file).reserve;
  if (reserve == nullptr) return code;
  if (FileOf(file).is_log) {
    reserve->TakeMissing();
  } else {
    reserve->Take();
  }
  return code;
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

// Version 2: with shared memory, which WAL needs, without memory-mapped reads, which no seal sees.
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

// A database is taken for one without seals only when it says so and its first page has none that
// fits: one damaged byte cannot take the seals away.
bool HasSeals(sqlite3_file* real) {
  sqlite3_int64 size = 0;
  std::array<char, kPageBytes> page{};
  if (real->pMethods->xFileSize(real, &size) != SQLITE_OK || size == 0) return true;  // a new one
  if (size < kPageBytes) return true;
  if (real->pMethods->xRead(real, page.data(), kPageBytes, 0) != SQLITE_OK) return true;
  if (page[kReserveOffset] != 0) return true;
  page[kReserveOffset] = kSealBytes;
  uint64_t seal = 0;
  std::memcpy(&seal, page.data() + kPageBytes - kSealBytes, kSealBytes);
  return seal == SealOf(page.data(), 0);
}

int Open(sqlite3_vfs* vfs, sqlite3_filename name, sqlite3_file* file, int flags, int* out_flags) {
  auto* state = static_cast<State*>(vfs->pAppData);
  const bool is_database = (flags & SQLITE_OPEN_MAIN_DB) != 0;
  const bool is_log = (flags & SQLITE_OPEN_WAL) != 0;
  const char* database = is_log ? ::sqlite3_filename_database(name) : name;
  const bool reserves =
      (is_database || is_log) && state->reserve != nullptr && state->reserve->IsFor(database);
  if (!is_database && !reserves)
    return state->base->xOpen(state->base, name, file, flags, out_flags);
  sqlite3_file* real = RealOf(file);
  const int code = state->base->xOpen(state->base, name, real, flags, out_flags);
  // SQLite closes a file that failed to open if it has methods.
  file->pMethods = real->pMethods != nullptr ? &kMethods : nullptr;
  SealedFile& own = FileOf(file);
  own.sealed = is_database && code == SQLITE_OK && HasSeals(real);
  own.is_log = is_log;
  own.reserve = reserves ? state->reserve : nullptr;
  if (!reserves || code != SQLITE_OK) return code;
  // The log stays when the last connection is closed, and with it its room.
  int persist = 1;
  if (is_database) FileControl(file, SQLITE_FCNTL_PERSIST_WAL, &persist);
  state->reserve->Take();
  return code;
}

int Delete(sqlite3_vfs* vfs, const char* path, int sync_folder) {
  sqlite3_vfs* base = static_cast<State*>(vfs->pAppData)->base;
  return base->xDelete(base, path, sync_folder);
}

}  // namespace

// The rest of the real VFS works on its own data, so it is called as it is.
SealedVfs::SealedVfs(const std::string& base, Reserve* reserve)
    : state_(std::make_unique<State>()) {
  state_->reserve = reserve;
  state_->base = ::sqlite3_vfs_find(base.empty() ? nullptr : base.c_str());
  VEDETTE_CHECK(state_->base != nullptr);
  state_->name = fmt::format("vedette-sealed-{}", static_cast<const void*>(state_.get()));
  state_->vfs = *state_->base;
  state_->vfs.pNext = nullptr;
  state_->vfs.szOsFile = static_cast<int>(sizeof(SealedFile)) + state_->base->szOsFile;
  state_->vfs.zName = state_->name.c_str();
  state_->vfs.pAppData = state_.get();
  state_->vfs.xOpen = &Open;
  state_->vfs.xDelete = &Delete;
  VEDETTE_CHECK(::sqlite3_vfs_register(&state_->vfs, 0) == SQLITE_OK);
}

SealedVfs::~SealedVfs() { ::sqlite3_vfs_unregister(&state_->vfs); }

std::string SealedVfs::name() const { return state_->name; }

bool SealFits(const std::string& page, int64_t offset) {
  uint64_t seal = 0;
  std::memcpy(&seal, page.data() + kPageBytes - kSealBytes, kSealBytes);
  return seal == SealOf(page.data(), offset);
}

void Seal(std::string& page, int64_t offset) {
  const uint64_t seal = SealOf(page.data(), offset);
  std::memcpy(page.data() + kPageBytes - kSealBytes, &seal, kSealBytes);
}

bool IsSealed(sqlite3* connection) {
  bool sealed = false;
  return ::sqlite3_file_control(connection, "main", kIsSealed, &sealed) == SQLITE_OK && sealed;
}

void MakeRoomForSeals(sqlite3* connection) {
  int bytes = static_cast<int>(kSealBytes);
  if (!IsSealed(connection)) return;
  ::sqlite3_file_control(connection, "main", SQLITE_FCNTL_RESERVE_BYTES, &bytes);
}

}  // namespace vedette::sql
