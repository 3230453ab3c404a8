#include "release/verdict.h"

#include <algorithm>
#include <cmath>
#include <fmt/core.h>
#include <utility>

#include "base/duration.h"
#include "evidence/question.h"

namespace vedette::release {
namespace {

constexpr double kShareOfErrors = 0.8;
constexpr double kShareOfLatency = 0.1;
constexpr double kShareOfLevel = 0.05;
constexpr base::Duration kLate = std::chrono::minutes(15);  // after a release: it may be another's
// From which on fewer requests are said: a third of what is usual then, where enough were expected.
constexpr double kFewer = 1.0 / 3;
constexpr double kExpectedMin = 100;

// 1234567 as 1,234,567.
std::string Count(double number) {
  std::string digits = fmt::format("{:.0f}", number);
  for (auto at = static_cast<ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<size_t>(at), ",");
  }
  return digits;
}

// Two significant digits: 1830 as 1,900, never less than is needed.
std::string About(double number) {
  if (number < 100) return Count(std::ceil(number / 10) * 10);
  const double unit = std::pow(10, std::floor(std::log10(number)) - 1);
  return Count(std::ceil(number / unit) * unit);
}

std::string Percent(double ratio) { return fmt::format("{:.3g} %", 100 * ratio); }

std::string Times(double factor) {
  return factor < 10 ? fmt::format("{:.2g}", factor) : fmt::format("{:.0f}", factor);
}

Side RateSide(std::string name, std::string text, const Tally& tally, const Source& source) {
  return {.name = std::move(name),
          .text = std::move(text),
          .total = tally.total,
          .bad = tally.bad,
          .value = tally.ratio(),
          .source = source};
}

void AddSides(const RateObservation& seen, const RateResult& result, Check& check) {
  const auto text = [&](const Tally& tally) {
    return fmt::format("{} of {} requests {}", Count(tally.bad), Count(tally.total), seen.bad);
  };
  check.sides.push_back(RateSide("release", text(result.fresh), result.fresh, seen.fresh));
  if (result.before.total > 0) {
    check.sides.push_back(RateSide("old_version", text(result.before) + " before the release",
                                   result.before, seen.before));
  }
  if (result.beside.total > 0) {
    check.sides.push_back(RateSide("old_version_beside",
                                   text(result.beside) + " of the old version at the same time",
                                   result.beside, seen.beside));
  }
  const Drift& weeks = seen.input.weeks;
  if (weeks.after.total > 0) {
    check.sides.push_back(RateSide(
        "previous_weeks",
        fmt::format("At these hours of previous weeks {}, after {}{}", Percent(weeks.after.ratio()),
                    Percent(weeks.before.ratio()),
                    result.weeks_drift > 1
                        ? fmt::format(": {} times as many anyway", Times(result.weeks_drift))
                        : ""),
        weeks.after, seen.weeks));
  }
  if (weeks.after.total > 0 && weeks.before.total > 0) {
    check.sides.push_back(RateSide("previous_weeks_before",
                                   text(weeks.before) + " before that time in previous weeks",
                                   weeks.before, seen.weeks_before));
  }
  const Drift& others = seen.input.others;
  if (others.after.total > 0) {
    check.sides.push_back(RateSide(
        "other_services",
        fmt::format("Of {} services without a release, {} in the middle: {}, after {}{}",
                    seen.others_count, seen.others_name, Percent(others.after.ratio()),
                    Percent(others.before.ratio()),
                    result.others_drift > 1
                        ? fmt::format(": {} times as many there", Times(result.others_drift))
                        : ""),
        others.after, seen.others));
  }
}

std::string FactorText(const RateResult& result) {
  if (std::isinf(result.factor)) return "never before the release";
  std::string text = fmt::format("{} times as many", Times(result.factor));
  if (result.factor_low && result.factor_high) {
    text += fmt::format(" ({} to {})", Times(*result.factor_low), Times(*result.factor_high));
  } else if (result.factor_low) {
    text += fmt::format(" (at least {})", Times(*result.factor_low));
  }
  return text;
}

std::string RateText(const RateObservation& seen, const RateResult& result) {
  Tally old = result.before;
  old += result.beside;
  if (result.fresh.total <= 0) {
    return fmt::format("no request since the release, {} before it", Count(result.before.total));
  }
  std::string fresh = fmt::format("{} of {} requests {} ({})", Percent(result.fresh.ratio()),
                                  Count(result.fresh.total), seen.bad, Count(result.fresh.bad));
  switch (result.outcome) {
    case Outcome::kNoData: return fresh + "; there is no older version to compare with";
    case Outcome::kWorse:
      return fmt::format("{}, against {} of {} of the old version: {}", fresh, Percent(old.ratio()),
                         Count(old.total), FactorText(result));
    case Outcome::kNotWorse:
      return fmt::format("{}, against {} of {} of the old version", fresh, Percent(old.ratio()),
                         Count(old.total));
    case Outcome::kUndecided:
      return fmt::format("{}, against {} of the old version: needs about {} more requests", fresh,
                         Percent(old.ratio()), About(result.needs));
  }
  return fresh;
}

// When it got worse, if that was long after the release: until then it was as the old version, and
// clearly not as it is since.
std::optional<base::TimePoint> LateSince(const RateObservation& seen, const RateResult& result,
                                         double factor_min) {
  const size_t shift = ShiftAt(seen.input.fresh);
  if (shift == 0) return std::nullopt;
  const base::TimePoint since = seen.step_ends[shift - 1];
  if (since - seen.begin < kLate) return std::nullopt;
  Tally until;
  for (size_t i = 0; i < shift; ++i) until += seen.input.fresh[i];
  const Tally later = {result.fresh.total - until.total, result.fresh.bad - until.bad};
  Tally old = result.before;
  old += result.beside;
  const double few = 3;
  const bool was_usual = until.bad <= factor_min * old.ratio() * until.total + few;
  const bool is_another = later.ratio() * until.total >= 3 * (until.bad + few);
  return was_usual && is_another ? std::optional(since) : std::nullopt;
}

// Whether as much was bad before the release already, while something was wrong.
bool WasSoBefore(const RateObservation& seen, const RateResult& result, double factor_min) {
  return seen.wrong.bad > 0 && result.fresh.ratio() < factor_min * seen.wrong.ratio();
}

Check CheckRate(const RateObservation& seen, const Options& options) {
  const bool errors = seen.signal == "errors";
  RateOptions test;
  test.level = options.false_alarms * (errors ? kShareOfErrors : kShareOfLatency);
  test.miss = options.missed;
  test.harm_factor = errors ? options.error_factor : options.latency_factor;
  test.harm_points = errors ? options.error_points : options.latency_points;
  if (!errors) {
    test.factor_min = 1.5;
    test.points_min = 0.01;
  }
  RateResult result = TestRate(seen.input, test);
  if (result.fresh.total <= 0) result.outcome = Outcome::kNoData;
  Check check;
  check.signal = seen.signal;
  check.metric = seen.metric;
  check.text = RateText(seen, result);
  if (result.outcome == Outcome::kWorse && WasSoBefore(seen, result, test.factor_min)) {
    result.outcome = Outcome::kUndecided;
    result.decided_at.reset();
    check.text += fmt::format("; but {} was while the service had an incident before the release",
                              Percent(seen.wrong.ratio()));
  }
  if (result.outcome == Outcome::kWorse) {
    check.late_since = LateSince(seen, result, test.factor_min);
    if (check.late_since) {
      check.text += fmt::format(
          "; only since {}, {} after the release", base::FormatTime(*check.late_since),
          base::FormatDuration(
              std::chrono::floor<std::chrono::minutes>(*check.late_since - seen.begin)));
    }
  }
  check.outcome = result.outcome;
  AddSides(seen, result, check);
  check.factor = result.factor;
  check.factor_low = result.factor_low;
  check.factor_high = result.factor_high;
  check.e_value = result.e_value;
  check.threshold = result.threshold;
  check.dispersion = result.dispersion;
  if (result.outcome == Outcome::kUndecided && result.needs > 0) {
    check.needs_requests = result.needs;
  }
  if (result.decided_at) check.decided_at = seen.step_ends[*result.decided_at];
  return check;
}

std::string LevelText(const LevelResult& result) {
  std::string numbers = fmt::format("{:.4g} in the middle, against {:.4g} without the release",
                                    result.fresh, result.usual);
  switch (result.outcome) {
    case Outcome::kNoData: return "there is too little to compare with";
    case Outcome::kWorse:
      return fmt::format("{}: {} times as much", numbers, Times(result.fresh / result.usual));
    case Outcome::kNotWorse: return numbers;
    case Outcome::kUndecided:
      return result.needs > 0 ? fmt::format("{}: needs {} more minutes", numbers, 5 * result.needs)
                              : numbers + ": more, but not beyond chance yet";
  }
  return numbers;
}

Check CheckLevel(const LevelObservation& seen, const Options& options) {
  LevelOptions test;
  test.level = options.false_alarms * kShareOfLevel;
  test.rise_min = options.level_rise;
  const LevelResult result = TestLevel(seen.input, test);
  Check check;
  check.signal = seen.signal;
  check.metric = seen.metric;
  check.outcome = result.outcome;
  check.text = LevelText(result);
  if (!seen.input.fresh.empty()) {
    check.sides.push_back({.name = "release",
                           .text = "Middle of the blocks of 5 minutes since the release",
                           .total = {},
                           .bad = {},
                           .value = result.fresh,
                           .source = seen.source});
  }
  if (result.outcome != Outcome::kNoData) {
    check.sides.push_back({.name = "old_version",
                           .text = "Middle of the blocks before it, beside it and in other weeks",
                           .total = {},
                           .bad = {},
                           .value = result.usual,
                           .source = seen.source});
    if (result.usual > 0) check.factor = result.fresh / result.usual;
  }
  check.e_value = result.e_value;
  check.threshold = result.threshold;
  if (result.decided_at) check.decided_at = seen.block_ends[*result.decided_at];
  return check;
}

std::string Title(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] -= 'a' - 'A';
  return text;
}

