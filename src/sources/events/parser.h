#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/event.h"
#include "sources/json_items/items.h"

namespace vedette::sources::events {

// JSON events as systems post them: one object, a list, or {"events": [...]}. Of each object:
//
//   id                            makes sending again harmless; given at admission when absent
//   service | source              required
//   type | event_type             required
//   time | timestamp              RFC 3339 or a number since 1970; default: now
//   severity | level              info, warning, critical or a usual synonym; default info
//   status                        the same where it says so ("failed"); kept as a label
//   message | description
//   data | details                an object, kept as JSON text
//   labels                        an object; its members are kept as text
//
// null counts as absent; every other field is kept as a label. Pure and thread-safe.

struct ParseOptions {
  json_items::Options items;
  size_t fields_max = 64;  // of one event, labels among them
  size_t name_bytes_max = 256;
  size_t id_bytes_max = 128;
  size_t message_bytes_max = 64 << 10;
  size_t data_bytes_max = 64 << 10;
};

struct ParsedEvents {
  std::vector<model::Event> events;  // some without an id
  std::vector<size_t> indexes;       // of each event, its place in the request
  std::vector<json_items::Rejection> rejected;
  size_t items = 0;
};

// Errors: kInvalidArgument for a body that is no JSON or exceeds a limit.
base::Result<ParsedEvents> Parse(const std::string& body, base::TimePoint now,
                                 const ParseOptions& options = {});

}  // namespace vedette::sources::events
