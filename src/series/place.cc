#include "series/place.h"

#include <bit>
#include <string_view>

namespace vedette::series {

uint64_t PlaceOf(const SeriesHash& hash, uint64_t own, TenantId tenant, model::LabelsView labels) {
  for (const model::Label& label : labels) {
    if (label.name == model::kMetricName && !label.value.ends_with("_bucket")) return own;
    if (label.name != "le") continue;
    // The bytes before and after this one label, which begins with the length of its name.
    const std::string_view all = labels.bytes();
    const auto begin = static_cast<size_t>(label.name.data() - all.data()) - 1;
    const auto end = static_cast<size_t>(label.value.data() + label.value.size() - all.data());
    return hash(tenant, all.substr(0, begin)) ^ std::rotl(hash(tenant, all.substr(end)), 29);
  }
  return own;
}

}  // namespace vedette::series
