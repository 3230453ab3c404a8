#pragma once

#include <cstdint>
#include <string>

#include "base/mutex.h"

namespace vedette::sql {

// Room on the disk that is taken ahead for a database, so that its transactions go on when others
// have filled the disk: `bytes` from the beginning of its log, which is written over again and
// again, and between a half of that and all of it behind the end of the database, which grows.
// Neither file looks longer for it. File systems that cannot take room ahead (NFS) give none, and
// those that never write in place (Btrfs, ZFS) do not keep it. Private to sql. Thread-safe.
//
// Holds a descriptor of the database: closing one gives up all locks that the process has on the
// file, so this must outlive the connections.
class Reserve {
 public:
  // The file is there; its log is `path` with "-wal" behind it.
  Reserve(const std::string& path, int64_t bytes);
  ~Reserve();
  Reserve(const Reserve&) = delete;
  Reserve& operator=(const Reserve&) = delete;

  // Whether this is the database, by whatever path.
  bool IsFor(const char* path) const;
  int64_t bytes() const { return bytes_; }

  // To be called when the log may be a new one or the database may have grown: takes what is
  // missing, if there is room.
  void Take() EXCLUDES(mutex_);
  // Again, if the last time there was no room: costs nothing otherwise.
  void TakeMissing() EXCLUDES(mutex_);

 private:
  void TakeAll() REQUIRES(mutex_);
  bool TakeForLog() const;
  bool TakeForDatabase() REQUIRES(mutex_);

  const std::string log_;
  const int64_t bytes_;
  const int database_;  // a descriptor; -1: none

  base::Mutex mutex_;
  int64_t size_ GUARDED_BY(mutex_) = 0;      // of the database, when last seen
  int64_t taken_to_ GUARDED_BY(mutex_) = 0;  // where the room behind its end ends
  bool missing_ GUARDED_BY(mutex_) = false;
};

}  // namespace vedette::sql
