#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/permission.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "base/result.h"
#include "model/tenant.h"
#include "sql/database.h"

namespace vedette::auth {

// What is known of a key; never its token.
struct ApiKey {
  std::string id;    // the visible part of the token
  std::string name;  // unique among the keys of the tenant that are not revoked
  model::TenantName tenant;
  Role role = Role::kViewer;
  base::TimePoint created_at;
  std::optional<base::TimePoint> expires_at;
  std::optional<base::TimePoint> last_used_at;  // within a minute or so
  std::optional<base::TimePoint> revoked_at;
};

struct NewApiKey {
  std::string name = {};
  model::TenantName tenant = {};
  Role role = Role::kViewer;
  std::optional<base::TimePoint> expires_at = {};
};

struct CreatedKey {
  ApiKey key;
  std::string token;  // shown this once; only its hash is stored
};

// Who is calling.
struct Identity {
  std::string key_id;
  std::string name;
  model::TenantName tenant;
  Role role = Role::kViewer;

  bool May(Permission permission) const { return auth::May(role, permission); }
};

// The API keys in the state database. What is done to them is in the audit log, in the same
// transaction. Other processes (the CLI) may change keys at the same time: a change is seen within
// 5 s. Thread-safe; methods may block on the disk.
class ApiKeys {
 public:
  // `db` must outlive the keys.
  static base::Result<std::unique_ptr<ApiKeys>> Create(sql::Database& db);

  // kInvalidArgument names the field; kAlreadyExists for a name in use; kResourceExhausted beyond
  // 1,000 keys that are not revoked. `actor` is for the audit log.
  base::Result<CreatedKey> Add(const NewApiKey& request, std::string_view actor,
                               base::TimePoint now);
  // By tenant and name, the revoked ones too, at most 10,000; of all tenants when none is named.
  base::Result<std::vector<ApiKey>> List(std::string_view tenant = {});
  // kNotFound unless such a key is in use.
  base::Result<> Revoke(std::string_view id, std::string_view actor, base::TimePoint now)
      EXCLUDES(mutex_);

  // kUnauthenticated for a token that is malformed, unknown, expired or revoked.
  base::Result<Identity> Authenticate(std::string_view token, base::TimePoint now) EXCLUDES(mutex_);

  // Stores when keys were last used. To be called about once a minute and at the end.
  base::Result<> SaveLastUsed() EXCLUDES(mutex_);

 private:
  // A token that was found good, by its hash.
  struct Known {
    Identity identity;
    std::optional<base::TimePoint> expires_at;
    base::TimePoint checked_at;
  };

  explicit ApiKeys(sql::Database& db) : db_(db) {}

  std::optional<Known> Recall(const std::string& hash, base::TimePoint now) EXCLUDES(mutex_);
  base::Result<Known> LookUp(std::string_view id, std::string_view hash, base::TimePoint now);

  sql::Database& db_;
  base::Mutex mutex_;
  std::map<std::string, Known> known_ GUARDED_BY(mutex_);                // bounded
  std::map<std::string, base::TimePoint> last_used_ GUARDED_BY(mutex_);  // by id, not yet stored
};

}  // namespace vedette::auth
