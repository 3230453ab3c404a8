// What a replay of a week costs, in CPU time: alerts that fire, are told again each minute, are
// delivered, some of them acknowledged, and end; a tick each minute.
//   build/release/bench/replay_bench [alerts a day] [times told again]

#include <charconv>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <fmt/core.h>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/duration.h"
#include "base/random.h"
#include "decide/round.h"
#include "incident/journal/journal.h"
#include "replay/replay.h"

namespace vedette {
namespace {

using incident::Input;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr int kDays = 7;
const base::TimePoint kStart = base::FromMillis(1'700'000'000'000);

double CpuSeconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

notify::routing::Plan PlanFor(const std::string& person) {
  notify::routing::Plan plan;
  plan.receivers = {{"chat", "webhook"}};
  for (const char* name : {"ann", "ben"}) {
    notify::routing::User& user = plan.users.emplace_back();
    user.name = name;
    user.contacts = {{"chat", "@" + user.name, {}, {}}};
  }
  notify::routing::Policy& policy = plan.policies.emplace_back();
  policy.name = "pager";
  policy.steps = {
      {.targets = {{notify::routing::TargetKind::kUser, person}}, .patience = minutes(5)},
      {.targets = {{notify::routing::TargetKind::kUser, "ben"}}, .patience = minutes(5)}};
  notify::routing::Route& route = plan.routes.emplace_back();
  route.name = "all";
  route.policy = "pager";
  return plan;
}

// The past of a server, written as it writes it.
class Past {
 public:
  explicit Past(sql::Database& database) {
    journal_ = *incident::journal::Journal::Open(database);
    machine_.emplace(decide::Machine{*journal_->Load({}), notify::routing::Router()});
    base::IgnoreError(
        journal_->SaveSnapshot(machine_->engine, decide::RouterToText(machine_->router)), "bench");
    Feed(kStart, decide::PlanInput(PlanFor("ann")));
  }

  void Feed(base::TimePoint time, decltype(Input::what) what) {
    std::vector<Input> inputs;
    inputs.push_back({machine_->engine.seq() + 1, time,
                      fmt::format("{:026}", machine_->engine.seq() + 1), std::move(what)});
    const decide::Machine::Decided decided = machine_->Run(inputs);
    base::IgnoreError(journal_->Commit(inputs, decided.decisions, {},
                                       decide::Digest(decided.decisions, decided.outcome)),
                      "bench");
    for (const auto& notice : decided.outcome.notices) {
      notices_.push_back(notice);
      incident_ = notice.page.incident_id;
    }
  }
  void Arrive(base::TimePoint time) {
    for (const auto& notice : std::exchange(notices_, {})) {
      Feed(time, incident::DeliveryResult{.dedup_key = notice.page.dedup_key,
                                          .incident_id = notice.page.incident_id,
                                          .tenant = notice.page.tenant,
                                          .receiver = notice.receiver,
                                          .ok = true,
                                          .detail = "HTTP 200",
                                          .to = notice.to});
    }
  }
  void Acknowledge(base::TimePoint time) {
    if (incident_.empty()) return;
    Feed(time, incident::Command{.kind = incident::CommandKind::kAcknowledge,
                                 .tenant = "default",
                                 .incident_id = incident_,
                                 .actor = "ann",
                                 .text = ""});
  }
  int64_t inputs() const { return machine_->engine.seq(); }

 private:
  std::unique_ptr<incident::journal::Journal> journal_;
  std::optional<decide::Machine> machine_;
  std::vector<notify::routing::Notice> notices_;
  std::string incident_;
};

model::Alert AlertNumber(int64_t number, base::TimePoint starts_at, base::TimePoint ends_at) {
  model::Alert alert;
  alert.tenant = "default";
  alert.labels = model::Labels({{"alertname", fmt::format("A{}", number % 40)},
                                {"service", fmt::format("s{}", number % 60)},
                                {"pod", fmt::format("p{}", number)},
                                {"severity", number % 3 == 0 ? "critical" : "warning"}});
  alert.annotations = model::Labels(
      {{"summary", "requests take longer than they should, and more of them every minute"}});
  alert.starts_at = starts_at;
  alert.ends_at = ends_at;
  return alert;
}

void Live(Past& past, int64_t a_day, int64_t again) {
  base::Random random(1);
  std::multimap<base::TimePoint, model::Alert> events;
  for (int64_t n = 0; n < a_day * kDays; ++n) {
    const base::TimePoint from = kStart + seconds(random.Below(kDays * 86'400));
    for (int64_t i = 0; i <= again; ++i) {
      const base::TimePoint now = from + minutes(i);
      events.emplace(now, AlertNumber(n, from, i == again ? now : now + minutes(4)));
    }
  }
  base::TimePoint tick = kStart;
  int64_t count = 0;
  for (const auto& [time, alert] : events) {
    for (; tick < time; tick += minutes(1)) past.Feed(tick, incident::Tick{});
    past.Feed(time, alert);
    past.Arrive(time + seconds(1));
    if (++count % 50 == 0) past.Acknowledge(time + seconds(1));
  }
}

void Measure(sql::Database& database, const char* name,
             std::optional<replay::Candidate> candidate) {
  const replay::Request request{.tenant = "default",
                                .from = kStart,
                                .to = kStart + std::chrono::hours(24 * kDays + 1),
                                .candidate = std::move(candidate)};
  const double begun = CpuSeconds();
  const base::Result<replay::Report> report = replay::Run(database, request);
  const double took = CpuSeconds() - begun;
  if (!report.ok()) {
    std::printf("%s: %s\n", name, report.error().message.c_str());
    return;
  }
  std::printf(
      "%-28s %7.2f s   %lld of %lld rounds identical, %lld messages, %lld with it, "
      "%lld added, %lld removed\n",
      name, took, static_cast<long long>(report->identical),
      static_cast<long long>(report->compared), static_cast<long long>(report->messages.recorded),
      static_cast<long long>(report->messages.candidate),
      static_cast<long long>(report->messages.added),
      static_cast<long long>(report->messages.removed));
}

int64_t NumberOf(const char* argument, int64_t otherwise) {
  const std::string_view text = argument == nullptr ? "" : argument;
  std::from_chars(text.data(), text.data() + text.size(), otherwise);
  return otherwise;
}

int Run(int64_t a_day, int64_t again) {
  const auto database = *sql::Database::Open({.path = ":memory:"});
  Past past(*database);
  Live(past, a_day, again);
  std::printf("a week of %lld alerts a day, each told %lld times: %lld inputs\n",
              static_cast<long long>(a_day), static_cast<long long>(again + 1),
              static_cast<long long>(past.inputs()));
  Measure(*database, "the proof alone", {});
  Measure(*database, "the same configuration", replay::Candidate{{}, PlanFor("ann")});
  Measure(*database, "another person", replay::Candidate{{}, PlanFor("ben")});
  incident::EngineOptions grouped;
  grouped.alert_grouping = incident::AlertGrouping{.group_by = {"alertname"}};
  Measure(*database, "another grouping", replay::Candidate{grouped, PlanFor("ann")});
  return 0;
}

}  // namespace
}  // namespace vedette

int main(int count, char** arguments) {
  return vedette::Run(vedette::NumberOf(count > 1 ? arguments[1] : nullptr, 1'000),
                      vedette::NumberOf(count > 2 ? arguments[2] : nullptr, 5));
}
