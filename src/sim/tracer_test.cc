#include "sim/tracer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <set>

#include "sim/simulator.h"

namespace vedette::sim {
namespace {

SimulatorOptions Traced(int traces) {
  SimulatorOptions options;
  options.incidents_per_hour = 0;
  options.traces_per_step = traces;
  options.mesh_metrics = traces > 0;
  return options;
}

TEST(Tracer, SpansFollowTheCallsOfTheTopology) {
  auto simulator = *Simulator::Create(Traced(50));
  const base::TimePoint now = simulator.options().start + simulator.options().step;

  const Tick tick = simulator.Step(now);

  std::map<std::string, const model::Span*> by_id;
  for (const model::Span& span : tick.spans) by_id.emplace(span.trace_id + span.span_id, &span);
  EXPECT_EQ(by_id.size(), tick.spans.size());
  std::set<std::string> calls;
  for (const model::Span& span : tick.spans) {
    EXPECT_LE(span.start_ns, span.end_ns);
    EXPECT_LE(span.end_ns, base::ToMillis(now) * 1'000'000);
    if (span.parent_span_id.empty()) {
      EXPECT_EQ(span.service, "api-gateway");
      continue;
    }
    const auto parent = by_id.find(span.trace_id + span.parent_span_id);
    ASSERT_NE(parent, by_id.end());
    EXPECT_GE(span.start_ns, parent->second->start_ns);
    if (parent->second->service != span.service) {
      calls.insert(parent->second->service + ">" + span.service);
    }
  }
  std::set<std::string> want;
  for (const CallEdge& edge : simulator.options().topology.calls) {
    want.insert(edge.caller + ">" + edge.callee);
  }
  EXPECT_EQ(calls, want);
}

TEST(Tracer, TheMeshCountsAsManyCallsAsTheTrafficHas) {
  auto simulator = *Simulator::Create(Traced(1));
  std::map<std::string, double> counted;
  constexpr int kSteps = 60;
  double served = 0;
  for (int i = 0; i < kSteps; ++i) {
    const Tick tick =
        simulator.Step(simulator.options().start + (i + 1) * simulator.options().step);
    for (const auto& entry : tick.metrics.entries()) {
      const model::LabelsView labels = tick.metrics.labels(entry);
      const double value = tick.metrics.samples(entry).front().value;
      if (labels.metric_name() == "istio_requests_total") {
        counted[std::string(labels.ToString())] = value;
      }
      if (labels.metric_name() == "http_requests_total" && i + 1 == kSteps &&
          labels.Get("service") == "user") {
        served += value;
      }
    }
  }

  double to_user = 0;
  for (const auto& [labels, value] : counted) {
    if (labels.find("destination_canonical_service=\"user\"") != labels.npos) to_user += value;
  }
  EXPECT_GT(to_user, 1000);
  EXPECT_NEAR(to_user / served, 1, 0.1);
}

TEST(Tracer, LeavesTheRestOfTheSimulationAsItWas) {
  auto plain = *Simulator::Create(Traced(0));
  auto traced = *Simulator::Create(Traced(3));
  for (int i = 1; i <= 20; ++i) {
    const base::TimePoint now = plain.options().start + i * plain.options().step;
    const Tick a = plain.Step(now);
    const Tick b = traced.Step(now);
    ASSERT_TRUE(a.spans.empty());
    ASSERT_EQ(a.logs.size(), b.logs.size());
    ASSERT_LT(a.metrics.entries().size(), b.metrics.entries().size());
    for (size_t k = 0; k < a.metrics.entries().size(); ++k) {
      ASSERT_EQ(a.metrics.samples(a.metrics.entries()[k]).front().value,
                b.metrics.samples(b.metrics.entries()[k]).front().value);
    }
  }
}

}  // namespace
}  // namespace vedette::sim
