#include "sources/otlp/metrics.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/core.h>
#include <limits>
#include <unordered_map>
#include <utility>

#include "base/utf8.h"
#include "model/sample.h"
#include "sources/otlp/exponential.h"
#include "sources/otlp/labels.h"
#include "sources/otlp/point.h"

// ExportMetricsServiceRequest  1: ResourceMetrics...
// ResourceMetrics  1: Resource  2: ScopeMetrics...
// ScopeMetrics     1: InstrumentationScope  2: Metric...  3: schema URL
// Metric           1: name  2: description  3: unit  5: Gauge  7: Sum  9: Histogram
//                  10: ExponentialHistogram  11: Summary
// each of them     1: points...  2: temporality  3: is_monotonic (Sum)
// Points: see point.cc.

namespace vedette::sources::otlp {
namespace {

using protozero::pbf_reader;
using protozero::pbf_wire_type;
using protozero::tag_and_type;
using Kind = PointKind;

constexpr int32_t kDelta = 1;
constexpr int32_t kCumulative = 2;
// target_info is written so often between a resource's first and last point that a query of five
// minutes' lookback finds it, and no more than this many times.
constexpr int64_t kInfoStepMs = 150'000;
constexpr int64_t kInfoSamplesMax = 24;
constexpr size_t kNamesKept = 10'000;

// A metric's message, read but for its points.
struct Metric {
  std::string_view name;
  std::string_view description;
  std::string_view unit;
  std::string_view data;  // the Gauge, Sum ... message
  uint32_t data_field = 0;
  int32_t temporality = 0;
  bool monotonic = false;
};

Metric ReadMetric(std::string_view message) {
  Metric metric;
  for (pbf_reader reader = Reader(message); reader.next();) {
    switch (reader.tag_and_type()) {
      case tag_and_type(1, kLengthDelimited): metric.name = Text(reader.get_view()); break;
      case tag_and_type(2, kLengthDelimited): metric.description = Text(reader.get_view()); break;
      case tag_and_type(3, kLengthDelimited): metric.unit = Text(reader.get_view()); break;
      case tag_and_type(5, kLengthDelimited):
      case tag_and_type(7, kLengthDelimited):
      case tag_and_type(9, kLengthDelimited):
      case tag_and_type(10, kLengthDelimited):
      case tag_and_type(11, kLengthDelimited):
        metric.data_field = reader.tag();
        metric.data = Text(reader.get_view());
        break;
      default: reader.skip();
    }
  }
  for (pbf_reader reader = Reader(metric.data); reader.next();) {
    switch (reader.tag_and_type()) {
      case tag_and_type(2, pbf_wire_type::varint): metric.temporality = reader.get_int32(); break;
      case tag_and_type(3, pbf_wire_type::varint): metric.monotonic = reader.get_bool(); break;
      default: reader.skip();
    }
  }
  return metric;
}

std::string BoundText(double bound) {
  if (std::isinf(bound)) return bound > 0 ? "+Inf" : "-Inf";
  char text[400];
  const auto end = std::to_chars(text, text + sizeof text, bound, std::chars_format::fixed);
  return std::string(text, end.ptr);
}

std::string_view TypeOf(MetricKind kind) {
  switch (kind) {
    case MetricKind::kCounter: return "counter";
    case MetricKind::kHistogram: return "histogram";
    case MetricKind::kSummary: return "summary";
    case MetricKind::kGauge:
    case MetricKind::kUpDownCounter: break;
  }
  return "gauge";
}

MetricKind KindOf(const Metric& metric) {
  switch (metric.data_field) {
    case 7: return metric.monotonic ? MetricKind::kCounter : MetricKind::kUpDownCounter;
    case 9:
    case 10: return MetricKind::kHistogram;
    case 11: return MetricKind::kSummary;
    default: return MetricKind::kGauge;
  }
}

}  // namespace

struct MetricsDecoder::Parts {
  explicit Parts(Translation translation) : labels(translation) {}
  LabelMaker labels;
  Point point;
  // Translated names by name, unit and kind.
  std::unordered_map<std::string, std::string> names;
  std::string name_key;
  // The texts of the bounds of the last histogram, which its neighbours nearly always share.
  std::vector<double> text_bounds;
  std::vector<std::string> bound_texts;
};

// One request on its way into a batch.
class MetricsDecoder::Run {
 public:
  Run(const MetricsOptions& options, Parts& parts, const MetadataSink& on_metadata,
      const DeltaSink& on_delta, int64_t info_until_ms, model::WriteBatch& out)
      : options_(options),
        limits_{.attributes_max = options.attributes_max, .buckets_max = options.buckets_max},
        parts_(parts),
        point_(parts.point),
        on_metadata_(on_metadata),
        on_delta_(on_delta),
        info_until_ms_(info_until_ms),
        out_(out) {}

