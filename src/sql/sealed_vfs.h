#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

struct sqlite3;

namespace vedette::sql {

class Reserve;

// A SQLite VFS that seals each page of a database with a checksum of its bytes and its place, in
// the 8 bytes that SQLite leaves free at the end of a page, and refuses a page whose seal does not
// fit (SQLITE_IOERR_DATA). SQLite's own log has checksums already. New databases are sealed; one
// that was made without seals is left as it is. Other programs can read a sealed database; what
// they write is refused as damage.
//
// Of a database with a reserve it also keeps the room that was taken ahead: it takes it at the
// right moments, and cuts neither the file nor its log where that would give the room away.
//
// Private to sql. Must outlive the connections.
class SealedVfs {
 public:
  // Stands before the VFS of that name; empty: SQLite's own. The reserve, if any, outlives this.
  explicit SealedVfs(const std::string& base, Reserve* reserve = nullptr);
  ~SealedVfs();
  SealedVfs(const SealedVfs&) = delete;
  SealedVfs& operator=(const SealedVfs&) = delete;

  std::string name() const;

  struct State;

 private:
  const std::unique_ptr<State> state_;
};

// Of pages outside a connection: with their place in the file.
inline constexpr size_t kSealedPageBytes = 4096;
inline constexpr size_t kSealBytes = 8;
bool SealFits(const std::string& page, int64_t offset);
void Seal(std::string& page, int64_t offset);

// Whether the open database has seals. A new one gets room for them if so: to be called before
// anything is written.
bool IsSealed(sqlite3* connection);
void MakeRoomForSeals(sqlite3* connection);

}  // namespace vedette::sql
