#include "notify/delivery/schema.h"

#include <vector>

namespace vedette::notify::delivery {
namespace {

constexpr const char* kOutboxAndLedger = R"(
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
CREATE INDEX ledger_by_page ON ledger (dedup_key, receiver, seq))";

// SQLite cannot change what is unique in a table, so the rows move to a new one.
constexpr const char* kPersonsAndThreads = R"(
CREATE TABLE outbox_2 (
  id BIGINT PRIMARY KEY,
  dedup_key TEXT NOT NULL,
  receiver TEXT NOT NULL,
  recipient TEXT NOT NULL,
  channel TEXT NOT NULL,
  tenant TEXT NOT NULL,
  incident_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  page TEXT NOT NULL,
  state TEXT NOT NULL,
  done BIGINT NOT NULL,
  reported BIGINT NOT NULL,
  attempts BIGINT NOT NULL,
  replaced BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  next_attempt_at BIGINT NOT NULL,
  finished_at BIGINT,
  detail TEXT NOT NULL,
  UNIQUE (dedup_key, receiver, recipient));
INSERT INTO outbox_2 (id, dedup_key, receiver, recipient, channel, tenant, incident_id, kind, page,
                      state, done, reported, attempts, replaced, created_at, next_attempt_at,
                      finished_at, detail)
  SELECT id, dedup_key, receiver, '', channel, tenant, incident_id, kind, page,
         state, done, reported, attempts, 0, created_at, next_attempt_at,
         finished_at, detail FROM outbox;
DROP TABLE outbox;
ALTER TABLE outbox_2 RENAME TO outbox;
CREATE INDEX outbox_by_receiver ON outbox (done, receiver, incident_id, recipient, id);
CREATE INDEX outbox_by_incident ON outbox (tenant, incident_id, id);
CREATE INDEX outbox_by_reported ON outbox (reported, done);
ALTER TABLE ledger ADD COLUMN recipient TEXT NOT NULL DEFAULT '';
CREATE TABLE threads (
  receiver TEXT NOT NULL,
  recipient TEXT NOT NULL,
  incident_id TEXT NOT NULL,
  reference TEXT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (receiver, recipient, incident_id));
CREATE INDEX threads_by_age ON threads (updated_at))";

constexpr const char* kLinks = R"(
CREATE TABLE link_secret (
  id BIGINT PRIMARY KEY,
  secret TEXT NOT NULL);
CREATE TABLE used_links (
  mark TEXT PRIMARY KEY,
  used_at BIGINT NOT NULL,
  used_by TEXT NOT NULL,
  expires_at BIGINT NOT NULL);
CREATE INDEX used_links_by_end ON used_links (expires_at))";

constexpr const char* kPush = R"(
CREATE TABLE push_key (
  id BIGINT PRIMARY KEY,
  secret TEXT NOT NULL);
CREATE TABLE push_devices (
  id TEXT PRIMARY KEY,
  person TEXT NOT NULL,
  endpoint TEXT NOT NULL UNIQUE,
  p256dh TEXT NOT NULL,
  auth TEXT NOT NULL,
  label TEXT NOT NULL,
  created_at BIGINT NOT NULL);
CREATE INDEX push_devices_by_person ON push_devices (person))";

}  // namespace

std::span<const sql::Migration> Migrations() {
  static const std::vector<sql::Migration> steps = {
      {1, "outbox and ledger", kOutboxAndLedger},
      {2, "persons, superseded letters, threads", kPersonsAndThreads},
      {3, "links that acknowledge", kLinks},
      {4, "push messages to browsers", kPush}};
  return steps;
}

}  // namespace vedette::notify::delivery
