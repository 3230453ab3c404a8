// How often harmless releases are called bad, and how soon harmful ones are: the tables of
// docs/guide/releases.md. Deterministic. Prints Markdown.
//
//   ninja -C build/release release_bench && build/release/release_bench

#include <algorithm>
#include <cmath>
#include <fmt/core.h>
#include <map>
#include <string>
#include <vector>

#include "base/random.h"
#include "release/verdict.h"
#include "sim/simulator.h"

namespace vedette {
namespace {

using release::Tally;

constexpr int kReleases = 2000;
constexpr double kLevel = 0.04;  // of errors: 80 % of releases.false_alarms

// Binomial: the gaps between bad requests are geometric.
Tally Draw(double total, double ratio, base::Random& random) {
  Tally tally{total, 0};
  double at = 0;
  while ((at += 1 + std::floor(std::log(1 - random.Uniform()) / std::log(1 - ratio))) <= total) {
    ++tally.bad;
  }
  return tally;
}

release::RateInput Release(double old_ratio, double new_ratio, double steps, double beside,
                           base::Random& random) {
  release::RateInput input;
  for (int i = 0; i < 12; ++i) input.before.push_back(Draw(5000, old_ratio, random));
  for (int i = 0; i < steps; ++i) {
    input.fresh.push_back(Draw(50, new_ratio, random));
    input.beside.push_back(Draw(beside, old_ratio, random));
  }
  return input;
}

void PrintFalseAlarms() {
  fmt::print("| share of errors | beside the old version | ever bad in 20,000 requests, of {} |\n",
             kReleases);
  fmt::print("|---|---|---|\n");
  for (const double ratio : {0.0005, 0.005, 0.05}) {
    for (const double beside : {0.0, 50.0, 450.0}) {
      base::Random random(1);
      int bad = 0;
      for (int i = 0; i < kReleases; ++i) {
        const auto result =
            release::TestRate(Release(ratio, ratio, 400, beside, random), {.level = kLevel});
        bad += result.outcome == release::Outcome::kWorse ? 1 : 0;
      }
      fmt::print("| {:.3g} % | {} | {:.1f} % |\n", 100 * ratio,
                 beside == 0   ? "alone"
                 : beside > 50 ? "a tenth of the traffic"
                               : "half of the traffic",
                 100.0 * bad / kReleases);
    }
  }
}

void PrintPower() {
  constexpr int kRuns = 1000;
  constexpr size_t kSteps = 320;
  fmt::print(
      "\n| 0.5 % becomes | 500 requests | 1,000 | 2,000 | 4,000 | 8,000 | 16,000 | "
      "half are found by |\n|---|---|---|---|---|---|---|---|\n");
  for (const double factor : {1.25, 1.5, 2.0, 3.0, 5.0, 10.0}) {
    base::Random random(2);
    std::vector<double> found;
    for (int i = 0; i < kRuns; ++i) {
      const auto result =
          release::TestRate(Release(0.005, 0.005 * factor, kSteps, 0, random), {.level = kLevel});
      found.push_back(result.decided_at ? 50.0 * static_cast<double>(*result.decided_at + 1) : 1e9);
    }
    std::sort(found.begin(), found.end());
    fmt::print("| {:.3g} % |", 0.5 * factor);
    for (const double by : {500, 1000, 2000, 4000, 8000, 16000}) {
      const auto count = std::upper_bound(found.begin(), found.end(), by) - found.begin();
      fmt::print(" {:.0f} % |", 100.0 * static_cast<double>(count) / kRuns);
    }
    const double median = found[kRuns / 2];
    fmt::print(" {} |\n", median < 1e9 ? fmt::format("{:.0f}", median) : "-");
  }
}

// --- releases of the simulator, which change nothing

constexpr base::Duration kStep = std::chrono::seconds(30);
constexpr size_t kDay = 2880;  // steps
constexpr size_t kDays = 9;
constexpr size_t kBefore = 360;
constexpr size_t kWatch = 480;

struct History {
  std::vector<Tally> errors;
  std::vector<Tally> slow;
  std::vector<double> cpu;
  std::vector<double> memory;
};

void Gather(const sim::Tick& tick, std::map<std::string, History>& services,
            std::map<std::string, double>& last) {
  struct Mean {
    double sum = 0;
    int count = 0;
  };
  std::map<std::string, std::pair<Mean, Mean>> levels;
  for (auto& [name, history] : services) {
    history.errors.emplace_back();
    history.slow.emplace_back();
  }
  for (const auto& entry : tick.metrics.entries()) {
    const model::LabelsView labels = tick.metrics.labels(entry);
    const std::string service(labels.Get("service"));
    const std::string_view name = labels.metric_name();
    const double value = tick.metrics.samples(entry).back().value;
    History& history = services[service];
    if (history.errors.empty()) {
      history.errors.emplace_back();
      history.slow.emplace_back();
    }
    if (name == "process_cpu_usage" || name == "process_memory_usage") {
      Mean& mean = name == "process_cpu_usage" ? levels[service].first : levels[service].second;
      mean.sum += value;
      ++mean.count;
      continue;
    }
    if (name != "http_requests_total" && name != "http_request_duration_seconds_bucket") continue;
    double& before = last.try_emplace(labels.ToString(), value).first->second;
    const double growth = value >= before ? value - before : value;
    before = value;
    if (name == "http_requests_total") {
      history.errors.back().total += growth;
      if (labels.Get("code") == "500") history.errors.back().bad += growth;
    } else if (labels.Get("le") == "0.25") {
      history.slow.back().bad -= growth;
    } else if (labels.Get("le") == "+Inf") {
      history.slow.back().total += growth;
      history.slow.back().bad += growth;
    }
  }
  for (auto& [service, means] : levels) {
    services[service].cpu.push_back(means.first.sum / means.first.count);
    services[service].memory.push_back(means.second.sum / means.second.count);
  }
}

std::vector<Tally> Parts(const std::vector<Tally>& steps, size_t from, size_t to) {
  std::vector<Tally> parts;
  for (size_t i = from; i < to; ++i) {
    if ((i - from) % 30 == 0) parts.emplace_back();
    parts.back() += steps[i];
  }
  return parts;
}

Tally Sum(const std::vector<Tally>& steps, size_t from, size_t to) {
  Tally sum;
  for (size_t i = from; i < to; ++i) sum += steps[i];
  return sum;
}

release::RateObservation Rate(std::string signal, const std::vector<Tally>& steps, size_t at) {
  release::RateObservation rate;
  rate.signal = std::move(signal);
  rate.bad = "bad";
  rate.input.before = Parts(steps, at - kBefore, at);
  for (size_t i = at; i < at + kWatch; ++i) {
    rate.input.fresh.push_back(steps[i]);
    rate.input.beside.emplace_back();
    rate.step_ends.emplace_back();
  }
  const size_t week = at - 7 * kDay;
  rate.input.weeks = {Sum(steps, week - kBefore, week), Sum(steps, week, week + kWatch)};
  rate.input.elsewhere = {Parts(steps, week - kBefore, week), Parts(steps, week, week + kWatch)};
  return rate;
}

release::LevelObservation Level(std::string signal, const std::vector<double>& steps, size_t at) {
  release::LevelObservation level;
  level.signal = std::move(signal);
  const auto blocks = [&](size_t from, size_t to, std::vector<double>& out) {
    for (size_t i = from; i + 10 <= to; i += 10) {
      double sum = 0;
      for (size_t k = i; k < i + 10; ++k) sum += steps[k];
      out.push_back(sum / 10);
    }
  };
  blocks(at - kBefore, at, level.input.usual);
  blocks(at - 7 * kDay - kBefore, at - 7 * kDay + kWatch, level.input.usual);
  blocks(at, at + kWatch, level.input.fresh);
  level.block_ends.resize(level.input.fresh.size());
  return level;
}

void PrintSimulator() {
  sim::SimulatorOptions options;
  options.seed = 3;
  options.step = kStep;
  options.incidents_per_hour = 0;
  base::Result<sim::Simulator> made = sim::Simulator::Create(options);
  if (!made.ok()) return;
  std::map<std::string, History> services;
  std::map<std::string, double> last;
  base::TimePoint now = options.start;
  for (size_t i = 0; i < kDays * kDay; ++i) Gather(made->Step(now += kStep), services, last);
  std::vector<std::string> names;
  for (const auto& [name, history] : services) {
    if (history.cpu.size() == kDays * kDay) names.push_back(name);
  }
  base::Random random(4);
  std::map<std::string, int> worse;
  std::map<release::Verdict, int> verdicts;
  for (int i = 0; i < kReleases; ++i) {
    const History& history = services[names[random.Below(names.size())]];
    const size_t first = 7 * kDay + kBefore;
    const size_t at = first + random.Below(kDays * kDay - kWatch - first);
    release::Observation seen;
    seen.service_found = true;
    seen.rates = {Rate("errors", history.errors, at), Rate("latency", history.slow, at)};
    seen.levels = {Level("cpu", history.cpu, at), Level("memory", history.memory, at)};
    const release::Judgement judgement = release::Judge(seen, {});
    ++verdicts[judgement.verdict];
    for (const release::Check& check : judgement.checks) {
      worse[check.signal] += check.outcome == release::Outcome::kWorse ? 1 : 0;
    }
  }
  fmt::print(
      "\n{} releases that change nothing, of {} simulated services, watched four hours: "
      "{:.1f} % bad, {:.1f} % good, {:.1f} % not enough traffic\n",
      kReleases, names.size(), 100.0 * verdicts[release::Verdict::kBad] / kReleases,
      100.0 * verdicts[release::Verdict::kGood] / kReleases,
      100.0 * verdicts[release::Verdict::kNotEnoughTraffic] / kReleases);
  for (const auto& [signal, count] : worse) {
    fmt::print("{}: {:.2f} % worse\n", signal, 100.0 * count / kReleases);
  }
}

}  // namespace
}  // namespace vedette

int main() {
  vedette::PrintFalseAlarms();
  vedette::PrintPower();
  vedette::PrintSimulator();
  return 0;
}
