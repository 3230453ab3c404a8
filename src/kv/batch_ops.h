#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kv/db.h"

namespace vedette::kv {

// What a Batch holds: its operations in order, their keys and values one after another in one
// buffer. Private to kv. RocksDB's own batch is made from it in Write, because its entries need the
// numbers that a database has given to its families.
struct Batch::Ops {
  enum class Kind : uint8_t { kPut, kDelete, kDeleteRange };

  struct Op {
    Kind kind;
    Family family;
    size_t offset;  // of the key in `bytes`; the value (or the end of the range) follows it
    size_t key_size;
    size_t value_size;
  };

  void Add(Kind kind, Family family, std::string_view key, std::string_view value) {
    list.push_back({kind, family, bytes.size(), key.size(), value.size()});
    bytes.append(key);
    bytes.append(value);
  }
  std::string_view KeyOf(const Op& op) const {
    return std::string_view(bytes).substr(op.offset, op.key_size);
  }
  std::string_view ValueOf(const Op& op) const {
    return std::string_view(bytes).substr(op.offset + op.key_size, op.value_size);
  }

  std::vector<Op> list;
  std::string bytes;
};

}  // namespace vedette::kv
