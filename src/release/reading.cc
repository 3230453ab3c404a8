#include "release/reading.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <utility>

#include "base/duration.h"

namespace vedette::release {
namespace {

constexpr base::Duration kWeek = std::chrono::hours(24 * 7);
constexpr double kValuesMax = 2'000'000;  // of one query: series times steps

void AddNames(std::string& out, const std::vector<std::string>& names,
              std::initializer_list<std::string_view> suffixes) {
  for (const std::string& name : names) {
    for (const std::string_view suffix : suffixes) {
      if (!out.empty()) out += '|';
      out += name;
      out += suffix;
    }
  }
}

std::set<std::string> ValuesOf(const std::string& label,
                               const std::vector<const query::VectorSample*>& rows) {
  std::set<std::string> values;
  for (const query::VectorSample* row : rows) values.emplace(row->labels.Get(label));
  return values;
}

// Of the first label that tells all of `here` from all of `elsewhere`; empty when none does.
std::string PlaceMatcher(const std::vector<const query::VectorSample*>& here,
                         const std::vector<const query::VectorSample*>& elsewhere) {
  for (const std::string& label : PlaceLabelNames()) {
    const std::set<std::string> values = ValuesOf(label, here);
    const std::set<std::string> others = ValuesOf(label, elsewhere);
    const bool apart = std::none_of(others.begin(), others.end(), [&](const std::string& other) {
      return values.contains(other);
    });
    if (apart) return "," + MatchingAny(label, values);
  }
  return {};
}

}  // namespace

Reading::Reading(const Options& options, const Ask& ask, const Subject& subject,
                 base::TimePoint until)
    : options_(options), ask_(ask), subject_(subject), until_(until), names_(NamesFor(options)) {
  sides.begin = subject.released_at;
}

base::Result<bool> Reading::Discover() {
  std::string names;
  AddNames(names, names_.requests, {""});
  AddNames(names, names_.errors, {""});
  AddNames(names, names_.latency, {"_bucket", "_sum"});
  AddNames(names, names_.cpu, {""});
  AddNames(names, names_.memory, {""});
  query::InstantQuery query;
  for (const std::string& label : names_.service_labels) {
    if (!query.text.empty()) query.text += " or ";
    query.text +=
        fmt::format("count by (__name__, {}, {}) ({{__name__=~\"{}\",{}}})", label,
                    fmt::join(PlaceLabelNames(), ", "), names, Matching(label, subject_.service));
  }
  query.tenant = subject_.tenant;
  query.time = until_;
  query.lookback = until_ - UsualSince();
  VEDETTE_TRY(const query::QueryResult result, ask_.instant(query));
  std::map<std::pair<std::string, std::string>, std::vector<const query::VectorSample*>> metrics;
  for (const query::VectorSample& row : result.vector) {
    std::string service_label;
    for (const std::string& label : names_.service_labels) {
      if (row.labels.Get(label) == subject_.service) service_label = label;
    }
    metrics[{std::string(row.labels.metric_name()), service_label}].push_back(&row);
  }
  for (const auto& [names_of, rows] : metrics) {
    Keep(rows, {.name = names_of.first, .service_label = names_of.second});
  }
  only_elsewhere_ = found_.empty() && !metrics.empty();
  return !found_.empty();
}

// Takes the series of the release's place; where there are others, told from them by one label.
void Reading::Keep(const std::vector<const query::VectorSample*>& rows, Metric metric) {
  std::vector<const query::VectorSample*> here;
  std::vector<const query::VectorSample*> elsewhere;
  for (const query::VectorSample* row : rows) {
    const Place place = PlaceOf(row->labels);
    const bool same = subject_.other_places ? SamePlace(place, subject_.place)
                                            : SameAsTold(place, subject_.place);
    (same ? here : elsewhere).push_back(row);
    if (same) metric.series += row->value;
    place_told_ = place_told_ || !same || !place.empty();
  }
  if (here.empty()) return;
  if (!elsewhere.empty()) metric.place = PlaceMatcher(here, elsewhere);
  found_.push_back(std::move(metric));
}

const Metric* Reading::First(const std::vector<std::string>& names, std::string_view suffix) const {
  for (const std::string& name : names) {
    for (const std::string& label : names_.service_labels) {
      for (const Metric& metric : found_) {
        if (metric.service_label == label && metric.name.size() == name.size() + suffix.size() &&
            metric.name.starts_with(name) && metric.name.ends_with(suffix)) {
          return &metric;
        }
      }
    }
  }
  return nullptr;
}

std::string Reading::Selector(const Metric& metric) const {
  std::string extra;
  if (metric.name.starts_with("istio_")) extra = ",reporter=\"destination\"";
  if (metric.name.starts_with("container_")) extra = ",image!=\"\",container!=\"POD\"";
  return fmt::format("{}{{{}{}{}}}", metric.name, Matching(metric.service_label, subject_.service),
                     metric.place, extra);
}

std::string Reading::VersionLabels() const {
  std::string out;
  for (const std::string& name : names_.version_labels) {
    out += out.empty() ? name : ", " + name;
  }
  return out;
}

base::Result<Rows> Reading::Range(std::string text, base::TimePoint from, base::TimePoint to,
                                  base::Duration step) const {
  Rows rows;
  const auto intervals = std::max<int64_t>(1, (to - from) / step);
  query::RangeQuery query;
  query.tenant = subject_.tenant;
  query.text = std::move(text);
  query.start = to - intervals * step;
  query.end = to;
  query.step = step;
  rows.grid = {.start_ms = base::ToMillis(query.start),
               .step_ms = step.count(),
               .points = static_cast<size_t>(intervals) + 1};
  rows.source = {.query = query.text, .from = query.start, .to = query.end, .step = step};
  VEDETTE_TRY(query::QueryResult result, ask_.range(query));
  rows.series = std::move(result.matrix);
  return rows;
}

base::Result<std::vector<query::VectorSample>> Reading::Instant(std::string text,
                                                                base::TimePoint at) const {
  query::InstantQuery query;
  query.tenant = subject_.tenant;
  query.text = std::move(text);
  query.time = at;
  VEDETTE_TRY(query::QueryResult result, ask_.instant(query));
  return std::move(result.vector);
}

bool Reading::IsFresh(model::LabelsView labels, base::TimePoint at) const {
  if (at <= sides.begin) return false;
  if (!sides.by_version) return true;
  return sides.fresh.contains(VersionOf(labels, names_.version_labels));
}

bool Reading::IsUsual(std::string_view version, base::TimePoint from, base::TimePoint to) const {
  if (!sides.fresh.contains(std::string(version)) &&
      std::any_of(subject_.bad_versions.begin(), subject_.bad_versions.end(),
                  [&](const std::string& bad) { return SameVersion(bad, version); })) {
    return false;
  }
  return subject_.usual.Has(from, to);
}

bool Reading::IsUsual(model::LabelsView labels, base::TimePoint from, base::TimePoint to) const {
  return IsUsual(VersionOf(labels, names_.version_labels), from, to);
}

std::string Reading::LeftOut(base::TimePoint from, base::TimePoint to, int first_week,
                             int last_week) const {
  std::string out;
  for (int week = first_week; week <= last_week; ++week) {
    for (const Span& span : subject_.usual.TroublesIn(from - week * kWeek, to - week * kWeek)) {
      out += fmt::format("{} {} to {}", out.empty() ? "; without" : ",",
                         base::FormatTime(span.from), base::FormatTime(span.to));
    }
  }
  if (subject_.bad_versions.empty()) return out;
  return out + fmt::format("; without version {}", fmt::join(subject_.bad_versions, ", "));
}

base::TimePoint Reading::UsualSince() const {
  const base::TimePoint end = std::min(sides.begin, released_at());
  return subject_.usual.StartOf(options_.before, end).value_or(end - options_.before);
}

base::Duration StepFor(base::Duration least, base::Duration span, double series) {
  const double steps = std::max(12.0, kValuesMax / std::max(1.0, series));
  base::Duration step = least;
  while (static_cast<double>(span / step) > steps) step *= 2;
  return step;
}

}  // namespace vedette::release
