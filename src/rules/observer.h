#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/labels.h"
#include "query/result.h"
#include "rules/record_rule.h"
#include "rules/record_source.h"

namespace vedette::rules {

// A record that a rule counted.
struct Example {
  base::TimePoint time;
  std::string id;    // of an event; empty for a log line
  std::string text;  // what it says, cut
};

// What a rule over records counts: read once for a stretch of time, then answered for any time in
// it. The answers follow from the records alone. Not thread-safe.
class Observation {
 public:
  // Reads what the rule needs for the times from..to. Error: kResourceExhausted beyond
  // `records_max`; of the source.
  static base::Result<Observation> Read(const RecordRule& rule, RecordSource& source,
                                        base::TimePoint from, base::TimePoint to,
                                        size_t records_max);

  // An instant vector: for each group of records the count. Groups of a contract that were seen
  // and broke nothing have 0.
  query::QueryResult At(const RecordRule& rule, base::TimePoint time) const;
  // Some of what a contract counts at that time, the newest; of the groups that fit the labels.
  std::vector<Example> Examples(const RecordRule& rule, const model::LabelsView& labels,
                                base::TimePoint time) const;

 private:
  struct Item {
    int64_t t_ms = 0;
    uint32_t group = 0;
    bool broken = false;      // kContract
    int64_t deadline_ms = 0;  // kSequence
    int64_t followed_ms = 0;  // kSequence: when its output came; INT64_MAX: it did not
    uint64_t pattern = 0;     // kNewPattern
    std::string service;      // the same
    std::string id;
    std::string text;
  };
  class Reader;

  // Whether it counts as broken at a time; `late` tells why.
  static bool Overdue(const Item& item, int64_t t_ms, bool& late);
  std::vector<const Item*> Within(int64_t after_ms, int64_t to_ms) const;
  query::QueryResult Contract(const RecordRule& rule, int64_t t_ms) const;
  query::QueryResult Sequence(const RecordRule& rule, int64_t t_ms) const;
  query::QueryResult Burst(const RecordRule& rule, int64_t t_ms) const;
  query::QueryResult NewPatterns(const RecordRule& rule, int64_t t_ms) const;
  bool IsNew(const RecordRule& rule, const records::LogPattern& pattern, int64_t t_ms) const;
  void Add(query::QueryResult& result, uint32_t group, double value) const;

  std::vector<model::Labels> groups_;
  std::vector<Item> items_;  // by time; of kSequence by deadline
  std::vector<records::LogPattern> patterns_;
  std::unordered_map<std::string, int64_t> first_seen_;  // of services
};

// The examples of a rule at one time, read for it.
base::Result<std::vector<Example>> ExamplesOf(const RecordRule& rule, RecordSource& source,
                                              const model::LabelsView& labels,
                                              base::TimePoint time);

// Reads ahead so far: 0 for the live evaluation, which asks for one time only.
class Observer {
 public:
  static constexpr size_t kRecordsMax = 200'000;

  // The source outlives the observer.
  explicit Observer(RecordSource& source, base::Duration ahead = base::Duration(0),
                    size_t records_max = kRecordsMax)
      : source_(source), ahead_(ahead), records_max_(records_max) {}

  base::Result<query::QueryResult> At(const RecordRule& rule, base::TimePoint time);

 private:
  struct Kept {
    base::TimePoint from;
    base::TimePoint to;
    Observation observation;
  };

  RecordSource& source_;
  const base::Duration ahead_;
  const size_t records_max_;
  std::unordered_map<const RecordRule*, Kept> kept_;
};

}  // namespace vedette::rules