// What decides when nothing is worse: the first signal that has data.
const Check* Leading(const std::vector<Check>& checks) {
  for (const Check& check : checks) {
    if (check.outcome != Outcome::kNoData) return &check;
  }
  return nullptr;
}

std::string NoDataText(const Observation& seen, const std::vector<Check>& checks) {
  if (!seen.service_found) return "No metrics of this service are known";
  if (!checks.empty()) return Title(checks.front().signal + ": " + checks.front().text);
  return seen.notes.empty() ? "Nothing was seen that can be judged" : seen.notes.front();
}

bool WasServed(const RateObservation& seen) {
  return std::any_of(seen.input.fresh.begin(), seen.input.fresh.end(),
                     [](const Tally& step) { return step.total > 0; });
}

// Of what is worse, when all of it began late: when the first did.
std::optional<base::TimePoint> LateSince(const std::vector<Check>& checks) {
  std::optional<base::TimePoint> first;
  for (const Check& check : checks) {
    if (check.outcome != Outcome::kWorse) continue;
    if (!check.late_since) return std::nullopt;
    first = std::min(first.value_or(*check.late_since), *check.late_since);
  }
  return first;
}

// Requests in a minute since the release, and how many there would be as usual: before it, and with
// what these hours of the weeks before made of it. Nothing when that is not known.
struct Volume {
  double now = 0;
  double usual = 0;
};
std::optional<Volume> VolumeOf(const RateObservation& seen) {
  const auto minutes = [](base::Duration time) {
    return std::chrono::duration<double, std::ratio<60>>(time).count();
  };
  if (seen.step_ends.empty() || seen.usual_for.count() <= 0) return std::nullopt;
  Tally before, since;
  for (const Tally& part : seen.input.before) before += part;
  for (const Tally& step : seen.input.fresh) since += step;
  for (const Tally& step : seen.input.beside) since += step;
  const double passed = minutes(seen.step_ends.back() - seen.begin);
  Volume volume = {since.total / passed, before.total / minutes(seen.usual_for)};
  const Drift& weeks = seen.input.weeks;
  if (weeks.before.total > 0 && seen.weeks_after > 0) {
    volume.usual *= std::min(1.0, weeks.after.total / weeks.before.total / seen.weeks_after);
  }
  if (passed <= 0 || volume.usual * passed < kExpectedMin) return std::nullopt;
  return volume;
}

