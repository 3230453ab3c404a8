#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "model/labels.h"

namespace vedette::diagnose::live {

// Which questions to ask of a tenant's metrics so that each service has one series of each kind:
// pods together, counters as rates, failures as a share, durations as a mean. Pure.

enum class Form {
  kGauge,       // the mean over the entity's series, and over the step
  kRate,        // of a counter, summed
  kErrorShare,  // of requests by status: those that failed over all; of look-ups, what missed
  kFailedRate,  // of those that failed alone; for questions beside a kErrorShare
  kMean,        // of a histogram or summary: what one observation was
};

// One question for all entities that have a metric.
struct Measure {
  Form form = Form::kGauge;
  std::string metric = {};  // of a histogram without _sum; for claims, with `statistic`
  std::string statistic = {};
  std::vector<std::string> by = {};       // the labels that make the entity (detect::EntityOf)
  std::string without = {};               // matchers that keep others' series out; may be empty
  std::string failed = {};                // kErrorShare: the matcher of those that failed
  std::vector<std::string> names = {};    // of the series that it reads
  std::set<std::string> dimensions = {};  // other labels that these series have

  bool misses = false;  // kErrorShare of a cache: what failed is a miss
  // What it is called in claims: kErrorShare's is "<metric> failed share", or "miss share".
  std::string Name() const;
};

// How a measure is read over time.
struct Windows {
  base::Duration step{15'000};  // gauges are averaged over it
  base::Duration rate{60'000};
};

// PromQL that answers for all entities, or with the values of `by` for that one, or for those that
// `scope`, a regular expression, names where one label makes the entity.
std::string QueryOf(const Measure& measure, const Windows& windows,
                    const std::vector<std::string>& values = {}, const std::string& scope = {});

// PromQL for how much came in the last `length`, by the values of a label. Of a kErrorShare all
// (kRate) or those that failed (kFailedRate); of a kMean the time (kMean) or the number (kRate).
std::string IncreaseOf(const Measure& measure, Form form, const std::vector<std::string>& values,
                       const std::string& dimension, base::Duration length);

// As a string of PromQL and of log queries.
std::string Quoted(std::string_view text);

struct Plan {
  std::vector<Measure> measures;
  size_t left_out = 0;  // metrics beyond the limit
};

// `series` are label sets with their names. Metrics of `first` come first, then those that say of
// what kind they are, then the others by name; beyond `measures_max` they are left out. Buckets,
// quantiles and what describes an exporter or runtime itself are no measures.
Plan PlanMeasures(const std::vector<model::Labels>& series,
                  const std::set<std::string, std::less<>>& first, size_t measures_max);

// The labels of a series that make its entity, with their values: those that detect::EntityOf
// reads; empty when it has none of them.
std::vector<std::pair<std::string, std::string>> EntityLabels(model::LabelsView labels);

}  // namespace vedette::diagnose::live
