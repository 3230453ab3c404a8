// What an input costs the incident engine while 100,000 alerts are open, in CPU time.
//   build/release/bench/incident_bench [alerts]
// Prints percentiles in microseconds for each kind of input, and what a snapshot costs.

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <fmt/core.h>
#include <string>
#include <string_view>
#include <vector>

#include "incident/engine.h"

namespace vedette {
namespace {

constexpr int kRounds = 500;

double CpuMicros() { return 1e6 * static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

class Bench {
 public:
  explicit Bench(incident::EngineOptions options) : engine_(std::move(options)) {}

  double Feed(decltype(incident::Input::what) what) {
    incident::Input input{.seq = ++seq_,
                          .time = base::FromMillis(1'700'000'000'000 + seq_),
                          .fresh_id = fmt::format("{:026}", seq_),
                          .what = std::move(what)};
    const double begun = CpuMicros();
    base::IgnoreError(engine_.Apply(input), "nothing here is refused");
    last_ = engine_.Take();
    return CpuMicros() - begun;
  }
  double Fires(int64_t number) {
    model::Alert alert;
    alert.tenant = "default";
    alert.labels = model::Labels({{"alertname", fmt::format("A{}", number % 50)},
                                  {"service", fmt::format("s{}", number % 200)},
                                  {"pod", fmt::format("p{}", number)},
                                  {"severity", number % 3 == 0 ? "critical" : "warning"}});
    alert.ends_at = base::FromMillis(1'800'000'000'000);
    const double took = Feed(std::move(alert));
    if (!last_.changed.empty()) incident_ = last_.changed.back().id;
    return took;
  }
  double Says(incident::CommandKind kind) {
    return Feed(incident::Command{.kind = kind,
                                  .tenant = "default",
                                  .incident_id = incident_,
                                  .actor = "ann",
                                  .text = "said"});
  }
  double Silences(const std::string& matcher) {
    incident::SilenceCommand command{.actor = "ann", .silence = {}};
    command.silence.tenant = "default";
    command.silence.matchers = {*model::Matcher::Parse(matcher)};
    command.silence.starts_at = base::FromMillis(1'700'000'000'000);
    command.silence.ends_at = base::FromMillis(1'700'500'000'000);
    return Feed(std::move(command));
  }

  incident::Engine& engine() { return engine_; }

 private:
  incident::Engine engine_;
  incident::Decisions last_;
  std::string incident_;
  int64_t seq_ = 0;
};

void Print(const char* name, std::vector<double> micros) {
  std::ranges::sort(micros);
  const auto at = [&](double part) {
    return micros[static_cast<size_t>(part * static_cast<double>(micros.size() - 1))];
  };
  std::printf("%-28s p50 %8.0f us   p99 %8.0f us   max %8.0f us\n", name, at(0.5), at(0.99), at(1));
}

template <typename Action>
void Measure(const char* name, const Action& action) {
  std::vector<double> micros;
  for (int64_t i = 0; i < kRounds; ++i) micros.push_back(action(i));
  Print(name, std::move(micros));
}

int Run(std::string_view argument) {
  int64_t alerts = 100'000;
  std::from_chars(argument.data(), argument.data() + argument.size(), alerts);
  incident::EngineOptions options;
  options.open_anomalies_max = alerts + kRounds;
  options.group_across_services = false;
  Bench bench(options);
  std::vector<double> opening;
  for (int64_t i = 0; i < alerts; ++i) opening.push_back(bench.Fires(i));
  std::printf("%lld alerts are open\n", static_cast<long long>(alerts));
  Print("an alert opens", opening);
  Measure("an alert is told again", [&](int64_t i) { return bench.Fires(i * 7); });
  Measure("a tick", [&](int64_t) { return bench.Feed(incident::Tick{}); });
  Measure("a comment", [&](int64_t) { return bench.Says(incident::CommandKind::kComment); });
  Measure("acknowledge", [&](int64_t i) {
    bench.Fires(i);
    return bench.Says(incident::CommandKind::kAcknowledge);
  });
  Measure("resolve and reopen", [&](int64_t) {
    return bench.Says(incident::CommandKind::kResolve) + bench.Says(incident::CommandKind::kReopen);
  });
  Measure("silence one pod",
          [&](int64_t i) { return bench.Silences(fmt::format("pod=\"p{}\"", i)); });
  Measure("silence a service",
          [&](int64_t i) { return bench.Silences(fmt::format("service=\"s{}\"", i % 200)); });
  const double all = bench.Silences("severity=\"critical\"");
  std::printf("silence a third of all        %8.0f us\n", all);
  const double begun = CpuMicros();
  const std::string snapshot = bench.engine().Snapshot();
  std::printf("a snapshot of %zu MB           %8.0f us\n", snapshot.size() >> 20,
              CpuMicros() - begun);
  return 0;
}

}  // namespace
}  // namespace vedette

int main(int count, char** arguments) { return vedette::Run(count > 1 ? arguments[1] : ""); }
