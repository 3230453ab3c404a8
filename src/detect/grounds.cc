#include "detect/grounds.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "detect/baseline/calibration.h"
#include "detect/noise_budget.h"

namespace vedette::detect {
namespace {

using model::Severity;

double Number(const base::Json& json, const char* key) {
  const auto it = json.find(key);
  return it != json.end() && it->is_number() ? it->get<double>() : 0;
}

bool Flag(const base::Json& json, const char* key) {
  const auto it = json.find(key);
  return it != json.end() && it->is_boolean() && it->get<bool>();
}

FeedbackCounts Counts(const base::Json& json, const char* key) {
  const auto it = json.find(key);
  if (it == json.end() || !it->is_object()) return {};
  return {.useful = Number(*it, "useful"), .noise = Number(*it, "noise")};
}

// A level of surprise, for `times` as many false alarms.
double Surprising(double nats, double times) {
  if (times == 1) return nats;
  return std::min(std::max(nats, NoiseBudget::kBeyondDoubt),
                  baseline::NatsFor(times * baseline::FalseAlarmsPerDay(nats)));
}

double Hurting(double nats, double times) {
  if (times == 1) return nats;
  return std::min(NoiseBudget::kBeyondDoubt,
                  baseline::NatsToPage(times * baseline::FalsePagesPerDay(nats)));
}

std::optional<Severity> OfSurprise(const Grounds& grounds, double times) {
  if (grounds.surprise <= 0) return std::nullopt;
  const baseline::Levels& levels = grounds.levels;
  const double alarm = grounds.alarmed ? std::min(levels.alarm, grounds.surprise) : levels.alarm;
  const double listed = std::min(levels.listed, grounds.surprise);
  const bool cannot_hurt = !grounds.alarmed && grounds.surprise >= levels.alarm;
  if (!cannot_hurt && grounds.surprise >= Surprising(alarm, times)) return Severity::kWarning;
  if (grounds.surprise >= Surprising(listed, times)) return Severity::kInfo;
  return std::nullopt;
}

std::optional<Severity> OfDeviation(const Grounds& grounds, Severity was, double weight,
                                    double times) {
  if (grounds.deviation < grounds.levels.deviation || grounds.deviation <= 0) return std::nullopt;
  const Severity by_meaning = model::SeverityOf(grounds.deviation);
  if (grounds.young) return by_meaning;
  const double hurts = NoiseBudget::HurtsLevel(weight);
  if (times != 1 && grounds.minute < hurts) return std::nullopt;
  if (by_meaning != Severity::kCritical) return by_meaning;
  const double critical = was == Severity::kCritical
                              ? std::min(grounds.levels.critical, grounds.minute)
                              : grounds.levels.critical;
  return grounds.minute >= std::max(NoiseBudget::kCriticalMin, Hurting(critical, times)) ||
                 (times == 1 && was == Severity::kCritical)
             ? Severity::kCritical
             : Severity::kWarning;
}

}  // namespace

Grounds GroundsOf(const baseline::SeriesDetector& series, const baseline::Levels& levels,
                  const Standing& standing) {
  const bool deviates = series.state.phase == baseline::Phase::kOpen;
  return {.surprise = series.episode.open ? static_cast<double>(series.episode.nats) : 0,
          .alarmed = series.episode.open && series.episode.alarmed,
          .minute = static_cast<double>(series.rarity),
          .deviation = deviates ? static_cast<double>(series.state.score) : 0,
          .young = !series.surprise.judges(),
          .weight = standing.weight(),
          .own = standing.own,
          .elsewhere = standing.elsewhere,
          .levels = levels};
}

void WriteGrounds(base::JsonWriter& json, const Grounds& grounds) {
  const auto counts = [&json](std::string_view key, const FeedbackCounts& of) {
    json.Key(key).BeginObject().Field("useful", of.useful).Field("noise", of.noise).EndObject();
  };
  json.BeginObject().Field("weight", grounds.weight);
  counts("feedback", grounds.own);
  counts("feedback_elsewhere", grounds.elsewhere);
  json.Field("surprise_nats", grounds.surprise).Field("alarmed", grounds.alarmed);
  json.Field("minute_nats", grounds.minute).Field("deviation_score", grounds.deviation);
  json.Field("young", grounds.young).Field("listed_nats", grounds.levels.listed);
  json.Field("alarm_nats", grounds.levels.alarm).Field("hurts_nats", grounds.levels.hurts);
  json.Field("critical_nats", grounds.levels.critical);
  json.Field("report_score", grounds.levels.deviation).EndObject();
}

std::optional<Grounds> ReadGrounds(std::string_view evidence_json) {
  const base::Result<base::Json> all = base::ParseJson(evidence_json);
  if (!all.ok() || !all->is_object()) return std::nullopt;
  const auto it = all->find("noise_budget");
  if (it == all->end() || !it->is_object()) return std::nullopt;
  const base::Json& json = *it;
  const double weight = Number(json, "weight");
  if (!(weight > 0)) return std::nullopt;
  return Grounds{.surprise = Number(json, "surprise_nats"),
                 .alarmed = Flag(json, "alarmed"),
                 .minute = Number(json, "minute_nats"),
                 .deviation = Number(json, "deviation_score"),
                 .young = Flag(json, "young"),
                 .weight = weight,
                 .own = Counts(json, "feedback"),
                 .elsewhere = Counts(json, "feedback_elsewhere"),
                 .levels = {.listed = Number(json, "listed_nats"),
                            .alarm = Number(json, "alarm_nats"),
                            .critical = Number(json, "critical_nats"),
                            .hurts = Number(json, "hurts_nats"),
                            .deviation = Number(json, "report_score")}};
}

std::optional<Severity> Rejudge(const Grounds& grounds, Severity was, double weight) {
  const double times = weight / grounds.weight;
  const std::optional<Severity> surprise = OfSurprise(grounds, times);
  const std::optional<Severity> deviation = OfDeviation(grounds, was, weight, times);
  if (!surprise) return deviation;
  if (!deviation) return surprise;
  return std::max(*surprise, *deviation);
}

}  // namespace vedette::detect
