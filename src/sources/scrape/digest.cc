#include "sources/scrape/digest.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>
#include <span>
#include <utility>
#include <vector>

namespace vedette::sources::scrape {
namespace {

constexpr std::array<std::string_view, 5> kReportNames = {
    "up", "scrape_duration_seconds", "scrape_samples_scraped",
    "scrape_samples_post_metric_relabeling", "scrape_series_added"};

bool HasName(std::span<const model::Label> labels, std::string_view name) {
  return std::ranges::any_of(labels, [&](const model::Label& l) { return l.name == name; });
}

// Joins the labels of samples with those of their target.
class LabelJoin {
 public:
  explicit LabelJoin(const TargetRules& rules)
      : rules_(rules), target_(rules.labels.begin(), rules.labels.end()) {}

  // The canonical form; lives until the next call. Empty when relabelling drops the sample.
  std::string_view Join(std::span<const model::Label> labels) {
    builder_.Clear();
    renamed_.clear();
    renamed_.reserve(labels.size());  // so that views into it stay
    for (const model::Label& label : labels) {
      const bool conflict = !rules_.honor_labels && !label.value.empty() &&
                            label.name != model::kMetricName && HasName(target_, label.name);
      builder_.Append(conflict ? Renamed(label.name, labels) : label.name, label.value);
    }
    for (const model::Label& label : target_) {
      if (rules_.honor_labels && HasName(labels, label.name)) continue;
      builder_.Append(label.name, label.value);
    }
    texts_.clear();
    canonical_.clear();
    if (!relabel::Apply(rules_.metric_relabel, builder_, texts_)) return {};
    builder_.AppendCanonical(canonical_);
    return canonical_;
  }

 private:
  // exported_x, or exported_exported_x where that is taken too.
  std::string_view Renamed(std::string_view name, std::span<const model::Label> labels) {
    std::string free(name);
    do {
      free.insert(0, "exported_");
    } while (HasName(labels, free) || HasName(target_, free) ||
             std::ranges::find(renamed_, free) != renamed_.end());
    renamed_.push_back(std::move(free));
    return renamed_.back();
  }

