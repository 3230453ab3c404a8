#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "sql/database.h"
#include "topology/graph.h"

namespace vedette::topology {

// Graphs of the past in the state database (docs/formats/topology.md): whole snapshots, numbered
// within a tenant; the one with the highest number is the state that a restart goes on from.
// Thread-safe; methods block on the disk. Errors are the database's.
class History {
 public:
  // Brings the schema up to date. The database outlives the history.
  static base::Result<std::unique_ptr<History>> Open(sql::Database& database);

  struct Kept {
    std::string tenant;
    int64_t revision = 0;
    Graph graph;
  };
  // Of each tenant the newest that can be read.
  base::Result<std::vector<Kept>> Newest() const;

  // Durable when it returns. An equal number of the same tenant is replaced.
  base::Result<> Save(std::string_view tenant, int64_t revision, const Graph& graph);

  // The newest of at most that time; nothing when there is none. Those that are damaged are passed
  // over.
  base::Result<std::optional<Graph>> Before(std::string_view tenant, base::TimePoint time) const;

  struct Row {
    base::TimePoint time;
    int64_t nodes = 0;
    int64_t edges = 0;
  };
  // Newest first.
  base::Result<std::vector<Row>> List(std::string_view tenant, base::TimePoint from,
                                      base::TimePoint to, int64_t limit) const;

  // Leaves one of ten seconds of what is older than a minute, one of five minutes of what is older
  // than an hour, one of an hour of what is older than a day, and nothing beyond `retention`
  // (0: for ever); but always the newest.
  base::Result<> Thin(base::TimePoint now, base::Duration retention);

  base::Result<> DeleteTenant(std::string_view tenant);

 private:
  explicit History(sql::Database& database) : database_(database) {}

  sql::Database& database_;
};

}  // namespace vedette::topology