// Empty when requests did not fall; that there are none is said elsewhere.
std::string FewerText(const Observation& seen) {
  if (seen.rates.empty()) return {};
  const std::optional<Volume> volume = VolumeOf(seen.rates.front());
  if (!volume || volume->now <= 0 || volume->now > kFewer * volume->usual) return {};
  return fmt::format("requests fell by {:.0f} %: {:.3g} a minute since the release, {:.3g} usually",
                     100 * (1 - volume->now / volume->usual), volume->now, volume->usual);
}

void Conclude(const Observation& seen, Judgement& out) {
  for (const Check& check : out.checks) {
    if (check.outcome != Outcome::kWorse) continue;
    out.verdict = Verdict::kBad;
    out.summary += (out.summary.empty() ? "" : "; ") + check.signal + ": " + check.text;
    if (!out.decided_at || *check.decided_at < *out.decided_at) out.decided_at = check.decided_at;
  }
  out.summary = Title(out.summary);
  if (out.verdict == Verdict::kBad) {
    out.late_since = LateSince(out.checks);
    return;
  }
  const Check* const leading = Leading(out.checks);
  // What nobody asked for cannot have failed: then nothing else says that it is good.
  const bool served = seen.rates.empty() || WasServed(seen.rates.front());
  if (leading == nullptr || !seen.release_seen || !served) {
    out.verdict = Verdict::kNoData;
    out.summary = seen.release_seen ? NoDataText(seen, out.checks) : seen.notes.front();
    return;
  }
  out.summary = Title(leading->signal + ": " + leading->text);
  if (leading->outcome == Outcome::kNotWorse) {
    out.verdict = Verdict::kGood;
    return;
  }
  out.verdict = Verdict::kNotEnoughTraffic;
  out.needs_requests = leading->needs_requests;
}

