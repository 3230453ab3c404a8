#include "sources/kubernetes/objects.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace vedette::sources::kubernetes {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr base::TimePoint kNow = base::FromMillis(1'700'000'000'000);

Told Read(const std::string& text) {
  const auto json = base::ParseJson(text);
  EXPECT_TRUE(json.ok()) << json.error().message;
  auto told = ReadObject(*json, kNow);
  EXPECT_TRUE(told.ok()) << told.error().message;
  return told.ok() ? *std::move(told) : Told();
}

TEST(Kubernetes, ADeploymentIsAServiceWithOwnerAndVersion) {
  const Told told = Read(R"({"apiVersion":"apps/v1","kind":"Deployment",
    "metadata":{"name":"pay-api","namespace":"shop","labels":{"team":"money"},
                "annotations":{"vedette.io/tier":"1"}},
    "spec":{"template":{"metadata":{"labels":{"app.kubernetes.io/name":"payment"}},
      "spec":{"containers":[{"image":"registry:5000/shop/pay:1.4.2@sha256:0a1b"}]}}}})");

  ASSERT_EQ(told.entities.size(), 1u);
  EXPECT_EQ(told.entities[0].ref.id(), "service:payment");
  EXPECT_EQ(told.entities[0].owner, "money");
  EXPECT_EQ(told.entities[0].tier, "1");
  EXPECT_EQ(told.entities[0].version, "1.4.2");
}

std::string Deployment(const std::string& image, const std::string& metadata = "",
                       const std::string& status = "") {
  return R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"pay","namespace":"shop")" +
         metadata + R"(},"spec":{"template":{"spec":{"containers":[{"image":")" + image +
         R"("}]}}})" + status + "}";
}

TEST(Kubernetes, AnImageThatIsAnotherThanBeforeIsADeployment) {
  std::string ran, asked;
  const auto read = [&](const std::string& image) {
    return *ReadObject(*base::ParseJson(Deployment(image)), kNow, {},
                       [&](const std::string& workload, std::string_view, const std::string&) {
                         asked = workload;
                         return ran;
                       });
  };
  EXPECT_THAT(read("pay:1.4").changes, IsEmpty()) << "the first sight";
  ran = "1.4";
  EXPECT_THAT(read("pay:1.4").changes, IsEmpty());
  const Told told = read("pay:1.5");

  EXPECT_EQ(asked, "shop/pay");
  ASSERT_EQ(told.changes.size(), 1u);
  EXPECT_EQ(told.changes[0].kind, "deployment");
  EXPECT_EQ(told.changes[0].service, "pay");
  EXPECT_EQ(told.changes[0].version, "1.5");
  EXPECT_EQ(told.changes[0].time, kNow);
}

TEST(Kubernetes, ADeploymentTellsOfItsRolloutAsItsReplicaSetDoes) {
  const std::string metadata = R"(,"annotations":{"deployment.kubernetes.io/revision":"4"})";
  const auto status = [](const std::string& progressing) {
    return R"(,"status":{"conditions":[{"type":"Progressing","status":")" + progressing +
           R"(","lastUpdateTime":"2023-11-14T20:02:00Z",
               "message":"ReplicaSet \"pay-7c9f8d6b5\" has successfully progressed."}]})";
  };
  const Told told = Read(Deployment("pay:1.5", metadata, status("True")));

  ASSERT_EQ(told.changes.size(), 1u);
  EXPECT_EQ(told.changes[0].id, "kubernetes:shop/pay-7c9f8d6b5:4");
  EXPECT_EQ(told.changes[0].version, "1.5");
  EXPECT_EQ(base::ToMillis(told.changes[0].time), 1'699'992'120'000);
  EXPECT_THAT(Read(Deployment("pay:1.5", metadata, status("False"))).changes, IsEmpty());
}

