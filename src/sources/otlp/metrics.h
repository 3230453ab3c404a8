#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/write_batch.h"
#include "sources/otlp/names.h"
#include "sources/otlp/wire.h"

namespace vedette::sources::otlp {

// An ExportMetricsServiceRequest message turned into a WriteBatch, with the names and labels that
// the OTLP receiver of Prometheus 3 gives them:
//
//   gauge, sum              one series; a monotonic sum is a counter
//   histogram               name_bucket with le, name_sum, name_count
//   exponential histogram   a native histogram, of schema 8 at most
//   summary                 name with quantile, name_sum, name_count
//   a resource              target_info; job and instance on every series of it
//
// Deltas of sums and of histograms with bounds become cumulative through a DeltaSink; without one,
// and those of exponential histograms, they are refused, by name. A point that says "no recorded
// value" is a stale marker.

struct MetricsOptions {
  Translation translation = Translation::kUnderscoreEscapingWithSuffixes;
  // Attributes of the resource that become labels of all its series.
  std::vector<std::string> promoted_attributes = {"service.instance.id",
                                                  "service.name",
                                                  "service.namespace",
                                                  "service.version",
                                                  "cloud.availability_zone",
                                                  "cloud.region",
                                                  "container.name",
                                                  "deployment.environment",
                                                  "deployment.environment.name",
                                                  "k8s.cluster.name",
                                                  "k8s.container.name",
                                                  "k8s.cronjob.name",
                                                  "k8s.daemonset.name",
                                                  "k8s.deployment.name",
                                                  "k8s.job.name",
                                                  "k8s.namespace.name",
                                                  "k8s.pod.name",
                                                  "k8s.replicaset.name",
                                                  "k8s.statefulset.name"};
  bool promote_scope = true;  // otel_scope_name, otel_scope_version and the scope's attributes
  size_t labels_max = 64;     // of target_info, which leaves out what is too much or too long
  size_t value_bytes_max = 4096;
  size_t attributes_max = 128;         // of a point, a scope, a resource
  size_t buckets_max = 2000;           // of one histogram
  size_t native_buckets_max = 20'000;  // of one side of an exponential histogram
  // Of one request.
  size_t samples_max = 1'000'000;
  size_t exemplars_max = 100'000;
  size_t total_native_buckets_max = 4'000'000;
  size_t label_bytes_max = 256 << 20;
};

struct MetricsReport {
  uint64_t points = 0;  // that are in the batch, as one sample or more
  Refusals refused;     // points
  // By entry of the batch, perhaps fewer: the point that it comes from, or kNoPoint (of
  // target_info, or of a point that is refused already).
  static constexpr uint32_t kNoPoint = UINT32_MAX;
  std::vector<uint32_t> point_of_entry = {};

  // How many points have one of these entries of the batch, which the store refused.
  uint64_t PointsOf(const std::vector<uint32_t>& entries) const;
};

// What a sender says of a metric; the views live during the call only.
struct MetricMetadata {
  std::string_view family;
  std::string_view type;  // "counter", "gauge", "histogram", "summary"
  std::string_view help;
  std::string_view unit;
};
using MetadataSink = std::function<void(const MetricMetadata&)>;
// The sum of the deltas of a series with this one; an Error refuses the point.
using DeltaSink =
    std::function<base::Result<double>(model::LabelsView labels, int64_t t_ms, double delta)>;

// Keeps its buffers between requests: one per worker. Not thread-safe.
class MetricsDecoder {
 public:
  explicit MetricsDecoder(MetricsOptions options = {});
  ~MetricsDecoder();

  // Clears `out` and fills it; target_info is written at times up to `info_until_ms` only. Errors:
  // kInvalidArgument when the body is no such message or exceeds a limit of the whole request;
  // `out` is then empty. Never throws.
  base::Result<MetricsReport> Decode(std::string_view message, model::WriteBatch& out,
                                     const MetadataSink& on_metadata = {},
                                     const DeltaSink& on_delta = {},
                                     int64_t info_until_ms = INT64_MAX);

 private:
  class Run;
  struct Parts;
  const MetricsOptions options_;
  std::unique_ptr<Parts> parts_;
};

}  // namespace vedette::sources::otlp
