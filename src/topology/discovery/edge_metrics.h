#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "model/entity.h"
#include "model/labels.h"
#include "topology/graph.h"

namespace vedette::topology::discovery {

// A family of metrics whose labels say who called whom. The PromQL of what is asked of it is made
// from the parts: calls{selector} by (labels).
struct EdgeMetric {
  Origin origin;
  std::string_view calls;     // a counter of calls
  std::string_view selector;  // matchers without braces; may be empty
  std::string_view labels;    // that name the two ends, for by (...)
  std::string_view failed;    // a counter of failed calls; empty: `calls` itself
  std::string_view failing;   // matchers of the failed; empty and no `failed`: nobody says
  std::string_view duration;  // a histogram's name without _sum, _count, _bucket; may be empty
  double ms_per_unit = 1000;  // of the duration
  // Nothing: the labels name no edge.
  std::optional<model::Dependency> (*read)(model::LabelsView labels);
};

std::span<const EdgeMetric> EdgeMetrics();

// Why a metric is asked: PromQL for each. Empty where the family does not tell.
std::string ExistenceQuery(const EdgeMetric& metric);
std::string RateQuery(const EdgeMetric& metric);
std::string FailureQuery(const EdgeMetric& metric);
std::string MeanQuery(const EdgeMetric& metric);  // in the duration's unit
std::string P95Query(const EdgeMetric& metric);

}  // namespace vedette::topology::discovery
