#include "auth/api_keys.h"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <utility>

#include "auth/audit_log.h"
#include "auth/schema.h"
#include "auth/token.h"
#include "base/utf8.h"

namespace vedette::auth {
namespace {

constexpr base::Duration kRecheckAfter = std::chrono::seconds(5);
constexpr size_t kKnownMax = 4096;
constexpr size_t kNameBytesMax = 64;
constexpr int64_t kKeysMax = 1000;

constexpr std::string_view kColumns =
    "id, name, tenant, role, created_at, expires_at, last_used_at, revoked_at";

std::optional<base::TimePoint> OptionalTime(const sql::Row& row, int column) {
  if (row.IsNull(column)) return std::nullopt;
  return row.GetTime(column);
}

sql::Value OptionalTime(std::optional<base::TimePoint> time) {
  return time.has_value() ? sql::Time(*time) : sql::Null();
}

// A role that this version does not know may do the least.
Role RoleOf(std::string_view name) { return ParseRole(name).value_or(Role::kViewer); }

ApiKey KeyOf(const sql::Row& row) {
  ApiKey key;
  key.id = row.GetText(0);
  key.name = row.GetText(1);
  key.tenant = row.GetText(2);
  key.role = RoleOf(row.GetText(3));
  key.created_at = row.GetTime(4);
  key.expires_at = OptionalTime(row, 5);
  key.last_used_at = OptionalTime(row, 6);
  key.revoked_at = OptionalTime(row, 7);
  return key;
}

bool IsControl(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

base::Result<> Check(const NewApiKey& request, base::TimePoint now) {
  const std::string& name = request.name;
  if (name.empty() || name.size() > kNameBytesMax || !base::IsValidUtf8(name) ||
      std::any_of(name.begin(), name.end(), IsControl)) {
    return base::InvalidArgument(
        fmt::format("a key's name must have 1 to {} bytes without control characters",
                    kNameBytesMax),
        "name");
  }
  if (!model::IsValidTenantName(request.tenant)) {
    return base::InvalidArgument("not a tenant's name", "tenant");
  }
  if (request.expires_at.has_value() && *request.expires_at <= now) {
    return base::InvalidArgument("the key would have expired already", "expires_at");
  }
  return {};
}

base::Result<> CheckCount(sql::Session& session) {
  int64_t count = 0;
  VEDETTE_TRY_VOID(session.Query("SELECT count(*) FROM auth_keys WHERE revoked_at IS NULL", {},
                                 [&](const sql::Row& row) { count = row.GetInt(0); }));
  if (count < kKeysMax) return {};
  return base::ResourceExhausted(
      fmt::format("there are {} keys in use, the most there may be; revoke some", count),
      "auth.keys");
}

base::Error Refused() { return base::Unauthenticated("the API key is unknown or malformed"); }

}  // namespace

base::Result<std::unique_ptr<ApiKeys>> ApiKeys::Create(sql::Database& db) {
  VEDETTE_TRY_VOID(MigrateAuth(db));
  return std::unique_ptr<ApiKeys>(new ApiKeys(db));
}

base::Result<CreatedKey> ApiKeys::Add(const NewApiKey& request, std::string_view actor,
                                      base::TimePoint now) {
  VEDETTE_TRY_VOID(Check(request, now));
  CreatedKey created;
  created.token = NewToken();
  ApiKey& key = created.key;
  key.id = TokenId(created.token).value_or("");
  key.name = request.name;
  key.tenant = request.tenant;
  key.role = request.role;
  key.created_at = now;
  key.expires_at = request.expires_at;

  const auto stored = db_.Transact([&](sql::Session& session) -> base::Result<> {
    VEDETTE_TRY_VOID(CheckCount(session));
    VEDETTE_TRY_VOID(session.Execute(
        "INSERT INTO auth_keys (id, name, tenant, role, token_sha256, created_at, expires_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        {sql::Text(key.id), sql::Text(key.name), sql::Text(key.tenant),
         sql::Text(RoleName(key.role)), sql::Text(TokenHash(created.token)), sql::Time(now),
         OptionalTime(key.expires_at)}));
    return AuditLog::Append(
        session, {.time = now,
                  .actor = std::string(actor),
                  .action = "key.create",
                  .target = key.id,
                  .detail = fmt::format("name '{}', tenant '{}', role {}", key.name, key.tenant,
                                        RoleName(key.role))});
  });
  if (!stored.ok() && stored.error().code == base::ErrorCode::kAlreadyExists) {
    return base::AlreadyExists(
        fmt::format("the tenant '{}' has a key named '{}' already", key.tenant, key.name));
  }
  VEDETTE_TRY_VOID(stored);
  return created;
}

base::Result<std::vector<ApiKey>> ApiKeys::List(std::string_view tenant) {
  std::vector<ApiKey> keys;
  VEDETTE_TRY_VOID(db_.Read([&](sql::Session& session) {
    return session.Query(fmt::format("SELECT {} FROM auth_keys WHERE ? = '' OR tenant = ? "
                                     "ORDER BY tenant, name, created_at LIMIT 10000",
                                     kColumns),
                         {sql::Text(tenant), sql::Text(tenant)},
                         [&](const sql::Row& row) { keys.push_back(KeyOf(row)); });
  }));
  return keys;
}

base::Result<> ApiKeys::Revoke(std::string_view id, std::string_view actor, base::TimePoint now) {
  VEDETTE_TRY_VOID(db_.Transact([&](sql::Session& session) -> base::Result<> {
    VEDETTE_TRY(
        const int64_t changed,
        session.Execute("UPDATE auth_keys SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL",
                        {sql::Time(now), sql::Text(id)}));
    if (changed == 0) {
      return base::NotFound(fmt::format("there is no key '{}' in use", id));
    }
    return AuditLog::Append(session, {.time = now,
                                      .actor = std::string(actor),
                                      .action = "key.revoke",
                                      .target = std::string(id),
                                      .detail = {}});
  }));
  base::MutexLock lock(mutex_);
  known_.clear();
  return {};
}

// -- Authentication

std::optional<ApiKeys::Known> ApiKeys::Recall(const std::string& hash, base::TimePoint now) {
  base::MutexLock lock(mutex_);
  const auto it = known_.find(hash);
  if (it == known_.end()) return std::nullopt;
  const base::Duration age = now - it->second.checked_at;
  // A negative age is a clock that stepped back.
  if (age >= base::Duration(0) && age < kRecheckAfter) return it->second;
  known_.erase(it);
  return std::nullopt;
}

base::Result<ApiKeys::Known> ApiKeys::LookUp(std::string_view id, std::string_view hash,
                                             base::TimePoint now) {
  std::optional<Known> known;
  std::optional<base::TimePoint> revoked_at;
  VEDETTE_TRY_VOID(db_.Read([&](sql::Session& session) {
    return session.Query(
        fmt::format("SELECT {}, token_sha256 FROM auth_keys WHERE id = ?", kColumns),
        {sql::Text(id)}, [&](const sql::Row& row) {
          if (!SameHash(row.GetText(8), hash)) return;
          ApiKey key = KeyOf(row);
          revoked_at = key.revoked_at;
          known = Known{{std::move(key.id), std::move(key.name), std::move(key.tenant), key.role},
                        key.expires_at,
                        now};
        });
  }));
  if (!known.has_value()) return Refused();
  // Whoever has the right token may know what became of it.
  if (revoked_at.has_value()) return base::Unauthenticated("the API key was revoked");
  return *std::move(known);
}

base::Result<Identity> ApiKeys::Authenticate(std::string_view token, base::TimePoint now) {
  const auto id = TokenId(token);
  if (!id.has_value()) return Refused();
  const std::string hash = TokenHash(token);
  std::optional<Known> known = Recall(hash, now);
  const bool fresh = !known.has_value();
  if (fresh) {
    VEDETTE_TRY(known, LookUp(*id, hash, now));
  }
  if (known->expires_at.has_value() && *known->expires_at <= now) {
    return base::Unauthenticated("the API key has expired");
  }
  base::MutexLock lock(mutex_);
  if (fresh) {
    if (known_.size() >= kKnownMax) known_.clear();
    known_[hash] = *known;
    last_used_[known->identity.key_id] = now;
  }
  return known->identity;
}

base::Result<> ApiKeys::SaveLastUsed() {
  std::map<std::string, base::TimePoint> used;
  {
    base::MutexLock lock(mutex_);
    used.swap(last_used_);
  }
  if (used.empty()) return {};
  return db_.Transact([&](sql::Session& session) -> base::Result<> {
    for (const auto& [id, time] : used) {
      VEDETTE_TRY_VOID(session.Execute("UPDATE auth_keys SET last_used_at = ? WHERE id = ?",
                                       {sql::Time(time), sql::Text(id)}));
    }
    return {};
  });
}

}  // namespace vedette::auth
