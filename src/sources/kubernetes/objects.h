#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "model/change.h"
#include "model/entity.h"

namespace vedette::sources::kubernetes {

// What an object of the Kubernetes API says of the topology and of changes. A workload stands for a
// service: the one that its labels name, in the order that Istio takes for its canonical service
// (service.istio.io/canonical-name, app.kubernetes.io/name, app), else the workload itself.
struct Told {
  std::vector<model::Entity> entities;
  std::vector<model::Change> changes;
  std::vector<model::EntityRef> gone;  // a pod that has ended
};

// Whether objects have told of a service before; empty: of all.
using KnownServices = std::function<bool(std::string_view service)>;

// What ran of a workload before: the version that objects told last, of the workload ("shop/pay")
// or else of its service; empty when there was none. What runs now is `version`.
using RanBefore = std::function<std::string(const std::string& workload, std::string_view service,
                                            const std::string& version)>;

// Reads Deployment, StatefulSet, DaemonSet, Rollout, Pod, Service, Node, ReplicaSet, ConfigMap,
// Secret (its name only) and Event objects. A ReplicaSet's revision is a deployment, at the time at
// which the ReplicaSet was made; when it has had revisions before, people have rolled back to it,
// nobody knows when, and `now` counts, unless its service is not known: then that may have been
// long ago, and it is a revision like others. A workload whose version (the tag of its image) is
// another than before was deployed; so was a Deployment that names the revision it has rolled out,
// which is the same change as its ReplicaSet's. kInvalidArgument that names the field;
// kUnimplemented for objects that say nothing of the topology. Pure and thread-safe.
base::Result<Told> ReadObject(const base::Json& object, base::TimePoint now,
                              const KnownServices& known = {}, const RanBefore& ran_before = {});

// Whether a JSON value looks like an object of Kubernetes, or a list of them.
bool IsObject(const base::Json& value);

// The workload of a pod, by the pod's name as Deployments, DaemonSets and StatefulSets make it:
// "payment-7c9f8d6b5-x2x4q" and "payment-0" are of "payment".
std::string WorkloadOf(std::string_view pod);

}  // namespace vedette::sources::kubernetes
