#include "evidence/reading.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/duration.h"
#include "base/json.h"
#include "diagnose/robust.h"
#include "model/names.h"

namespace vedette::evidence {
namespace {

constexpr model::NameTable<Reading::Rule, 3> kRules = {{{{Reading::Rule::kLevel, "level"},
                                                         {Reading::Rule::kMean, "mean"},
                                                         {Reading::Rule::kSum, "sum"}}}};

std::optional<double> Finite(double value) {
  return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

double SumOf(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum;
}

double MeanOf(const std::vector<double>& values) {
  return SumOf(values) / static_cast<double>(values.size());
}

// [t, "1.5"] as Prometheus writes points.
std::optional<std::pair<base::TimePoint, double>> PointOf(const base::Json& point) {
  if (!point.is_array() || point.size() != 2 || !point[0].is_number()) return std::nullopt;
  const base::TimePoint time = base::FromMillis(std::llround(point[0].get<double>() * 1000));
  if (point[1].is_number()) return std::pair(time, point[1].get<double>());
  if (!point[1].is_string()) return std::nullopt;
  const std::string& text = point[1].get_ref<const std::string&>();
  double value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc()) return std::nullopt;
  return std::pair(time, value);
}

std::optional<base::TimePoint> TimeOf(const base::Json& object, const char* key) {
  const auto at = object.find(key);
  if (at == object.end() || !at->is_string()) return std::nullopt;
  const base::Result<base::TimePoint> time = base::ParseTime(at->get_ref<const std::string&>());
  return time.ok() ? std::optional(*time) : std::nullopt;
}

std::optional<double> NumberOf(const base::Json& object, const char* key) {
  const auto at = object.find(key);
  if (at == object.end() || !at->is_number()) return std::nullopt;
  return at->get<double>();
}

bool IsUsual(const Reading& reading, base::TimePoint time) {
  return time < reading.usual_until &&
         std::none_of(
             reading.without.begin(), reading.without.end(),
             [&](const auto& stretch) { return stretch.first <= time && time < stretch.second; });
}

// Nothing when what there is cannot be read.
std::optional<std::vector<std::pair<base::TimePoint, base::TimePoint>>> StretchesOf(
    const base::Json& object, const char* key) {
  std::vector<std::pair<base::TimePoint, base::TimePoint>> stretches;
  const auto at = object.find(key);
  if (at == object.end()) return stretches;
  if (!at->is_array()) return std::nullopt;
  for (const base::Json& each : *at) {
    if (!each.is_object()) return std::nullopt;
    const auto from = TimeOf(each, "from");
    const auto to = TimeOf(each, "to");
    if (!from || !to) return std::nullopt;
    stretches.emplace_back(*from, *to);
  }
  return stretches;
}

}  // namespace

void Take(Reading& reading, std::span<const base::TimePoint> times,
          std::span<const double> values) {
  std::vector<double> usual, incident;
  for (size_t i = 0; i < times.size(); ++i) {
    if (std::isnan(values[i])) continue;
    if (IsUsual(reading, times[i])) usual.push_back(values[i]);
    if (times[i] >= reading.from && times[i] < reading.to) incident.push_back(values[i]);
  }
  reading.before = reading.after = reading.deviation = std::nullopt;
  switch (reading.rule) {
    case Reading::Rule::kLevel: {
      const diagnose::Usual described = diagnose::Describe(usual);
      if (described.count > 0) reading.before = Finite(described.center);
      reading.after = Finite(diagnose::Median(std::move(incident)));
      if (reading.before && reading.after) {
        reading.deviation = Finite(diagnose::Deviation(described, *reading.after));
      }
      break;
    }
    case Reading::Rule::kMean:
      if (!usual.empty()) reading.before = Finite(MeanOf(usual));
      if (!incident.empty()) reading.after = Finite(MeanOf(incident));
      break;
    case Reading::Rule::kSum:
      reading.before = SumOf(usual);
      reading.after = SumOf(incident);
      break;
  }
}

base::Result<> Take(Reading& reading, std::string_view result_json) {
  VEDETTE_TRY(const base::Json answer, base::ParseJson(result_json));
  std::vector<base::TimePoint> times;
  std::vector<double> values;
  const auto result = answer.is_object() ? answer.find("result") : answer.end();
  if (result != answer.end() && result->is_array() && result->size() == 1 &&
      result->front().is_object() && result->front().contains("values")) {
    for (const base::Json& each : result->front()["values"]) {
      if (const auto point = PointOf(each)) {
        times.push_back(point->first);
        values.push_back(point->second);
      }
    }
  }
  Take(reading, times, values);
  return {};
}

void Write(const Reading& reading, base::JsonWriter& json) {
  json.BeginObject().Field("rule", kRules.NameOf(reading.rule));
  json.Field("usual_until", reading.usual_until);
  json.Field("from", reading.from);
  json.Field("to", reading.to);
  if (!reading.without.empty()) {
    json.Key("without").BeginArray();
    for (const auto& [from, to] : reading.without) {
      json.BeginObject().Field("from", from).Field("to", to).EndObject();
    }
    json.EndArray();
  }
  json.Field("before", reading.before);
  json.Field("after", reading.after);
  json.Field("deviation", reading.deviation);
  json.EndObject();
}

std::string WithReading(std::string_view result_json, const Reading& reading) {
  std::string out(result_json.substr(0, result_json.rfind('}')));
  if (out.size() > 1) out += ',';
  out += "\"reading\":";
  base::JsonWriter json(out);
  Write(reading, json);
  out += '}';
  return out;
}

std::optional<Reading> ReadingOf(std::string_view result_json) {
  const base::Result<base::Json> answer = base::ParseJson(result_json);
  if (!answer.ok() || !answer->is_object()) return std::nullopt;
  const auto at = answer->find("reading");
  if (at == answer->end() || !at->is_object()) return std::nullopt;
  const auto rule = at->find("rule");
  if (rule == at->end() || !rule->is_string()) return std::nullopt;
  const auto known = kRules.Find(rule->get_ref<const std::string&>());
  const auto usual_until = TimeOf(*at, "usual_until");
  const auto from = TimeOf(*at, "from");
  const auto to = TimeOf(*at, "to");
  auto without = StretchesOf(*at, "without");
  if (!known || !usual_until || !from || !to || !without) return std::nullopt;
  return Reading{.rule = *known,
                 .usual_until = *usual_until,
                 .from = *from,
                 .to = *to,
                 .without = *std::move(without),
                 .before = NumberOf(*at, "before"),
                 .after = NumberOf(*at, "after"),
                 .deviation = NumberOf(*at, "deviation")};
}

}  // namespace vedette::evidence
