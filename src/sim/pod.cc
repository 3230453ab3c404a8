#include "sim/pod.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace vedette::sim {
namespace {

constexpr std::array<std::string_view, 3> kCodes = {"200", "404", "500"};
constexpr double kNotFoundRatio = 0.005;
constexpr double kLatencySigma = 0.5;  // of the logarithm of a request's duration
constexpr double kLeakRatioMax = 0.9;
constexpr double kOutOfMemoryRatio = 0.85;  // beyond it, the kernel soon ends the process
constexpr double kOutOfMemorySeconds = 40;  // "soon", on average
constexpr base::Duration kRestartTime{30'000};
constexpr base::Duration kCrashLoopTime{30'000};
constexpr base::Duration kSlowMemory{600'000};
constexpr base::Duration kSlowCpu{60'000};

double Seconds(base::Duration duration) { return static_cast<double>(duration.count()) / 1000; }

// The share of requests that take at most `bound` when durations are log-normal with this mean.
double ShareWithin(double bound, double mean) {
  const double mu = std::log(mean) - kLatencySigma * kLatencySigma / 2;
  return 0.5 * std::erfc(-(std::log(bound) - mu) / (kLatencySigma * std::sqrt(2.0)));
}

void Emit(model::WriteBatch& out, const model::Labels& series, base::TimePoint now, double value) {
  out.BeginSeries(series);
  out.Add(base::ToMillis(now), value);
}

}  // namespace

model::Labels SeriesLabels(std::string_view metric, std::string_view service,
                           std::string_view instance, std::string_view extra_name,
                           std::string_view extra_value) {
  model::LabelsBuilder builder;
  builder.Set(model::kMetricName, metric);
  builder.Set("job", "shop");
  builder.Set("service", service);
  builder.Set("instance", instance);
  if (!extra_name.empty()) builder.Set(extra_name, extra_value);
  return builder.Build();
}

Pod::Pod(const ServiceSpec& spec, int number, base::Random& random)
    : spec_(spec),
      name_(fmt::format("{}-{}", spec.name, number)),
      cpu_habit_(random.Uniform(-0.05, 0.05)),
      memory_habit_(random.Uniform(-0.03, 0.03)),
      cpu_wander_(0.025, kSlowCpu),
      memory_wander_(0.015, kSlowMemory) {
  const auto series = [&](std::string_view metric, std::string_view label = {},
                          std::string_view value = {}) {
    return SeriesLabels(metric, spec.name, name_, label, value);
  };
  up_ = series("up");
  restarts_series_ = series("container_restarts_total");
  for (size_t i = 0; i < kCodes.size(); ++i) {
    requests_series_[i] = series("http_requests_total", "code", kCodes[i]);
  }
  for (size_t i = 0; i < kBounds.size(); ++i) {
    bucket_series_[i] =
        series("http_request_duration_seconds_bucket", "le", fmt::format("{}", kBounds[i]));
  }
  bucket_series_.back() = series("http_request_duration_seconds_bucket", "le", "+Inf");
  sum_series_ = series("http_request_duration_seconds_sum");
  count_series_ = series("http_request_duration_seconds_count");
  p95_series_ = series("http_request_latency_p95_seconds");
  cpu_series_ = series("process_cpu_usage");
  memory_series_ = series("process_memory_usage");
  memory_bytes_series_ = series("process_resident_memory_bytes");
  in_flight_series_ = series("http_requests_in_flight");
}

void Pod::Stop(base::TimePoint until) {
  ready_ = false;
  down_until_ = until;
  leaked_folds_ = 0;
  requests_ = {};
  buckets_ = {};
  duration_sum_ = 0;
}

void Pod::AdvanceLife(base::TimePoint now, const PodConditions& conditions) {
  replaced_ = conditions.replaced;
  if (conditions.replaced) {
    if (ready_) Stop(now);
    return;
  }
  if (conditions.held_down) {
    if (ready_) {
      Stop(now);
      next_crash_ = now + kCrashLoopTime;
    } else if (conditions.crash_loops && now >= next_crash_) {
      ++restarts_;
      next_crash_ = now + kCrashLoopTime;
    }
    return;
  }
  if (!ready_ && now >= down_until_) ready_ = true;
}

void Pod::AdvanceMemory(base::Duration passed, const PodConditions& conditions,
                        base::Random& random) {
  const double healthy = std::clamp(
      spec_.memory_ratio + memory_habit_ + memory_wander_.Advance(passed, random), 0.2, 0.8);
  const bool leaks = conditions.leak_fold_s > 0 && ready_;
  leaked_folds_ = leaks ? leaked_folds_ + Seconds(passed) / conditions.leak_fold_s : 0;
  memory_ratio_ =
      std::max(healthy, std::min(kLeakRatioMax, healthy * std::pow(1.5, leaked_folds_)));
}

void Pod::Serve(base::Duration passed, const PodConditions& conditions, base::Random& random) {
  const double expected = conditions.rps * Seconds(passed);
  const double failed = DrawPoisson(expected * conditions.error_ratio, random);
  const double not_found = DrawPoisson(expected * kNotFoundRatio, random);
  const double good =
      DrawPoisson(expected * std::max(0.0, 1 - conditions.error_ratio - kNotFoundRatio), random);
  requests_[0] += good;
  requests_[1] += not_found;
  requests_[2] += failed;
  const double served = good + not_found + failed;
  const double spread = kLatencySigma / std::sqrt(served + 1);  // of a mean over so many
  const double mean = conditions.latency_s * std::exp(spread * random.Normal());
  for (size_t i = 0; i < kBounds.size(); ++i) buckets_[i] += served * ShareWithin(kBounds[i], mean);
  duration_sum_ += served * mean;
  p95_s_ = mean * std::exp(1.645 * kLatencySigma - kLatencySigma * kLatencySigma / 2) *
           std::exp(spread * random.Normal());
  in_flight_ = DrawPoisson(conditions.rps * mean, random);
}

void Pod::Advance(base::TimePoint now, base::Duration passed, const PodConditions& conditions,
                  base::Random& random) {
  died_now_ = false;
  AdvanceLife(now, conditions);
  AdvanceMemory(passed, conditions, random);
  const double cpu =
      (spec_.cpu_ratio + cpu_habit_) * conditions.load_factor + cpu_wander_.Advance(passed, random);
  cpu_ratio_ = std::min(std::clamp(cpu, 0.1, 0.9) + conditions.busy, 0.98);
  const double chance = 1 - std::exp(-Seconds(passed) / kOutOfMemorySeconds);
  const bool unlucky = random.Uniform() < chance;  // drawn always: one stream whatever happens
  if (ready_ && memory_ratio_ > kOutOfMemoryRatio && conditions.leak_fold_s > 0 &&
      conditions.may_die && unlucky) {
    Stop(now + kRestartTime);
    ++restarts_;
    died_now_ = true;
  }
  if (ready_) Serve(passed, conditions, random);
}

void Pod::Write(base::TimePoint now, model::WriteBatch& out) const {
  if (replaced_) return;
  Emit(out, up_, now, ready_ ? 1 : 0);
  Emit(out, restarts_series_, now, restarts_);
  if (!ready_) return;
  double served = 0;
  for (size_t i = 0; i < requests_.size(); ++i) {
    Emit(out, requests_series_[i], now, requests_[i]);
    served += requests_[i];
  }
  for (size_t i = 0; i < buckets_.size(); ++i) {
    Emit(out, bucket_series_[i], now, std::floor(buckets_[i]));
  }
  Emit(out, bucket_series_.back(), now, served);
  Emit(out, sum_series_, now, duration_sum_);
  Emit(out, count_series_, now, served);
  Emit(out, p95_series_, now, p95_s_);
  Emit(out, cpu_series_, now, cpu_ratio_);
  Emit(out, memory_series_, now, memory_ratio_);
  Emit(out, memory_bytes_series_, now, std::round(memory_ratio_ * spec_.memory_bytes_max));
  Emit(out, in_flight_series_, now, in_flight_);
}

}  // namespace vedette::sim
