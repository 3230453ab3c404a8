#pragma once

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/embedded_file.h"
#include "base/result.h"
#include "detect/rules/rule.h"

namespace vedette::app {

// The catalog of well-known metrics (catalog/metrics/*.yml): what is usual for each, which
// direction hurts, and from where on it is a warning or critical. It ships inside the program.
std::span<const base::EmbeddedFile> EmbeddedCatalog();

// The thresholds of a file of the catalog: for each metric, and for each series of an exporter that
// tells the same, one rule per direction, named after the metric: "metric", and "series (metric)"
// for an exporter's. kInvalidArgument with "file:line:column: message".
base::Result<std::vector<detect::rules::Rule>> ReadCatalog(std::string_view file,
                                                           std::string_view text);

// Those of all files inside the program.
std::vector<detect::rules::Rule> CatalogRules();

// The units of all metrics in those files, and of the exporters' series where the scale leaves them
// one: of the values, not of the rate that is compared.
std::map<std::string, std::string, std::less<>> CatalogUnits();

// `own` and, if `with_catalog`, those of the catalog but for metrics that have a threshold of their
// own: what the detectors are to apply. Errors as RuleSet::Create.
base::Result<std::shared_ptr<const detect::rules::RuleSet>> RuleSetOf(
    std::vector<detect::rules::Rule> own, bool with_catalog);

}  // namespace vedette::app
