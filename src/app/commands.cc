#include "app/commands.h"

#include <cstdio>
#include <fmt/core.h>
#include <functional>
#include <string>

#include <CLI/CLI.hpp>

#include "app/ask.h"
#include "app/commands_check.h"
#include "app/commands_live.h"
#include "app/commands_parts.h"
#include "app/config.h"
#include "app/detect_csv.h"
#include "app/diagnose_case.h"
#include "app/import_command.h"
#include "app/keys.h"
#include "app/live_labels.h"
#include "app/rule_commands.h"
#include "app/score_command.h"
#include "app/serve.h"
#include "app/snapshot.h"
#include "app/train_command.h"
#include "app/version.h"
#include "base/duration.h"
#include "notify/routing/check.h"

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

void AddServe(CLI::App& app, std::function<int()>& run) {
  CLI::App* serve = app.add_subcommand("serve", "Run the server");
  auto options = std::make_shared<ServeOptions>();
  serve->add_option("--config", options->config_file, "YAML file; every key is optional");
  serve->add_option("--data", options->data_dir, "Data folder, instead of the file's data_dir");
  serve->add_option("--listen", options->listen, "HOST:PORT, instead of the file's listen");
  serve->footer("SIGTERM ends it cleanly; SIGHUP reads the configuration again.");
  serve->callback([&run, options] { run = [options] { return Serve(*options); }; });

  CLI::App* demo = app.add_subcommand("demo", "Run the server with the simulator feeding it");
  auto demo_options = std::make_shared<DemoOptions>();
  demo->add_option("--config", demo_options->serve.config_file, "YAML file, as for serve");
  demo->add_option("--data", demo_options->serve.data_dir,
                   "Data folder (default: a new one in /tmp)");
  demo->add_option("--listen", demo_options->serve.listen, "HOST:PORT (default 127.0.0.1:8000)");
  demo->add_option("--seed", demo_options->seed, "The same seed gives the same faults")
      ->capture_default_str();
  demo->add_option("--speed", demo_options->speed, "Simulated seconds per second, 1 to 100")
      ->check(CLI::Range(1.0, 100.0))
      ->capture_default_str();
  demo->add_option("--incidents-per-hour", demo_options->incidents_per_hour, "0 is a quiet system")
      ->check(CLI::Range(0.0, 60.0))
      ->capture_default_str();
  demo->add_option("--scenario", demo_options->scenario,
                   "Tell this story: a name of `vedette score --list`, or a YAML file");
  demo->add_option("--truth", demo_options->truth_file, "Write what really happened to this file");
  demo->callback([&run, demo_options] { run = [demo_options] { return Demo(*demo_options); }; });

  CLI::App* check = app.add_subcommand("check", "Check a configuration file");
  auto file = std::make_shared<std::string>();
  check->add_option("file", *file, "The file")->required();
  check->callback([&run, file] {
    run = [file] {
      const base::Result<Config> config = LoadConfig(*file);
      if (!config.ok()) {
        fmt::print(stderr, "{}\n", AllMistakes(*file, config.error()));
        return 1;
      }
      PrintFindings(*file, *config);
      fmt::print("{}: ok\n", *file);
      return 0;
    };
  });
}

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
  query->footer(
      "Examples:\n"
      "  vedette query up\n"
      "  vedette query 'rate(node_cpu_seconds_total{mode!=\"idle\"}[5m])'\n"
      "  vedette query node_load1 --from 2026-11-21T00:00:00Z --to 2026-11-21T06:00:00Z --step 5m");
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
  logs->footer(
      "Examples:\n"
      "  vedette logs '\"connection refused\"' --service payment\n"
      "  vedette logs 'level>=warn | count by (service) [5m]' --from 2026-11-21T00:00:00Z\n"
      "  vedette logs --level error --limit 20");
  logs->callback([&run, l, options] {
    run = [=] { return WithClient([&](auto& client) { return AskLogs(*l, *options, client); }); };
  });

  CLI::App* incidents = app.add_subcommand("incidents", "List incidents, or show one by its id");
  auto i = std::make_shared<IncidentsCommand>();
  incidents->add_option("id", i->id, "An incident's id, for its timeline");
  incidents->add_option("--state", i->state, "open, acknowledged or resolved");
  incidents->add_option("--limit", i->limit, "At most so many")->capture_default_str();
  AddAskOptions(*incidents, *options);
  incidents->footer(
      "Examples:\n"
      "  vedette incidents --state open\n"
      "  vedette incidents in_01M7YNTP3TJG6M3WXFY9K3883Y");
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
  why->footer(
      "Example:\n"
      "  vedette why in_01M7YNTP3TJG6M3WXFY9K3883Y");
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
  CLI::App* verify =
      ledger->add_subcommand("verify", "Recompute its hash chain: was a row changed or removed?");
  auto options = std::make_shared<AskOptions>();
  AddAskOptions(*verify, *options);
  verify->footer(
      "Exit status: 0 when the chain is whole, 1 when it is not or the server could not be asked.\n"
      "What the rows say: vedette why.");
  verify->callback([&run, options] { run = [options] { return RunVerify(*options); }; });
}

