#include "incident/journal/schema.h"

#include <string>
#include <string_view>
#include <vector>

namespace vedette::incident::journal {

namespace {

constexpr std::string_view kTables = R"(
CREATE TABLE incident_journal (
  last_seq BIGINT PRIMARY KEY,
  first_seq BIGINT NOT NULL,
  time BIGINT NOT NULL,
  inputs TEXT NOT NULL,
  previous_hash TEXT NOT NULL,
  hash TEXT NOT NULL);
CREATE TABLE incident_snapshots (
  seq BIGINT PRIMARY KEY,
  time BIGINT NOT NULL,
  journal_hash TEXT NOT NULL,
  state TEXT NOT NULL,
  checksum TEXT NOT NULL);
CREATE TABLE incidents (
  id TEXT PRIMARY KEY,
  tenant TEXT NOT NULL,
  urgency BIGINT NOT NULL,
  state TEXT NOT NULL,
  severity TEXT NOT NULL,
  title TEXT NOT NULL,
  entities TEXT NOT NULL,
  open_anomaly_ids TEXT NOT NULL,
  started_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  acknowledged_at BIGINT,
  acknowledged_by TEXT NOT NULL,
  resolved_at BIGINT,
  resolved_by TEXT NOT NULL,
  revision BIGINT NOT NULL);
CREATE INDEX incidents_by_urgency ON incidents (tenant, urgency, started_at, id);
CREATE TABLE incident_entities (
  incident_id TEXT NOT NULL,
  entity TEXT NOT NULL,
  PRIMARY KEY (incident_id, entity));
CREATE INDEX incident_entities_by_entity ON incident_entities (entity, incident_id);
CREATE TABLE incident_anomalies (
  incident_id TEXT NOT NULL,
  anomaly_id TEXT NOT NULL,
  joined_seq BIGINT NOT NULL,
  PRIMARY KEY (incident_id, anomaly_id));
CREATE INDEX incident_anomalies_by_anomaly ON incident_anomalies (anomaly_id, incident_id);
CREATE TABLE incident_timeline (
  incident_id TEXT NOT NULL,
  seq BIGINT NOT NULL,
  time BIGINT NOT NULL,
  kind TEXT NOT NULL,
  actor TEXT NOT NULL,
  text TEXT NOT NULL,
  anomaly_id TEXT NOT NULL,
  PRIMARY KEY (incident_id, seq)))";

}  // namespace

std::span<const sql::Migration> Migrations() {
  static const std::vector<sql::Migration> steps = {
      {1, "journal, snapshots, incidents", std::string(kTables)},
      {2, "what people write down of incidents",
       "ALTER TABLE incidents ADD COLUMN details "
       "TEXT NOT NULL DEFAULT ''"},
      {3, "what replays need", R"(
ALTER TABLE incident_journal ADD COLUMN decided TEXT NOT NULL DEFAULT '';
ALTER TABLE incident_journal ADD COLUMN bytes BIGINT NOT NULL DEFAULT 0;
CREATE INDEX incident_journal_by_size ON incident_journal (bytes);
ALTER TABLE incident_snapshots ADD COLUMN beside TEXT NOT NULL DEFAULT '')"},
      {4, "snapshots in parts", R"(
CREATE TABLE incident_snapshot_parts (
  seq BIGINT NOT NULL,
  part BIGINT NOT NULL,
  state TEXT NOT NULL,
  PRIMARY KEY (seq, part)))"},
      {5, "what people tell of later",
       "ALTER TABLE incident_timeline ADD COLUMN "
       "happened_at BIGINT"}};
  return steps;
}

}  // namespace vedette::incident::journal
