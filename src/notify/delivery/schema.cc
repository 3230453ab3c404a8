#include "notify/delivery/schema.h"

#include <vector>

namespace vedette::notify::delivery {

std::span<const sql::Migration> Migrations() {
  static const std::vector<sql::Migration> steps = {{1, "outbox and ledger", R"(
CREATE TABLE outbox (
  id BIGINT PRIMARY KEY,
  dedup_key TEXT NOT NULL,
  receiver TEXT NOT NULL,
  channel TEXT NOT NULL,
  tenant TEXT NOT NULL,
  incident_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  page TEXT NOT NULL,
  state TEXT NOT NULL,
  done BIGINT NOT NULL,
  reported BIGINT NOT NULL,
  attempts BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  next_attempt_at BIGINT NOT NULL,
  finished_at BIGINT,
  detail TEXT NOT NULL,
  UNIQUE (dedup_key, receiver));
CREATE INDEX outbox_by_receiver ON outbox (done, receiver, incident_id, id);
CREATE INDEX outbox_by_incident ON outbox (tenant, incident_id, id);
CREATE INDEX outbox_by_reported ON outbox (reported, done);
CREATE TABLE ledger (
  seq BIGINT PRIMARY KEY,
  time BIGINT NOT NULL,
  event TEXT NOT NULL,
  dedup_key TEXT NOT NULL,
  receiver TEXT NOT NULL,
  attempt BIGINT NOT NULL,
  outcome TEXT NOT NULL,
  status BIGINT NOT NULL,
  latency_ms BIGINT NOT NULL,
  delayed_seconds BIGINT NOT NULL,
  detail TEXT NOT NULL,
  previous_hash TEXT NOT NULL,
  hash TEXT NOT NULL);
CREATE INDEX ledger_by_page ON ledger (dedup_key, receiver, seq))"}};
  return steps;
}

}  // namespace vedette::notify::delivery
