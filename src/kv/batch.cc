#include "kv/batch_ops.h"

namespace vedette::kv {

Batch::Batch() : ops_(std::make_unique<Ops>()) {}
Batch::~Batch() = default;
Batch::Batch(Batch&& other) noexcept = default;
Batch& Batch::operator=(Batch&& other) noexcept = default;

void Batch::Put(Family family, std::string_view key, std::string_view value) {
  ops_->Add(Ops::Kind::kPut, family, key, value);
}

void Batch::Delete(Family family, std::string_view key) {
  ops_->Add(Ops::Kind::kDelete, family, key, {});
}

void Batch::DeleteRange(Family family, std::string_view begin, std::string_view end) {
  ops_->Add(Ops::Kind::kDeleteRange, family, begin, end);
}

void Batch::Clear() {
  ops_->list.clear();
  ops_->bytes.clear();
}

size_t Batch::bytes() const { return ops_->bytes.size(); }
bool Batch::empty() const { return ops_->list.empty(); }

}  // namespace vedette::kv