std::string EvidenceId(std::string_view name, const Check& check, const Side& side) {
  std::string signal = check.signal;
  std::replace(signal.begin(), signal.end(), ' ', '_');
  return fmt::format("ev_{}_{}_{}", name, signal, side.name);
}

std::string PatternsId(std::string_view name) { return fmt::format("ev_{}_log_patterns", name); }

model::Evidence MakeEvidence(std::string id, const Source& source, std::string result_json,
                             base::TimePoint taken_at) {
  model::Evidence evidence;
  evidence.id = std::move(id);
  evidence.query = source.query;
  evidence.from = source.from;
  evidence.to = source.to;
  evidence.step = source.step;
  evidence.taken_at = taken_at;
  evidence.result_json = std::move(result_json);
  return evidence;
}

// Into an object that is open.
void WriteNumbers(base::JsonWriter& json, const Side& side) {
  json.Field("name", side.name).Field("text", side.text);
  json.Field("total", side.total);
  json.Field("bad", side.bad);
  json.Field("value", side.value);
}

// What was counted, and the answer that it was counted in.
std::string ResultOf(std::string_view name, const Check& check, const Side& side) {
  std::string out;
  base::JsonWriter json(out);
  json.BeginObject().Field("judgement", name).Field("signal", check.signal);
  WriteNumbers(json, side);
  json.Field("counted", base::NullIfEmpty(side.source.counted));
  json.Field("step", base::FormatDuration(side.source.step)).EndObject();
  if (side.source.answer_json.empty()) return out;
  out.back() = ',';
  return out + side.source.answer_json.substr(1);
}

