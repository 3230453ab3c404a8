#include "sql/reserve.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace vedette::sql {
namespace {

// True when the room is there now; and when it never will be, because the file system has no such
// thing.
bool Allocate(int fd, int64_t from, int64_t bytes) {
  int code = 0;
  while ((code = ::fallocate(fd, FALLOC_FL_KEEP_SIZE, from, bytes)) != 0 && errno == EINTR) {
  }
  return code == 0 || errno == EOPNOTSUPP || errno == ENOSYS;
}

}  // namespace

Reserve::Reserve(const std::string& path, int64_t bytes)
    : log_(path + "-wal"), bytes_(bytes), database_(::open(path.c_str(), O_RDWR | O_CLOEXEC)) {}

Reserve::~Reserve() {
  if (database_ >= 0) ::close(database_);
}

bool Reserve::IsFor(const char* path) const {
  struct stat own{};
  struct stat other{};
  return path != nullptr && database_ >= 0 && ::fstat(database_, &own) == 0 &&
         ::stat(path, &other) == 0 && own.st_dev == other.st_dev && own.st_ino == other.st_ino;
}

void Reserve::Take() {
  base::MutexLock lock(mutex_);
  TakeAll();
}

void Reserve::TakeMissing() {
  base::MutexLock lock(mutex_);
  if (missing_) TakeAll();
}

void Reserve::TakeAll() {
  const bool for_log = TakeForLog();
  const bool for_database = TakeForDatabase();
  missing_ = !for_log || !for_database;
}

// Nobody locks the log, so a descriptor of it may come and go.
bool Reserve::TakeForLog() const {
  const int fd = ::open(log_.c_str(), O_RDWR | O_CLOEXEC);
  if (fd < 0) return true;  // there is none yet
  const bool taken = Allocate(fd, 0, bytes_);
  ::close(fd);
  return taken;
}

bool Reserve::TakeForDatabase() {
  struct stat now{};
  if (database_ < 0 || ::fstat(database_, &now) != 0) return true;
  if (now.st_size < size_) taken_to_ = 0;  // what was behind a cut is gone
  size_ = now.st_size;
  if (taken_to_ - size_ >= bytes_ / 2) return true;
  if (!Allocate(database_, size_, bytes_)) return false;
  taken_to_ = size_ + bytes_;
  return true;
}

}  // namespace vedette::sql
