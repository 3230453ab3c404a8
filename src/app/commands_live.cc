#include "app/commands_live.h"

#include <cstdio>
#include <fmt/core.h>
#include <memory>
#include <string>
#include <unistd.h>

#include "app/ask_parts.h"
#include "app/commands_parts.h"
#include "app/watch_command.h"
#include "base/duration.h"

namespace vedette::app {
namespace {

int RunWatch(const WatchCommand& command, const AskOptions& options) {
  return WithClient([&](net::HttpClient& client) -> base::Result<std::string> {
    VEDETTE_TRY_VOID(Watch(command, options, client, [](const std::string& picture) {
      fmt::print("{}", picture);
      std::fflush(stdout);
    }));
    return std::string();
  });
}

}  // namespace

void AddWatch(CLI::App& app, std::function<int()>& run) {
  CLI::App* watch = app.add_subcommand("watch", "How the services are, live in the terminal");
  auto options = std::make_shared<AskOptions>();
  auto command = std::make_shared<WatchCommand>();
  auto every = std::make_shared<std::string>();
  watch->add_option("--every", *every, "Between two pictures, 500ms at least (default 2s)")
      ->check([command](const std::string& text) {
        const base::Result<base::Duration> duration = base::ParseDuration(text);
        if (!duration.ok()) return duration.error().message;
        if (*duration < std::chrono::milliseconds(500)) return std::string("is less than 500ms");
        command->every = *duration;
        return std::string();
      });
  watch->add_flag("--once", command->once, "One picture, and end");
  AddAskOptions(*watch, *options);
  EndHelp(*watch,
          {.examples = {"vedette watch", "vedette watch --once --url https://vedette.example"},
           .remarks = "Red: more than 10 % of the requests fail, or the service is critical. "
                      "Orange: CPU or memory\nabove 80 %. Yellow: answers take more than 200 ms, "
                      "or the service has a warning.\nCtrl-C ends it."});
  watch->callback([&run, command, options] {
    run = [=] {
      WatchCommand made = *command;
      made.terminal = isatty(STDOUT_FILENO) != 0;
      return RunWatch(made, *options);
    };
  });
}

void AddScenario(CLI::App& app, std::function<int()>& run) {
  CLI::App* scenario = app.add_subcommand(
      "scenario", "The services that a server knows, as a scenario for demo and score");
  auto options = std::make_shared<AskOptions>();
  auto at = std::make_shared<std::string>();
  scenario->add_option("--at", *at, "As they were then: RFC 3339 or seconds");
  AddAskOptions(*scenario, *options);
  EndHelp(*scenario, {.examples = {"vedette scenario --url https://vedette.example > own.yml",
                                   "vedette demo --scenario own.yml"}});
  scenario->callback([&run, options, at] {
    run = [=] {
      return WithClient([&](auto& client) {
        return ask::Get("/api/v1/topology/scenario", {{"at", *at}}, *options, client);
      });
    };
  });
}

}  // namespace vedette::app