TEST(Kubernetes, APodBelongsToItsServiceAndRunsOnItsNode) {
  const Told told = Read(R"({"apiVersion":"v1","kind":"Pod",
    "metadata":{"name":"pay-api-7c9f8d6b5-x2x4q","ownerReferences":[{"kind":"ReplicaSet",
      "name":"pay-api-7c9f8d6b5"}]},
    "spec":{"nodeName":"n1","containers":[{"image":"pay:2.0"}]},
    "status":{"phase":"Running","podIP":"10.1.2.3",
      "podIPs":[{"ip":"10.1.2.3"},{"ip":"fd00::3"}]}})");

  ASSERT_EQ(told.entities.size(), 3u);
  const model::Entity& pod = told.entities[2];
  EXPECT_EQ(pod.ref.id(), "pod:pay-api-7c9f8d6b5-x2x4q");
  EXPECT_EQ(pod.service, "pay-api");
  EXPECT_EQ(pod.node, "n1");
  EXPECT_EQ(pod.version, "2.0");
  EXPECT_THAT(pod.addresses, ElementsAre("10.1.2.3", "fd00::3"));
}

TEST(Kubernetes, APodInItsMachinesNetworkHasNoAddressOfItsOwn) {
  const Told told = Read(R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"cni-abcde"},
    "spec":{"hostNetwork":true},"status":{"podIP":"192.168.0.4"}})");

  EXPECT_THAT(told.entities.back().addresses, IsEmpty());
}

TEST(Kubernetes, APodThatHasEndedIsGone) {
  for (const char* rest : {R"("status":{"phase":"Succeeded"})", R"("status":{"phase":"Failed"})"}) {
    const Told told = Read(std::string(R"({"apiVersion":"v1","kind":"Pod",)") +
                           R"("metadata":{"name":"job-1"},)" + rest + "}");
    ASSERT_EQ(told.gone.size(), 1u);
    EXPECT_EQ(told.gone[0].id(), "pod:job-1");
    EXPECT_THAT(told.entities, IsEmpty());
  }
}

TEST(Kubernetes, AServiceAnswersUnderItsNames) {
  const Told told = Read(R"({"apiVersion":"v1","kind":"Service",
    "metadata":{"name":"pay","namespace":"shop"},
    "spec":{"selector":{"app":"payment"},"clusterIP":"10.96.0.9"}})");

  ASSERT_EQ(told.entities.size(), 1u);
  EXPECT_EQ(told.entities[0].ref.id(), "service:payment");
  EXPECT_THAT(told.entities[0].addresses, ElementsAre("pay", "pay.shop", "pay.shop.svc",
                                                      "pay.shop.svc.cluster.local", "10.96.0.9"));
}

TEST(Kubernetes, AnExternalNameIsSomebodyElses) {
  const Told told = Read(R"({"apiVersion":"v1","kind":"Service","metadata":{"name":"stripe"},
    "spec":{"type":"ExternalName","externalName":"api.stripe.com"}})");

  EXPECT_EQ(told.entities[0].ref.id(), "external:api.stripe.com");
}

std::string ReplicaSet(const std::string& annotations, int replicas) {
  return R"({"apiVersion":"apps/v1","kind":"ReplicaSet","metadata":{"name":"pay-7c9f8d6b5",
    "namespace":"shop","creationTimestamp":"2023-11-14T20:00:00Z","annotations":{)" +
         annotations + R"(},"ownerReferences":[{"kind":"Deployment","name":"pay"}]},
    "spec":{"replicas":)" +
         std::to_string(replicas) +
         R"(,"template":{"spec":{"containers":[{"image":"pay:1.5"}]}}}})";
}

TEST(Kubernetes, ARevisionIsADeploymentWhenItsReplicaSetWasMade) {
  const Told told = Read(ReplicaSet(R"("deployment.kubernetes.io/revision":"4")", 3));

  ASSERT_EQ(told.changes.size(), 1u);
  const model::Change& change = told.changes[0];
  EXPECT_EQ(change.id, "kubernetes:shop/pay-7c9f8d6b5:4");
  EXPECT_EQ(change.kind, "deployment");
  EXPECT_EQ(change.service, "pay");
  EXPECT_EQ(change.version, "1.5");
  EXPECT_EQ(change.title, "pay runs 1.5");
  EXPECT_EQ(base::ToMillis(change.time), 1'699'992'000'000);
}

// A rollback takes an old ReplicaSet: when that was made says nothing of when it happened.
TEST(Kubernetes, ARevisionThatComesBackIsARollbackOfNow) {
  const std::string annotations =
      R"("deployment.kubernetes.io/revision":"6","deployment.kubernetes.io/revision-history":"4")";
  const Told told = Read(ReplicaSet(annotations, 3));

  ASSERT_EQ(told.changes.size(), 1u);
  EXPECT_EQ(told.changes[0].status, "rolled_back");
  EXPECT_EQ(told.changes[0].time, kNow);
  EXPECT_EQ(told.changes[0].title, "pay was rolled back to 1.5");
  EXPECT_THAT(Read(ReplicaSet(annotations, 0)).changes, IsEmpty());
}