void AddFeedback(CLI::App& app, std::function<int()>& run) {
  using What = FeedbackCommand::What;
  CLI::App* feedback =
      app.add_subcommand("feedback", "Say what was useful or noise, and what that changes");
  feedback->require_subcommand(1);
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
  feedback->footer(
      "Examples:\n"
      "  vedette feedback noise an_01M7YNTP3TJG6M3WXFY9K3883Y --why 'the nightly backup'\n"
      "  vedette feedback preview --days 14\n"
      "  vedette feedback apply\n"
      "  vedette feedback budget --service payment");
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
  judge->footer(
      "Exit status: 0 good, 1 bad, 2 not enough traffic (or a wrong command line), 3 no data,\n"
      "4 the server could not be asked.\n"
      "Example:\n"
      "  vedette judge --service checkout --version v2.4.1 --wait 30m");
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
  score->footer(
      "Exit status: 0, 1 when a bound is not kept, 4 when it could not be run.\n"
      "Example, for every night:\n"
      "  vedette score --seeds 5 --jobs 2 --min-precision 0.9 --min-recall 0.9 --max-delay 60s");
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
  replay->footer(
      "Nothing is sent and nothing is saved.\n"
      "Examples:\n"
      "  vedette replay --config new.yaml --from 2026-11-14T00:00:00Z --to 2026-11-21T00:00:00Z\n"
      "  vedette replay --data /srv/vedette");
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
                    "lstm_autoencoder, lstm_attention, tcn or transformer; may be repeated: the "
                    "one that adds most is used");
  train->add_option("--from", command->from, "RFC 3339 or seconds; default two weeks before --to");
  train->add_option("--to", command->to, "RFC 3339 or seconds since 1970; default now");
  train->add_option("--step", command->step, "Between two values of a metric; default 1m");
  train->add_option("--seed", command->seed, "The same seed and history give the same model")
      ->capture_default_str();
  train->add_option("--data", command->data_dir, "Data folder of a stopped server, not --url");
  train->add_option("--config", command->config_file, "Its configuration, with --data");
  AddAskOptions(*train, *options);
  train->footer(
      "A model is used only if it finds faults in held-out history that the statistical detectors\n"
      "do not find at as many false alarms.\n"
      "Examples:\n"
      "  vedette train\n"
      "  vedette train --service payment --detector lstm_attention --detector transformer\n"
      "  vedette train --data /srv/vedette --json");
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

  keys->footer(
      "Examples:\n"
      "  vedette keys create prometheus --role ingest --data /srv/vedette\n"
      "  vedette keys list --data /srv/vedette");
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
  CLI::App* rules = test->add_subcommand("rules", "Run unit tests of rules, in promtool's format");
  auto files = std::make_shared<std::vector<std::string>>();
  rules->add_option("files", *files, "Files of tests")->required();
  rules->footer(
      "Exit status 0 when all pass; else 1, with one line for each failure.\n"
      "Example:\n"
      "  vedette test rules tests/rules/service_test.yml");
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
  backtest->footer(
      "Examples:\n"
      "  vedette backtest shop.rules.yml\n"
      "  vedette backtest shop.rules.yml --from 2026-11-01T00:00:00Z --to 2026-11-21T00:00:00Z\n"
      "  vedette backtest shop.rules.yml --data /srv/vedette --json");
  backtest->callback(
      [&run, command, options] { run = [=] { return Print(BacktestRules(*command, *options)); }; });
}

