#include "score/report.h"

#include <fmt/format.h>

#include "base/duration.h"
#include "base/json_writer.h"

namespace vedette::score {
namespace {

std::string Percent(const Ratio& ratio) {
  const std::optional<double> value = ratio.value();
  return value ? fmt::format("{:.0f} %", *value * 100) : "-";
}

std::string Seconds(const std::optional<base::Duration>& duration) {
  return duration ? fmt::format("{} s", duration->count() / 1000) : "-";
}

std::string RowOf(std::string_view name, const TypeTally& tally) {
  const Delays paged = DelaysOf(tally.paged_after);
  const Delays found = DelaysOf(tally.found_after);
  return fmt::format("  {:<20}{:>7}{:>8}{:>8}{:>8}{:>8}{:>8}{:>8}{:>8}{:>9}\n", name, tally.faults,
                     Percent(tally.found), Percent(tally.paged), Seconds(found.median),
                     Seconds(paged.median), Seconds(paged.p90), Percent(tally.top1),
                     Percent(tally.top3), Percent(tally.last_top1));
}

std::string ReliabilityText(const Reliability& reliability) {
  std::string out = "\nCalibration: of the hypotheses given so much, so many were right\n";
  for (size_t i = 0; i < Reliability::kBins; ++i) {
    const Reliability::Bin& bin = reliability.bins[i];
    if (bin.count == 0) continue;
    const auto count = static_cast<double>(bin.count);
    out +=
        fmt::format("  {:>3} to {:>3} %  {:>4} hypotheses, stated {:>3.0f} %, right {:>3.0f} %\n",
                    i * 10, (i + 1) * 10, bin.count, 100 * bin.stated / count,
                    100 * static_cast<double>(bin.right) / count);
  }
  if (const std::optional<double> error = reliability.error()) {
    out += fmt::format("  expected calibration error {:.3f}, Brier score {:.3f}\n", *error,
                       *reliability.brier());
  } else {
    out += "  no hypotheses\n";
  }
  return out;
}

void WriteRatio(base::JsonWriter& json, std::string_view key, const Ratio& ratio) {
  json.Key(key).BeginObject().Field("hits", uint64_t{ratio.hits}).Field("of", uint64_t{ratio.of});
  json.Field("value", ratio.value()).EndObject();
}

void WriteSeconds(base::JsonWriter& json, std::string_view key,
                  const std::optional<base::Duration>& duration) {
  json.Field(key, duration ? std::optional(base::ToSeconds(*duration)) : std::nullopt);
}

void WriteDelays(base::JsonWriter& json, std::string_view key,
                 const std::vector<base::Duration>& all) {
  const Delays delays = DelaysOf(all);
  json.Key(key).BeginObject();
  WriteSeconds(json, "median", delays.median);
  WriteSeconds(json, "p90", delays.p90);
  WriteSeconds(json, "worst", delays.worst);
  json.EndObject();
}

void WriteType(base::JsonWriter& json, const TypeTally& tally) {
  json.Field("faults", uint64_t{tally.faults});
  WriteRatio(json, "recall", tally.found);
  WriteRatio(json, "paged", tally.paged);
  WriteDelays(json, "found_after_seconds", tally.found_after);
  WriteDelays(json, "paged_after_seconds", tally.paged_after);
  WriteRatio(json, "top1", tally.top1);
  WriteRatio(json, "top3", tally.top3);
  WriteRatio(json, "top1_when_over", tally.last_top1);
  json.Field("unknown", uint64_t{tally.unknown});
}

void WriteReliability(base::JsonWriter& json, const Reliability& reliability) {
  json.Key("calibration").BeginObject();
  json.Field("error", reliability.error()).Field("brier", reliability.brier());
  json.Key("bins").BeginArray();
  for (size_t i = 0; i < Reliability::kBins; ++i) {
    const Reliability::Bin& bin = reliability.bins[i];
    json.BeginObject()
        .Field("from", static_cast<double>(i) / 10)
        .Field("to", static_cast<double>(i + 1) / 10)
        .Field("count", uint64_t{bin.count})
        .Field("right", uint64_t{bin.right})
        .Field("stated", bin.count == 0 ? 0 : bin.stated / static_cast<double>(bin.count))
        .EndObject();
  }
  json.EndArray().EndObject();
}

void WriteOpinion(base::JsonWriter& json, const std::optional<Opinion>& opinion) {
  json.Key("diagnosis");
  if (!opinion) {
    json.Null();
    return;
  }
  json.BeginObject()
      .Field("status", opinion->status)
      .Field("summary", opinion->summary)
      .Key("suspects")
      .BeginArray();
  for (const Suspect& suspect : opinion->suspects) {
    json.BeginObject()
        .Field("entity", suspect.entity)
        .Field("probability", suspect.probability)
        .Field("status", suspect.status)
        .EndObject();
  }
  json.EndArray().EndObject();
}

// An incident that belongs to no fault.
void WriteStray(base::JsonWriter& json, const Found& found) {
  json.BeginObject()
      .Field("title", found.title)
      .Field("severity", model::SeverityName(found.severity))
      .Field("opened_at", found.opened_at)
      .Field("paged", found.paged_at.has_value());
  WriteOpinion(json, found.first);
  json.EndObject();
}

void WriteVerdict(base::JsonWriter& json, const Verdict& verdict) {
  json.BeginObject().Key("truth").Raw(sim::ToJson(verdict.fault)).Field("visible", verdict.visible);
  WriteSeconds(json, "found_after_seconds", verdict.found_after);
  WriteSeconds(json, "paged_after_seconds", verdict.paged_after);
  json.Field("pages", verdict.openings_paged);
  json.Field("rank", verdict.rank.value_or(0) > 0 ? verdict.rank : std::nullopt);
  WriteOpinion(json, verdict.opinion);
  json.EndObject();
}

void CheckLeast(std::string_view name, const Ratio& ratio, const std::optional<double>& least,
                std::vector<std::string>& out) {
  if (!least) return;
  const std::optional<double> value = ratio.value();
  if (value && *value >= *least) return;
  out.push_back(fmt::format("{} is {}, at least {:.1f} % is asked for", name,
                            value ? fmt::format("{:.1f} %", *value * 100) : "not known",
                            *least * 100));
}

}  // namespace

std::vector<std::string> Broken(const Tally& tally, const Bounds& bounds) {
  std::vector<std::string> out;
  CheckLeast("precision", tally.page_precision, bounds.precision, out);
  CheckLeast("recall", tally.all.found, bounds.recall, out);
  CheckLeast("top-1", tally.all.top1, bounds.top1, out);
  CheckLeast("top-3", tally.all.top3, bounds.top3, out);
  if (bounds.delay) {
    const std::optional<base::Duration> median = DelaysOf(tally.all.paged_after).median;
    if (!median || *median > *bounds.delay) {
      out.push_back(fmt::format("the delay is {}, at most {} is asked for",
                                median ? base::FormatDuration(*median) : "not known",
                                base::FormatDuration(*bounds.delay)));
    }
  }
  if (bounds.calibration_error) {
    const std::optional<double> error = tally.reliability.error();
    if (!error || *error > *bounds.calibration_error) {
      out.push_back(fmt::format("the calibration error is {}, at most {:.3f} is asked for",
                                error ? fmt::format("{:.3f}", *error) : "not known",
                                *bounds.calibration_error));
    }
  }
  return out;
}

std::string ToText(const Tally& tally, const std::vector<std::string>& broken) {
  std::string out = fmt::format(
      "{} runs, {:.1f} h of stories, {} faults\n\n"
      "  precision     {:>6}  of {} pages belong to a fault ({} repeated); {} of {} incidents do\n"
      "  recall        {:>6}  of the faults that could be seen were found; {} were paged\n"
      "  false pages   {:>6}\n"
      "  rollouts      {:>6}  of the diagnoses of {} incidents that are of a rollout name its "
      "service\n"
      "  unknown       {:>6}  of those of {} incidents that are of nothing blame nobody\n\n",
      tally.runs, tally.hours, tally.all.faults, Percent(tally.page_precision),
      tally.page_precision.of, tally.repeated_pages, Percent(tally.precision), tally.precision.of,
      Percent(tally.all.found), Percent(tally.all.paged),
      tally.page_precision.of - tally.page_precision.hits, Percent(tally.rollouts),
      tally.rollouts.of, Percent(tally.unknown), tally.unknown.of);
  out += fmt::format("  {:<20}{:>7}{:>8}{:>8}{:>8}{:>8}{:>8}{:>8}{:>8}{:>9}\n", "", "faults",
                     "found", "paged", "found", "paged", "paged", "top-1", "top-3", "top-1");
  out += fmt::format("  {:<20}{:>7}{:>8}{:>8}{:>8}{:>8}{:>8}{:>8}{:>8}{:>9}\n", "", "", "", "",
                     "median", "median", "90 %", "", "", "when over");
  for (const auto& [name, type] : tally.by_type) out += RowOf(name, type);
  out += RowOf("all", tally.all);
  out += ReliabilityText(tally.reliability);
  if (!tally.false_pages.empty()) out += "\nPages without a fault\n";
  for (const std::string& page : tally.false_pages) out += fmt::format("  {}\n", page);
  for (const std::string& text : broken) out += fmt::format("\nBelow its bound: {}", text);
  return broken.empty() ? out : out + "\n";
}

std::string ToJson(const std::vector<Outcome>& runs, const Tally& tally,
                   const std::vector<std::string>& broken) {
  std::string out;
  base::JsonWriter json(out);
  json.BeginObject()
      .Field("runs", uint64_t{tally.runs})
      .Field("hours", tally.hours)
      .Field("samples", tally.samples);
  WriteRatio(json, "precision", tally.page_precision);
  WriteRatio(json, "incident_precision", tally.precision);
  WriteRatio(json, "rollouts_named", tally.rollouts);
  WriteRatio(json, "unknown_without_fault", tally.unknown);
  json.Field("repeated_pages", uint64_t{tally.repeated_pages});
  WriteType(json, tally.all);
  WriteReliability(json, tally.reliability);
  json.Key("types").BeginObject();
  for (const auto& [name, type] : tally.by_type) {
    json.Key(name).BeginObject();
    WriteType(json, type);
    json.EndObject();
  }
  json.EndObject()
      .Field("false_pages", tally.false_pages)
      .Field("below_bounds", broken)
      .Key("scenarios")
      .BeginArray();
  for (const Outcome& run : runs) {
    json.BeginObject()
        .Field("scenario", run.scenario)
        .Field("seed", run.seed)
        .Field("begin", run.begin)
        .Field("end", run.end)
        .Key("faults")
        .BeginArray();
    for (const Verdict& verdict : Judge(run)) WriteVerdict(json, verdict);
    json.EndArray().Key("without_fault").BeginArray();
    for (const Found& found : run.found) {
      if (!BelongsToAFault(found, run)) WriteStray(json, found);
    }
    json.EndArray().EndObject();
  }
  json.EndArray().EndObject();
  return out + "\n";
}

}  // namespace vedette::score
