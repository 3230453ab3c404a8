#include "sim/plant.h"

#include <algorithm>
#include <cmath>

namespace vedette::sim {
namespace {

constexpr double kStepSeconds = 1;
constexpr int kStepsMax = 60;      // longer ones where the time is longer
constexpr double kLagSeconds = 8;  // of a caller behind its callee
constexpr double kSpared = 0.4;    // of failed answers: the caller can do without
constexpr double kBackoffSeconds = 0.05;
constexpr double kRefusedSeconds = 0.005;  // until a refusal is known
constexpr double kLatencySigma = 0.5;      // of the logarithm of a request's duration
constexpr double kProcessors = 4;          // of a pod
constexpr double kOwnErrorsMin = 0.001;
constexpr double kBusyMax = 0.97;
constexpr double kLoadMax = 0.95;  // beyond, the queue itself is what one waits in
constexpr double kBacklogMax = 1e7;

// How many services one waits in front of `servers` that are in use for the share `load`.
double WaitInServices(double load, double servers) {
  const double bounded = std::clamp(load, 0.0, kBusyMax);
  return std::pow(bounded, std::sqrt(2 * (servers + 1)) - 1) / (servers * (1 - bounded));
}

// The share of log-normal durations with this mean that are longer than `limit`.
double ShareBeyond(double limit, double mean) {
  const double mu = std::log(std::max(mean, 1e-6)) - kLatencySigma * kLatencySigma / 2;
  return 0.5 * std::erfc((std::log(limit) - mu) / (kLatencySigma * std::sqrt(2.0)));
}

}  // namespace

Plant::Plant(const Topology& topology) : order_(CallersFirst(topology)) {
  for (const ServiceSpec& spec : topology.services) services_.push_back({.spec = spec});
  for (const size_t caller : order_) {
    for (size_t i = 0; i < topology.calls.size(); ++i) {
      const CallEdge& call = topology.calls[i];
      if (IndexOf(topology, call.caller) != caller) continue;
      edges_.push_back(
          {.index = i, .caller = caller, .callee = IndexOf(topology, call.callee), .spec = call});
    }
  }
  requests_.resize(services_.size());
  messages_.resize(services_.size());
  refused_.resize(services_.size());
  loads_.resize(services_.size());
  call_loads_.resize(topology.calls.size());
  SettleHealthy();
}

// A service's own share of errors is what its callees leave of the specified total; a request's
// processor time is what makes the specified load of the specified traffic.
void Plant::SettleHealthy() {
  std::vector<double> rps(services_.size());
  for (size_t i = 0; i < services_.size(); ++i) rps[i] = services_[i].spec.entry_rps;
  for (const Edge& edge : edges_) {
    rps[edge.callee] += rps[edge.caller] * edge.spec.calls_per_request;
  }
  for (auto it = order_.rbegin(); it != order_.rend(); ++it) {
    Service& service = services_[*it];
    service.cpu_per_request = service.spec.cpu_ratio * service.spec.pods / std::max(rps[*it], 1e-9);
    double succeeds = 1;
    double latency = service.spec.own_latency_s;
    for (Edge& edge : edges_) {
      if (edge.caller != *it || !edge.spec.waits) continue;
      edge.seen_latency_s = loads_[edge.callee].latency_s;
      edge.seen_errors = loads_[edge.callee].error_ratio;
      latency += edge.spec.calls_per_request * edge.seen_latency_s;
      succeeds *= 1 - std::min(1.0, edge.spec.calls_per_request) * (1 - kSpared) * edge.seen_errors;
    }
    service.own_errors =
        std::max(kOwnErrorsMin, 1 - (1 - service.spec.error_ratio) / std::max(succeeds, 0.01));
    loads_[*it].latency_s = latency;
    loads_[*it].error_ratio = 1 - succeeds * (1 - service.own_errors);
  }
  const std::vector<Condition> none(services_.size());
  for (int i = 0; i < 30; ++i) Step(kLagSeconds, 1, none);
  healthy_ = loads_;
}

void Plant::Advance(base::Duration passed, double entry_factor,
                    std::span<const Condition> conditions) {
  const double seconds = static_cast<double>(passed.count()) / 1000;
  const double steps =
      std::clamp(std::ceil(seconds / kStepSeconds), 1.0, static_cast<double>(kStepsMax));
  for (int i = 0; i < static_cast<int>(steps); ++i) Step(seconds / steps, entry_factor, conditions);
}

void Plant::Step(double seconds, double entry_factor, std::span<const Condition> conditions) {
  for (size_t i = 0; i < services_.size(); ++i) {
    requests_[i] = services_[i].spec.entry_rps * entry_factor * conditions[i].traffic;
    messages_[i] = 0;
  }
  for (const size_t i : order_) {  // callers first: what comes in is complete when it is served
    Waiting waiting;
    const double pods = services_[i].spec.pods * std::max(conditions[i].ready, 0.01);
    for (Edge& edge : edges_) {
      if (edge.caller == i) Call(edge, conditions[i], conditions[edge.callee], pods, waiting);
    }
    Serve(i, seconds, conditions[i], waiting);
    for (Edge& edge : edges_) {
      if (edge.caller != i) continue;
      CallLoad& call = call_loads_[edge.index];
      const double pool = pods * edge.spec.connections;
      const double leaked = pool * (1 - conditions[i].connections);
      call.connections = std::min(pool, leaked + call.connections * loads_[i].served_rps);
      call.rps *= loads_[i].served_rps * (1 - std::min(1.0, loads_[i].own_error_ratio));
      (edge.spec.waits ? requests_ : messages_)[edge.callee] += call.rps;
    }
  }
  SeeCallees(seconds);
}

// What a call costs one request of the caller; call.rps is then attempts per request.
void Plant::Call(Edge& edge, const Condition& caller, const Condition& callee, double pods,
                 Waiting& waiting) {
  CallLoad& call = call_loads_[edge.index];
  const CallEdge& spec = edge.spec;
  const double misses = (1 - spec.cache_hits * caller.cache) / (1 - spec.cache_hits);
  call.calls_per_request = spec.calls_per_request * misses;
  call.lookups_per_request =
      spec.cache_hits > 0 ? spec.calls_per_request / (1 - spec.cache_hits) : 0;
  if (!spec.waits) {
    call.rps = call.calls_per_request;
    call.latency_s = kRefusedSeconds;
    call.error_ratio = 0;
    return;
  }
  const double late = ShareBeyond(spec.timeout_s, edge.seen_latency_s);
  const double refused = 1 - (1 - callee.unreachable) * (1 - edge.seen_refused);
  const double again = 1 - (1 - refused) * (1 - late);  // worth another attempt
  const int retries = spec.retries + callee.more_retries;
  double attempts = 0;
  double all_failed = 1;  // of the attempts so far
  for (int i = 0; i <= retries; ++i) {
    attempts += all_failed;
    all_failed *= again;
  }
  const double attempt_s =
      refused * kRefusedSeconds + (1 - refused) * std::min(edge.seen_latency_s, spec.timeout_s);
  const double failed = all_failed + (1 - all_failed) * edge.seen_errors * (1 - kSpared);
  call.rps = call.calls_per_request * attempts * (1 - callee.unreachable);
  call.latency_s = attempt_s;
  call.error_ratio = 1 - (1 - again) * (1 - edge.seen_errors);
  waiting.seconds +=
      call.calls_per_request * (attempts * attempt_s + (attempts - 1) * kBackoffSeconds);
  waiting.succeeds *= 1 - std::min(1.0, call.calls_per_request) * failed;
  if (spec.connections > 0) {
    const double busy_s = std::max(1e-6, call.calls_per_request * attempts * attempt_s);
    waiting.rate_max =
        std::min(waiting.rate_max, pods * spec.connections * caller.connections / busy_s);
    call.connections = busy_s;  // of one request; Step makes all of them of it
  }
}

void Plant::Serve(size_t index, double seconds, const Condition& condition,
                  const Waiting& waiting) {
  const Service& service = services_[index];
  ServiceLoad& load = loads_[index];
  const double pods = service.spec.pods * std::max(condition.ready, 0.01);
  const double cpu_each = service.cpu_per_request * condition.work;
  const double cpu_rate = pods * std::max(0.03, 1 - condition.busy) / std::max(cpu_each, 1e-12);
  const double messages = messages_[index] + load.backlog / seconds;
  const double wanted = requests_[index] + messages;
  const double cpu =
      std::min(kBusyMax, condition.busy + std::min(wanted, cpu_rate) * cpu_each / pods);
  const double usual_wait = 1 + WaitInServices(service.spec.cpu_ratio, kProcessors);
  const double own_s = service.spec.own_latency_s * condition.work *
                       (1 + WaitInServices(cpu, kProcessors)) / usual_wait;
  const double held_s = own_s + condition.delay_s + waiting.seconds;
  const double rate = std::min({pods * service.spec.workers / held_s, cpu_rate, waiting.rate_max});

  // Requests queue, and what finds no room is refused; messages take what workers are left.
  const double waiting_max = pods * service.spec.queue;
  const double in_line = load.waiting + (requests_[index] - rate) * seconds;
  const double overflow = std::max(0.0, in_line - waiting_max);
  refused_[index] =
      requests_[index] > 0 ? std::min(1.0, overflow / (requests_[index] * seconds)) : 0;
  const double served_requests =
      std::min(rate, requests_[index] * (1 - refused_[index]) + load.waiting / seconds);
  load.waiting = std::clamp(in_line, 0.0, waiting_max);
  const double taken = std::min(messages, std::max(0.0, rate - served_requests));
  load.backlog = std::min(kBacklogMax, (messages - taken) * seconds);

  load.rps = requests_[index] + taken;
  load.served_rps = served_requests + taken;
  load.cpu = std::min(1.0, condition.busy + load.served_rps * cpu_each / pods);
  const double used = std::min(kLoadMax, load.served_rps / rate);
  load.latency_s = held_s * (1 + WaitInServices(used, service.spec.workers)) + load.waiting / rate;
  const double own = std::min(0.99, service.own_errors + condition.failing);
  const double refused_share = load.rps > 0 ? refused_[index] * requests_[index] / load.rps : 0;
  load.own_error_ratio = refused_share + (1 - refused_share) * own;
  load.error_ratio = refused_share + (1 - refused_share) * (1 - waiting.succeeds * (1 - own));
}

void Plant::SeeCallees(double seconds) {
  const double caught_up = 1 - std::exp(-seconds / kLagSeconds);
  for (Edge& edge : edges_) {
    const ServiceLoad& callee = loads_[edge.callee];
    const double refused = refused_[edge.callee];
    // Of the answers, without the refusals.
    const double errors =
        std::clamp((callee.error_ratio - refused) / std::max(0.01, 1 - refused), 0.0, 1.0);
    edge.seen_latency_s += (callee.latency_s - edge.seen_latency_s) * caught_up;
    edge.seen_errors += (errors - edge.seen_errors) * caught_up;
    edge.seen_refused += (refused - edge.seen_refused) * caught_up;
  }
}

}  // namespace vedette::sim
