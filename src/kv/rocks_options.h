#pragma once

#include <memory>

#include "kv/db.h"

namespace rocksdb {
class Cache;
class Env;
struct ColumnFamilyOptions;
struct DBOptions;
}  // namespace rocksdb

namespace vedette::kv {

class Health;

// How Vedette sets RocksDB up; the reasons stand beside the settings. Private to kv.

// `health` learns of background errors and of lost parts of the log.
rocksdb::DBOptions MakeDbOptions(rocksdb::Env* env, std::shared_ptr<Health> health);

rocksdb::ColumnFamilyOptions MakeFamilyOptions(const FamilyOptions& family,
                                               const std::shared_ptr<rocksdb::Cache>& cache);

}  // namespace vedette::kv
