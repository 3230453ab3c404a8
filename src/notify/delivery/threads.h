#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "sql/database.h"

namespace vedette::notify::delivery {

struct ThreadKey {
  std::string receiver;
  std::string to;  // of the address
  std::string incident_id;
};

// What providers called the incidents that they were told of: the message that a later page
// changes, the ticket that gets a comment. Kept in the state database for 90 days after the last
// use. Thread-safe.
class Threads {
 public:
  // Both must outlive it; the tables are made by Dispatcher::Migrate.
  Threads(sql::Database& database, const base::Clock& clock) : database_(database), clock_(clock) {}

  base::Result<std::optional<std::string>> Find(const ThreadKey& key);
  base::Result<> Save(const ThreadKey& key, const std::string& reference);

 private:
  sql::Database& database_;
  const base::Clock& clock_;
};

}  // namespace vedette::notify::delivery