  base::Result<> Request(std::string_view message) {
    for (pbf_reader reader = Reader(message); reader.next();) {
      if (reader.tag_and_type() == tag_and_type(1, kLengthDelimited)) {
        VEDETTE_TRY_VOID(ResourceMetrics(Text(reader.get_view())));
      } else {
        reader.skip();
      }
    }
    return {};
  }
  MetricsReport Take() { return std::move(report_); }

 private:
  base::Result<> ResourceMetrics(std::string_view message);
  void BeginResource(const Pairs& attributes);
  base::Result<> TargetInfo(const Pairs& attributes);
  base::Result<> ScopeMetrics(std::string_view message);
  base::Result<> BeginScope(std::string_view message);
  base::Result<> AddMetric(std::string_view message);
  std::string_view NameOf(const Metric& metric, MetricKind kind);
  base::Result<> AddPoints(const Metric& metric, Kind kind);
  std::string AddPoint(Kind kind);
  std::string AddHistogram();
  std::string AddExponential();
  void AddSummary();
  // Begins the series and takes one sample.
  void AddSample(std::string_view suffix, std::string_view reserved, double value);
  void AddExemplars(double above, double up_to);
  base::Result<> CheckLimits() const;
  const std::vector<std::string>& BoundTexts();

  const MetricsOptions& options_;
  const PointLimits limits_;
  Parts& parts_;
  Point& point_;
  const MetadataSink& on_metadata_;
  const DeltaSink& on_delta_;
  const int64_t info_until_ms_;
  model::WriteBatch& out_;
  MetricsReport report_;
  std::string_view family_;  // the translated name of the metric at hand
  bool delta_ = false;       // the metric at hand
  std::string unsummed_;     // why a delta of the point at hand is left out
  int64_t first_ms_ = 0;
  int64_t last_ms_ = 0;
  bool any_ = false;  // point of the resource at hand that target_info may have the time of
  size_t samples_ = 0;
  size_t label_bytes_ = 0;
  size_t native_buckets_ = 0;
};

base::Result<> MetricsDecoder::Run::ResourceMetrics(std::string_view message) {
  Pairs attributes;
  for (pbf_reader reader = Reader(message); reader.next();) {
    if (reader.tag_and_type() != tag_and_type(1, kLengthDelimited)) {
      reader.skip();
      continue;
    }
    for (pbf_reader resource = Reader(Text(reader.get_view())); resource.next();) {
      if (resource.tag_and_type() != tag_and_type(1, kLengthDelimited)) {
        resource.skip();
        continue;
      }
      const std::string problem =
          AddPair(Text(resource.get_view()), options_.attributes_max, attributes);
      if (!problem.empty()) {
        return base::InvalidArgument("OTLP: a resource: " + problem, "resource.attributes");
      }
    }
  }
  BeginResource(attributes);
  for (pbf_reader reader = Reader(message); reader.next();) {
    if (reader.tag_and_type() == tag_and_type(2, kLengthDelimited)) {
      VEDETTE_TRY_VOID(ScopeMetrics(Text(reader.get_view())));
    } else {
      reader.skip();
    }
  }
  return any_ ? TargetInfo(attributes) : base::Result<>();
}

void MetricsDecoder::Run::BeginResource(const Pairs& attributes) {
  any_ = false;
  LabelMaker& labels = parts_.labels;
  labels.BeginResource();
  std::string job, space, instance;
  for (const auto& [name, value] : attributes) {
    if (std::ranges::find(options_.promoted_attributes, name) !=
        options_.promoted_attributes.end()) {
      labels.AddBase(labels.NameOf(name), value, true);
    }
    if (name == "service.name") job = value;
    if (name == "service.namespace") space = value;
    if (name == "service.instance.id") instance = value;
  }
  if (!job.empty()) labels.AddBase("job", space.empty() ? job : space + "/" + job, false);
  if (!instance.empty()) labels.AddBase("instance", instance, false);
}

// REQUIRES: the base holds the labels of the resource only.
base::Result<> MetricsDecoder::Run::TargetInfo(const Pairs& attributes) {
  model::LabelsBuilder labels;
  std::string job, space, instance;
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const auto& [name, value] : attributes) {
    if (name == "service.name") {
      job = value;
    } else if (name == "service.namespace") {
      space = value;
    } else if (name == "service.instance.id") {
      instance = value;
    } else if (pairs.size() + 3 < options_.labels_max && value.size() <= options_.value_bytes_max) {
      pairs.emplace_back(parts_.labels.NameOf(name), value);
    }
  }
  // Without an identity there is nothing to join with, without attributes nothing to learn.
  if (pairs.empty() || (job.empty() && instance.empty())) return {};
  if (!job.empty()) pairs.emplace_back("job", space.empty() ? job : space + "/" + job);
  pairs.emplace_back("instance", instance);
  pairs.emplace_back(model::kMetricName, "target_info");
  std::erase_if(pairs, [](const auto& pair) { return pair.first.empty(); });
  report_.point_of_entry.resize(out_.entries().size() + 1, MetricsReport::kNoPoint);
  out_.BeginSeries(model::Labels(std::move(pairs)));
  const int64_t begin = std::max(first_ms_, last_ms_ - kInfoSamplesMax * kInfoStepMs);
  for (int64_t t = begin; t < last_ms_; t += kInfoStepMs) out_.Add(t, 1);
  out_.Add(last_ms_, 1);
  return {};
}