  const TargetRules& rules_;
  const std::vector<model::Label> target_;
  model::LabelsBuilder builder_;
  std::vector<std::string> renamed_;
  relabel::Texts texts_;
  std::string canonical_;
};

base::Error OverLimit(std::string_view limit, uint64_t value, std::string_view what) {
  return base::ResourceExhausted(fmt::format("more than {} = {} {}", limit, value, what),
                                 std::string(limit));
}

base::Result<> CheckLabels(const TargetRules& rules, model::LabelsView labels) {
  if (rules.label_limit > 0 && labels.size() > rules.label_limit) {
    return OverLimit("label_limit", rules.label_limit, "labels");
  }
  if (rules.label_name_length_limit == 0 && rules.label_value_length_limit == 0) return {};
  for (const model::Label& label : labels) {
    if (rules.label_name_length_limit > 0 && label.name.size() > rules.label_name_length_limit) {
      return OverLimit("label_name_length_limit", rules.label_name_length_limit,
                       "bytes in the name of a label");
    }
    if (rules.label_value_length_limit > 0 && label.value.size() > rules.label_value_length_limit) {
      return OverLimit("label_value_length_limit", rules.label_value_length_limit,
                       "bytes in the value of a label");
    }
  }
  return {};
}

// The samples of an answer; a sample that is to be followed has true in `followed`. What is over
// the limit is still counted: that is how one sees by how much. Counts as far as it came.
base::Result<> ParseSamples(const TargetRules& rules, const net::Response& response,
                            base::TimePoint time, model::WriteBatch& out,
                            std::vector<bool>& followed, Outcome& outcome,
                            const exposition::MetadataSink& on_metadata) {
  if (response.status != 200) {
    return base::Unavailable(fmt::format("server returned HTTP status {} {}", response.status,
                                         net::StatusText(response.status)));
  }
  const exposition::ParseOptions options{
      .format = exposition::FormatOf(response.headers.Get("Content-Type")),
      .native_histograms = rules.native_histograms,
      .classic_with_native = rules.classic_with_native};
  LabelJoin join(rules);
  VEDETTE_TRY_VOID(exposition::Parse(
      response.body, options,
      [&](const exposition::ParsedSample& sample) -> base::Result<> {
        ++outcome.samples;
        const auto labels = model::LabelsView::FromCanonical(join.Join(sample.labels));
        if (labels.empty()) return {};
        VEDETTE_TRY_VOID(CheckLabels(rules, labels));
        ++outcome.kept_samples;
        if (rules.sample_limit > 0 && outcome.kept_samples > rules.sample_limit) return {};
        const bool own_time = rules.honor_timestamps && sample.t_ms.has_value();
        out.BeginSeries(labels);
        const int64_t t_ms = own_time ? *sample.t_ms : base::ToMillis(time);
        exposition::AddSample(sample, t_ms, out);
        followed.push_back(!own_time);
        return {};
      },
      on_metadata));
  if (rules.sample_limit > 0 && outcome.kept_samples > rules.sample_limit) {
    return OverLimit("sample_limit", rules.sample_limit, "samples");
  }
  return {};
}

void AddReport(const TargetRules& rules, base::TimePoint time, std::span<const double, 5> values,
               model::WriteBatch& out) {
  for (size_t i = 0; i < kReportNames.size(); ++i) {
    model::LabelsBuilder builder(rules.labels.view());
    builder.Set(model::kMetricName, kReportNames[i]);
    const model::Labels labels = builder.Build();
    out.BeginSeries(labels);
    out.Add(base::ToMillis(time), values[i]);
  }
}

void AddStale(std::string_view canonical, base::TimePoint time, model::WriteBatch& out) {
  out.BeginSeries(model::LabelsView::FromCanonical(canonical));
  out.Add(base::ToMillis(time), model::StaleNan());
}

}  // namespace

bool SeriesMemory::See(std::string_view canonical) {
  const auto known = series_.find(canonical);
  if (known == series_.end()) {
    series_.emplace(canonical, scrape_);
    return true;
  }
  known->second = scrape_;
  return false;
}

void SeriesMemory::EndMissing(base::TimePoint time, model::WriteBatch& out) {
  std::erase_if(series_, [&](const auto& entry) {
    if (entry.second == scrape_) return false;
    AddStale(entry.first, time, out);
    return true;
  });
}

void SeriesMemory::EndAll(base::TimePoint time, model::WriteBatch& out) {
  for (const auto& [canonical, scrape] : series_) AddStale(canonical, time, out);
  series_.clear();
}

Outcome Digest(const TargetRules& rules, const base::Result<net::Response>& response,
               base::TimePoint time, base::Duration took, SeriesMemory& memory,
               model::WriteBatch& out, const exposition::MetadataSink& on_metadata) {
  out.Clear();
  Outcome outcome;
  std::vector<bool> followed;
  const base::Result<> parsed =
      response.ok() ? ParseSamples(rules, *response, time, out, followed, outcome, on_metadata)
                    : base::Result<>(response.error());
  if (parsed.ok()) {
    outcome.up = true;
    memory.Begin();
    for (size_t i = 0; i < followed.size(); ++i) {
      if (!followed[i]) continue;
      outcome.series_added += memory.See(out.labels(out.entries()[i]).bytes()) ? 1 : 0;
    }
    memory.EndMissing(time, out);
  } else {
    outcome.error = parsed.error().message;
    out.Clear();
    memory.EndAll(time, out);
  }
  const std::array<double, 5> report = {
      outcome.up ? 1.0 : 0.0, static_cast<double>(took.count()) / 1000,
      static_cast<double>(outcome.samples), static_cast<double>(outcome.kept_samples),
      static_cast<double>(outcome.series_added)};
  AddReport(rules, time, report, out);
  return outcome;
}

void EndTarget(const TargetRules& rules, base::TimePoint time, SeriesMemory& memory,
               model::WriteBatch& out) {
  out.Clear();
  memory.EndAll(time, out);
  std::array<double, 5> stale;
  stale.fill(model::StaleNan());
  AddReport(rules, time, stale, out);
}

}  // namespace vedette::sources::scrape
