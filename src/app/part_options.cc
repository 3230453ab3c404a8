#include "app/part_options.h"

#include "app/facts.h"

namespace vedette::app {
namespace {

auth::Permission ToAuth(api::Permission permission) {
  switch (permission) {
    case api::Permission::kPublic:
    case api::Permission::kRead: return auth::Permission::kRead;
    case api::Permission::kIngest: return auth::Permission::kIngest;
    case api::Permission::kRespond: return auth::Permission::kRespond;
    case api::Permission::kEdit: return auth::Permission::kEdit;
    case api::Permission::kAdmin: return auth::Permission::kAdmin;
  }
  return auth::Permission::kAdmin;
}

}  // namespace

api::KeyLookup LookupIn(auth::ApiKeys& keys) {
  return [&keys](std::string_view token, base::TimePoint now) -> base::Result<api::KeyHolder> {
    VEDETTE_TRY(const auth::Identity identity, keys.Authenticate(token, now));
    return api::KeyHolder{{identity.name, identity.tenant},
                          [identity](api::Permission p) { return identity.May(ToAuth(p)); }};
  };
}

series::EngineOptions SeriesOptionsFor(const Config& config) {
  const StorageConfig& storage = config.storage;
  return {.shards = storage.shards,
          .durability = storage.durability,
          .idle_after = storage.idle_after,
          .rollup_retention = storage.RollupRetention(),
          .exemplars_max = storage.exemplars_max};
}

api::IntakeOptions IntakeOptionsFor(const Config& config) {
  const ingest::TenantLimits& limits = config.limits.standard;
  api::IntakeOptions options;
  options.exposition.labels_max = limits.labels_max;
  options.exposition.name_bytes_max = limits.label_name_bytes_max;
  options.exposition.value_bytes_max = limits.label_value_bytes_max;
  return options;
}

api::RemoteWriteOptions RemoteWriteOptionsFor(const Config& config) {
  const ingest::TenantLimits& limits = config.limits.standard;
  api::RemoteWriteOptions options;
  options.decoder.labels_max = limits.labels_max;
  options.decoder.name_bytes_max = limits.label_name_bytes_max;
  options.decoder.value_bytes_max = limits.label_value_bytes_max;
  return options;
}

rules::RuleContext RuleContextFor(const Config& config, const Config& started) {
  rules::RuleContext context = config.rule_context;
  context.external_url = ExternalUrl(started);
  return context;
}

api::OtlpOptions OtlpOptionsFor(const Config& config) {
  const ingest::TenantLimits& limits = config.limits.standard;
  api::OtlpOptions options;
  options.metrics = config.otlp;
  options.metrics.labels_max = limits.labels_max;
  options.metrics.value_bytes_max = limits.label_value_bytes_max;
  return options;
}

}  // namespace vedette::app
