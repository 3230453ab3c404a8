#include "kv/rocks_env.h"

#include <algorithm>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <rocksdb/system_clock.h>
#include <utility>

namespace vedette::kv {
namespace {

constexpr int kLongestPauseMicros = 5'000;

class ShortPauseClock final : public rocksdb::SystemClockWrapper {
 public:
  using SystemClockWrapper::SystemClockWrapper;
  const char* Name() const override { return "VedetteClock"; }
  void SleepForMicroseconds(int micros) override {
    SystemClockWrapper::SleepForMicroseconds(std::min(micros, kLongestPauseMicros));
  }
};

class ShortPauseEnv final : public rocksdb::EnvWrapper {
 public:
  explicit ShortPauseEnv(std::unique_ptr<rocksdb::Env> base)
      : EnvWrapper(base.get()), base_(std::move(base)) {
    file_system_ = base_->GetFileSystem();
    system_clock_ = std::make_shared<ShortPauseClock>(base_->GetSystemClock());
  }
  const char* Name() const override { return "VedetteEnv"; }
  void SleepForMicroseconds(int micros) override { system_clock_->SleepForMicroseconds(micros); }

 private:
  const std::unique_ptr<rocksdb::Env> base_;
};

}  // namespace

std::unique_ptr<rocksdb::Env> MakeEnv(const std::shared_ptr<rocksdb::FileSystem>& files) {
  return std::make_unique<ShortPauseEnv>(rocksdb::NewCompositeEnv(files));
}

}  // namespace vedette::kv