TEST(Kubernetes, ARevisionThatCameBackBeforeItsServiceWasKnownIsNoRollbackOfNow) {
  const std::string annotations =
      R"("deployment.kubernetes.io/revision":"6","deployment.kubernetes.io/revision-history":"4")";
  const auto told = ReadObject(*base::ParseJson(ReplicaSet(annotations, 3)), kNow,
                               [](std::string_view service) { return service != "pay"; });

  ASSERT_TRUE(told.ok());
  ASSERT_EQ(told->changes.size(), 1u);
  EXPECT_EQ(told->changes[0].status, "success");
  EXPECT_EQ(told->changes[0].title, "pay runs 1.5");
  EXPECT_EQ(base::ToMillis(told->changes[0].time), 1'699'992'000'000);
}

TEST(Kubernetes, AConfigMapIsAChangeWhenItWasLastWritten) {
  const Told told = Read(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"pay-config",
    "namespace":"shop","resourceVersion":"812","creationTimestamp":"2023-01-01T00:00:00Z",
    "labels":{"app":"pay"},"managedFields":[{"time":"2023-11-14T21:00:00Z"}]},"data":{"a":"b"}})");

  ASSERT_EQ(told.changes.size(), 1u);
  EXPECT_EQ(told.changes[0].kind, "config");
  EXPECT_EQ(told.changes[0].service, "pay");
  EXPECT_EQ(base::ToMillis(told.changes[0].time), 1'699'995'600'000);
}

TEST(Kubernetes, AScalingEventIsAChange) {
  const Told told =
      Read(R"({"apiVersion":"v1","kind":"Event","metadata":{"name":"pay.17","uid":"u1"},
    "reason":"ScalingReplicaSet","message":"Scaled up replica set pay-7c9f8d6b5 to 5 from 3",
    "lastTimestamp":"2023-11-14T21:00:00Z","involvedObject":{"kind":"Deployment","name":"pay"}})");

  ASSERT_EQ(told.changes.size(), 1u);
  EXPECT_EQ(told.changes[0].kind, "scaling");
  EXPECT_EQ(told.changes[0].service, "pay");
  EXPECT_EQ(told.changes[0].title, "Scaled up replica set pay-7c9f8d6b5 to 5 from 3");
}

TEST(Kubernetes, ASecretTellsItsNameAlone) {
  const Told told = Read(R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"pay-db",
    "resourceVersion":"9"},"data":{"password":"c2VjcmV0"}})");

  ASSERT_EQ(told.changes.size(), 1u);
  EXPECT_EQ(told.changes[0].title, "Secret pay-db was written");
  EXPECT_EQ(told.changes[0].data_json, "{}");
}

TEST(Kubernetes, OtherObjectsSayNothing) {
  const auto json =
      base::ParseJson(R"({"apiVersion":"v1","kind":"Lease","metadata":{"name":"x"}})");
  EXPECT_EQ(ReadObject(*json, kNow).error().code, base::ErrorCode::kUnimplemented);
  EXPECT_FALSE(ReadObject(*base::ParseJson("{}"), kNow).ok());
  EXPECT_FALSE(ReadObject(*base::ParseJson("[]"), kNow).ok());
}

TEST(WorkloadOf, TakesOffWhatKubernetesPutsOn) {
  const std::pair<const char*, const char*> cases[] = {{"payment-7c9f8d6b5-x2x4q", "payment"},
                                                       {"pay-api-5d4c9b7f6d-zzxcv", "pay-api"},
                                                       {"payment-0", "payment"},
                                                       {"agent-x2x4q", "agent"},
                                                       {"payment", "payment"},
                                                       {"order-service", "order-service"},
                                                       {"-", "-"},
                                                       {"", ""}};
  for (const auto& [pod, workload] : cases) EXPECT_EQ(WorkloadOf(pod), workload) << pod;
}

}  // namespace
}  // namespace vedette::sources::kubernetes
