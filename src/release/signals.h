#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "model/labels.h"
#include "release/options.h"

namespace vedette::release {

// By which names services tell of themselves: the metrics and labels of Prometheus' client
// libraries, OpenTelemetry, Spring, Istio, Linkerd, Envoy, gRPC, ingress controllers and cAdvisor,
// those of the configuration first. Pure.
struct Names {
  std::vector<std::string> requests;  // counters
  std::vector<std::string> errors;    // counters of failures alone, where requests have no status
  std::vector<std::string> latency;   // histograms, without _bucket
  std::vector<std::string> cpu;       // *_total: counters of seconds; else levels
  std::vector<std::string> memory;
  std::vector<std::string> service_labels;
  std::vector<std::string> version_labels;
};
Names NamesFor(const Options& options);

// Whether the labels of a counter say that these requests failed by the service's own fault: codes
// 5xx, a code that begins with 0 (no response), gRPC's server errors, Spring's and Linkerd's words.
// Nothing when no label says how requests ended.
std::optional<bool> Failed(model::LabelsView labels);

// The name of the label that says it, and what failures match there; empty when there is none.
std::string_view StatusLabel(model::LabelsView labels);
inline constexpr std::string_view kFailurePattern =
    "5[0-9x]{2}|5|0.*|(?i:server_error|error|errors|fail|failed|failure)|"
    "Unknown|DeadlineExceeded|Unimplemented|Internal|Unavailable|DataLoss";

// The first of the labels that is not empty.
std::string VersionOf(model::LabelsView labels, const std::vector<std::string>& names);
// "v1.2" is 1.2, registry/shop:1.2 is 1.2, and the first seven digits of a commit are the commit.
bool SameVersion(std::string_view a, std::string_view b);

// label="value" with what PromQL needs escaped.
std::string Matching(std::string_view label, std::string_view value);
// The same for any of several values; an empty one: without the label.
std::string MatchingAny(std::string_view label, const std::set<std::string>& values);

}  // namespace vedette::release