void AddBackfill(CLI::App& app, std::function<int()>& run) {
  CLI::App* backfill = app.add_subcommand("backfill", "Compute what was not computed at the time");
  backfill->require_subcommand(1);
  CLI::App* rules = backfill->add_subcommand("rules", "Recording rules over the past");
  auto options = std::make_shared<AskOptions>();
  auto command = std::make_shared<BackfillCommand>();
  rules->add_option("file", command->file, "A rule file")->required();
  rules->add_option("--from", command->from, "RFC 3339 or seconds since 1970")->required();
  rules->add_option("--to", command->to, "RFC 3339 or seconds since 1970")->required();
  AddAskOptions(*rules, *options);
  rules->footer(
      "It may run again: what is there stays.\n"
      "Example:\n"
      "  vedette backfill rules shop.rules.yml --from 2026-11-01T00:00:00Z --to "
      "2026-11-21T00:00:00Z");
  rules->callback([&run, command, options] {
    run = [=] {
      return WithClient([&](auto& client) { return BackfillRules(*command, *options, client); });
    };
  });
}

void AddImport(CLI::App& app, std::function<int()>& run) {
  CLI::App* import = app.add_subcommand("import", "Another system's configuration as one of these");
  import->require_subcommand(1);
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
  import->footer(
      "The report says line by line what was carried over, changed or left:\n"
      "docs/guide/importing.md. Example:\n"
      "  vedette import alertmanager alertmanager.yml --out vedette.yaml\n"
      "  vedette check vedette.yaml");
}

void AddOffline(CLI::App& app, std::function<int()>& run) {
  CLI::App* restore = app.add_subcommand("restore", "Make a data folder of a snapshot");
  auto snapshot = std::make_shared<std::string>();
  auto data_dir = std::make_shared<std::string>();
  restore->add_option("snapshot", *snapshot, "Folder of the snapshot, below DATA/snapshots")
      ->required();
  restore->add_option("--data", *data_dir, "The new data folder; must be empty or not exist")
      ->required();
  restore->footer(
      "Example:\n"
      "  curl -X POST http://127.0.0.1:8000/api/v1/admin/tsdb/snapshot\n"
      "  vedette restore data/snapshots/20261121T120000Z-0123456789abcdef --data data2");
  restore->callback([&run, snapshot, data_dir] {
    run = [snapshot, data_dir] {
      const base::Result<> restored = RestoreSnapshot(*snapshot, *data_dir);
      return Print(restored.ok() ? base::Result<std::string>("restored into " + *data_dir)
                                 : base::Result<std::string>(restored.error()));
    };
  });

  CLI::App* detect = app.add_subcommand("detect", "Run the detectors over a CSV file");
  auto options = std::make_shared<DetectCsvOptions>();
  detect->add_option("--csv", options->file, "Rows of unix seconds,value; a header names columns")
      ->required();
  detect->add_flag("--json", options->json, "Print JSON lines");
  detect->callback([&run, options] { run = [options] { return Print(DetectCsv(*options)); }; });

  CLI::App* diagnose = app.add_subcommand("diagnose", "Say why, from the files of one incident");
  auto which = std::make_shared<DiagnoseCaseOptions>();
  diagnose->add_option("--case", which->folder, "Folder with metrics.csv, meta.json and more")
      ->required();
  diagnose->add_flag("--json", which->json, "Print one JSON object");
  diagnose->callback([&run, which] { run = [which] { return Print(DiagnoseCase(*which)); }; });

  app.add_subcommand("version", "Print the version")->callback([&run] {
    run = [] {
      fmt::print("vedette {}\n", kVersion);
      return 0;
    };
  });
}

}  // namespace

int RunCommand(int argc, char** argv) {
  CLI::App app(kAbout, "vedette");
  app.require_subcommand(0, 1);
  std::function<int()> run;
  AddServe(app, run);
  AddAsking(app, run);
  AddWhy(app, run);
  AddLedger(app, run);
  AddWatch(app, run);
  AddScenario(app, run);
  AddFeedback(app, run);
  AddJudge(app, run);
  AddScore(app, run);
  AddReplay(app, run);
  AddTrain(app, run);
  AddKeys(app, run);
  AddRules(app, run);
  AddBacktest(app, run);
  AddBackfill(app, run);
  AddImport(app, run);
  AddOffline(app, run);
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
