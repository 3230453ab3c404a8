#include "replay/counterfactual.h"

#include <algorithm>
#include <utility>

namespace vedette::replay {
namespace {

using incident::Command;
using incident::DeliveryResult;
using incident::Input;
using incident::RoutingInput;
using incident::SilenceCommand;
using notify::routing::Notice;

// A recorded round runs what is due at most so long before it: the live loop looks five times a
// second, and a busy machine later.
constexpr base::Duration kTickSlack = std::chrono::seconds(2);
constexpr base::Duration kWindowsEvery = std::chrono::seconds(30);
constexpr int kStepsMax = 1'000;  // at one moment: two machines that wake each other would not end

Letter LetterOf(const Notice& notice) {
  return {notice.page.dedup_key, notice.receiver, notice.to};
}
Letter LetterOf(const DeliveryResult& result) {
  return {result.dedup_key, result.receiver, result.to};
}

}  // namespace

Counterfactual::Counterfactual(decide::Machine machine, const Candidate& candidate,
                               base::TimePoint now, Listener decided)
    : machine_(std::move(machine)),
      candidate_(candidate),
      decided_(std::move(decided)),
      plan_(ToJson(candidate.plan)) {
  // A server that has never run has no plan: what its first round brings is compared.
  const std::string before = ToJson(machine_.router.plan());
  const bool other_plan = before != plan_ && before != ToJson(notify::routing::Plan());
  const bool other = !(machine_.engine.options() == candidate.options) || other_plan;
  machine_.engine.ForEachAlert([&](const incident::AlertView& view) {
    home_[view.anomaly_id] = view.incident_id;
    known_.insert(view.incident_id);
    recorded_members_[view.incident_id].insert(view.anomaly_id);
  });
  if (other || candidate.windows) Diverge(now);
}

void Counterfactual::Diverge(base::TimePoint now) {
  diverged_ = true;
  const int64_t seq = machine_.engine.seq();
  Step(
      {Input{.seq = seq, .time = now, .fresh_id = {}, .what = candidate_.options},
       Input{.seq = seq, .time = now, .fresh_id = {}, .what = decide::PlanInput(candidate_.plan)}});
}

bool Counterfactual::IsNews(const What& what) const {
  if (const auto* options = std::get_if<incident::EngineOptions>(&what)) {
    return !(*options == candidate_.options);
  }
  const auto* routing = std::get_if<RoutingInput>(&what);
  return routing != nullptr && routing->kind == "plan" && routing->text != plan_;
}

void Counterfactual::Run(const incident::journal::Round& round,
                         const decide::Machine::Decided& recorded) {
  const auto is_news = [&](const Input& input) { return IsNews(input.what); };
  if (!diverged_ && std::ranges::any_of(round.inputs, is_news)) {
    Diverge(std::max(machine_.engine.now(), round.inputs.front().time));
  }
  if (!diverged_) {
    NoteRecorded(recorded);
    Step(round.inputs);
    return;
  }
  const bool away = std::ranges::any_of(round.inputs, [](const Input& input) {
    return std::holds_alternative<incident::Start>(input.what);
  });
  if (!away) AdvanceTo(round.time - kTickSlack);
  NoteRecorded(recorded);
  std::vector<Input> inputs;
  for (const Input& input : round.inputs) Translate(input, inputs);
  if (inputs.empty()) {
    inputs.push_back({round.last_seq, round.time, {}, incident::Tick{}});
  }
  Step(inputs);
}

void Counterfactual::AdvanceTo(base::TimePoint time) {
  if (!diverged_) return;
  for (int steps = 0; steps < kStepsMax; ++steps) {
    std::optional<base::TimePoint> next = machine_.engine.NextDeadline();
    const std::optional<base::TimePoint> routing = machine_.router.NextDeadline();
    if (routing && (!next || *routing < *next)) next = routing;
    if (candidate_.windows) {
      const base::TimePoint look = windows_looked_at_ + kWindowsEvery;
      if (!next || look < *next) next = look;
    }
    if (!next || *next > time) return;
    if (*next > machine_.engine.now()) steps = 0;
    const base::TimePoint at = std::max(*next, machine_.engine.now());
    TendWindows(at);
    StepOne(incident::Tick{}, at);
  }
}

void Counterfactual::TendWindows(base::TimePoint time) {
  if (!candidate_.windows || time < windows_looked_at_ + kWindowsEvery) return;
  windows_looked_at_ = time;
  std::vector<model::Silence> known;
  machine_.engine.ForEachSilence([&](const model::Silence& silence) {
    if (!silence.window.empty()) known.push_back(silence);
  });
  for (SilenceCommand& command : candidate_.windows(known, time)) {
    StepOne(std::move(command), time);
  }
}

void Counterfactual::StepOne(What what, base::TimePoint time) {
  Step(
      {Input{.seq = machine_.engine.seq(), .time = time, .fresh_id = {}, .what = std::move(what)}});
}

void Counterfactual::Step(const std::vector<Input>& inputs) {
  const decide::Machine::Decided now = machine_.Run(inputs);
  for (const incident::Membership& joined : now.decisions.joined) {
    home_[joined.anomaly_id] = joined.incident_id;
  }
  for (const model::Incident& incident : now.decisions.changed) known_.insert(incident.id);
  for (const Notice& notice : now.outcome.notices) {
    const Letter letter = LetterOf(notice);
    ordered_.insert(letter);
    if (!diverged_ || notice.receiver.empty()) continue;
    if (const auto early = early_.find(letter); early != early_.end()) {
      arriving_.push_back(std::move(early->second));
      early_.erase(early);
    } else if (!recorded_.contains(letter)) {
      settled_.insert(letter);
      arriving_.push_back({.dedup_key = notice.page.dedup_key,
                           .incident_id = notice.page.incident_id,
                           .tenant = notice.page.tenant,
                           .receiver = notice.receiver,
                           .ok = true,
                           .final = true,
                           .detail = {},
                           .to = notice.to});
    }
  }
  decided_(now);
  if (arriving_.empty()) return;
  std::vector<Input> results;
  for (DeliveryResult& result : std::exchange(arriving_, {})) {
    results.push_back({machine_.engine.seq(), machine_.engine.now(), {}, std::move(result)});
  }
  Step(results);
}

void Counterfactual::NoteRecorded(const decide::Machine::Decided& recorded) {
  for (const incident::Membership& joined : recorded.decisions.joined) {
    recorded_members_[joined.incident_id].insert(joined.anomaly_id);
  }
  for (const Notice& notice : recorded.outcome.notices) recorded_.insert(LetterOf(notice));
}

void Counterfactual::Translate(const Input& input, std::vector<Input>& out) {
  if (std::holds_alternative<incident::EngineOptions>(input.what)) return;
  if (const auto* routing = std::get_if<RoutingInput>(&input.what)) {
    if (routing->kind == "plan" || routing->kind == "test") return;
  }
  if (const auto* silence = std::get_if<SilenceCommand>(&input.what)) {
    if (candidate_.windows && !silence->silence.window.empty()) return;
  }
  if (std::holds_alternative<Command>(input.what)) return TranslateCommand(input, out);
  if (std::holds_alternative<DeliveryResult>(input.what)) return TranslateResult(input, out);
  out.push_back(input);
}

// What people did to an incident that is none here, they do to those that hold its anomalies.
void Counterfactual::TranslateCommand(const Input& input, std::vector<Input>& out) {
  const Command& command = std::get<Command>(input.what);
  const auto members = recorded_members_.find(command.incident_id);
  if (known_.contains(command.incident_id) || members == recorded_members_.end()) {
    out.push_back(input);
    return;
  }
  std::set<std::string> homes;
  for (const std::string& anomaly : members->second) {
    if (const auto home = home_.find(anomaly); home != home_.end()) homes.insert(home->second);
  }
  for (const std::string& home : homes) {
    Command other = command;
    other.incident_id = home;
    out.push_back({input.seq, input.time, input.fresh_id, std::move(other)});
  }
}

void Counterfactual::TranslateResult(const Input& input, std::vector<Input>& out) {
  const DeliveryResult& result = std::get<DeliveryResult>(input.what);
  const Letter letter = LetterOf(result);
  if (settled_.contains(letter)) return;
  if (!ordered_.contains(letter) && recorded_.contains(letter)) {
    early_[letter] = result;
  } else {
    out.push_back(input);
  }
}

}  // namespace vedette::replay
