#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/config.h"
#include "base/testing/temp_folder.h"

namespace vedette::app {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Outcome {
  Config config;
  std::vector<std::string> problems;
};

Outcome Read(std::string_view text, const std::string& folder = "/etc/v") {
  std::vector<yaml::Diagnostic> problems;
  const yaml::EnvironmentLookup environment = [](std::string_view) { return std::nullopt; };
  Outcome outcome{ReadConfig(text, folder, environment, problems), {}};
  for (const yaml::Diagnostic& problem : problems)
    outcome.problems.push_back(problem.ToString("f"));
  return outcome;
}

std::vector<std::string> Edges(const topology::News& news) {
  std::vector<std::string> edges;
  for (const topology::News::Seen& seen : news.edges) {
    edges.push_back(seen.dependency.caller.id() + (seen.dependency.waits ? " > " : " ~ ") +
                    seen.dependency.callee.id());
  }
  return edges;
}

TEST(TopologyConfig, DeclaresEntitiesAndEdges) {
  const Outcome read = Read(R"(
topology:
  edge_max_age: 2h
  history_retention: 0s
  services:
    - {name: order, owner: checkout, tier: "1", calls: [payment, "database:orders"]}
  databases:
    - {name: orders, addresses: [db-1]}
  entities:
    - {kind: pod, name: order-1, service: order, node: n1}
  edges:
    - {caller: "queue:mails", callee: mailer}
    - {caller: order, callee: audit, waits: false}
)");

  EXPECT_THAT(read.problems, IsEmpty());
  EXPECT_EQ(read.config.topology.atlas.book.edge_max_age, std::chrono::hours(2));
  EXPECT_EQ(read.config.topology.atlas.retention.count(), 0);
  const topology::News& news = read.config.topology.declared.at("default");
  EXPECT_THAT(Edges(news),
              ElementsAre("service:order > service:payment", "service:order > database:orders",
                          "queue:mails ~ service:mailer", "service:order ~ service:audit"));
  ASSERT_EQ(news.entities.size(), 3u);
  EXPECT_EQ(news.entities[0].owner, "checkout");
  EXPECT_EQ(news.entities[1].ref.id(), "database:orders");
  EXPECT_EQ(news.entities[2].service, "order");
}

TEST(TopologyConfig, ReadsAFileOfItsOwnAndNamesItsLines) {
  base::TempFolder folder("config_topology_test");
  std::ofstream(folder.File("services.yaml")) << "services: [{name: a, calls: [b]}]\n";
  std::ofstream(folder.File("wrong.yaml")) << "services:\n  - {nam: a}\n";

  const Outcome good = Read("topology_file: services.yaml\n", folder.path());
  EXPECT_THAT(good.problems, IsEmpty());
  EXPECT_THAT(Edges(good.config.topology.declared.at("default")),
              ElementsAre("service:a > service:b"));

  const Outcome wrong = Read("topology_file: wrong.yaml\n", folder.path());
  ASSERT_FALSE(wrong.problems.empty());
  EXPECT_THAT(wrong.problems[0], HasSubstr("wrong.yaml:2:"));
  EXPECT_THAT(Read("topology_file: nowhere.yaml\n", folder.path()).problems,
              ElementsAre(HasSubstr("nowhere.yaml: no such file")));
  EXPECT_THAT(Read("topology_file: .\n", folder.path()).problems,
              ElementsAre(HasSubstr("is a folder")));
}

TEST(TopologyConfig, NamesEveryMistake) {
  const Outcome read = Read(R"(
topology:
  pod_max_age: 1s
  history_retention: 5m
  services: [{owner: x}, {name: a, calls: [a]}]
  entities: [{kind: planet, name: x}]
  edges: [{caller: a}, {caller: a, callee: a}]
)");

  EXPECT_EQ(read.problems.size(), 7u);
}

TEST(ChangesConfig, ReadsSecretsAndServices) {
  const Outcome read = Read(R"(
changes:
  tenant: shop
  github_secret: s3cret
  gitlab_token: t0ken
  services: {acme/payment-api: payment}
)");

  EXPECT_THAT(read.problems, IsEmpty());
  const api::ChangeWebhookOptions& options = read.config.change_webhooks;
  EXPECT_EQ(options.tenant, "shop");
  EXPECT_EQ(options.github_secret, "s3cret");
  EXPECT_EQ(options.gitlab_token, "t0ken");
  ASSERT_EQ(options.services.size(), 1u);
  EXPECT_EQ(options.services[0].second, "payment");
}

}  // namespace
}  // namespace vedette::app