base::Result<> MetricsDecoder::Run::ScopeMetrics(std::string_view message) {
  LabelMaker& labels = parts_.labels;
  const size_t base_size = labels.base_size();
  for (pbf_reader reader = Reader(message); options_.promote_scope && reader.next();) {
    switch (reader.tag_and_type()) {
      case tag_and_type(1, kLengthDelimited):
        VEDETTE_TRY_VOID(BeginScope(Text(reader.get_view())));
        break;
      case tag_and_type(3, kLengthDelimited):
        labels.AddBase("otel_scope_schema_url", Text(reader.get_view()), false);
        break;
      default: reader.skip();
    }
  }
  labels.FinishBase();
  for (pbf_reader reader = Reader(message); reader.next();) {
    if (reader.tag_and_type() == tag_and_type(2, kLengthDelimited)) {
      VEDETTE_TRY_VOID(AddMetric(Text(reader.get_view())));
    } else {
      reader.skip();
    }
  }
  labels.CutBase(base_size);
  return {};
}

base::Result<> MetricsDecoder::Run::BeginScope(std::string_view message) {
  LabelMaker& labels = parts_.labels;
  Pairs attributes;
  for (pbf_reader reader = Reader(message); reader.next();) {
    switch (reader.tag_and_type()) {
      case tag_and_type(1, kLengthDelimited):
        labels.AddBase("otel_scope_name", Text(reader.get_view()), false);
        break;
      case tag_and_type(2, kLengthDelimited):
        labels.AddBase("otel_scope_version", Text(reader.get_view()), false);
        break;
      case tag_and_type(3, kLengthDelimited): {
        const std::string problem =
            AddPair(Text(reader.get_view()), options_.attributes_max, attributes);
        if (!problem.empty()) {
          return base::InvalidArgument("OTLP: a scope: " + problem, "scope.attributes");
        }
        break;
      }
      default: reader.skip();
    }
  }
  for (const auto& [name, value] : attributes) {
    labels.AddBase(labels.NameOf("otel_scope_" + name), value, false);
  }
  return {};
}

base::Result<> MetricsDecoder::Run::AddMetric(std::string_view message) {
  const Metric metric = ReadMetric(message);
  const MetricKind kind = KindOf(metric);
  family_ = NameOf(metric, kind);
  if (on_metadata_ && !family_.empty()) {
    on_metadata_(
        {.family = family_, .type = TypeOf(kind), .help = metric.description, .unit = metric.unit});
  }
  switch (metric.data_field) {
    case 5:
    case 7: return AddPoints(metric, Kind::kNumber);
    case 9: return AddPoints(metric, Kind::kHistogram);
    case 10: return AddPoints(metric, Kind::kExponential);
    case 11: return AddPoints(metric, Kind::kSummary);
    default: return {};
  }
}

// A name is translated once: senders have few, and send them again and again.
std::string_view MetricsDecoder::Run::NameOf(const Metric& metric, MetricKind kind) {
  std::string& key = parts_.name_key;
  key.assign(metric.name).append(1, '\0').append(metric.unit);
  key += static_cast<char>(kind);
  auto found = parts_.names.find(key);
  if (found == parts_.names.end()) {
    if (parts_.names.size() >= kNamesKept) parts_.names.clear();
    found =
        parts_.names.emplace(key, MetricName(metric.name, metric.unit, kind, options_.translation))
            .first;
  }
  return found->second;
}

