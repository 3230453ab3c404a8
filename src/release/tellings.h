#pragma once

#include <optional>
#include <vector>

#include "model/change.h"
#include "release/book.h"

namespace vedette::release {

// What changes say of deployments, and which of them say it of the same one: whoever deploys tells
// of it, and tells again how it went; and so does what runs. Pure.

// Whether a change says that a deployment failed, so that nothing new serves.
bool DeploymentFailed(const model::Change& change);

// Whether somebody says that the deployment of this version was taken back. What is found out of
// metrics and of Kubernetes has that status too, but the version that runs again.
bool WasTakenBack(const model::Change& change);

// Whether two changes of one version are of one deployment, by what its sender says of it: the
// number of the deployment, or the commit. Nothing when that says nothing.
std::optional<bool> SameBySender(const model::Change& a, const model::Change& b);

// Whether one of the changes says that this deployment failed after all.
bool FailedAfterAll(const model::Change& change, const std::vector<model::Change>& told);

// Whether a change tells again of a release. `told`: the changes of that time, where the one that
// made the release may be among.
bool TellsOf(const model::Change& change, const Release& release,
             const std::vector<model::Change>& told);

// Whether a time is near enough to that of a release to mean it.
bool NearlyAt(base::TimePoint time, const Release& release);

}  // namespace vedette::release
