#include "app/keys.h"

#include <fmt/core.h>
#include <memory>
#include <optional>
#include <utility>

#include "app/config.h"
#include "app/data_folder.h"
#include "auth/api_keys.h"
#include "base/clock.h"
#include "base/duration.h"
#include "sql/database.h"

namespace vedette::app {
namespace {

constexpr std::string_view kActor = "command line";

// The keys of a data folder, with the database that holds them.
struct OpenKeys {
  std::unique_ptr<sql::Database> database;
  std::unique_ptr<auth::ApiKeys> keys;
};

// What to do when there is no data folder.
enum class WhenMissing { kMake, kRefuse };

base::Result<OpenKeys> Open(const KeysOptions& options, WhenMissing when_missing) {
  std::string folder = options.data_dir;
  if (folder.empty()) {
    VEDETTE_TRY(const Config config, LoadConfig(options.config_file));
    folder = config.data_dir;
  }
  if (when_missing == WhenMissing::kMake) {
    VEDETTE_TRY_VOID(MakeDataFolder(folder));
  } else {
    VEDETTE_TRY_VOID(RequireDataFolder(folder));
  }
  OpenKeys open;
  VEDETTE_TRY(open.database, sql::Database::Open({.path = StateDatabasePath(folder)}));
  VEDETTE_TRY(open.keys, auth::ApiKeys::Create(*open.database));
  return open;
}

std::string TimeOr(const std::optional<base::TimePoint>& time, std::string_view otherwise) {
  return time ? base::FormatTime(*time) : std::string(otherwise);
}

}  // namespace

base::Result<std::string> CreateKey(const KeysOptions& options) {
  const base::TimePoint now = base::SystemClock().Now();
  const std::optional<auth::Role> role = auth::ParseRole(options.role);
  if (!role) {
    return base::InvalidArgument(
        fmt::format("\"{}\" is no role: viewer, responder, editor, ingest or admin", options.role));
  }
  auth::NewApiKey request{.name = options.name, .tenant = options.tenant, .role = *role};
  if (!options.expires_in.empty()) {
    VEDETTE_TRY(const base::Duration life, base::ParseDuration(options.expires_in));
    request.expires_at = now + life;
  }
  VEDETTE_TRY(const OpenKeys open, Open(options, WhenMissing::kMake));
  VEDETTE_TRY(const auth::CreatedKey created, open.keys->Add(request, kActor, now));
  return fmt::format(
      "{}\n\nThis is shown once. Send it as \"Authorization: Bearer <key>\"; end it with\n"
      "  vedette keys revoke {}\n",
      created.token, created.key.id);
}

base::Result<std::string> ListKeys(const KeysOptions& options) {
  VEDETTE_TRY(const OpenKeys open, Open(options, WhenMissing::kRefuse));
  VEDETTE_TRY(const std::vector<auth::ApiKey> keys, open.keys->List());
  std::string out = fmt::format("{:<10} {:<20} {:<12} {:<10} {:<25} {}\n", "ID", "NAME", "TENANT",
                                "ROLE", "LAST USED", "STATE");
  for (const auth::ApiKey& key : keys) {
    const std::string state = key.revoked_at   ? "revoked " + base::FormatTime(*key.revoked_at)
                              : key.expires_at ? "until " + base::FormatTime(*key.expires_at)
                                               : "in use";
    out += fmt::format("{:<10} {:<20} {:<12} {:<10} {:<25} {}\n", key.id, key.name, key.tenant,
                       auth::RoleName(key.role), TimeOr(key.last_used_at, "never"), state);
  }
  return out;
}

base::Result<std::string> RevokeKey(const KeysOptions& options) {
  VEDETTE_TRY(const OpenKeys open, Open(options, WhenMissing::kRefuse));
  VEDETTE_TRY_VOID(open.keys->Revoke(options.id, kActor, base::SystemClock().Now()));
  return fmt::format("{} is revoked; a running server refuses it within 5 s\n", options.id);
}

}  // namespace vedette::app