base::Result<> MetricsDecoder::Run::AddPoints(const Metric& metric, Kind kind) {
  delta_ = on_delta_ && metric.temporality == kDelta &&
           (metric.data_field == 7 || kind == Kind::kHistogram);
  std::string whole;  // what is wrong with all points
  if (family_.empty()) {
    whole = "its name has no character that a name may have";
  } else if (metric.data_field != 5 && kind != Kind::kSummary &&
             metric.temporality != kCumulative && !delta_) {
    whole =
        "its aggregation temporality is not cumulative: set the exporter's temporality "
        "preference to cumulative";
  }
  for (pbf_reader reader = Reader(metric.data); reader.next();) {
    if (reader.tag_and_type() != tag_and_type(1, kLengthDelimited)) {
      reader.skip();
      continue;
    }
    const std::string_view message = Text(reader.get_view());
    std::string problem = whole;
    if (problem.empty()) {
      problem = ReadPoint(message, kind, limits_, parts_.labels, parts_.point);
      if (problem.empty()) problem = AddPoint(kind);
      VEDETTE_TRY_VOID(CheckLimits());
    }
    const auto point = static_cast<uint32_t>(report_.points);
    report_.point_of_entry.resize(out_.entries().size(),
                                  problem.empty() ? point : MetricsReport::kNoPoint);
    if (problem.empty()) {
      ++report_.points;
    } else if (report_.refused.count++ == 0) {
      const std::string_view name = metric.name.substr(0, 200);
      report_.refused.first =
          fmt::format("metric \"{}\": {}", base::IsValidUtf8(name) ? name : "?", problem);
    }
  }
  return {};
}

std::string MetricsDecoder::Run::AddPoint(Kind kind) {
  std::string problem;
  switch (kind) {
    case Kind::kNumber:
      if (!point_.value && point_.recorded) return "neither as_double nor as_int is set";
      parts_.labels.FinishPoint({});
      AddSample({}, {}, point_.value.value_or(0));
      AddExemplars(-std::numeric_limits<double>::infinity(),
                   std::numeric_limits<double>::infinity());
      break;
    case Kind::kHistogram: problem = AddHistogram(); break;
    case Kind::kExponential: problem = AddExponential(); break;
    case Kind::kSummary: AddSummary(); break;
  }
  if (problem.empty()) problem = std::exchange(unsummed_, {});
  if (!problem.empty()) return problem;
  if (point_.t_ms > info_until_ms_) return {};
  first_ms_ = any_ ? std::min(first_ms_, point_.t_ms) : point_.t_ms;
  last_ms_ = any_ ? std::max(last_ms_, point_.t_ms) : point_.t_ms;
  any_ = true;
  return {};
}

void MetricsDecoder::Run::AddSample(std::string_view suffix, std::string_view reserved,
                                    double value) {
  if (label_bytes_ > options_.label_bytes_max) return;  // CheckLimits refuses the request
  const model::LabelsView labels = parts_.labels.Series(family_, suffix, reserved);
  if (delta_ && point_.recorded) {
    const base::Result<double> sum = on_delta_(labels, point_.t_ms, value);
    if (!sum.ok()) {
      unsummed_ = sum.error().message;
      return;
    }
    value = *sum;
  }
  label_bytes_ += labels.bytes().size();
  ++samples_;
  out_.BeginSeries(labels);
  out_.Add(point_.t_ms, point_.recorded ? value : model::StaleNan());
}

const std::vector<std::string>& MetricsDecoder::Run::BoundTexts() {
  if (parts_.text_bounds != point_.bounds) {
    parts_.text_bounds = point_.bounds;
    parts_.bound_texts.clear();
    for (const double bound : point_.bounds) parts_.bound_texts.push_back(BoundText(bound));
  }
  return parts_.bound_texts;
}

std::string MetricsDecoder::Run::AddHistogram() {
  const std::vector<double>& bounds = point_.bounds;
  const std::vector<uint64_t>& counts = point_.bucket_counts;
  if (!counts.empty() && counts.size() != bounds.size() + 1) {
    return fmt::format("{} bucket counts do not fit {} bounds", counts.size(), bounds.size());
  }
  for (size_t i = 0; i < bounds.size(); ++i) {
    if (std::isnan(bounds[i]) || (i > 0 && bounds[i] <= bounds[i - 1])) {
      return fmt::format("the bound {} is not greater than the one before", bounds[i]);
    }
  }
  parts_.labels.FinishPoint("le");
  if (point_.sum || !point_.recorded) AddSample("_sum", {}, point_.sum.value_or(0));
  AddSample("_count", {}, static_cast<double>(point_.count));
  const std::vector<std::string>& texts = BoundTexts();
  uint64_t cumulative = 0;
  double below = -std::numeric_limits<double>::infinity();
  for (size_t i = 0; i < bounds.size() && i < counts.size(); ++i) {
    cumulative += counts[i];
    // An infinite bound is what the last bucket has in any case.
    if (bounds[i] == std::numeric_limits<double>::infinity()) break;
    AddSample("_bucket", texts[i], static_cast<double>(cumulative));
    AddExemplars(below, bounds[i]);
    below = bounds[i];
  }
  AddSample("_bucket", "+Inf", static_cast<double>(point_.count));
  AddExemplars(below, std::numeric_limits<double>::infinity());
  return {};
}

