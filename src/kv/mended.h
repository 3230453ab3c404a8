#pragma once

#include "base/result.h"
#include "kv/db.h"

namespace vedette::kv {

// Opens a store over `db`: when that meets damaged files, they are set aside and it is tried again,
// so that damage never keeps a store from starting. `open` returns a base::Result. Blocks on the
// disk.
template <typename Open>
auto OpenMended(Db& db, const Open& open) -> decltype(open()) {
  constexpr int kTimesMax = 1'000;  // each takes a file away
  auto opened = open();
  for (int n = 0; n < kTimesMax && !opened.ok() && db.GetStats().damaged; ++n) {
    VEDETTE_TRY_VOID(db.Recover());
    opened = open();
  }
  return opened;
}

}  // namespace vedette::kv
