#include "app/server.h"

#include "app/catalog.h"
#include "app/facts.h"
#include "app/part_options.h"
#include "app/server_parts.h"
#include "app/version.h"
#include "base/log.h"

namespace vedette::app {

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

base::Result<std::unique_ptr<Server>> Server::Start(Config config, const base::Clock& clock,
                                                    Extras extras) {
  base::SetLogLevel(config.log_level);
  const base::SteadyPoint begun = clock.Steady();
  auto made = std::make_unique<Parts>(std::move(config), clock, extras);
  std::unique_ptr<Server> server(new Server(std::move(made)));
  Parts& parts = *server->parts_;
  VEDETTE_TRY_VOID(parts.OpenStores());
  VEDETTE_TRY_VOID(parts.OpenDetection());
  VEDETTE_TRY_VOID(parts.OpenPaging());
  VEDETTE_TRY_VOID(parts.OpenHeartbeats());
  VEDETTE_TRY_VOID(parts.OpenReleases());
  VEDETTE_TRY_VOID(parts.OpenModels());
  VEDETTE_TRY_VOID(parts.OpenTopology());
  parts.OpenIntake();
  parts.OpenRules();
  parts.heartbeats->Start();
  parts.releases->Start();
  parts.models->Start();
  parts.HoldBack();
  VEDETTE_TRY_VOID(parts.Listen());
  parts.diagnosing->Start();
  parts.AddChores();
  parts.ready = true;
  const std::chrono::duration<double> took = clock.Steady() - begun;
  base::LogInfo("vedette is ready", {{"version", kVersion},
                                     {"listen", parts.config.server.host},
                                     {"port", parts.http->port()},
                                     {"data_dir", parts.config.data_dir},
                                     {"series", parts.series->Stats().active_series},
                                     {"seconds", took.count()}});
  return server;
}

Server::~Server() { Stop(); }

uint16_t Server::port() const { return parts_->http->port(); }

Simulations& Server::simulations() { return parts_->simulations; }

ingest::Ingester& Server::ingester() { return *parts_->ingester; }

const std::vector<api::Route>& Server::routes() const { return parts_->router->routes(); }

base::Result<> Server::Reload(const Config& config) {
  Parts& parts = *parts_;
  VEDETTE_TRY(auto rules, RuleSetOf(config.rules, config.catalog));
  parts.rule_board->Set(std::move(rules));
  base::SetLogLevel(config.log_level);
  parts.ingester->SetLimits(std::make_shared<const ingest::Limits>(config.limits));
  parts.scraper->ApplyConfig(config.scrape_jobs);
  parts.rule_loop->Apply(config.rule_groups, RuleContextFor(config, parts.config));
  parts.rule_tools->Apply(config, parts.config);
  parts.loop->SetOptions(config.incidents);
  parts.feedback->Apply(config.incidents);
  parts.self_reports->Apply(config.heartbeats.reports, config.rules);
  parts.alerting.Apply(config);
  parts.notify_paths->Apply(config);
  parts.diagnosing->SetImpactOptions(config.impact);
  parts.topology->Apply(config.topology);
  parts.HoldBack();
  parts.replays->Apply(config);
  VEDETTE_TRY_VOID(parts.paging->Apply(config.receivers));
  parts.page_router->SetPlan(config.plan);
  VEDETTE_TRY_VOID(parts.heartbeats->Apply(config));
  parts.releases->Apply(config);
  parts.models->Apply(config.models);
  VEDETTE_TRY_VOID(parts.event_monitor->Reconfigure(config.event_rules, parts.clock.Now()));
  if (!config.server.certificate_file.empty()) {
    VEDETTE_TRY_VOID(parts.http->ReloadCertificates());
  }
  const std::string sections = NeedRestart(parts.config, config);
  if (!sections.empty()) {
    base::LogWarning("these changes take effect at a restart", {{"sections", sections}});
  }
  return {};
}

void Server::Stop() {
  Parts& parts = *parts_;
  if (std::exchange(parts.stopped, true)) return;
  parts.ready = false;
  parts.chores.Stop();
  if (parts.topology) parts.topology->Stop();
  if (parts.hub) parts.hub->Close();
  if (parts.log_tail) parts.log_tail->Close();
  if (parts.http) parts.http->Stop();
  if (parts.scraper) parts.scraper->Stop();
  parts.rules_stopping = true;
  if (parts.rule_loop) parts.rule_loop->Stop();
  if (parts.workers) parts.workers->Stop();
  if (parts.query_workers) parts.query_workers->Stop();
  if (parts.metadata) {
    base::IgnoreError(parts.metadata->Save(), "the next descriptions say the same");
  }
  if (parts.heartbeats) parts.heartbeats->Stop();
  if (parts.releases) parts.releases->Stop();
  if (parts.models) parts.models->Stop();
  parts.findings.Close();
  if (parts.loop) parts.loop->Stop();
  if (parts.diagnosing) parts.diagnosing->Stop();
  if (parts.paging) parts.paging->Stop();
  if (parts.replays) parts.replays->Stop();
  if (parts.series) {
    base::IgnoreError(parts.series->Checkpoint(), "the log holds it all; the next start is slower");
  }
  if (parts.keys)
    base::IgnoreError(parts.keys->SaveLastUsed(), "only the time of last use is lost");
  base::LogInfo("vedette has ended");
}

}  // namespace vedette::app
