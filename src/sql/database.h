#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace vedette::sql {

// The only door to the state database: statements, transactions, migrations. SQLite stands behind
// it (synchronous=FULL: a committed transaction survives a power loss); the interface and the
// portable subset of SQL in docs/decisions leave room for PostgreSQL. Nothing here throws.

struct Blob {
  std::string bytes;
};
using Value = std::variant<std::nullptr_t, int64_t, double, std::string, Blob>;

// Placeholders are `?` in order. Values of a statement:
//   tx.Execute("UPDATE incidents SET state = ? WHERE id = ?", {Text(state), Text(id)})
inline Value Text(std::string_view text) { return Value(std::string(text)); }
inline Value Int(int64_t number) { return Value(number); }
inline Value Real(double number) { return Value(number); }
inline Value Time(base::TimePoint time) { return Value(base::ToMillis(time)); }
inline Value Null() { return Value(nullptr); }

// One row of a result; columns by position. The accessors return the zero value for NULL. Valid
// only inside the callback.
class Row {
 public:
  virtual ~Row() = default;
  virtual int64_t GetInt(int column) const = 0;
  virtual double GetReal(int column) const = 0;
  virtual std::string_view GetText(int column) const = 0;
  virtual std::string_view GetBlob(int column) const = 0;
  virtual bool IsNull(int column) const = 0;
  base::TimePoint GetTime(int column) const { return base::FromMillis(GetInt(column)); }
};

using RowCallback = std::function<void(const Row&)>;

// Runs statements, each call one. Errors: kAlreadyExists (unique constraint), kFailedPrecondition
// (other constraint), kUnavailable (busy, I/O error, disk full), kResourceExhausted (memory),
// kDataLoss (damaged file), kInternal (a wrong statement). BEGIN, COMMIT, PRAGMA, ATTACH and the
// like are refused.
class Session {
 public:
  virtual ~Session() = default;
  // Returns the number of rows changed.
  virtual base::Result<int64_t> Execute(std::string_view statement,
                                        std::vector<Value> values = {}) = 0;
  virtual base::Result<> Query(std::string_view statement, std::vector<Value> values,
                               const RowCallback& on_row) = 0;
};

// A step of a module's schema. Versions are 1, 2, 3 ... within a module; a step that ran must never
// change again (its checksum is stored and compared).
struct Migration {
  int version = 0;
  std::string name;
  std::string statements;  // separated by ';'
};

class FaultInjector;

struct DatabaseOptions {
  std::string path;                 // a file; ":memory:" for tests
  FaultInjector* faults = nullptr;  // not owned, may be null: see sql/testing
  // Room on the disk that is taken ahead, twice this much, so that transactions commit for a while
  // although others have filled the disk: until the database has grown by half of it. At most 16
  // MiB. One process may open a database with a reserve once at a time.
  int64_t reserve_bytes = 0;
};

// Thread-safe: one writer at a time, readers beside it.
class Database {
 public:
  static base::Result<std::unique_ptr<Database>> Open(DatabaseOptions options);
  virtual ~Database() = default;

  // Runs the steps of a module that have not run, in one transaction.
  virtual base::Result<> Migrate(std::string_view module, std::span<const Migration> steps) = 0;

  // Calls `body` inside a read-write transaction; commits when it returns no error, else rolls
  // back and returns the error. Committed means durable. A call from inside the body of another
  // Transact or Read gets kFailedPrecondition.
  virtual base::Result<> Transact(const std::function<base::Result<>(Session&)>& body) = 0;
  // Calls `body` with a consistent read-only view; not from inside another body either.
  virtual base::Result<> Read(const std::function<base::Result<>(Session&)>& body) = 0;

  // A consistent copy of all that is committed, in a new file, on the medium when it returns.
  // Writers go on beside it. kAlreadyExists when the file is there.
  virtual base::Result<> CopyTo(const std::string& path) = 0;
};

}  // namespace vedette::sql
