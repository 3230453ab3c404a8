#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "model/anomaly.h"
#include "model/tenant.h"
#include "query/engine.h"
#include "query/logs/engine.h"
#include "records/store.h"

namespace vedette::evidence {

// Evidence as a question that anyone can ask again: in which languages, and who answers. A piece of
// evidence (model::Evidence) is a question, its window, and the answer as it was taken.

// PromQL over from..to by `step`. The answer is a matrix in the form of Prometheus' HTTP API,
// without the points that are not finite. With a step of 0 what a detector or a rule kept of single
// moments: {"observed": [[unix seconds, value], ...]}, and where the query gives several series
// `labels`, of which those of the right one are some.
inline constexpr std::string_view kPromql = "promql";
// A log query that counts (docs/guide/logs.md). The answer is a matrix of lines per step. A `step`
// that is longer than the window makes one of it all, unless the query names another.
inline constexpr std::string_view kLogs = "logs";
// The id of a change. The answer is the change.
inline constexpr std::string_view kChanges = "changes";
// "caller -> callee". The answer says what of these calls was seen in the window.
inline constexpr std::string_view kEdges = "edges";
// "operation of service since time" (traces.h). The answer says how long it took before and since.
inline constexpr std::string_view kSpans = "spans";
// {"operation","service","before","after","since"} (traces.h): log lines of traces, of which one
// used to follow the other. The answer says how often it does since, and would have as before.
inline constexpr std::string_view kPairs = "pairs";
// The id of an event that was judged by the event rules. The answer is the event as it came in,
// with what failed and was decided.
inline constexpr std::string_view kEvents = "events";

// What is known of the calls of one service to another in a window.
struct CallsSeen {
  std::string caller;
  std::string callee;
  std::string source = "spans";  // "spans", or who declared it
  uint64_t calls = 0;            // 0 when it is only declared
  uint64_t errors = 0;
  double mean_ms = 0;
  std::optional<base::TimePoint> first_seen;  // within the window
  std::optional<base::TimePoint> last_seen;
};
// All calls of a tenant in a window, in the order of caller and callee.
using CallsSource = std::function<base::Result<std::vector<CallsSeen>>(
    const model::TenantName&, base::TimePoint from, base::TimePoint to)>;

// The answer to kEvents: the event of that id within from..to. kNotFound when there is none (any
// more).
using JudgedSource = std::function<base::Result<std::string>(
    const model::TenantName&, const std::string& id, base::TimePoint from, base::TimePoint to)>;

// The calls that spans tell, summed over the window.
base::Result<std::vector<CallsSeen>> CallsInSpans(records::Store& store,
                                                  const model::TenantName& tenant,
                                                  base::TimePoint from, base::TimePoint to);

std::string EdgeQuestion(std::string_view caller, std::string_view callee);
std::string EdgeAnswer(const CallsSeen& calls);
std::string ChangeAnswer(const model::Change& change);
std::string MatrixAnswer(const std::vector<query::MatrixSeries>& matrix);

// An answer given again. The same is what the question is answered with; what was added to the
// stored one when it was taken (annotations, examples) is no part of that.
struct Again {
  std::string result_json;
  base::TimePoint taken_at;
  std::optional<bool> same;  // as the stored one; nothing where the two cannot be compared
  // Of single moments: how many values there were, and how many of them are the same.
  struct Points {
    uint64_t same = 0;
    uint64_t total = 0;
  };
  std::optional<Points> points = {};
};

inline constexpr size_t kMomentsMax = 100;

// Asks questions, on the caller's thread. Thread-safe; what it was given outlives it.
class Asker {
 public:
  struct Sources {
    query::Engine& metrics;
    query::logs::Engine& logs;
    records::Store& records;
    CallsSource calls;
    const base::Clock& clock;
    JudgedSource judged = {};  // empty: no events are judged here
  };
  explicit Asker(Sources sources) : sources_(std::move(sources)) {}

  // The answer as JSON. Errors: kInvalidArgument for a language or question that is none, kNotFound
  // for a change or calls that are not there (any more), kResourceExhausted and kDeadlineExceeded
  // for limits; what the stores say.
  base::Result<std::string> Ask(const model::TenantName& tenant,
                                const model::Evidence& question) const;
  // The same for evidence that has an answer, with its reading (reading.h) taken anew. Values are
  // the same when they differ by less than one part in 10^9. What was kept of single moments is
  // asked for at these moments, kMomentsMax of them at most, and is the same within one part in
  // 10^6: detectors keep values in single precision. Other answers to PromQL without a step (a
  // finding in its own form) cannot be compared.
  base::Result<Again> AskAgain(const model::TenantName& tenant,
                               const model::Evidence& evidence) const;

 private:
  base::Result<std::string> AskMetrics(const model::TenantName& tenant,
                                       const model::Evidence& question) const;
  base::Result<std::string> AskLogs(const model::TenantName& tenant,
                                    const model::Evidence& question) const;
  base::Result<std::string> AskChange(const model::TenantName& tenant,
                                      const model::Evidence& question) const;
  base::Result<std::string> AskEdge(const model::TenantName& tenant,
                                    const model::Evidence& question) const;
  base::Result<std::string> AskSpans(const model::TenantName& tenant,
                                     const model::Evidence& question) const;
  base::Result<std::string> AskPairs(const model::TenantName& tenant,
                                     const model::Evidence& question) const;
  base::Result<std::string> AskEvent(const model::TenantName& tenant,
                                     const model::Evidence& question) const;
  base::Result<Again> AskMoments(const model::TenantName& tenant, const model::Evidence& question,
                                 const base::Json& before) const;

  const Sources sources_;
};

}  // namespace vedette::evidence
