#include "app/commands.h"

#include <cstdio>
#include <fmt/core.h>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "app/ask.h"
#include "app/commands_live.h"
#include "app/commands_offline.h"
#include "app/commands_parts.h"
#include "app/commands_serve.h"
#include "app/import_command.h"
#include "app/keys.h"
#include "app/rule_commands.h"
#include "app/score_command.h"
#include "app/train_command.h"
#include "app/version.h"
#include "base/duration.h"

namespace vedette::app {
namespace {

constexpr const char* kAbout =
    "Vedette watches services, says what broke, tells the right person and can prove that it did.\n"
    "\n"
    "First steps:\n"
    "  vedette demo                       a simulated system with faults, on "
    "http://127.0.0.1:8000\n"
    "  vedette serve --config FILE        the server\n"
    "  vedette query 'sum by (service) (rate(http_requests_total[5m]))'";

void AddAsking(CLI::App& app, std::function<int()>& run) {
  auto options = std::make_shared<AskOptions>();

  CLI::App* query = app.add_subcommand("query", "Evaluate a PromQL expression on a server");
  auto q = std::make_shared<QueryCommand>();
  query->add_option("expression", q->expression, "PromQL")->required();
  query->add_option("--time", q->time, "RFC 3339 or seconds since 1970; default now");
  query->add_option("--from", q->from, "Start of a range");
  query->add_option("--to", q->to, "End of a range");
  query->add_option("--step", q->step, "Step of a range, for instance 1m");
  AddAskOptions(*query, *options);
  EndHelp(*query, {.examples = {"vedette query up",
                                "vedette query 'rate(node_cpu_seconds_total{mode!=\"idle\"}[5m])'",
                                "vedette query node_load1 --from 2026-11-21T00:00:00Z --to "
                                "2026-11-21T06:00:00Z --step 5m"}});
  query->callback([&run, q, options] {
    run = [=] { return WithClient([&](auto& client) { return AskQuery(*q, *options, client); }); };
  });

  CLI::App* logs = app.add_subcommand("logs", "Search the log lines of a server");
  auto l = std::make_shared<LogsCommand>();
  logs->add_option("query", l->query, "In the log query language: docs/guide/logs.md");
  logs->add_option("--service", l->service, "Only this service");
  logs->add_option("--level", l->level, "This level and worse");
  logs->add_option("--from", l->from, "RFC 3339 or seconds since 1970");
  logs->add_option("--to", l->to, "RFC 3339 or seconds since 1970");
  logs->add_option("--limit", l->limit, "At most so many")->capture_default_str();
  AddAskOptions(*logs, *options);
  EndHelp(*logs, {.examples = {"vedette logs '\"connection refused\"' --service payment",
                               "vedette logs 'level>=warn | count by (service) [5m]' --from "
                               "2026-11-21T00:00:00Z",
                               "vedette logs --level error --limit 20"}});
  logs->callback([&run, l, options] {
    run = [=] { return WithClient([&](auto& client) { return AskLogs(*l, *options, client); }); };
  });

  CLI::App* incidents = app.add_subcommand("incidents", "List incidents, or show one by its id");
  auto i = std::make_shared<IncidentsCommand>();
  incidents->add_option("id", i->id, "An incident's id, for its timeline");
  incidents->add_option("--state", i->state, "open, acknowledged or resolved");
  incidents->add_option("--limit", i->limit, "At most so many")->capture_default_str();
  AddAskOptions(*incidents, *options);
  EndHelp(*incidents, {.examples = {"vedette incidents --state open",
                                    "vedette incidents in_01M7YNTP3TJG6M3WXFY9K3883Y"}});
  incidents->callback([&run, i, options] {
    run = [=] {
      return WithClient([&](auto& client) { return AskIncidents(*i, *options, client); });
    };
  });
}

void AddWhy(CLI::App& app, std::function<int()>& run) {
  CLI::App* why = app.add_subcommand("why", "Who was told of an alert, when and how, or why not");
  auto options = std::make_shared<AskOptions>();
  auto command = std::make_shared<WhyCommand>();
  why->add_option("id", command->id, "Id of an anomaly or of an incident")->required();
  AddAskOptions(*why, *options);
  EndHelp(*why, {.examples = {"vedette why in_01M7YNTP3TJG6M3WXFY9K3883Y"},
                 .exit_status = "0, 1 when it failed or nothing has that id, 2 for a wrong command "
                                "line"});
  why->callback([&run, command, options] {
    run = [=] {
      return WithClient([&](auto& client) { return AskWhy(*command, *options, client); });
    };
  });
}

int RunVerify(const AskOptions& options) {
  base::Result<std::unique_ptr<net::HttpClient>> client = net::MakeCurlClient();
  if (!client.ok()) return Fail(client.error());
  const base::Result<LedgerAnswer> answer = AskLedger(options, **client);
  if (!answer.ok()) return Fail(answer.error());
  fmt::print("{}", answer->text);
  return answer->whole ? 0 : 1;
}

void AddLedger(CLI::App& app, std::function<int()>& run) {
  CLI::App* ledger = app.add_subcommand("ledger", "The record of who was told what and when");
  ledger->require_subcommand(1);
  EndHelp(*ledger,
          {.examples = {"vedette ledger verify"},
           .remarks = "What the rows say: vedette why.",
           .exit_status = "0 when the chain is whole, 1 when it is not or the server could "
                          "not be asked,\n2 for a wrong command line"});
  CLI::App* verify =
      ledger->add_subcommand("verify", "Recompute its hash chain: was a row changed or removed?");
  auto options = std::make_shared<AskOptions>();
  AddAskOptions(*verify, *options);
  verify->callback([&run, options] { run = [options] { return RunVerify(*options); }; });
}

void AddFeedback(CLI::App& app, std::function<int()>& run) {
  using What = FeedbackCommand::What;
  CLI::App* feedback =
      app.add_subcommand("feedback", "Say what was useful or noise, and what that changes");
  feedback->require_subcommand(1);
  EndHelp(*feedback,
          {.examples = {"vedette feedback noise an_01M7YNTP3TJG6M3WXFY9K3883Y --why 'the nightly "
                        "backup'",
                        "vedette feedback preview --days 14", "vedette feedback apply",
                        "vedette feedback budget --service payment"}});
  auto options = std::make_shared<AskOptions>();
  auto command = std::make_shared<FeedbackCommand>();
  const auto add = [&run, options, command, feedback](const char* name, const char* about,
                                                      What what) {
    CLI::App* sub = feedback->add_subcommand(name, about);
    AddAskOptions(*sub, *options);
    sub->callback([&run, options, command, what, verdict = std::string(name)] {
      command->what = what;
      command->verdict = verdict;
      run = [options, command] {
        return WithClient([&](auto& client) { return AskFeedback(*command, *options, client); });
      };
    });
    return sub;
  };
  const auto reasons = [&command](CLI::App* sub) {
    sub->add_option("--why", command->why, "The reason, for those who read it later");
    sub->add_option("--by", command->by, "Who says so, where the key does not tell");
  };
  for (const auto& [name, about] :
       {std::pair("useful", "It was worth somebody's while"), std::pair("noise", "It was not"),
        std::pair("none", "Take back what you said of it")}) {
    CLI::App* mark = add(name, about, What::kMark);
    mark->add_option("id", command->id, "Id of an anomaly, an incident or a page")->required();
    reasons(mark);
  }
  add("list", "What was marked", What::kList);
  add("preview", "What the marks that wait would have done", What::kPreview)
      ->add_option("--days", command->days, "How far back")
      ->capture_default_str();
  reasons(add("apply", "Put the marks that wait into force", What::kApply));
  CLI::App* undo = add("undo", "Take a change back; its marks wait again", What::kUndo);
  undo->add_option("id", command->id, "Id of the change")->required();
  reasons(undo);
  CLI::App* budget = add("budget", "Where the thresholds stand, and why", What::kBudget);
  budget->add_option("--service", command->service, "Only this service");
  budget->add_option("--metric", command->metric, "Only this metric");
}

int RunJudge(const JudgeCommand& command, const AskOptions& options) {
  constexpr int kNotAsked = 4;  // other than any verdict
  base::Result<std::unique_ptr<net::HttpClient>> client = net::MakeCurlClient();
  const base::Result<JudgeAnswer> answer =
      client.ok() ? AskJudge(command, options, **client) : client.error();
  if (!answer.ok()) {
    Fail(answer.error());
    return kNotAsked;
  }
  fmt::print("{}", answer->text);
  return answer->exit_status;
}

void AddJudge(CLI::App& app, std::function<int()>& run) {
  CLI::App* judge = app.add_subcommand("judge", "The verdict on a release, for pipelines");
  auto options = std::make_shared<AskOptions>();
  auto command = std::make_shared<JudgeCommand>();
  auto wait = std::make_shared<std::string>();
  judge->add_option("--service", command->service, "The service")->required();
  judge->add_option("--version", command->version, "The version; without it the latest release");
  judge->add_option("--environment", command->environment, "Where it runs; without it anywhere");
  judge->add_option("--namespace", command->space, "The same by its namespace");
  judge->add_option("--since", command->since,
                    "When it was released, where that was not posted: RFC 3339 or seconds");
  judge->add_option("--wait", *wait, "Ask for so long until it is good or bad, for instance 30m")
      ->check([command](const std::string& text) {
        const base::Result<base::Duration> duration = base::ParseDuration(text);
        if (!duration.ok()) return duration.error().message;
        command->wait = *duration;
        return std::string();
      });
  AddAskOptions(*judge, *options);
  EndHelp(*judge, {.examples = {"vedette judge --service checkout --version v2.4.1 --wait 30m"},
                   .exit_status = "0 good, 1 bad, 2 not enough traffic (or a wrong command line), "
                                  "3 no data,\n4 the server could not be asked"});
  judge->callback([&run, command, options, wait] {
    run = [command, options] { return RunJudge(*command, *options); };
  });
}

void AddScore(CLI::App& app, std::function<int()>& run) {
  CLI::App* score = app.add_subcommand(
      "score", "Run scenarios of the simulator through the engine and score what it says");
  auto command = std::make_shared<ScoreCommand>();
  auto delay = std::make_shared<std::string>();
  score->add_option("scenarios", command->scenarios,
                    "Names of scenarios that ship, or YAML files; without any all that ship");
  score->add_flag("--list", command->list, "Show the scenarios that ship, and no more");
  score->add_option("--config", command->config_file, "Whose detection and incidents are scored");
  score->add_option("--seed", command->seed, "The first seed; the same seed gives the same score")
      ->check(RefuseNegative)
      ->capture_default_str();
  score->add_option("--seeds", command->seeds, "Runs of each scenario, each with the next seed")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  score->add_option("--jobs", command->jobs, "Runs at a time; the score does not depend on it")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  score->add_flag("--json", command->json, "JSON, with the truth and the verdict of every fault");
  const auto share = [&](const char* name, std::optional<double>& out, const char* about) {
    score->add_option(name, out, about)->check(CLI::Range(0.0, 1.0));
  };
  share("--min-precision", command->bounds.precision, "Pages that belong to a fault, 0 to 1");
  share("--min-recall", command->bounds.recall, "Visible faults that are found");
  share("--min-top1", command->bounds.top1, "Diagnoses that name the true service first");
  share("--min-top3", command->bounds.top3, "The same among the first three");
  share("--max-calibration-error", command->bounds.calibration_error,
        "Expected calibration error of the hypotheses");
  score->add_option("--max-delay", *delay, "Median time from the first effect to a page: 60s")
      ->check([command](const std::string& text) {
        const base::Result<base::Duration> duration = base::ParseDuration(text);
        if (!duration.ok()) return duration.error().message;
        command->bounds.delay = *duration;
        return std::string();
      });
  EndHelp(*score,
          {.examples = {"vedette score --list", "vedette score bad_canary --seed 4",
                        "vedette score --seeds 5 --jobs 2 --min-precision 0.9 --min-recall "
                        "0.9 --max-delay 60s"},
           .exit_status = "0, 1 when a bound is not kept, 2 for a wrong command line, 4 when "
                          "it could not be run"});
  score->callback([&run, command, delay] { run = [command] { return RunScore(*command); }; });
}

void AddReplay(CLI::App& app, std::function<int()>& run) {
  CLI::App* replay =
      app.add_subcommand("replay", "Who would have been told with another configuration");
  auto options = std::make_shared<AskOptions>();
  auto command = std::make_shared<ReplayCommand>();
  replay->add_option("--config", command->config_file,
                     "The configuration to try; without it the replay proves what was");
  replay->add_option("--from", command->from, "RFC 3339 or seconds; default a week before --to");
  replay->add_option("--to", command->to, "RFC 3339 or seconds since 1970; default now");
  replay->add_option("--data", command->data_dir, "A data folder, instead of asking a server");
  replay->add_option("--limit", command->limit, "Messages that are listed")
      ->check(CLI::Range(0, 1000))
      ->capture_default_str();
  AddAskOptions(*replay, *options);
  EndHelp(*replay,
          {.examples = {"vedette replay --config new.yaml --from 2026-11-14T00:00:00Z --to "
                        "2026-11-21T00:00:00Z",
                        "vedette replay --data /srv/vedette"},
           .remarks = "Nothing is sent and nothing is saved."});
  replay->callback([&run, command, options] {
    run = [=] {
      return WithClient([&](auto& client) { return AskReplay(*command, *options, client); });
    };
  });
}

void AddTrain(CLI::App& app, std::function<int()>& run) {
  CLI::App* train = app.add_subcommand(
      "train", "Learn models of services from stored history, and try what they are worth");
  auto options = std::make_shared<AskOptions>();
  auto command = std::make_shared<TrainCommand>();
  train->add_option("--service", command->services, "Only this one; may be repeated");
  train->add_option("--detector", command->detectors,
                    "lstm_autoencoder, lstm_attention, tcn, transformer: may be repeated, the one "
                    "that adds most is used; and gatv2: one model of all services that call each "
                    "other");
  train->add_option("--from", command->from, "RFC 3339 or seconds; default two weeks before --to");
  train->add_option("--to", command->to,
                    "RFC 3339 or seconds since 1970; default now, with --data the newest sample");
  train->add_option("--step", command->step, "Between two values of a metric; default 1m");
  train->add_option("--seed", command->seed, "The same seed and history give the same model")
      ->check(RefuseNegative)
      ->capture_default_str();
  train->add_option("--data", command->data_dir, "Data folder of a stopped server, not --url");
  train->add_option("--config", command->config_file, "Its configuration, with --data");
  AddAskOptions(*train, *options);
  EndHelp(
      *train,
      {.examples = {"vedette train",
                    "vedette train --service payment --detector lstm_attention --detector "
                    "transformer",
                    "vedette train --detector gatv2", "vedette train --data /srv/vedette --json"},
       .remarks = "A model is used only if it finds faults in held-out history that the "
                  "statistical detectors\ndo not find at as many false alarms."});
  train->callback([&run, command, options] {
    run = [command, options] { return Print(TrainModels(*command, *options)); };
  });
}

void AddKeys(CLI::App& app, std::function<int()>& run) {
  CLI::App* keys = app.add_subcommand("keys", "Create, list and revoke API keys");
  keys->require_subcommand(1);
  keys->fallthrough();  // --data may stand on either side of the subcommand
  auto options = std::make_shared<KeysOptions>();
  keys->add_option("--config", options->config_file, "The server's configuration file");
  keys->add_option("--data", options->data_dir, "The server's data folder");

  EndHelp(*keys, {.examples = {"vedette keys create prometheus --role ingest --data /srv/vedette",
                               "vedette keys list --data /srv/vedette",
                               "vedette keys revoke 4fK2mQ9x --data /srv/vedette"}});
  CLI::App* create = keys->add_subcommand("create", "Make a key; its token is shown once");
  create->add_option("name", options->name, "What the key is for")->required();
  create->add_option("--role", options->role, "viewer, responder, editor, ingest or admin")
      ->capture_default_str();
  create->add_option("--tenant", options->tenant, "Whose data it opens")->capture_default_str();
  create->add_option("--expires-in", options->expires_in, "For instance 90d; default never");
  create->callback([&run, options] { run = [options] { return Print(CreateKey(*options)); }; });

  keys->add_subcommand("list", "All keys")->callback([&run, options] {
    run = [options] { return Print(ListKeys(*options)); };
  });
  CLI::App* revoke = keys->add_subcommand("revoke", "End a key");
  revoke->add_option("id", options->id, "The key's id")->required();
  revoke->callback([&run, options] { run = [options] { return Print(RevokeKey(*options)); }; });
}

void AddRules(CLI::App& app, std::function<int()>& run) {
  CLI::App* test = app.add_subcommand("test", "Run tests of what a person wrote");
  test->require_subcommand(1);
  EndHelp(*test,
          {.examples = {"vedette test rules tests/rules/service_test.yml"},
           .exit_status = "0 when all pass, 1 when not, with one line for each failure, 2 for "
                          "a wrong command line"});
  CLI::App* rules = test->add_subcommand("rules", "Run unit tests of rules, in promtool's format");
  auto files = std::make_shared<std::vector<std::string>>();
  rules->add_option("files", *files, "Files of tests")->required();
  rules->callback([&run, files] { run = [files] { return TestRules(*files); }; });
}

void AddBacktest(CLI::App& app, std::function<int()>& run) {
  CLI::App* backtest =
      app.add_subcommand("backtest", "What rules would have done over stored data");
  auto options = std::make_shared<AskOptions>();
  auto command = std::make_shared<BacktestCommand>();
  backtest->add_option("rules", command->file, "A rule file, or a file of thresholds")->required();
  backtest->add_option("--from", command->from,
                       "RFC 3339 or seconds since 1970; default seven days before --to");
  backtest->add_option("--to", command->to, "Default now");
  backtest->add_option("--data", command->data_dir,
                       "Data folder of a stopped server, in place of --url");
  backtest->add_option("--config", command->config_file, "Its configuration, with --data");
  AddAskOptions(*backtest, *options);
  EndHelp(*backtest,
          {.examples = {"vedette backtest shop.rules.yml",
                        "vedette backtest shop.rules.yml --from 2026-11-01T00:00:00Z --to "
                        "2026-11-21T00:00:00Z",
                        "vedette backtest shop.rules.yml --data /srv/vedette --json"}});
  backtest->callback(
      [&run, command, options] { run = [=] { return Print(BacktestRules(*command, *options)); }; });
}

void AddBackfill(CLI::App& app, std::function<int()>& run) {
  CLI::App* backfill = app.add_subcommand("backfill", "Compute what was not computed at the time");
  backfill->require_subcommand(1);
  EndHelp(*backfill, {.examples = {"vedette backfill rules shop.rules.yml --from "
                                   "2026-11-01T00:00:00Z --to 2026-11-21T00:00:00Z"},
                      .remarks = "It may run again: what is there stays."});
  CLI::App* rules = backfill->add_subcommand("rules", "Recording rules over the past");
  auto options = std::make_shared<AskOptions>();
  auto command = std::make_shared<BackfillCommand>();
  rules->add_option("file", command->file, "A rule file")->required();
  rules->add_option("--from", command->from, "RFC 3339 or seconds since 1970")->required();
  rules->add_option("--to", command->to, "RFC 3339 or seconds since 1970")->required();
  AddAskOptions(*rules, *options);
  rules->callback([&run, command, options] {
    run = [=] {
      return WithClient([&](auto& client) { return BackfillRules(*command, *options, client); });
    };
  });
}

void AddImport(CLI::App& app, std::function<int()>& run) {
  CLI::App* import = app.add_subcommand("import", "Another system's configuration as one of these");
  import->require_subcommand(1);
  EndHelp(*import,
          {.examples = {"vedette import alertmanager alertmanager.yml --out vedette.yaml",
                        "vedette check vedette.yaml"},
           .remarks = "The report says line by line what was carried over, changed or left: "
                      "docs/guide/importing.md."});
  auto options = std::make_shared<ImportOptions>();
  const auto add = [&](const char* system, const char* what) {
    CLI::App* command = import->add_subcommand(system, what);
    command->add_option("file", options->file, "The file to read")->required();
    command->add_option("--out", options->out, "Where the result goes; default standard output");
    command->add_option("--report", options->report,
                        "Where the report goes; default standard error");
    command->add_flag("--parity", options->parity,
                      "Alerts through both configurations; the report lists differences");
    command->add_option("--stream", options->stream,
                        "The alerts: JSON of Alertmanager's API or webhooks, or one a line");
    command->callback([&run, options, system] {
      options->system = system;
      run = [options] { return Print(Import(*options)); };
    });
  };
  add("alertmanager", "Alertmanager's configuration file");
  add("pagerduty", "Lists of PagerDuty's API in one JSON object");
  add("opsgenie", "Lists of Opsgenie's API in one JSON object");
  add("grafana-oncall", "Lists of Grafana OnCall's API in one JSON object");
  add("icalendar", "A calendar of duties, as calendar programs export it");
}

std::string VersionLine() { return fmt::format("vedette {}", kVersion); }

void AddVersion(CLI::App& app, std::function<int()>& run) {
  app.set_version_flag("--version", VersionLine());
  CLI::App* version = app.add_subcommand("version", "Print the version");
  EndHelp(*version,
          {.examples = {"vedette version"}, .exit_status = "0, 2 for a wrong command line"});
  version->callback([&run] { run = [] { return Print(VersionLine() + "\n"); }; });
}

// The help of the command that the words name.
int PrintHelp(const CLI::App& app, const std::vector<std::string>& words) {
  const CLI::App* command = &app;
  std::string name = app.get_name();
  for (const std::string& word : words) {
    const auto found =
        command->get_subcommands([&](const CLI::App* each) { return each->get_name() == word; });
    if (found.empty()) {
      fmt::print(stderr, "vedette: there is no command \"{} {}\"; vedette help lists them\n", name,
                 word);
      return 2;
    }
    command = found.front();
    name += " " + word;
  }
  fmt::print("{}", command->get_formatter()->make_help(command, name, CLI::AppFormatMode::Normal));
  return 0;
}

void AddHelp(CLI::App& app, std::function<int()>& run) {
  CLI::App* help = app.add_subcommand("help", "Explain a command");
  auto words = std::make_shared<std::vector<std::string>>();
  help->add_option("command", *words, "The command; without it, all are listed");
  EndHelp(*help, {.examples = {"vedette help", "vedette help keys create"},
                  .exit_status = "0, 2 when there is no such command"});
  help->callback([&app, &run, words] { run = [&app, words] { return PrintHelp(app, *words); }; });
}

}  // namespace

void AddCommands(CLI::App& app, std::function<int()>& run) {
  app.require_subcommand(0, 1);
  for (const auto add :
       {AddServe,    AddDemo,     AddCheck,    AddAsking, AddWhy,     AddLedger,  AddWatch,
        AddScenario, AddFeedback, AddJudge,    AddScore,  AddReplay,  AddTrain,   AddKeys,
        AddRules,    AddBacktest, AddBackfill, AddImport, AddOffline, AddVersion, AddHelp}) {
    add(app, run);
  }
}

int RunCommand(int argc, char** argv) {
  CLI::App app(kAbout, "vedette");
  std::function<int()> run;
  AddCommands(app, run);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  if (run) return run();
  fmt::print("{}", app.help());
  return 2;
}

}  // namespace vedette::app
