#include "kv/rocks_iterator.h"

#include <rocksdb/db.h>
#include <rocksdb/iterator.h>
#include <rocksdb/options.h>
#include <string>
#include <utility>

#include "base/check.h"

namespace vedette::kv {
namespace {

std::string_view View(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

class RocksIterator final : public Iterator {
 public:
  RocksIterator(std::shared_ptr<const Opening> opening, Family family, std::string_view lower,
                std::string_view upper)
      : opening_(std::move(opening)),
        lower_(lower),
        upper_(upper),
        lower_slice_(lower_),
        upper_slice_(upper_) {
    rocksdb::ReadOptions options;
    if (!lower_.empty()) options.iterate_lower_bound = &lower_slice_;
    if (!upper_.empty()) options.iterate_upper_bound = &upper_slice_;
    iterator_.reset(opening_->db().NewIterator(options, opening_->handle(family)));
  }

  void SeekToFirst() override { iterator_->SeekToFirst(); }
  void SeekToLast() override { iterator_->SeekToLast(); }
  void Seek(std::string_view key) override { iterator_->Seek(rocksdb::Slice(key)); }
  void SeekForPrev(std::string_view key) override { iterator_->SeekForPrev(rocksdb::Slice(key)); }
  void Next() override { iterator_->Next(); }
  void Prev() override { iterator_->Prev(); }
  bool Valid() const override { return iterator_->Valid(); }
  std::string_view key() const override { return View(iterator_->key()); }
  std::string_view value() const override { return View(iterator_->value()); }
  base::Result<> status() const override {
    const rocksdb::Status status = iterator_->status();
    if (!status.ok()) return opening_->ReadError(status, "reading");
    return {};
  }

 private:
  const std::shared_ptr<const Opening> opening_;  // dies after iterator_
  const std::string lower_;
  const std::string upper_;
  const rocksdb::Slice lower_slice_;
  const rocksdb::Slice upper_slice_;
  std::unique_ptr<rocksdb::Iterator> iterator_;
};

class FailedIterator final : public Iterator {
 public:
  explicit FailedIterator(base::Error error) : error_(std::move(error)) {}

  void SeekToFirst() override {}
  void SeekToLast() override {}
  void Seek(std::string_view /*key*/) override {}
  void SeekForPrev(std::string_view /*key*/) override {}
  void Next() override {}
  void Prev() override {}
  bool Valid() const override { return false; }
  std::string_view key() const override { return {}; }
  std::string_view value() const override { return {}; }
  base::Result<> status() const override { return error_; }

 private:
  const base::Error error_;
};

}  // namespace

std::unique_ptr<Iterator> MakeIterator(std::shared_ptr<const Opening> opening, Family family,
                                       std::string_view lower, std::string_view upper) {
  return std::make_unique<RocksIterator>(std::move(opening), family, lower, upper);
}

std::unique_ptr<Iterator> MakeFailedIterator(base::Error error) {
  return std::make_unique<FailedIterator>(std::move(error));
}

}  // namespace vedette::kv
