#include "base/metrics.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/check.h"

namespace vedette::base {
namespace {

void AppendNumber(std::string& out, double value) {
  if (std::isnan(value)) {
    out += "NaN";
  } else if (std::isinf(value)) {
    out += value > 0 ? "+Inf" : "-Inf";
  } else {
    char buffer[32];
    out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
  }
}

void AppendEscaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (c == '\\' || c == '"') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
}

// {a="x",b="y"}, with `extra` (already formatted) at the end; empty when there is nothing.
std::string FormatLabels(const MetricLabels& labels, std::string_view extra) {
  if (labels.empty() && extra.empty()) return {};
  std::string out = "{";
  for (const auto& [name, value] : labels) {
    if (out.size() > 1) out += ',';
    out += name;
    out += "=\"";
    AppendEscaped(out, value);
    out += '"';
  }
  if (!extra.empty()) {
    if (out.size() > 1) out += ',';
    out += extra;
  }
  return out + "}";
}

void AppendLine(std::string& out, std::string_view name, std::string_view labels, double value) {
  out += name;
  out += labels;
  out += ' ';
  AppendNumber(out, value);
  out += '\n';
}

void AppendHistogram(std::string& out, std::string_view name, const MetricLabels& labels,
                     const Histogram& histogram) {
  const std::string bucket_name = std::string(name) + "_bucket";
  uint64_t cumulative = 0;
  for (size_t i = 0; i <= histogram.bounds().size(); ++i) {
    cumulative += histogram.bucket(i);
    std::string le = "le=\"";
    AppendNumber(le, i < histogram.bounds().size() ? histogram.bounds()[i] : HUGE_VAL);
    le += '"';
    AppendLine(out, bucket_name, FormatLabels(labels, le), static_cast<double>(cumulative));
  }
  const std::string plain = FormatLabels(labels, {});
  AppendLine(out, std::string(name) + "_sum", plain, histogram.sum());
  AppendLine(out, std::string(name) + "_count", plain, static_cast<double>(cumulative));
}

}  // namespace

Histogram::Histogram(std::vector<double> bounds)
    : bounds_(std::move(bounds)),
      buckets_(std::make_unique<std::atomic<uint64_t>[]>(bounds_.size() + 1)) {
  VEDETTE_CHECK(std::is_sorted(bounds_.begin(), bounds_.end()));
}

void Histogram::Observe(double value) {
  const auto bucket = std::lower_bound(bounds_.begin(), bounds_.end(), value) - bounds_.begin();
  buckets_[static_cast<size_t>(bucket)].fetch_add(1, std::memory_order_relaxed);
  sum_.fetch_add(value, std::memory_order_relaxed);
}

std::vector<double> LatencyBounds() {
  return {1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1, 3, 10};
}

// One name with its help, its type and one member per label set.
struct MetricsRegistry::Family {
  struct Member {
    MetricLabels labels;
    std::unique_ptr<Counter> counter;
    std::unique_ptr<Gauge> gauge;
    std::unique_ptr<Histogram> histogram;
    std::function<double()> callback;
  };
  std::string help;
  std::string type;
  std::vector<std::unique_ptr<Member>> members;

  Member& Of(MetricLabels labels) {
    for (const auto& member : members) {
      if (member->labels == labels) return *member;
    }
    members.push_back(std::make_unique<Member>());
    members.back()->labels = std::move(labels);
    return *members.back();
  }
};

MetricsRegistry::Family& MetricsRegistry::FamilyOf(std::string_view name, std::string_view help,
                                                   std::string_view type) {
  auto found = families_.find(name);
  if (found == families_.end()) {
    auto family = std::make_shared<Family>();
    family->help = help;
    family->type = type;
    found = families_.emplace(std::string(name), std::move(family)).first;
  }
  VEDETTE_CHECK(found->second->type == type);  // one name, one type
  return *found->second;
}

Counter& MetricsRegistry::AddCounter(std::string_view name, std::string_view help,
                                     MetricLabels labels) {
  MutexLock lock(mutex_);
  Family::Member& member = FamilyOf(name, help, "counter").Of(std::move(labels));
  if (!member.counter) member.counter = std::make_unique<Counter>();
  return *member.counter;
}

Gauge& MetricsRegistry::AddGauge(std::string_view name, std::string_view help,
                                 MetricLabels labels) {
  MutexLock lock(mutex_);
  Family::Member& member = FamilyOf(name, help, "gauge").Of(std::move(labels));
  if (!member.gauge) member.gauge = std::make_unique<Gauge>();
  return *member.gauge;
}

Histogram& MetricsRegistry::AddHistogram(std::string_view name, std::string_view help,
                                         std::vector<double> bounds, MetricLabels labels) {
  MutexLock lock(mutex_);
  Family::Member& member = FamilyOf(name, help, "histogram").Of(std::move(labels));
  if (!member.histogram) member.histogram = std::make_unique<Histogram>(std::move(bounds));
  return *member.histogram;
}

void MetricsRegistry::AddCallback(std::string_view name, std::string_view help,
                                  std::function<double()> read, MetricLabels labels) {
  MutexLock lock(mutex_);
  const std::string_view type = name.ends_with("_total") ? "counter" : "gauge";
  FamilyOf(name, help, type).Of(std::move(labels)).callback = std::move(read);
}

std::string MetricsRegistry::WriteText() const {
  MutexLock lock(mutex_);
  std::string out;
  for (const auto& [name, family] : families_) {
    out += "# HELP " + name + " " + family->help + "\n# TYPE " + name + " " + family->type + "\n";
    for (const auto& member : family->members) {
      const std::string labels = FormatLabels(member->labels, {});
      if (member->counter) {
        AppendLine(out, name, labels, static_cast<double>(member->counter->value()));
      }
      if (member->gauge) AppendLine(out, name, labels, member->gauge->value());
      if (member->callback) AppendLine(out, name, labels, member->callback());
      if (member->histogram) AppendHistogram(out, name, member->labels, *member->histogram);
    }
  }
  return out;
}

}  // namespace vedette::base
