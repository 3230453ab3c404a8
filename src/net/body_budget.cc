#include "net/body_budget.h"

#include <algorithm>
#include <utility>

namespace vedette::net {
namespace {
constexpr size_t kFirstCapacity = 4096;
}

void BodyBuffer::Reset(size_t bytes_max) {
  budget_.Release(std::exchange(charged_, 0));
  bytes_max_ = bytes_max;
  body_.clear();
  body_.shrink_to_fit();
}

BodyBuffer::Outcome BodyBuffer::Append(std::string_view bytes) {
  const size_t size = body_.size() + bytes.size();
  if (size > bytes_max_) return Outcome::kTooLarge;
  if (size + kSlackBytes > charged_) {
    // Never by what the client declares, always by what it has sent.
    const size_t want = std::max({size, std::min(2 * body_.size(), bytes_max_), kFirstCapacity});
    const size_t more = want + kSlackBytes - charged_;
    if (!budget_.Acquire(more)) return Outcome::kOutOfBudget;
    charged_ += more;
    body_.reserve(charged_);
  }
  body_.append(bytes);
  return Outcome::kOk;
}

std::string BodyBuffer::Take() {
  body_.reserve(body_.size() + kSlackBytes);
  return std::exchange(body_, {});
}

}  // namespace vedette::net
