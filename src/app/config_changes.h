#pragma once

#include <string>

#include "api/change_webhooks.h"
#include "yaml/reader.h"

namespace vedette::app {

// changes: the webhooks of code hosts and pipelines. Secrets may stand in files of their own,
// relative to `folder`.
void ReadChanges(yaml::YamlReader& changes, const std::string& folder,
                 api::ChangeWebhookOptions& out);

}  // namespace vedette::app
