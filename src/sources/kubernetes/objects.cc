#include "sources/kubernetes/objects.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>
#include <initializer_list>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/duration.h"

namespace vedette::sources::kubernetes {
namespace {

using base::Json;
using model::EntityKind;
using model::EntityRef;

constexpr size_t kNameBytesMax = 256;

// A member by its path, null when any of it is absent or no object.
const Json& At(const Json& json, std::initializer_list<const char*> path) {
  static const Json kNull;
  const Json* at = &json;
  for (const char* key : path) {
    if (!at->is_object()) return kNull;
    const auto found = at->find(key);
    if (found == at->end()) return kNull;
    at = &*found;
  }
  return *at;
}

std::string TextAt(const Json& json, std::initializer_list<const char*> path) {
  const Json& value = At(json, path);
  if (!value.is_string()) return {};
  const auto& text = value.get_ref<const std::string&>();
  return text.size() <= kNameBytesMax ? text : std::string();
}

bool IsTrue(const Json& value) { return value.is_boolean() && value.get<bool>(); }

double NumberAt(const Json& json, std::initializer_list<const char*> path, double otherwise) {
  const Json& value = At(json, path);
  return value.is_number() ? value.get<double>() : otherwise;
}

// The first label or annotation that is set.
std::string Labelled(const Json& object, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    for (const char* where : {"labels", "annotations"}) {
      std::string text = TextAt(object, {"metadata", where, name});
      if (!text.empty()) return text;
    }
  }
  return {};
}

std::string NameOf(const Json& object) { return TextAt(object, {"metadata", "name"}); }

std::string CanonicalService(const Json& object) {
  return Labelled(object, {"service.istio.io/canonical-name", "app.kubernetes.io/name", "app"});
}

// The tag of the first container's image: "1.4" of "registry:5000/pay:1.4@sha256:...".
std::string ImageVersion(const Json& pod_spec) {
  const Json& containers = At(pod_spec, {"containers"});
  if (!containers.is_array() || containers.empty()) return {};
  std::string image = TextAt(containers.front(), {"image"});
  image = image.substr(0, image.find('@'));
  const size_t slash = image.rfind('/');
  const size_t colon = image.find(':', slash == std::string::npos ? 0 : slash);
  return colon == std::string::npos ? std::string() : image.substr(colon + 1);
}

std::string VersionOf(const Json& object, const Json& pod_template) {
  std::string version = Labelled(pod_template, {"app.kubernetes.io/version", "version"});
  if (version.empty()) version = Labelled(object, {"app.kubernetes.io/version", "version"});
  return version.empty() ? ImageVersion(At(pod_template, {"spec"})) : version;
}

base::TimePoint TimeAt(const Json& json, std::initializer_list<const char*> path,
                       base::TimePoint otherwise) {
  const base::Result<base::TimePoint> time = base::ParseTime(TextAt(json, path));
  return time.ok() ? *time : otherwise;
}

model::Entity ServiceEntity(const Json& object, std::string service) {
  model::Entity entity{.ref = {EntityKind::kService, std::move(service)}};
  entity.owner = Labelled(object, {"vedette.io/owner", "owner", "team", "backstage.io/owner"});
  entity.tier = Labelled(object, {"vedette.io/tier", "tier", "criticality"});
  return entity;
}

// What owns an object, if it is of that kind.
std::string OwnerOf(const Json& object, std::string_view kind) {
  const Json& owners = At(object, {"metadata", "ownerReferences"});
  if (!owners.is_array()) return {};
  for (const Json& owner : owners) {
    if (TextAt(owner, {"kind"}) == kind) return TextAt(owner, {"name"});
  }
  return {};
}

std::string ServiceOfPod(const Json& pod) {
  std::string service = CanonicalService(pod);
  if (!service.empty()) return service;
  for (const char* kind : {"StatefulSet", "DaemonSet", "Job"}) {
    service = OwnerOf(pod, kind);
    if (!service.empty()) return service;
  }
  return WorkloadOf(NameOf(pod));
}

void AddAddress(std::vector<std::string>& addresses, std::string address) {
  if (address.empty() || std::ranges::find(addresses, address) != addresses.end()) return;
  addresses.push_back(std::move(address));
}

Told ReadPod(const Json& object) {
  model::Entity pod{.ref = {EntityKind::kPod, NameOf(object)}};
  const std::string phase = TextAt(object, {"status", "phase"});
  const bool ended = phase == "Succeeded" || phase == "Failed" ||
                     !TextAt(object, {"metadata", "deletionTimestamp"}).empty();
  if (ended) return {.entities = {}, .changes = {}, .gone = {pod.ref}};
  pod.service = ServiceOfPod(object);
  pod.node = TextAt(object, {"spec", "nodeName"});
  pod.version = VersionOf(object, object);
  // A pod in the network of its machine has the machine's address, as others there have.
  if (!IsTrue(At(object, {"spec", "hostNetwork"}))) {
    AddAddress(pod.addresses, TextAt(object, {"status", "podIP"}));
    const Json& more = At(object, {"status", "podIPs"});
    for (size_t i = 0; more.is_array() && i < more.size(); ++i) {
      AddAddress(pod.addresses, TextAt(more[i], {"ip"}));
    }
  }
  Told told;
  if (!pod.service.empty()) {
    told.entities.push_back(ServiceEntity(object, pod.service));
    told.entities.back().version = pod.version;
  }
  if (!pod.node.empty()) told.entities.push_back({.ref = {EntityKind::kNode, pod.node}});
  told.entities.push_back(std::move(pod));
  return told;
}

Told ReadService(const Json& object) {
  const std::string name = NameOf(object);
  if (TextAt(object, {"spec", "type"}) == "ExternalName") {
    const std::string host = TextAt(object, {"spec", "externalName"});
    if (host.empty()) return {};
    return {.entities = {{.ref = {EntityKind::kExternal, host}, .addresses = {name}}},
            .changes = {},
            .gone = {}};
  }
  std::string service;
  for (const char* label : {"app.kubernetes.io/name", "app"}) {
    if (service.empty()) service = TextAt(object, {"spec", "selector", label});
  }
  model::Entity entity = ServiceEntity(object, service.empty() ? name : service);
  const std::string space = TextAt(object, {"metadata", "namespace"});
  AddAddress(entity.addresses, name);
  if (!space.empty()) {
    AddAddress(entity.addresses, fmt::format("{}.{}", name, space));
    AddAddress(entity.addresses, fmt::format("{}.{}.svc", name, space));
    AddAddress(entity.addresses, fmt::format("{}.{}.svc.cluster.local", name, space));
  }
  const std::string ip = TextAt(object, {"spec", "clusterIP"});
  if (ip != "None") AddAddress(entity.addresses, ip);
  return {.entities = {std::move(entity)}, .changes = {}, .gone = {}};
}

Told ReadNode(const Json& object) {
  model::Entity node{.ref = {EntityKind::kNode, NameOf(object)}};
  const Json& addresses = At(object, {"status", "addresses"});
  for (size_t i = 0; addresses.is_array() && i < addresses.size(); ++i) {
    AddAddress(node.addresses, TextAt(addresses[i], {"address"}));
  }
  return {.entities = {std::move(node)}, .changes = {}, .gone = {}};
}

model::Change ChangeOf(const Json& object, std::string kind, base::TimePoint time) {
  model::Change change;
  change.kind = std::move(kind);
  change.time = time;
  change.labels = {{"source", "kubernetes"}, {"object", NameOf(object)}};
  const std::string space = TextAt(object, {"metadata", "namespace"});
  if (!space.empty()) change.labels.emplace_back("namespace", space);
  return change;
}

Told ReadReplicaSet(const Json& object, base::TimePoint now, const KnownServices& known) {
  const std::string revision =
      TextAt(object, {"metadata", "annotations", "deployment.kubernetes.io/revision"});
  if (revision.empty()) return {};
  const Json& pods = At(object, {"spec", "template"});
  std::string service = CanonicalService(pods);
  if (service.empty()) service = CanonicalService(object);
  if (service.empty()) service = OwnerOf(object, "Deployment");
  if (service.empty()) service = WorkloadOf(NameOf(object) + "-xxxxx");
  const std::string before =
      TextAt(object, {"metadata", "annotations", "deployment.kubernetes.io/revision-history"});
  const bool idle = NumberAt(object, {"spec", "replicas"}, 1) == 0;
  if (!before.empty() && idle) return {};  // it was in use more than once, and is not now
  const bool back = !before.empty() && (!known || known(service));
  model::Change change = ChangeOf(
      object, "deployment", back ? now : TimeAt(object, {"metadata", "creationTimestamp"}, now));
  change.service = service;
  change.version = VersionOf(object, pods);
  change.status = back ? "rolled_back" : "success";
  change.author = Labelled(object, {"kubernetes.io/change-cause"});
  change.title = fmt::format("{} {} {}", service, back ? "was rolled back to" : "runs",
                             change.version.empty() ? "revision " + revision : change.version);
  change.labels.emplace_back("revision", revision);
  change.id = fmt::format("kubernetes:{}/{}:{}", TextAt(object, {"metadata", "namespace"}),
                          NameOf(object), revision);
  Told told;
  if (!idle) {
    told.entities.push_back(ServiceEntity(object, service));
    told.entities.back().version = change.version;
  }
  told.changes.push_back(std::move(change));
  return told;
}

// When it was last written, as its managed fields say.
base::TimePoint LastWritten(const Json& object, base::TimePoint now) {
  base::TimePoint last = TimeAt(object, {"metadata", "creationTimestamp"}, base::FromMillis(0));
  const Json& managed = At(object, {"metadata", "managedFields"});
  for (size_t i = 0; managed.is_array() && i < managed.size(); ++i) {
    last = std::max(last, TimeAt(managed[i], {"time"}, last));
  }
  return last == base::FromMillis(0) ? now : last;
}

// The ReplicaSet that a Deployment has rolled out: its status says 'ReplicaSet "pay-7c9f8d6b5" has
// successfully progressed.' Empty: it says none, or it has not.
std::string RolledOut(const Json& object, base::TimePoint& at) {
  const Json& conditions = At(object, {"status", "conditions"});
  for (size_t i = 0; conditions.is_array() && i < conditions.size(); ++i) {
    if (TextAt(conditions[i], {"type"}) != "Progressing" ||
        TextAt(conditions[i], {"status"}) != "True") {
      continue;
    }
    at = TimeAt(conditions[i], {"lastUpdateTime"}, at);
    const std::string message = TextAt(conditions[i], {"message"});
    const size_t from = message.find('"');
    const size_t to = message.find('"', from + 1);
    if (from == message.npos || to == message.npos) continue;
    return message.substr(from + 1, to - from - 1);
  }
  return {};
}

// What of a workload's version is a deployment.
std::optional<model::Change> Deployed(const Json& object, const model::Entity& service,
                                      base::TimePoint now, const RanBefore& ran_before) {
  if (service.version.empty()) return std::nullopt;
  const std::string space = TextAt(object, {"metadata", "namespace"});
  const std::string workload = fmt::format("{}/{}", space, NameOf(object));
  std::string before;
  if (ran_before) before = ran_before(workload, service.ref.name, service.version);
  base::TimePoint at = now;
  const std::string revision =
      TextAt(object, {"metadata", "annotations", "deployment.kubernetes.io/revision"});
  const std::string replicas = RolledOut(object, at);
  const bool named = !revision.empty() && !replicas.empty();
  if (!named && (before.empty() || before == service.version)) return std::nullopt;
  model::Change change = ChangeOf(object, "deployment", named ? at : now);
  change.id =
      named ? fmt::format("kubernetes:{}/{}:{}", space, replicas, revision)
            : fmt::format("kubernetes:{}:{}:{}", workload, service.version, base::ToMillis(now));
  change.service = service.ref.name;
  change.version = service.version;
  change.status = "success";
  change.author = Labelled(object, {"kubernetes.io/change-cause"});
  change.title = fmt::format("{} runs {}", change.service, change.version);
  if (named) change.labels.emplace_back("revision", revision);
  return change;
}

Told ReadWorkload(const Json& object, base::TimePoint now, const RanBefore& ran_before) {
  const Json& pods = At(object, {"spec", "template"});
  std::string service = CanonicalService(pods);
  if (service.empty()) service = CanonicalService(object);
  if (service.empty()) service = NameOf(object);
  model::Entity entity = ServiceEntity(object, std::move(service));
  entity.version = VersionOf(object, pods);
  Told told;
  if (std::optional<model::Change> change = Deployed(object, entity, now, ran_before)) {
    told.changes.push_back(*std::move(change));
  }
  told.entities.push_back(std::move(entity));
  return told;
}

Told ReadConfiguration(const Json& object, std::string_view kind, base::TimePoint now) {
  model::Change change = ChangeOf(object, "config", LastWritten(object, now));
  change.service = CanonicalService(object);
  if (change.service.empty()) change.service = NameOf(object);
  change.version = TextAt(object, {"metadata", "resourceVersion"});
  change.status = "success";
  change.title = fmt::format("{} {} was written", kind, NameOf(object));
  change.id = fmt::format("kubernetes:{}/{}:{}", TextAt(object, {"metadata", "namespace"}),
                          NameOf(object), change.version);
  return {.entities = {}, .changes = {std::move(change)}, .gone = {}};
}

Told ReadEvent(const Json& object, base::TimePoint now) {
  const std::string reason = TextAt(object, {"reason"});
  if (reason != "ScalingReplicaSet" && reason != "SuccessfulRescale") return {};
  base::TimePoint time = TimeAt(object, {"eventTime"}, now);
  time = TimeAt(object, {"lastTimestamp"}, time);
  model::Change change = ChangeOf(object, "scaling", time);
  for (const char* about : {"involvedObject", "regarding"}) {
    if (change.service.empty()) change.service = TextAt(object, {about, "name"});
  }
  if (change.service.empty()) return {};
  change.title = TextAt(object, {"message"});
  if (change.title.empty()) change.title = TextAt(object, {"note"});
  if (change.title.empty()) change.title = change.service + " was scaled";
  change.status = "success";
  // An event that is repeated keeps its name and counts.
  change.id =
      fmt::format("kubernetes:{}:{}", TextAt(object, {"metadata", "uid"}), base::ToMillis(time));
  return {.entities = {}, .changes = {std::move(change)}, .gone = {}};
}

}  // namespace

