#include "sim/plant.h"

#include <gtest/gtest.h>
#include <vector>

namespace vedette::sim {
namespace {

constexpr base::Duration kStep{5'000};

// The shop with a plant and the conditions of its services.
struct Shop {
  Topology topology = ShopTopology();
  Plant plant{topology};
  std::vector<Condition> conditions = std::vector<Condition>(topology.services.size());

  Condition& At(const std::string& service) { return conditions[IndexOf(topology, service)]; }
  const ServiceLoad& Load(const std::string& service) const {
    return plant.loads()[IndexOf(topology, service)];
  }
  const ServiceLoad& Healthy(const std::string& service) const {
    return plant.healthy()[IndexOf(topology, service)];
  }
  void Pass(int steps, double traffic = 1) {
    for (int i = 0; i < steps; ++i) plant.Advance(kStep, traffic, conditions);
  }
};

TEST(Plant, IsAsSpecifiedWithoutTrouble) {
  Shop shop;
  shop.Pass(60);
  for (const ServiceSpec& spec : shop.topology.services) {
    EXPECT_NEAR(shop.Load(spec.name).error_ratio, spec.error_ratio, 0.002) << spec.name;
    EXPECT_NEAR(shop.Load(spec.name).cpu, spec.cpu_ratio, 0.02) << spec.name;
    EXPECT_EQ(shop.Load(spec.name).waiting, 0) << spec.name;
  }
  EXPECT_NEAR(shop.Load("order").rps, 40, 1);
  EXPECT_NEAR(shop.Load("notification").rps, 40 * 0.8 + 24 * 0.3, 1);
  EXPECT_NEAR(shop.Load("payment").latency_s, 0.05, 0.005);
}

TEST(Plant, ProcessorsThatAreTakenMakeRequestsSlow) {
  Shop shop;
  shop.At("user").busy = 0.6;
  shop.Pass(12);
  EXPECT_GT(shop.Load("user").cpu, 0.85);
  EXPECT_GT(shop.Load("user").latency_s, 1.8 * shop.Healthy("user").latency_s);
  EXPECT_LT(shop.Load("user").error_ratio, 0.02) << "slow, but it serves";
}

TEST(Plant, WorkersThatAreHeldFillTheQueueAndThenItRefuses) {
  Shop shop;
  shop.At("payment").delay_s = 1.3;  // 24 workers, 24 requests per second
  shop.plant.Advance(base::Duration(1'000), 1, shop.conditions);
  const double soon = shop.Load("payment").waiting;
  shop.Pass(60);
  EXPECT_GT(shop.Load("payment").waiting, soon);
  EXPECT_LE(shop.Load("payment").waiting, 3 * 32) << "its queue is bounded";
  EXPECT_GT(shop.Load("payment").error_ratio, 0.15);
  EXPECT_GT(shop.Load("payment").rps, 1.3 * shop.Healthy("payment").rps) << "callers try again";
}

TEST(Plant, ACallerWhoWaitsForAStuckCalleeIsSlowAndFailsAndOneWhoDoesNotIsNot) {
  Shop shop;
  shop.At("payment").delay_s = 1.5;
  shop.Pass(60);
  EXPECT_GT(shop.Load("order").latency_s, 5 * shop.Healthy("order").latency_s);
  EXPECT_GT(shop.Load("order").error_ratio, 0.1);
  EXPECT_GT(shop.Load("api-gateway").latency_s, 2 * shop.Healthy("api-gateway").latency_s);
  EXPECT_LT(shop.Load("inventory").error_ratio, 0.02);

  Shop other;
  other.At("analytics").delay_s = 3;
  other.Pass(60);
  EXPECT_GT(other.Load("analytics").backlog, 100) << "messages wait where nobody takes them";
  EXPECT_NEAR(other.Load("order").latency_s, other.Healthy("order").latency_s, 0.001);
}

TEST(Plant, TroubleComesToCallersLaterTheFurtherTheyAre) {
  Shop shop;
  shop.At("payment").delay_s = 0.3;
  int order = 0;
  int gateway = 0;
  for (int second = 1; second <= 60; ++second) {
    shop.plant.Advance(base::Duration(1'000), 1, shop.conditions);
    const auto slow = [&](const std::string& name) {
      return shop.Load(name).latency_s > 1.5 * shop.Healthy(name).latency_s;
    };
    if (order == 0 && slow("order")) order = second;
    if (gateway == 0 && slow("api-gateway")) gateway = second;
  }
  EXPECT_GT(order, 0);
  EXPECT_GT(gateway, order);
}

TEST(Plant, ABacklogIsWorkedOffWhenTheConsumerIsWellAgain) {
  Shop shop;
  shop.At("notification").delay_s = 2;
  shop.Pass(60);
  const double high = shop.Load("notification").backlog;
  EXPECT_GT(high, 500);
  shop.At("notification").delay_s = 0;
  shop.Pass(120);
  EXPECT_LT(shop.Load("notification").backlog, high / 100);
}

TEST(Plant, AColdCacheBringsItsLoadToTheCallee) {
  Shop shop;
  shop.At("order").cache = 0;
  shop.Pass(24);
  EXPECT_GT(shop.Load("inventory").rps, 2.5 * shop.Healthy("inventory").rps);
  EXPECT_GT(shop.Load("inventory").cpu, 0.85);
  EXPECT_GT(shop.Load("order").latency_s, 2 * shop.Healthy("order").latency_s);
}

TEST(Plant, RetriesKeepAStallAliveThatWouldHaveEnded) {
  const auto after = [](int more_retries) {
    Shop shop;
    Condition& payment = shop.At("payment");
    payment.more_retries = more_retries;
    payment.delay_s = 3;
    shop.Pass(12);
    payment.delay_s = 0.3;  // a third of what its workers can hold
    shop.Pass(24);
    return shop.Load("payment").rps / shop.Healthy("payment").rps;
  };
  EXPECT_LT(after(0), 1.5);
  EXPECT_GT(after(4), 1.7);
}

TEST(Plant, FewConnectionsHoldUpTheOneWhoHasThem) {
  Shop shop;
  shop.At("order").connections = 0.005;
  shop.Pass(36);
  EXPECT_GT(shop.Load("order").waiting, 10);
  EXPECT_LT(shop.Load("payment").rps, 0.5 * shop.Healthy("payment").rps);
}

TEST(Plant, WhoCannotBeReachedStarvesAndItsCallersFail) {
  Shop shop;
  shop.At("user").unreachable = 0.98;
  shop.Pass(12);
  EXPECT_LT(shop.Load("user").rps, 0.1 * shop.Healthy("user").rps);
  EXPECT_GT(shop.Load("api-gateway").error_ratio, 0.3);
  EXPECT_LT(shop.Load("user").error_ratio, 0.02);
}

TEST(Plant, IsWellAgainAfterAnything) {
  for (int kind = 0; kind < 6; ++kind) {
    Shop shop;
    Condition& sick = shop.At("payment");
    if (kind == 0) sick.delay_s = 5;
    if (kind == 1) sick.busy = 0.95;
    if (kind == 2) sick.failing = 0.9;
    if (kind == 3) sick.ready = 0;
    if (kind == 4) shop.At("api-gateway").traffic = 10;
    if (kind == 5) sick.more_retries = 10;
    shop.Pass(60);
    shop.conditions.assign(shop.topology.services.size(), {});
    shop.Pass(120);
    for (const ServiceSpec& spec : shop.topology.services) {
      EXPECT_NEAR(shop.Load(spec.name).error_ratio, spec.error_ratio, 0.002) << spec.name << kind;
      EXPECT_NEAR(shop.Load(spec.name).latency_s / shop.Healthy(spec.name).latency_s, 1, 0.01)
          << spec.name << kind;
    }
  }
}

}  // namespace
}  // namespace vedette::sim
