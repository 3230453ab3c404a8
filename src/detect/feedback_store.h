#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "detect/feedback.h"
#include "model/tenant.h"
#include "sql/database.h"

namespace vedette::detect {

// Marks of people and the changes that put them into force, in the state database
// (docs/formats/state.md). A mark waits until somebody applies it; a change applies marks, and
// undoing it lets them wait again. Of the marks of one person on one thing the newest counts, so
// that a mark of kNone takes an earlier one back.

enum class FeedbackVerdict : uint8_t { kUseful, kNoise, kNone };
std::string_view EnumName(FeedbackVerdict verdict);  // "useful", "noise", "none"

// The findings that a mark is about, as a service, a metric and what found them.
struct MarkedGroup {
  std::string service;
  std::string metric;
  std::string detector;
  double share = 1;  // of the mark: what is useful of an incident is shared by what it was made of
  bool weighed = true;  // false: of a rule, which no budget holds
};

struct Mark {
  std::string id;  // "fb_" and a ULID
  model::TenantName tenant;
  std::string target_kind;  // "anomaly", "incident"
  std::string target_id;
  FeedbackVerdict verdict = FeedbackVerdict::kNone;
  std::string by;
  std::string why;
  base::TimePoint at;
  std::string change_id;  // that applied it; empty: it waits
  std::vector<MarkedGroup> groups;
};

struct FeedbackChange {
  std::string id;  // "fc_" and a ULID
  model::TenantName tenant;
  std::string by;
  std::string why;
  base::TimePoint at;
  int64_t marks = 0;
  std::optional<base::TimePoint> undone_at;
  std::string undone_by;
};

// Thread-safe. Errors of the database come through unchanged.
class FeedbackStore {
 public:
  static constexpr int64_t kMarksMax = 10'000;  // of a tenant
  static constexpr size_t kGroupsMax = 200;     // of a mark

  static base::Result<std::unique_ptr<FeedbackStore>> Open(sql::Database& database);

  // Keeps a mark; one of the same person on the same thing that still waits gives way. Errors:
  // kResourceExhausted beyond kMarksMax.
  base::Result<> Add(const Mark& mark);
  // Forgets a mark that waits. kNotFound; kFailedPrecondition for one in force.
  base::Result<> Withdraw(std::string_view tenant, std::string_view id);

  // Newest first.
  base::Result<std::vector<Mark>> Marks(std::string_view tenant) const;
  base::Result<std::vector<FeedbackChange>> Changes(std::string_view tenant) const;

  // In the same transaction as a change, for whoever keeps a log.
  using Beside = std::function<base::Result<>(sql::Session&, const FeedbackChange&)>;
  // Puts marks that wait into force, all for an empty list. kFailedPrecondition when none waits;
  // kNotFound names a mark that does not.
  base::Result<FeedbackChange> Apply(FeedbackChange change, const std::vector<std::string>& ids,
                                     const Beside& beside);
  // kNotFound; kFailedPrecondition when it is undone already.
  base::Result<FeedbackChange> Undo(std::string_view tenant, std::string_view change_id,
                                    std::string_view by, base::TimePoint now, const Beside& beside);

  // What is in force, of all tenants.
  base::Result<FeedbackTable> Table() const;
  base::Result<> DeleteTenant(std::string_view tenant);

 private:
  explicit FeedbackStore(sql::Database& database) : database_(database) {}

  sql::Database& database_;
};

// What marks come to, by group: of each person on each thing the newest. `waiting` ones count only
// if they are asked for.
std::map<FeedbackGroup, FeedbackCounts> CountMarks(const std::vector<Mark>& marks, bool waiting);

}  // namespace vedette::detect