std::string MetricsDecoder::Run::AddExponential() {
  model::Histogram histogram;
  if (point_.recorded) {
    ExponentialPoint exponential = point_.exponential;
    exponential.count = point_.count;
    exponential.sum = point_.sum.value_or(0);
    auto converted = ToNativeHistogram(exponential, options_.native_buckets_max);
    if (!converted.ok()) return converted.error().message;
    histogram = *std::move(converted);
  } else {
    histogram.sum = model::StaleNan();
  }
  native_buckets_ += histogram.positive_buckets.size() + histogram.negative_buckets.size() + 1;
  parts_.labels.FinishPoint({});
  const model::LabelsView labels = parts_.labels.Series(family_, {});
  label_bytes_ += labels.bytes().size();
  ++samples_;
  out_.BeginSeries(labels);
  out_.AddHistogram(point_.t_ms, std::move(histogram));
  AddExemplars(-std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity());
  return {};
}

void MetricsDecoder::Run::AddSummary() {
  parts_.labels.FinishPoint("quantile");
  AddSample("_sum", {}, point_.sum.value_or(0));
  AddSample("_count", {}, static_cast<double>(point_.count));
  for (const auto& [quantile, value] : point_.quantiles) {
    AddSample({}, BoundText(quantile), value);
  }
}

// Exemplars of values in (above, up_to], for the series that began last.
void MetricsDecoder::Run::AddExemplars(double above, double up_to) {
  if (!unsummed_.empty()) return;  // their series did not begin
  const bool first = std::isinf(above);
  const bool last = std::isinf(up_to);
  for (const model::Exemplar& exemplar : point_.exemplars) {
    const bool inside = (first || exemplar.value > above) && exemplar.value <= up_to;
    if (inside || (last && std::isnan(exemplar.value))) out_.AddExemplar(exemplar);
  }
}

base::Result<> MetricsDecoder::Run::CheckLimits() const {
  const auto exceeded = [](size_t limit, std::string_view what, std::string_view name) {
    return base::InvalidArgument(fmt::format("OTLP: more than {} {} in one request", limit, what),
                                 fmt::format("{}_per_request", name));
  };
  if (samples_ > options_.samples_max) return exceeded(options_.samples_max, "samples", "samples");
  if (out_.exemplars().size() > options_.exemplars_max) {
    return exceeded(options_.exemplars_max, "exemplars", "exemplars");
  }
  if (native_buckets_ > options_.total_native_buckets_max) {
    return exceeded(options_.total_native_buckets_max, "histogram buckets", "histogram_buckets");
  }
  if (label_bytes_ > options_.label_bytes_max) {
    return exceeded(options_.label_bytes_max, "bytes of labels", "label_bytes");
  }
  return {};
}

uint64_t MetricsReport::PointsOf(const std::vector<uint32_t>& entries) const {
  std::vector<uint32_t> found;
  for (const uint32_t entry : entries) {
    const uint32_t point = entry < point_of_entry.size() ? point_of_entry[entry] : kNoPoint;
    if (point != kNoPoint) found.push_back(point);
  }
  std::ranges::sort(found);
  return static_cast<uint64_t>(std::ranges::unique(found).begin() - found.begin());
}

MetricsDecoder::MetricsDecoder(MetricsOptions options)
    : options_(std::move(options)), parts_(std::make_unique<Parts>(options_.translation)) {}

MetricsDecoder::~MetricsDecoder() = default;

base::Result<MetricsReport> MetricsDecoder::Decode(std::string_view message, model::WriteBatch& out,
                                                   const MetadataSink& on_metadata,
                                                   const DeltaSink& on_delta,
                                                   int64_t info_until_ms) {
  out.Clear();
  parts_->labels.Trim();
  Run run(options_, *parts_, on_metadata, on_delta, info_until_ms, out);
  base::Result<> read;
  try {
    read = run.Request(message);
  } catch (const protozero::exception& e) {
    read = base::InvalidArgument(
        fmt::format("OTLP: the body is no ExportMetricsServiceRequest message: {}", e.what()));
  }
  if (!read.ok()) {
    out.Clear();
    return read.error();
  }
  return run.Take();
}

}  // namespace vedette::sources::otlp
