#include "release/save_evidence.h"

#include "detect/anomaly_store.h"

namespace vedette::release {

base::Result<> SaveAll(sql::Session& session, std::string_view tenant,
                       const std::vector<model::Evidence>& evidence) {
  for (const model::Evidence& each : evidence) {
    VEDETTE_TRY_VOID(detect::SaveEvidence(session, tenant, each));
  }
  return {};
}

}  // namespace vedette::release
