#pragma once

#include <memory>
#include <string_view>

#include "kv/db.h"
#include "kv/opening.h"

namespace vedette::kv {

// An iterator over RocksDB that keeps its opening alive. Private to kv.
std::unique_ptr<Iterator> MakeIterator(std::shared_ptr<const Opening> opening, Family family,
                                       std::string_view lower, std::string_view upper);

// An iterator that is never valid and says why.
std::unique_ptr<Iterator> MakeFailedIterator(base::Error error);

}  // namespace vedette::kv
