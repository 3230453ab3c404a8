#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "detect/events/monitor.h"
#include "detect/options.h"
#include "detect/rules/rule.h"
#include "diagnose/live/impact.h"
#include "notify/delivery/receiver.h"
#include "relabel/rules.h"
#include "release/options.h"
#include "sources/otlp/metrics.h"
#include "sources/scrape/config.h"
#include "yaml/reader.h"

namespace vedette::app {

// The larger sections of the configuration, each read into the type of its module. Problems go to
// the reader.

// detection: what the streaming baseline takes for normal, and how long it waits.
void ReadDetection(yaml::YamlReader& detection, detect::DetectorOptions& out);

// impact: what matters to the business when something breaks.
void ReadImpact(yaml::YamlReader& impact, diagnose::live::ImpactOptions& out);

// event_rules: what the paths of /api/v1/monitoring judge by.
void ReadEventRules(yaml::YamlReader& events, detect::events::MonitorOptions& out);

// releases: what deployments are judged by.
void ReadReleases(yaml::YamlReader& releases, release::Options& out);

// rules: thresholds and absence. The rules that ship come first unless `defaults: false`; `catalog`
// says whether the limits of well-known metrics hold.
void ReadRules(yaml::YamlReader& rules, std::vector<detect::rules::Rule>& out, bool& catalog);

// The same from a text of their own, with the section as its root or under `rules`; the rules that
// ship are left out. Nothing for a text that has none of its keys.
std::optional<std::vector<detect::rules::Rule>> ReadRulesText(
    std::string_view text, std::vector<yaml::Diagnostic>& problems);

// notify: who hears of incidents. A secret may stand in a file of its own (url_file, secret_file),
// relative to `folder`.
void ReadReceivers(yaml::YamlReader& notify, const std::string& folder,
                   std::vector<notify::delivery::Receiver>& out);

// A list of relabelling steps under `key`, in Prometheus' form; ${1} in them is no variable of the
// environment.
relabel::Rules ReadRelabelling(yaml::YamlReader& reader, std::string_view key);

// One entry of scrape_configs, in Prometheus' form.
sources::scrape::JobConfig ReadScrapeJob(yaml::YamlReader& job, const std::string& folder);

// Target groups of a file_sd file in YAML. kInvalidArgument names the line.
base::Result<std::vector<sources::scrape::TargetGroup>> ParseYamlTargets(std::string_view text);

// otlp: names and labels of metrics, in Prometheus' form.
void ReadOtlp(yaml::YamlReader& otlp, sources::otlp::MetricsOptions& out);

}  // namespace vedette::app