void WriteSide(base::JsonWriter& json, const Side& side, const std::string& evidence_id) {
  json.BeginObject();
  WriteNumbers(json, side);
  json.Field("evidence_id", evidence_id);
  json.Field("query", side.source.query);
  json.Field("from", side.source.from);
  json.Field("to", side.source.to);
  json.Field("step", base::FormatDuration(side.source.step)).EndObject();
}

void WriteCheck(base::JsonWriter& json, const Check& check, std::string_view name) {
  json.BeginObject().Field("signal", check.signal).Field("metric", check.metric);
  json.Field("outcome", EnumName(check.outcome)).Field("text", check.text);
  json.Field("factor", check.factor);
  json.Field("factor_low", check.factor_low);
  json.Field("factor_high", check.factor_high);
  json.Field("e_value", check.e_value).Field("threshold", check.threshold);
  json.Field("dispersion", check.dispersion);
  json.Field("needs_requests", check.needs_requests);
  json.Field("decided_at", check.decided_at);
  json.Key("sides").BeginArray();
  for (const Side& side : check.sides) WriteSide(json, side, EvidenceId(name, check, side));
  json.EndArray().EndObject();
}

}  // namespace

std::string_view EnumName(Verdict verdict) {
  switch (verdict) {
    case Verdict::kNoData: return "no_data";
    case Verdict::kNotEnoughTraffic: return "not_enough_traffic";
    case Verdict::kGood: return "good";
    case Verdict::kBad: return "bad";
  }
  return {};
}

std::string_view EnumName(Outcome outcome) {
  switch (outcome) {
    case Outcome::kNoData: return "no_data";
    case Outcome::kUndecided: return "undecided";
    case Outcome::kNotWorse: return "not_worse";
    case Outcome::kWorse: return "worse";
  }
  return {};
}

Judgement Judge(const Observation& seen, const Options& options) {
  Judgement out;
  out.previous_version = seen.previous_version;
  out.new_patterns = seen.new_patterns;
  out.patterns = seen.patterns;
  out.notes = seen.notes;
  for (const RateObservation& rate : seen.rates) out.checks.push_back(CheckRate(rate, options));
  for (const LevelObservation& level : seen.levels) {
    out.checks.push_back(CheckLevel(level, options));
  }
  Conclude(seen, out);
  if (const std::string fewer = FewerText(seen); !fewer.empty()) {
    out.summary += "; " + fewer;
    out.notes.push_back(Title(fewer));
  }
  return out;
}

void WriteJudgement(base::JsonWriter& json, const Judgement& judgement, std::string_view name) {
  json.BeginObject().Key("checks").BeginArray();
  for (const Check& check : judgement.checks) WriteCheck(json, check, name);
  json.EndArray().Key("new_patterns").BeginArray();
  for (const NewPattern& pattern : judgement.new_patterns) {
    json.BeginObject().Field("id", pattern.id).Field("text", pattern.text);
    json.Field("example", pattern.example).Field("lines", pattern.lines);
    json.Field("first_seen", pattern.first_seen);
    json.Field("evidence_id", PatternsId(name));
    json.EndObject();
  }
  json.EndArray().Field("notes", judgement.notes).EndObject();
}

std::vector<model::Evidence> EvidenceOf(const Judgement& judgement, std::string_view name,
                                        base::TimePoint taken_at) {
  std::vector<model::Evidence> all;
  for (const Check& check : judgement.checks) {
    for (const Side& side : check.sides) {
      all.push_back(MakeEvidence(EvidenceId(name, check, side), side.source,
                                 ResultOf(name, check, side), taken_at));
    }
  }
  if (!judgement.new_patterns.empty()) {
    all.push_back(MakeEvidence(PatternsId(name), judgement.patterns, judgement.patterns.answer_json,
                               taken_at));
    all.back().language = evidence::kLogs;
  }
  return all;
}

}  // namespace vedette::release
