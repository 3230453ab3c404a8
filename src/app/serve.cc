#include "app/serve.h"

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fmt/core.h>
#include <functional>
#include <memory>
#include <optional>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "app/config.h"
#include "app/demo_config.h"
#include "app/demo_feeder.h"
#include "app/demo_phone.h"
#include "app/scaled_clock.h"
#include "app/scenarios.h"
#include "app/server.h"
#include "app/simulations.h"
#include "base/log.h"

namespace vedette::app {
namespace {

// The signals that the command waits for, blocked in every thread from the beginning.
class Signals {
 public:
  Signals() {
    sigemptyset(&set_);
    for (const int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set_, number);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
  }
  int Wait() const {
    int number = SIGTERM;
    while (sigwait(&set_, &number) != 0) {
    }
    return number;
  }

 private:
  sigset_t set_;
};

// Many connections and sorted files: take what the system allows.
void RaiseFileLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
  }
}

base::Result<Config> ConfigFor(const ServeOptions& options, const Config& defaults) {
  VEDETTE_TRY(Config config, LoadConfig(options.config_file, defaults));
  if (!options.data_dir.empty()) config.data_dir = options.data_dir;
  if (!options.listen.empty()) VEDETTE_TRY_VOID(ParseListen(options.listen, config.server));
  const bool loopback = config.server.host == "127.0.0.1" || config.server.host == "::1" ||
                        config.server.host == "localhost";
  if (!loopback && config.server.certificate_file.empty()) {
    base::LogWarning("listening beyond this machine without TLS: API keys travel in the clear",
                     {{"listen", config.server.host}});
  }
  return config;
}

int Fail(const base::Error& error) {
  fmt::print(stderr, "{}\n", error.message);
  return 1;
}

// Waits for the signal to end; SIGHUP reloads on the way.
void RunUntilTold(const Signals& signals, const ServeOptions& options, const Config& defaults,
                  Server& server) {
  while (signals.Wait() == SIGHUP) {
    const base::Result<Config> config = ConfigFor(options, defaults);
    const base::Result<> done =
        config.ok() ? server.Reload(*config) : base::Result<>(config.error());
    if (done.ok()) {
      base::LogInfo("configuration reloaded");
    } else {
      base::LogError("the new configuration is not used; the old one stays",
                     {{"error", done.error().message}});
    }
  }
}

// What the demonstration does unless its file says otherwise: its data goes to a new folder.
base::Result<Config> DemoDefaults(const ServeOptions& options) {
  Config defaults;
  defaults.log_level = base::LogLevel::kWarning;  // the terminal is for its pages
  // Its faults follow one another within minutes, and each is one to be told of.
  defaults.incidents.reopen_window = std::chrono::minutes(1);
  defaults.data_dir = options.data_dir;
  if (options.data_dir.empty()) {
    std::string folder = std::filesystem::temp_directory_path() / "vedette-demo-XXXXXX";
    if (mkdtemp(folder.data()) == nullptr) {
      return base::FailedPrecondition("no folder can be made in the temporary directory");
    }
    defaults.data_dir = folder;
  }
  return defaults;
}

void PrintWelcome(uint16_t port, uint64_t seed, const std::string& config_file,
                  const std::string& data_dir) {
  fmt::print(
      "\n"
      "  Vedette is watching a simulated shop of seven services. Open\n"
      "\n"
      "    http://127.0.0.1:{0}/\n"
      "\n"
      "  Unless you asked otherwise, the first fault comes within a minute or so (seed {1}); watch "
      "it\n"
      "  being found, or try\n"
      "\n"
      "    curl -s 'http://127.0.0.1:{0}/api/v1/incidents'\n"
      "    {2} incidents --url http://127.0.0.1:{0}\n"
      "    {2} query --url http://127.0.0.1:{0} \\\n"
      "        'sum by (service) (rate(http_requests_total[5m]))'\n"
      "    {2} logs --url http://127.0.0.1:{0} --level error\n"
      "\n"
      "  People, schedules, routes and rules are in {3}:\n"
      "  change them and `kill -HUP {4}`. Data is in {5}. Ctrl-C ends it.\n"
      "\n"
      "  Pages, as they ring (UTC):\n",
      port, seed, "build/release/vedette", config_file, getpid(), data_dir);
  std::fflush(stdout);
}

}  // namespace

int Serve(const ServeOptions& options) {
  const Signals signals;
  RaiseFileLimit();
  const Config defaults;
  base::Result<Config> config = ConfigFor(options, defaults);
  if (!config.ok()) return Fail(config.error());
  const base::SystemClock clock;
  base::Result<std::unique_ptr<Server>> server = Server::Start(*std::move(config), clock, {});
  if (!server.ok()) return Fail(server.error());
  RunUntilTold(signals, options, defaults, **server);
  (*server)->Stop();
  return 0;
}

int Demo(const DemoOptions& options) {
  const Signals signals;
  RaiseFileLimit();
  const base::Result<Config> defaults = DemoDefaults(options.serve);
  if (!defaults.ok()) return Fail(defaults.error());
  ServeOptions files = options.serve;
  if (files.config_file.empty()) {
    base::Result<std::string> shipped = PutDemoConfig(defaults->data_dir);
    if (!shipped.ok()) return Fail(shipped.error());
    files.config_file = *std::move(shipped);
  }
  base::Result<std::unique_ptr<DemoPhone>> phone = DemoPhone::Start();
  if (!phone.ok()) return Fail(phone.error());
  setenv("DEMO_PHONE", (*phone)->url().c_str(), 0);  // for the configuration that ships
  base::Result<Config> config = ConfigFor(files, *defaults);
  if (!config.ok()) return Fail(config.error());
  const std::string data_dir = config->data_dir;
  std::optional<sim::Scenario> scenario;
  if (!options.scenario.empty()) {
    base::Result<sim::Scenario> found = FindScenario(options.scenario);
    if (!found.ok()) return Fail(found.error());
    scenario = *std::move(found);
  }

  const base::SystemClock machine;
  ScaledClock clock(machine, machine.Now(), options.speed);
  base::Result<std::unique_ptr<Server>> server =
      Server::Start(*std::move(config), clock, {.demo = true});
  if (!server.ok()) return Fail(server.error());
  DemoFeeder feeder({.seed = options.seed,
                     .incidents_per_hour = options.incidents_per_hour,
                     .probability_per_cycle = options.probability_per_cycle,
                     .weights = options.weights,
                     .step = scenario ? scenario->options.step : base::Duration(5'000),
                     .scenario = scenario,
                     .truth_file = options.truth_file},
                    (*server)->ingester(), clock);
  const base::Result<> started = feeder.Start();
  if (!started.ok()) return Fail(started.error());
  (*server)->simulations().Attach(feeder, clock);
  PrintWelcome((*server)->port(), options.seed, files.config_file, data_dir);
  RunUntilTold(signals, files, *defaults, **server);
  (*server)->simulations().Detach();
  feeder.Stop();
  (*server)->Stop();
  return 0;
}

}  // namespace vedette::app
