#pragma once

#include <optional>
#include <string>
#include <vector>

#include "importer/imported.h"
#include "yaml/reader.h"

namespace vedette::importer {

// Alertmanager's `global`, as far as receivers inherit it.
struct AmGlobal {
  std::string smtp_smarthost;
  std::string smtp_from;
  std::string smtp_user;
  std::string smtp_password;
  std::string smtp_password_file;
  bool smtp_require_tls = true;
  std::string slack_url;
  std::string slack_url_file;
  std::string pagerduty_url;
  std::string opsgenie_key;
  std::string opsgenie_key_file;
  std::string opsgenie_url;
};

// Reads one entry of `receivers`, writes one of Vedette's for each of its integrations, and returns
// their names: none for a receiver that takes alerts and does nothing. Nothing at all when it has
// integrations, and Vedette none of them.
std::optional<std::vector<std::string>> ImportReceiver(yaml::YamlReader& reader,
                                                       const AmGlobal& global, YamlWriter& out,
                                                       Report& report, std::string& name);

}  // namespace vedette::importer
