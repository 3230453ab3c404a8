#include "auth/schema.h"

namespace vedette::auth {

base::Result<> MigrateAuth(sql::Database& db) {
  const sql::Migration steps[] = {
      {1, "keys and audit log", R"sql(
CREATE TABLE auth_keys (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  tenant TEXT NOT NULL,
  role TEXT NOT NULL,
  token_sha256 TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT,
  last_used_at BIGINT,
  revoked_at BIGINT
);
CREATE UNIQUE INDEX auth_keys_by_name ON auth_keys (tenant, name) WHERE revoked_at IS NULL;

CREATE TABLE auth_audit (
  seq BIGINT PRIMARY KEY,
  time BIGINT NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  target TEXT NOT NULL,
  detail TEXT NOT NULL
);
CREATE TRIGGER auth_audit_keeps BEFORE UPDATE ON auth_audit
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER auth_audit_stays BEFORE DELETE ON auth_audit
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
)sql"},
  };
  return db.Migrate("auth", steps);
}

}  // namespace vedette::auth
