#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/change.h"
#include "sources/json_items/items.h"

namespace vedette::sources::changes {

// JSON changes as pipelines post them: one object, a list, or {"changes": [...]}. Of each object:
//
//   id                                 makes sending again harmless; given at admission when absent
//   service | source                   required
//   kind | type | change_type          "deployment" when absent
//   title | message | description      made of kind, version and service when absent
//   time | timestamp                   RFC 3339, without an offset UTC, or a number since 1970;
//                                      default: now
//   version, status, url
//   author | user | initiated_by
//   data | details                     an object, kept as JSON text
//   labels                             an object; its members are kept as text
//
// null counts as absent; every other field is kept as a label, `commit_id` as `commit`. Pure and
// thread-safe.

struct ParseOptions {
  json_items::Options items = {};
  size_t fields_max = 64;  // of one change, labels among them
  size_t name_bytes_max = 256;
  size_t id_bytes_max = 128;
  size_t text_bytes_max = 4096;  // of title, version, status, author and url
  size_t data_bytes_max = 64 << 10;
};

struct ParsedChanges {
  std::vector<model::Change> changes;  // some without an id
  std::vector<size_t> indexes;         // of each change, its place in the request
  std::vector<json_items::Rejection> rejected;
  size_t items = 0;
};

// Errors: kInvalidArgument for a body that is no JSON or exceeds a limit.
base::Result<ParsedChanges> Parse(const std::string& body, base::TimePoint now,
                                  const ParseOptions& options = {});

}  // namespace vedette::sources::changes
