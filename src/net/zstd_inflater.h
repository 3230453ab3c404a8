#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "net/body_budget.h"
#include "net/inflater.h"

namespace vedette::net {

// Undoes zstd (RFC 8878); frames that follow one another are joined. A frame whose window is larger
// than 8 MiB, the size that the RFC asks of every decoder, is refused.
class ZstdInflater : public Inflater {
 public:
  // What one takes at most, charged to the budget while it lives.
  static constexpr size_t kMemoryBytes = 9 << 20;

  // Null when the budget has no room.
  static std::unique_ptr<ZstdInflater> Make(BodyBudget& budget);
  ~ZstdInflater() override;
  ZstdInflater(const ZstdInflater&) = delete;
  ZstdInflater& operator=(const ZstdInflater&) = delete;

  bool Next(std::string_view& in, std::string_view& out) override;
  bool complete() const override;

 private:
  struct Stream;
  explicit ZstdInflater(BodyBudget& budget);

  BodyBudget& budget_;
  std::unique_ptr<Stream> stream_;
};

}  // namespace vedette::net
