#include "rules/backtest/report.h"

#include <algorithm>
#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "base/duration.h"
#include "base/json.h"
#include "base/json_writer.h"

namespace vedette::rules::backtest {
namespace {

constexpr int64_t kDayMs = 86'400'000;
constexpr int64_t kDaysMax = 400;
constexpr size_t kTextEpisodesMax = 20;  // of a rule, on a terminal

uint64_t All(const Day& day) { return day[0] + day[1] + day[2]; }
uint64_t Paging(const Day& day, const Pages& pages) {
  uint64_t count = 0;
  for (size_t i = 0; i < day.size(); ++i) {
    if (pages(static_cast<model::Severity>(i))) count += day[i];
  }
  return count;
}

struct Totals {
  uint64_t episodes = 0;
  uint64_t pages = 0;
};

Totals TotalsOf(const RuleReport& rule, const Pages& pages) {
  Totals totals{.episodes = rule.episodes_total};
  for (const auto& [number, day] : rule.days) totals.pages += Paging(day, pages);
  return totals;
}

void WriteEpisode(base::JsonWriter& json, const Episode& episode, const Report& report,
                  const Pages& pages) {
  json.BeginObject().Key("labels").BeginObject();
  for (const model::Label& label : model::LabelsView(episode.labels)) {
    json.Field(label.name, label.value);
  }
  json.EndObject();
  if (!episode.annotations.empty()) json.Field("annotations", episode.annotations);
  json.Field("severity", model::SeverityName(episode.severity));
  json.Field("active_at", episode.active_at);
  json.Field("started_at", episode.fired_at);
  json.Field("ended_at", episode.resolved_at);
  const base::TimePoint end = episode.resolved_at.value_or(report.reached);
  json.Field("duration", base::FormatDuration(end - episode.fired_at));
  json.Field("peak", episode.peak);
  json.Field("started_before", episode.fired_at < report.from);
  json.Field("pages", episode.fired_at >= report.from && pages(episode.severity)).EndObject();
}

// Every day of the range, the quiet ones too.
void WriteDays(base::JsonWriter& json, const RuleReport& rule, const Report& report,
               const Pages& pages) {
  const int64_t first = base::ToMillis(report.from) / kDayMs;
  const int64_t last = std::min(base::ToMillis(report.to) / kDayMs, first + kDaysMax - 1);
  json.Key("days").BeginArray();
  for (int64_t number = first; number <= last; ++number) {
    const auto found = rule.days.find(number);
    const Day day = found == rule.days.end() ? Day{} : found->second;
    json.BeginObject();
    json.Field("date", base::FormatTime(base::FromMillis(number * kDayMs)).substr(0, 10));
    json.Field("episodes", All(day)).Field("pages", Paging(day, pages)).EndObject();
  }
  json.EndArray();
}

void WriteRule(base::JsonWriter& json, const RuleReport& rule, const Report& report,
               const Pages& pages) {
  const Totals totals = TotalsOf(rule, pages);
  json.BeginObject().Field("kind", rule.kind).Field("name", rule.name);
  json.Field("group", rule.group).Field("query", rule.query).Field("line", rule.line);
  json.Field("evaluations", rule.evaluations).Field("failures", rule.failures);
  if (!rule.last_error.empty()) json.Field("last_error", rule.last_error);
  json.Field("episodes_total", totals.episodes).Field("pages_total", totals.pages);
  json.Field("would_page", totals.pages > 0);
  json.Field("firing", base::FormatDuration(rule.firing));
  WriteDays(json, rule, report, pages);
  json.Key("episodes").BeginArray();
  for (const Episode& episode : rule.episodes) WriteEpisode(json, episode, report, pages);
  json.EndArray().EndObject();
}

// The field of an object; null when there is none.
const base::Json& Field(const base::Json& object, const char* key) {
  static const base::Json kNothing;
  if (!object.is_object()) return kNothing;
  const auto found = object.find(key);
  return found == object.end() ? kNothing : *found;
}

std::string TextOf(const base::Json& object, const char* key) {
  const base::Json& value = Field(object, key);
  if (value.is_null()) return {};
  return value.is_string() ? value.get<std::string>() : base::DumpJson(value);
}

std::string LabelsText(const base::Json& labels) {
  std::string text;
  if (!labels.is_object()) return text;
  for (const auto& [name, value] : labels.items()) {
    if (name == "alertname" || !value.is_string()) continue;
    text += fmt::format("{}{}=\"{}\"", text.empty() ? "" : ", ", name, value.get<std::string>());
  }
  return "{" + text + "}";
}

std::string EpisodeText(const base::Json& episode) {
  std::string ended = TextOf(episode, "ended_at");
  if (ended.empty()) ended = "still firing            ";
  const bool pages = Field(episode, "pages") == true;
  return fmt::format("  {}  {}  {:>8}  {:<8} peak {}{}  {}\n", TextOf(episode, "started_at"), ended,
                     TextOf(episode, "duration"), TextOf(episode, "severity"),
                     TextOf(episode, "peak"), pages ? "  PAGES" : "",
                     LabelsText(Field(episode, "labels")));
}

std::string RuleText(const base::Json& rule) {
  std::string text =
      fmt::format("{} {}: {} episodes, {} pages, firing for {} in {} evaluations\n",
                  TextOf(rule, "kind"), TextOf(rule, "name"), TextOf(rule, "episodes_total"),
                  TextOf(rule, "pages_total"), TextOf(rule, "firing"), TextOf(rule, "evaluations"));
  const std::string error = TextOf(rule, "last_error");
  if (!error.empty()) text += fmt::format("  error: {}\n", error);
  std::string days;
  for (const base::Json& day : Field(rule, "days")) {
    if (Field(day, "episodes") == 0) continue;
    days += fmt::format("{}{}: {}", days.empty() ? "" : ", ", TextOf(day, "date"),
                        TextOf(day, "episodes"));
  }
  if (!days.empty()) text += fmt::format("  by day: {}\n", days);
  const base::Json& episodes = Field(rule, "episodes");
  size_t listed = 0;
  for (const base::Json& episode : episodes) {
    if (listed++ < kTextEpisodesMax) text += EpisodeText(episode);
  }
  if (listed > kTextEpisodesMax) {
    text += fmt::format("  and {} more: --json shows them\n", listed - kTextEpisodesMax);
  }
  return text;
}

}  // namespace

std::string ToJson(const Report& report, const Pages& pages) {
  std::string out;
  base::JsonWriter json(out);
  json.BeginObject().Field("from", report.from);
  json.Field("to", report.to);
  json.Field("reached", report.reached);
  json.Field("complete", report.limit.empty());
  if (!report.limit.empty()) json.Field("limit", report.limit);
  Totals all;
  json.Key("rules").BeginArray();
  for (const RuleReport& rule : report.rules) {
    const Totals totals = TotalsOf(rule, pages);
    all.episodes += totals.episodes;
    all.pages += totals.pages;
    WriteRule(json, rule, report, pages);
  }
  json.EndArray();
  const double days = static_cast<double>((report.reached - report.from).count()) / kDayMs;
  json.Key("summary").BeginObject();
  json.Field("episodes", all.episodes).Field("pages", all.pages);
  json.Field("pages_per_week", days > 0 ? static_cast<double>(all.pages) / days * 7 : 0.0);
  json.EndObject().Field("recorded_samples", report.recorded).EndObject();
  return out;
}

base::Result<std::string> ToText(std::string_view text) {
  VEDETTE_TRY(const base::Json report, base::ParseJson(text));
  const base::Json& rules = Field(report, "rules");
  if (!rules.is_array()) return base::DataLoss("the answer is no back-test");
  std::string out;
  for (const base::Json& rule : rules) out += RuleText(rule);
  const base::Json& summary = Field(report, "summary");
  out +=
      fmt::format("{} to {}: {} episodes, {} pages\n", TextOf(report, "from"),
                  TextOf(report, "reached"), TextOf(summary, "episodes"), TextOf(summary, "pages"));
  if (Field(report, "complete") == false) {
    out += fmt::format("ended early by its limit of {}: {} was asked for\n",
                       TextOf(report, "limit"), TextOf(report, "to"));
  }
  return out;
}

}  // namespace vedette::rules::backtest
