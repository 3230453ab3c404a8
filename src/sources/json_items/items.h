#pragma once

#include <cstddef>
#include <string>

// What the bodies that reader.h reads may be, and what was wrong with some of their items: for the
// headers of the sources that take them.
namespace vedette::sources::json_items {

struct Options {
  size_t body_bytes_max = 32 << 20;
  size_t items_max = 10'000;
  size_t depth_max = 32;  // of values inside an item
};

// What is wrong with an item. `field` is empty when it is the item as a whole.
struct Problem {
  std::string field;
  std::string message;
};

// The problem of the item with that index.
struct Rejection {
  size_t index = 0;
  std::string field;
  std::string message;
};

}  // namespace vedette::sources::json_items
