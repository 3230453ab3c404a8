#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace vedette::detect::events {

// The event rules of source system S3: what one event says about its source. Scores and names are
// those of its documents; the floors are the decision that a failed rule is never normal:
//
//   rule            name of the failed rule   adds   fails when
//   invalid output  INVALID_OUTPUT            0.30   a value of the data is null, {} or one of the
//                                                    texts error, failed, null, in any case
//   threshold       <METRIC>_EXCEEDED         0.25   each number of the data above its limit
//   consistency     CONSISTENCY_CHECK         0.20   status_code 200 and "error" in the response
//                                                    (or output, or result); 500 or more and
//                                                    "success"
//   anomaly         ANOMALY_DETECTION         0.10   each number more than three standard
//                                                    deviations from the mean of the source's last
//                                                    100 events, at least five; 0.30 at most
//   silent failure  SILENT_FAILURE            0.40   status "success" without a result, processed
//                                                    without output, completed without items
//
// Pure functions; plain values.

enum class Status { kNormal, kWarning, kCritical };
std::string_view StatusName(Status status);  // "NORMAL", "WARNING", "CRITICAL"
std::optional<Status> ParseStatus(std::string_view name);

// What the sender had better do, by this table; the first line that fits counts:
//
//   status    condition                                                   decision
//   NORMAL    always                                                      CONTINUE
//   WARNING   the output is bad (invalid output, consistency, silent      RETRY
//             failure) and there were fewer attempts than attempts_max
//   WARNING   always                                                      CONTINUE
//   CRITICAL  with this one, critical_streak events of the source in a    HALT
//             row were critical
//   CRITICAL  the output is bad, fewer attempts than attempts_max         REPROCESS
//   CRITICAL  always                                                      ESCALATE
//
// The number of attempts is the number `attempt`, `attempts` or `retry_count` of the metadata or
// the data; 0 when there is none.
enum class Decision { kContinue, kRetry, kReprocess, kEscalate, kHalt };
std::string_view DecisionName(Decision decision);  // "CONTINUE", ...

struct Options {
  std::vector<std::pair<std::string, double>> limits = {{"response_time", 5000},
                                                        {"cpu_usage", 90},
                                                        {"memory_usage", 85},
                                                        {"error_rate", 10},
                                                        {"latency", 3000}};
  double warning_threshold = 0.7;  // 0 < warning < critical <= 1
  double critical_threshold = 0.9;
  // A failed rule is at least WARNING, two threshold violations are CRITICAL, and the score is
  // raised into the band of the status; false: the bare sum decides, as in the source.
  bool floors = true;
  int attempts_max = 3;
  int critical_streak = 3;
  friend bool operator==(const Options&, const Options&) = default;
};
// kInvalidArgument with the field.
base::Result<> Validate(const Options& options);

// The numbers of an event by name: the first kNumbersMax at the top of its data.
using Numbers = std::vector<std::pair<std::string, double>>;
inline constexpr size_t kNumbersMax = 64;
Numbers NumbersOf(const base::Json& data);

// What was before an event, of its source.
class Past {
 public:
  static constexpr size_t kEvents = 100;

  void Add(Numbers numbers, Status status);
  // Of the last kEvents events; nothing when fewer than five have the number or all are the same.
  struct Spread {
    double mean = 0;
    double deviation = 0;  // of the population
  };
  std::optional<Spread> SpreadOf(std::string_view name) const;
  int criticals_in_row() const { return criticals_in_row_; }

 private:
  std::deque<Numbers> events_;
  int criticals_in_row_ = 0;
};

struct Verdict {
  Status status = Status::kNormal;
  double severity_score = 0;  // 0 to 1, three decimals, in the band of the status
  double raw_score = 0;       // the sum of the table
  std::string reasoning;
  std::vector<std::string> detected_issues;
  std::vector<std::string> suggestions;
  std::vector<std::string> failed_rules;
  Decision decision = Decision::kContinue;
};

// REQUIRES: data is an object; metadata is one or null.
Verdict Judge(const Options& options, const base::Json& data, const base::Json& metadata,
              const Past& past);

// The data with the texts and lists of fields that are called like secrets (password, token, ...)
// replaced by "***"; numbers stay. To be kept instead of the data; the verdict is the same.
base::Json Masked(const base::Json& data);

}  // namespace vedette::detect::events
