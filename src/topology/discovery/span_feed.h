#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/result.h"
#include "model/entity.h"
#include "model/service_edge.h"
#include "model/span.h"
#include "records/store.h"
#include "topology/atlas.h"

namespace vedette::topology::discovery {

// What spans say of the topology. Intake notes each batch: its services, endpoints and pods, and
// the minutes in which its spans lie. Who called whom is then derived from the stored spans of
// those minutes, so that it does not matter in which order, or how late, the spans of a trace come.
// Thread-safe.
class SpanFeed {
 public:
  struct Options {
    size_t minutes_max = 1'440;    // of a tenant that wait; the oldest make room
    size_t entities_max = 20'000;  // of a tenant that wait
    size_t endpoints_max = 100;    // of a service: names of spans may have no end
    size_t tenants_max = 1'000;
    base::Duration window = std::chrono::minutes(3);        // over which rates are counted
    base::Duration pause = std::chrono::milliseconds(250);  // between two derivations of a tenant
  };

  // Both outlive the feed.
  SpanFeed(records::Store& spans, Atlas& atlas, Options options)
      : spans_(spans), atlas_(atlas), options_(options) {}
  SpanFeed(records::Store& spans, Atlas& atlas) : SpanFeed(spans, atlas, Options()) {}

  // Spans that are stored by now. Fast; does not touch the disk.
  void Note(std::string_view tenant, const std::vector<model::Span>& spans) EXCLUDES(mutex_);

  // Tells the atlas what has come since; nothing when there is no news, or the last time was only
  // just. Errors are those of the store and the atlas; what failed is tried again.
  base::Result<> Refresh(const std::string& tenant, base::TimePoint now)
      EXCLUDES(mutex_, derive_mutex_);
  // The same for all tenants.
  base::Result<> Tend(base::TimePoint now) EXCLUDES(mutex_, derive_mutex_);
  void DeleteTenant(std::string_view tenant) EXCLUDES(mutex_);

 private:
  struct Span {
    base::TimePoint first;
    base::TimePoint last;
  };
  struct Waiting {
    std::set<int64_t> minutes;  // since 1970
    std::map<model::EntityRef, std::pair<model::Entity, Span>> entities;
    std::map<std::string, std::set<std::string>> endpoints;  // that a service may have
    base::TimePoint derived_at;
  };
  using Ends = std::pair<model::EntityRef, model::EntityRef>;

  void NoteEntity(Waiting& waiting, model::Entity entity, base::TimePoint time) REQUIRES(mutex_);
  void NoteSpan(Waiting& waiting, const model::Span& span) REQUIRES(mutex_);
  base::Result<> Derive(const std::string& tenant, const std::set<int64_t>& minutes,
                        base::TimePoint now) REQUIRES(derive_mutex_);
  base::Result<> DeriveRange(const std::string& tenant, int64_t first, int64_t last,
                             base::TimePoint now) REQUIRES(derive_mutex_);
  std::optional<model::EntityRef> Resolve(const std::string& tenant, model::EntityKind kind,
                                          const std::string& name) const;

  records::Store& spans_;
  Atlas& atlas_;
  const Options options_;

  base::Mutex derive_mutex_;  // one derivation at a time; taken before mutex_
  base::Mutex mutex_;
  std::map<std::string, Waiting, std::less<>> waiting_ GUARDED_BY(mutex_);
};

}  // namespace vedette::topology::discovery
