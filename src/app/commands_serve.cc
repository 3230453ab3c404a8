#include "app/commands_serve.h"

#include <cstdio>
#include <fmt/core.h>
#include <memory>
#include <string>

#include "app/commands_check.h"
#include "app/commands_parts.h"
#include "app/config.h"
#include "app/live_labels.h"
#include "app/serve.h"
#include "notify/routing/check.h"

namespace vedette::app {
namespace {

// What a person should know of a configuration that is valid.
void PrintFindings(const std::string& file, const Config& config) {
  const base::SystemClock clock;
  const notify::routing::Live live = LiveOfRules(config.rule_groups);
  for (const auto& finding : notify::routing::Check(config.plan, {}, clock.Now(), live)) {
    if (config.receivers.empty()) continue;  // a server that only shows is no mistake
    fmt::print("{}{}: warning: {}: {}\n", file,
               finding.line > 0 ? fmt::format(":{}", finding.line) : "", finding.subject,
               finding.message);
  }
}

int Check(const std::string& file) {
  const base::Result<Config> config = LoadConfig(file);
  if (!config.ok()) {
    fmt::print(stderr, "{}\n", AllMistakes(file, config.error()));
    return 1;
  }
  PrintFindings(file, *config);
  fmt::print("{}: ok\n", file);
  return 0;
}

// What goes wrong in the demonstration: how often, and what.
void AddFaultOptions(CLI::App& demo, DemoOptions& options) {
  demo.add_option("--seed", options.seed, "The same seed gives the same faults")
      ->check(RefuseNegative)
      ->capture_default_str();
  CLI::Option* scenario =
      demo.add_option("--scenario", options.scenario,
                      "Tell this story: a name of `vedette score --list`, or a YAML file");
  CLI::Option* rate =
      demo.add_option("--incidents-per-hour", options.incidents_per_hour, "0 is a quiet system")
          ->check(CLI::Range(0.0, 60.0))
          ->capture_default_str();
  demo.add_option("--probability-per-cycle", options.probability_per_cycle,
                  "The same as the chance of a fault in each simulated second, 0 to 1")
      ->check(CLI::Range(0.0, 1.0))
      ->excludes(rate)
      ->excludes(scenario);
  demo.add_option_function<std::string>(
          "--weights",
          [&options](const std::string& text) {
            options.weights = sim::ParseWeights(text).value_or(options.weights);
          },
          "How often each type, relative to the others: cpu_spike=2,memory_leak=0.5,other=0; "
          "1 unless it is named")
      ->check([](const std::string& text) {
        const base::Result<sim::Weights> weights = sim::ParseWeights(text);
        return weights.ok() ? std::string() : weights.error().message;
      })
      ->excludes(scenario);
}

}  // namespace

void AddServe(CLI::App& app, std::function<int()>& run) {
  CLI::App* serve = app.add_subcommand("serve", "Run the server");
  auto options = std::make_shared<ServeOptions>();
  serve->add_option("--config", options->config_file, "YAML file; every key is optional");
  serve->add_option("--data", options->data_dir, "Data folder, instead of the file's data_dir");
  serve->add_option("--listen", options->listen, "HOST:PORT, instead of the file's listen");
  EndHelp(*serve,
          {.examples = {"vedette serve --config /etc/vedette.yaml",
                        "vedette serve --data /srv/vedette --listen 127.0.0.1:9000"},
           .remarks = "SIGTERM ends it cleanly; SIGHUP reads the configuration again.",
           .exit_status = "0 when it was told to end, 1 when it could not start, 2 for a wrong "
                          "command line"});
  serve->callback([&run, options] { run = [options] { return Serve(*options); }; });
}

void AddDemo(CLI::App& app, std::function<int()>& run) {
  CLI::App* demo = app.add_subcommand("demo", "Run the server with the simulator feeding it");
  auto options = std::make_shared<DemoOptions>();
  demo->add_option("--config", options->serve.config_file, "YAML file, as for serve");
  demo->add_option("--data", options->serve.data_dir, "Data folder (default: a new one in /tmp)");
  demo->add_option("--listen", options->serve.listen, "HOST:PORT (default 127.0.0.1:8000)");
  demo->add_option("--speed", options->speed, "Simulated seconds per second, 1 to 100")
      ->check(CLI::Range(1.0, 100.0))
      ->capture_default_str();
  AddFaultOptions(*demo, *options);
  demo->add_option("--truth", options->truth_file, "Write what really happened to this file");
  EndHelp(*demo,
          {.examples = {"vedette demo --speed 10 --incidents-per-hour 20",
                        "vedette demo --probability-per-cycle 0.002 --weights "
                        "memory_leak=3,cpu_spike=1,other=0",
                        "vedette demo --scenario bad_canary --seed 4 --truth truth.json"},
           .remarks = "Ctrl-C ends it.",
           .exit_status = "0 when it was told to end, 1 when it could not start, 2 for a wrong "
                          "command line"});
  demo->callback([&run, options] { run = [options] { return Demo(*options); }; });
}

void AddCheck(CLI::App& app, std::function<int()>& run) {
  CLI::App* check = app.add_subcommand("check", "Check a configuration file");
  auto file = std::make_shared<std::string>();
  check->add_option("file", *file, "The file")->required();
  EndHelp(*check, {.examples = {"vedette check /etc/vedette.yaml"},
                   .remarks = "The files of rules that it names are read too.",
                   .exit_status = "0 when it is valid, whatever it is warned of, 1 when it is not, "
                                  "2 for a wrong command line"});
  check->callback([&run, file] { run = [file] { return Check(*file); }; });
}

}  // namespace vedette::app