bool IsObject(const Json& value) {
  return At(value, {"apiVersion"}).is_string() && At(value, {"kind"}).is_string();
}

std::string WorkloadOf(std::string_view pod) {
  // The characters that Kubernetes makes suffixes of: no vowels, nothing that looks alike.
  const auto is_suffix = [](std::string_view part) {
    return part.find_first_not_of("bcdfghjklmnpqrstvwxz2456789") == std::string_view::npos;
  };
  const size_t dash = pod.rfind('-');
  if (dash == std::string_view::npos || dash == 0) return std::string(pod);
  const std::string_view last = pod.substr(dash + 1);
  const std::string_view rest = pod.substr(0, dash);
  const bool number = !last.empty() && last.find_first_not_of("0123456789") == last.npos;
  if (number && last.size() <= 4) return std::string(rest);
  if (last != "xxxxx" && (last.size() != 5 || !is_suffix(last))) return std::string(pod);
  const size_t before = rest.rfind('-');
  if (before == std::string_view::npos || before == 0) return std::string(rest);
  const std::string_view hash = rest.substr(before + 1);
  const bool of_replica_set = hash.size() >= 6 && hash.size() <= 10 && is_suffix(hash);
  return std::string(of_replica_set ? rest.substr(0, before) : rest);
}

base::Result<Told> ReadObject(const Json& object, base::TimePoint now, const KnownServices& known,
                              const RanBefore& ran_before) {
  if (!IsObject(object)) {
    return base::InvalidArgument("an object of Kubernetes needs apiVersion and kind", "kind");
  }
  const std::string kind = TextAt(object, {"kind"});
  if (NameOf(object).empty()) {
    return base::InvalidArgument(
        fmt::format("is required, a text of at most {} bytes", kNameBytesMax), "metadata.name");
  }
  if (kind == "Deployment" || kind == "StatefulSet" || kind == "DaemonSet" || kind == "Rollout") {
    return ReadWorkload(object, now, ran_before);
  }
  if (kind == "Pod") return ReadPod(object);
  if (kind == "Service") return ReadService(object);
  if (kind == "Node") return ReadNode(object);
  if (kind == "ReplicaSet") return ReadReplicaSet(object, now, known);
  if (kind == "ConfigMap" || kind == "Secret") return ReadConfiguration(object, kind, now);
  if (kind == "Event") return ReadEvent(object, now);
  return base::Unimplemented(fmt::format("a {} says nothing of the topology", kind));
}

}  // namespace vedette::sources::kubernetes
