#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "api/metadata_book.h"
#include "detect/rules/board.h"
#include "model/anomaly.h"
#include "model/tenant.h"

namespace vedette::api {

// What the values of metrics are measured in, in the words of model/unit.h; empty where nobody has
// said. Thread-safe.
class Units {
 public:
  using Catalogue = std::map<std::string, std::string, std::less<>>;  // metric -> unit

  // `metadata` and `rules` outlive it.
  Units(const MetadataBook& metadata, const detect::rules::RuleBoard& rules, Catalogue catalogue)
      : metadata_(metadata), rules_(rules), catalogue_(std::move(catalogue)) {}

  // Of the values of a metric, or of their rate: as its senders told, else as the catalogue has it,
  // else as the name says.
  std::string Of(const model::TenantName& tenant, std::string_view metric, bool as_rate) const;

  // Of what an anomaly observed and expected. An alert's value may be of anything: empty.
  std::string Of(const model::Anomaly& anomaly) const;

 private:
  std::string OfValues(const model::TenantName& tenant, std::string_view metric) const;

  const MetadataBook& metadata_;
  const detect::rules::RuleBoard& rules_;
  const Catalogue catalogue_;
};

}  // namespace vedette::api
