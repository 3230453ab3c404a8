#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/json_writer.h"
#include "base/result.h"
#include "model/tenant.h"
#include "release/reading.h"

namespace vedette::release::compare {

// A window of time against the same window some days before: requests by class of answer, levels
// (CPU, memory, connections, capacity) and members of clusters. Only increases count. What is asked
// is PromQL, so that any source will do. The rules are those of source system S1, whose defects
// are mended: what was zero before is reported, and counters are read exactly.

// Answers by their code: 2xx, 3xx, 4xx, 5xx, 0DC (no answer: the code begins with 0), unknown.
std::string ClassOf(std::string_view code);

struct ClassLimit {
  double count = 500;    // requests in the window; at or below, nothing is said
  double percent = 100;  // more than before
  double unseen = 500;   // the count, where there was none before
};

// Answers of one step, several steps in a row.
struct RowLimit {
  double count = 10;  // in each step more than that
  int points = 3;
};

struct RequestGroup {
  std::string name;
  std::string selector;          // PromQL whose series are counters
  std::vector<std::string> key;  // labels that make a row: service, or method, service, handler
  std::string code;              // the label with the code of the answer
  std::map<std::string, ClassLimit> limits;  // by class; what has none is only counted
  std::map<std::string, RowLimit> in_a_row;  // by class
  std::vector<std::string> skip;             // rows that begin so are left out
};

struct LevelGroup {
  std::string name;
  std::string query;  // PromQL
  std::vector<std::string> key;
  std::string unit;
  std::optional<double> rise;   // by more than so much above the window before
  std::optional<double> limit;  // above that for `points` steps in a row
  int points = 3;
  int averaged = 5;  // the last points of a window whose mean is its value
  std::vector<std::string> skip;
};

// Members of clusters: each series is one.
struct MemberGroup {
  std::string name;
  std::string query;
  std::vector<std::string> key;
  std::string member;  // the label with its name
  double change = 1;   // by at least so many
};

struct Comparison {
  std::string name;
  model::TenantName tenant{model::kDefaultTenant};
  base::Duration window = std::chrono::hours(1);
  base::Duration offset = std::chrono::hours(7 * 24);
  base::Duration step = std::chrono::minutes(1);
  std::vector<RequestGroup> requests;
  std::vector<LevelGroup> levels;
  std::vector<MemberGroup> members;
};

// What S1's documents name, over the usual names of metrics.
Comparison Default();

struct Window {
  base::TimePoint from;
  base::TimePoint to;
};

struct Finding {
  std::string group;
  std::string row;
  std::string what;  // "2xx" to "unknown", "level", "members"
  std::string kind;  // "increase", "unseen", "in_a_row", "above", "changed", "replaced"
  std::string text;  // one sentence
  double now = 0;
  std::optional<double> then;
  double limit = 0;
  std::string query;
  std::string evidence_id = {};       // "ev_" and a ULID (EvidenceOf); RunBook keeps it
  std::string then_evidence_id = {};  // of the window before; empty: nothing is said of that
  Source asked_now = {};
  Source asked_then = {};
};

struct Row {
  std::string name;
  // By class, or "value", or "members".
  std::map<std::string, std::pair<double, std::optional<double>>> values;  // now, then
  std::map<std::string, double> most_in_a_row;  // the largest run above the limit, summed
  std::vector<std::string> members_now;
  std::vector<std::string> members_then;
};

struct Table {
  std::string group;
  std::string kind;  // "requests", "levels", "members"
  std::string query;
  std::string unit;
  std::vector<Row> rows;
  std::string error;  // why it could not be read; empty: it could
};

struct Report {
  std::string name;
  Window now;
  Window then;
  base::Duration step{0};
  std::vector<Finding> findings;
  std::vector<Table> tables;
  std::vector<std::string> notes;  // "No historical data available for ...", what is gone
};

// Asks and compares; the window ends at `reference`. Blocking; what cannot be read is in the tables
// and the notes.
Report Run(const Comparison& comparison, const Ask& ask, base::TimePoint reference);

// One JSON object (openapi.json: ComparisonReport).
void WriteReport(base::JsonWriter& json, const Report& report);

}  // namespace vedette::release::compare
