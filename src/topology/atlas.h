#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/result.h"
#include "model/entity.h"
#include "topology/book.h"
#include "topology/graph.h"
#include "topology/history.h"

namespace vedette::topology {

struct AtlasOptions {
  BookOptions book;
  base::Duration snapshot_every = std::chrono::minutes(5);  // for rates; changes are kept sooner
  base::Duration retention = std::chrono::hours(24 * 30);   // of history; 0: for ever
  size_t tenants_max = 1'000;
  friend bool operator==(const AtlasOptions&, const AtlasOptions&) = default;
};

// What one origin tells at a time.
struct News {
  struct Seen {
    model::Dependency dependency;
    base::TimePoint first;
    base::TimePoint last;
    std::optional<Traffic> traffic;
  };
  std::vector<model::Entity> entities;
  std::vector<Seen> edges;
  base::TimePoint at;  // of the entities
};

// The graphs of all tenants: takes news, hands out snapshots, keeps history. Thread-safe. A
// snapshot is as old as the last news that changed something; Tend forgets what aged. Errors are
// the state database's.
class Atlas final : public Snapshots {
 public:
  // Goes on from what was kept; what the configuration of the last run declared is forgotten.
  // The database outlives the atlas.
  static base::Result<std::unique_ptr<Atlas>> Open(sql::Database& database, AtlasOptions options);

  // Whether news must be on the disk when Tell returns, or by the next Tend.
  enum class Durable { kNow, kSoon };
  // Returns how many entities and edges found no room. After an error they are known, but may be
  // lost.
  base::Result<size_t> Tell(const std::string& tenant, const News& news, Origin origin,
                            base::TimePoint now, Durable durable) EXCLUDES(mutex_);
  // Replaces all that the configuration declared.
  void Declare(const std::map<std::string, News>& by_tenant, base::TimePoint now) EXCLUDES(mutex_);
  // False when it was not known. Durable.
  base::Result<bool> Forget(const std::string& tenant, const model::EntityRef& entity,
                            base::TimePoint now) EXCLUDES(mutex_);
  base::Result<bool> ForgetEdge(const std::string& tenant, const model::EntityRef& caller,
                                const model::EntityRef& callee, base::TimePoint now)
      EXCLUDES(mutex_);

  Snapshot Now(std::string_view tenant) override EXCLUDES(mutex_);
  // Also has what was told only later of things that were there by then: spans that came late.
  base::Result<Snapshot> At(std::string_view tenant, base::TimePoint time) override
      EXCLUDES(mutex_);
  base::Result<std::vector<History::Row>> List(std::string_view tenant, base::TimePoint from,
                                               base::TimePoint to, int64_t limit) const;

  // Who answers at an address, as Book::AtAddress.
  std::optional<model::EntityRef> AtAddress(std::string_view tenant, std::string_view address) const
      EXCLUDES(mutex_);

  // Ages, and saves what is due.
  base::Result<> Tend(base::TimePoint now) EXCLUDES(mutex_);
  // Thins the history out.
  base::Result<> Thin(base::TimePoint now) { return history_->Thin(now, options_.retention); }
  base::Result<> DeleteTenant(const std::string& tenant) EXCLUDES(mutex_);

  std::vector<std::string> Tenants() const EXCLUDES(mutex_);
  uint64_t refused() const EXCLUDES(mutex_);  // entities and edges for want of room

 private:
  struct Tenant {
    Book book;
    Snapshot drawn = {};         // null: to be drawn
    base::TimePoint as_of = {};  // of the latest news, or of the latest look at what aged
    int64_t revision = 0;        // of the last that was saved
    uint64_t saved_structure = 0;
    base::TimePoint saved_at = {};

    void Touch(base::TimePoint now);
  };
  // What is to be saved, once no lock is held.
  struct Due {
    std::string tenant;
    int64_t revision = 0;
    Snapshot graph;
  };

  Atlas(std::unique_ptr<History> history, AtlasOptions options)
      : history_(std::move(history)), options_(options) {}
  Tenant* Find(std::string_view tenant) REQUIRES(mutex_);
  Tenant* Make(const std::string& tenant) REQUIRES(mutex_);
  Snapshot Draw(Tenant& tenant) REQUIRES(mutex_);
  std::optional<Due> DueOf(const std::string& name, Tenant& tenant, base::TimePoint now,
                           bool changes_only) REQUIRES(mutex_);
  base::Result<> Save(const std::optional<Due>& due) EXCLUDES(mutex_);

  const std::unique_ptr<History> history_;
  const AtlasOptions options_;

  mutable base::Mutex mutex_;
  std::map<std::string, Tenant, std::less<>> tenants_ GUARDED_BY(mutex_);
};

}  // namespace vedette::topology
